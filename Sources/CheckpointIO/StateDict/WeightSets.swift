import TensorCore

/// The sets of weights of a checkpoint that holds several and says of none that it is the model: generator and
/// discriminator, teacher and student, beside their optimizers or alone.
package struct WeightSets: Sendable {
    package struct Member: Sendable {
        /// From the root, joined by `.`.
        package let path: String
        package let value: CheckpointValue
    }

    package private(set) var weights: [Member] = []
    package private(set) var optimizers: [Member] = []
    /// Whether a tensor stands at the root itself.
    private var hasRootTensors = false

    /// Sets nest no deeper than this: `{"models": {"G": …}, "optimizers": {"G": …}}`.
    private static let maximumDepth = 3

    package init(in root: CheckpointDictionary) {
        guard !root.isFlat else { return }
        add(root, path: "", depth: 0)
    }

    /// Whether there are several, so that somebody has to choose. Without optimizers beside them, dictionaries that
    /// are not state dicts are parts of one model.
    package var areSeveral: Bool {
        guard weights.count > 1 else { return false }
        return !optimizers.isEmpty || !hasRootTensors && weights.allSatisfy(\.isStateDict)
    }

    /// What is said of the file at `path` where nobody chose.
    func error(_ path: String) -> CheckpointError {
        CheckpointError(path, .severalSets(weights.map(\.path), optimizers: optimizers.map(\.path)))
    }

    private mutating func add(_ dictionary: CheckpointDictionary, path: String, depth: Int) {
        for entry in dictionary.entries where entry.value.tensorCount > 0 {
            let member = Member(path: path.isEmpty ? entry.name : "\(path).\(entry.name)", value: entry.value)
            if entry.value.isOptimizer {
                optimizers.append(member)
                continue
            }
            switch entry.value {
            case .tensor: hasRootTensors = true
            case .dictionary(let inner) where inner.hasTensorsItself:
                // A single tensor is something that training keeps, such as the centre of a loss.
                if inner.tensorCount > 1 || inner.hasWeight { weights.append(member) }
            case .dictionary(let inner) where depth + 1 < Self.maximumDepth:
                add(inner, path: member.path, depth: depth + 1)
            default: break
            }
        }
    }
}

extension WeightSets.Member {
    /// Whether the dictionary is one that `state_dict()` gave: by its versions, its class or dots in its keys.
    fileprivate var isStateDict: Bool {
        guard case .dictionary(let dictionary) = value else { return false }
        return dictionary.attribute("_metadata") != nil || dictionary.typeName == "collections.OrderedDict"
            || dictionary.entries.contains { $0.name.utf8.contains(UInt8(ascii: ".")) }
    }
}

extension CheckpointDictionary {
    fileprivate var hasTensorsItself: Bool {
        entries.contains { if case .tensor = $0.value { true } else { false } }
    }

    fileprivate var hasWeight: Bool { entries.contains { $0.name == "weight" || $0.name.hasSuffix(".weight") } }
}

extension StateDict {
    /// The sets of weights of the file where the state dict is all of it; nil where there are not several.
    package var sets: WeightSets? {
        guard path.isEmpty, module == nil else { return nil }
        let sets = WeightSets(in: container)
        return sets.areSeveral ? sets : nil
    }

    /// - Throws: `CheckpointError.Reason.severalSets` where optimizers stand among the tensors of several sets.
    /// - Parameter written: what is left of the tensors.
    package func checkChoice(writing written: StateDict) throws(CheckpointError) {
        guard let sets, !sets.optimizers.isEmpty else { return }
        let isUnchosen = written.tensors.contains { tensor in
            sets.optimizers.contains { tensor.key.text.hasPrefix($0.path + ".") }
        }
        guard isUnchosen else { return }
        throw sets.error(checkpoint.path)
    }
}
