import ByteIO
import YAML

/// A file that names models to be verified: a suite of one's own, a metafile, or an index of metafiles.
struct SuiteFile {
    let entries: [SuiteEntry]

    /// - Parameters:
    ///   - checkpointRoot: the folder that the published weights of a metafile's models are below; nil: they run on seeded
    ///     ones.
    ///   - data: where a metafile's accuracies are of; nil: they are not expected.
    /// - Throws: `IOError`, `YAMLError`, or `WorkbenchError.suite` with the place of what is wrong.
    init(path: String, checkpointRoot: String?, data: String? = nil) throws {
        let metafile = try Metafile(path: path)
        guard let root = metafile.root else { throw WorkbenchError.suite(place: path, reason: "it is empty") }
        if Self.isMetafile(root) {
            if data != nil, checkpointRoot == nil {
                throw WorkbenchError.suite(
                    place: path, reason: "--data needs --checkpoint-root: without weights no accuracy is measured")
            }
            // A folder that is not there would make every model run without weights.
            if let checkpointRoot { _ = try FolderListing(path: checkpointRoot) }
            entries = try Self.entries(ofMetafileAt: path, checkpointRoot: checkpointRoot, data: data)
        } else {
            if checkpointRoot != nil || data != nil {
                throw WorkbenchError.suite(
                    place: path,
                    reason:
                        "--checkpoint-root and --data are for a metafile or a model-index.yml; a suite names its files")
            }
            entries = try SuiteReader(path: path).entries(of: root)
        }
        guard !entries.isEmpty else { throw WorkbenchError.suite(place: path, reason: "it names no model") }
    }

    private static func isMetafile(_ root: YAMLNode) -> Bool {
        ["Import", "Collections", "Models"].contains { root[$0] != nil }
    }
}
