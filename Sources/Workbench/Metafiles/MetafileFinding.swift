/// Something wrong with a metafile, or with an index of metafiles.
package struct MetafileFinding: Sendable, Hashable {
    package enum Severity: String, Sendable { case error, warning }

    package enum Rule: String, CaseIterable, Sendable {
        // The rules that `check_metafile.py` of MMPreTrain has a name for.
        case metadata
        case flopsParameters = "flops-param"
        case result, config
        case checkpointName = "ckpt-name"
        // What it checks besides.
        case modelIndex = "model-index"
        case collection, name
        case inCollection = "in-collection"
        case convertedFrom = "converted-from"
        case downstream
        // What readers need.
        case modelindex, mim, structure, duplicate
        case unknownKey = "unknown-key"
        // What nobody else checks.
        case configLoad = "config-load"
        case recount
        case weightsFit = "weights-fit"
        case weightsURL = "weights-url"
        case metrics
        case datasetName = "dataset-name"
        case codeURL = "code-url"

        var summary: String {
            switch self {
            case .metadata: "A model has no Metadata."
            case .flopsParameters: "A model states no FLOPs or no Parameters."
            case .result: "The first result names no dataset."
            case .config: "A model has no config, or one that does not exist."
            case .checkpointName: "A checkpoint is not named after its model."
            case .modelIndex: "A metafile and model-index.yml do not name each other."
            case .collection: "A metafile has other than one collection with name, README and paper."
            case .name: "A model's name does not follow the naming convention."
            case .inCollection: "A model is in no collection, or in one that its file does not describe."
            case .convertedFrom: "Weights are converted, and the model's name does not say so."
            case .downstream: "A downstream model does not exist."
            case .modelindex: "modelindex, which reads metafiles for Papers with Code, refuses this."
            case .mim: "mim, OpenMMLab's package manager, cannot read this."
            case .structure: "A value is not of the form that a metafile has."
            case .duplicate: "A name occurs twice."
            case .unknownKey: "A key looks like a misspelling."
            case .configLoad: "A config cannot be loaded or its model cannot be built."
            case .recount: "FLOPs or Parameters are not those of the config's model."
            case .weightsFit: "The published weights cannot fit the model of the config."
            case .weightsURL: "The address of the weights does not end with the hash of its file."
            case .metrics: "A result's accuracy is not one."
            case .datasetName: "A dataset is spelled in several ways."
            case .codeURL: "The address of the code names another backbone."
            }
        }
    }

    /// The path as it was named, or below the index or folder that was.
    package let file: String
    /// The line, from 1.
    package let line: Int
    /// The column in characters, from 1.
    package let column: Int
    /// nil for what concerns a file or a collection.
    package let model: String?
    package let rule: Rule
    package let severity: Severity
    package let message: String
}
