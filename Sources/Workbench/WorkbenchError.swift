import Spelling

/// Why a use case cannot be carried out, where no layer below knows.
package enum WorkbenchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The tree has no node at a path: the part that is missing, where, and what is there.
    case noNode(file: String, part: String, parent: String, nearest: [String])
    /// No tensor is left of a file.
    case noTensors(file: String, reason: String)
    case unknownRules(String, nearest: [String], bundled: Int)
    case unreadableRules(path: String, reason: String)
    case unknownCodebase(String, nearest: [String], known: [String])
    /// No bundled rules take the keys of a checkpoint: those that come near, and why not.
    case notRecognised(file: String, near: [String], takesKeys: Bool, hint: String?)
    /// No rules lead from MMPreTrain's names of a model to those of a code base.
    case noRoute(file: String, codebase: String, nearest: String?)
    /// A way between code bases that is not clear, or goes nowhere.
    case route(file: String, reason: String)
    /// The plan has errors, which have been said one by one.
    case notConvertible(file: String, errors: Int, output: String)
    /// Rules that do not turn a file into something else that is to be looked at.
    case rulesDoNotFit(file: String, reasons: [String])
    case unsupportedOutput(path: String, reason: String)
    /// More inputs than one, or one with a name, for what reads one.
    case namedInputs(reader: String)
    /// Several inputs that cannot be told apart.
    case ambiguousInputs(String)
    /// A tensor cannot be computed from the values that there are.
    case operation(key: String, rule: String, reason: String)
    /// Numbers that are too large for the type they are cast to, and what they would become.
    case overflow(count: Int, dtype: String, result: String)
    case unknownKey(String, file: String, nearest: [String])
    /// Checkpoints that are not of one model, or hold what cannot be averaged.
    case noAverage(file: String, reason: String)
    /// A file has no tensor of that key.
    case noKey(String, file: String, nearest: [String])
    /// The checkpoint or the golden does not fit the model.
    case verification(file: String, reason: String)
    /// A checkpoint that holds no model to publish, or not as its names say.
    case unpublishable(file: String, reason: String)
    /// A checkpoint that does not hold the trained model that it is said to hold.
    case reparameterization(file: String, reason: String)
    /// No built-in model has a name like this.
    case noModels(pattern: String, nearest: [String] = [])
    /// A config that describes no model.
    case config(path: String, reason: String)
    /// An exported program that cannot be run here.
    case program(path: String, reason: String)
    /// A command that works on models of MMPreTrain only.
    case notOfPrograms(String)
    /// A file that is not a metafile, or not one for what is asked.
    case metafile(path: String, reason: String)
    /// A model that has no deploy form, or is one.
    case nothingToFold(model: String, reason: String)
    /// A dataset type whose classes are not known.
    case unknownDatasetType(String, nearest: [String], known: [String])
    /// A config that says nothing of how images are tested.
    case noTestPipeline(config: String, reason: String)
    /// A model that cannot be evaluated, or not on these images.
    case evaluation(String)
    /// Images that are not the golden's, or cannot be read.
    case alignment(String)
    /// A suite that cannot be read, or what of it cannot be run: the place, and what is wrong.
    case suite(place: String, reason: String)
    /// An environment variable that makes no sense.
    case environment(String)

    package var description: String {
        switch self {
        case .noNode(let file, let part, let parent, let nearest):
            "\(file): there is no node '\(part)' \(parent.isEmpty ? "at the root" : "in '\(parent)'")"
                + suggestion(of: nearest)
        case .noTensors(let file, let reason): "\(file): \(reason)"
        case .unknownRules(let name, let nearest, let bundled):
            "there is no rule file '\(name)'"
                + suggestion(of: nearest, otherwise: "; convert --list-rules lists the \(bundled) bundled ones")
        case .unreadableRules(let path, let reason): "\(path): \(reason)"
        case .unknownCodebase(let name, let nearest, let known):
            "no rules know a code base '\(name)'"
                + suggestion(of: nearest, otherwise: "; they know \(known.joined(separator: ", "))")
        case .notRecognised(let file, let near, let takesKeys, let hint):
            "\(file): no bundled rules take its keys"
                + (takesKeys ? " as those of a model that they declare" : "")
                + (hint.map { "; \($0)" } ?? (near.isEmpty ? "" : "; nearest: \(near.joined(separator: "; "))")
                    + (takesKeys ? "" : "; --suggest drafts rules for it")
                    + (takesKeys || near.isEmpty ? "" : ", --rules with one of these names says all that is wrong"))
        case .noRoute(let file, let codebase, let nearest):
            "\(file): no rules lead from here to \(codebase)" + (nearest.map { "; the nearest is \($0)" } ?? "")
        case .route(let file, let reason): "\(file): \(reason)"
        case .notConvertible(let file, let errors, let output):
            "\(file): cannot be converted: \(errors) \(errors == 1 ? "error" : "errors"); \(output) is not written"
        case .rulesDoNotFit(let file, let reasons):
            "\(file): the rules do not fit it: \(reasons.first ?? "nothing is left of it")"
                + (reasons.count > 1
                    ? "; and \(groupedText(reasons.count - 1)) more: convert --dry-run lists them" : "")
        case .unsupportedOutput(let path, let reason): "\(path): \(reason)"
        case .namedInputs(let reader):
            "\(reader) reads one checkpoint, without a name; --rules and --average take several"
        case .ambiguousInputs(let reason): reason
        case .operation(let key, let rule, let reason): "\(rule): '\(key)': \(reason)"
        case .overflow(let count, let dtype, let result):
            "\(countText(count, "value")) too large for \(dtype) would become \(result); --allow-overflow writes them so"
        case .unknownKey(let key, let file, let nearest):
            "\(file): no rule makes or takes '\(key)'" + suggestion(of: nearest)
        case .noAverage(let file, let reason): "\(file): \(reason)"
        case .noKey(let key, let file, let nearest): "\(file): there is no tensor '\(key)'" + suggestion(of: nearest)
        case .verification(let file, let reason): "\(file): \(reason)"
        case .unpublishable(let file, let reason): "\(file): cannot be published: \(reason)"
        case .reparameterization(let file, let reason): "\(file): \(reason)"
        case .noModels(let pattern, let nearest):
            "no built-in model has a name like '\(pattern)'" + suggestion(of: nearest)
        case .config(let path, let reason), .metafile(let path, let reason), .suite(let path, let reason),
            .program(let path, let reason):
            "\(path): \(reason)"
        case .notOfPrograms(let path):
            "\(path): a program says nothing of configs, data or deploy forms: this needs --model or --config"
        case .nothingToFold(let model, let reason): "\(model) \(reason)"
        case .unknownDatasetType(let name, let nearest, let known):
            "there is no dataset type '\(name)' whose classes are known"
                + suggestion(of: nearest, otherwise: "; there are \(known.joined(separator: ", "))")
        case .noTestPipeline(let config, let reason): "\(config): no test pipeline: \(reason)"
        case .evaluation(let reason), .alignment(let reason): reason
        case .environment(let reason): reason
        }
    }
}
