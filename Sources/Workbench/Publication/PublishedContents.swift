import CheckpointIO
import TensorCore

/// The parts of a checkpoint that publishing it concerns.
struct PublishedContents {
    /// What only going on with the training needs.
    static let leftOut = ["optimizer", "param_schedulers", "hook_msgs", "message_hub"]

    /// The MMPreTrain whose `publish_model.py` this follows, as that script writes it down.
    static let version = "1.2.0"

    let checkpoint: Checkpoint
    let root: CheckpointDictionary
    /// The root where that is one.
    let stateDict: CheckpointDictionary
    let isBare: Bool
    /// Where the state dict stands in the root if not under `state_dict`: trainers other than mmengine have their own
    /// names for it.
    let entryName: String?
    let meta: CheckpointDictionary?
    /// The weights that mmengine's `EMAHook` saves beside the state dict, by their keys there. With that hook the state
    /// dict holds the averages, and these are the weights that were trained.
    let averages: [(name: String, value: CheckpointValue)]?

    /// - Throws: `WorkbenchError.unpublishable`.
    init(_ checkpoint: Checkpoint) throws(WorkbenchError) {
        func refused(_ reason: String) -> WorkbenchError { .unpublishable(file: checkpoint.path, reason: reason) }
        guard case .dictionary(let root) = checkpoint.root else {
            throw refused("it holds no dictionary; --weights-only publishes the tensors alone")
        }
        self.checkpoint = checkpoint
        self.root = root
        switch root["state_dict"] {
        case .dictionary(let stateDict)? where stateDict.tensorCount > 0:
            (self.stateDict, isBare) = (stateDict, false)
            entryName = nil
        case nil:
            // A loss or a score may stand beside the weights as a tensor.
            if let (name, stateDict) = Self.weights(in: root) ?? Self.onlyWeights(of: checkpoint, root) {
                (self.stateDict, isBare) = (stateDict, false)
                entryName = name
            } else if Self.isStateDict(root, of: checkpoint) {
                (stateDict, isBare) = (root, true)
                entryName = nil
            } else if let name = StateDict.usualKeys.first(where: { root[$0]?.tensorCount ?? 0 > 0 }) {
                throw refused("'\(name)' is a whole module; --weights-only publishes its state dict alone")
            } else if let stateDict = try? checkpoint.stateDict(), stateDict.module != nil {
                throw refused("its model is a whole module; --weights-only publishes its state dict alone")
            } else if let sets = (try? checkpoint.stateDict())?.sets {
                throw refused(
                    "it holds \(sets.weights.count) sets of weights, \(sets.weights.map { "'\($0.path)'" }.joined(separator: ", ")); "
                        + "--weights-only --state-key NAME publishes one of them")
            } else {
                throw refused("it has no 'state_dict' and is not a state dict itself; found \(Self.names(root))")
            }
        default: throw refused("its 'state_dict' is not a dictionary of tensors")
        }
        switch root["meta"] {
        case .dictionary(let meta)?: self.meta = meta
        case nil: meta = nil
        default: throw refused("its 'meta' is not a dictionary")
        }
        guard let averaged = root["ema_state_dict"] else {
            averages = nil
            return
        }
        guard case .dictionary(let averaged) = averaged else {
            throw refused("its 'ema_state_dict' is not a dictionary")
        }
        let known = Set(stateDict.entries.map { Key($0.name) })
        var averages: [(name: String, value: CheckpointValue)] = []
        for entry in averaged.entries where entry.name.hasPrefix("module.") {
            let name = String(entry.name.dropFirst("module.".count))
            guard known.contains(Key(name)) else {
                throw refused("'ema_state_dict' has '\(entry.name)', but 'state_dict' has no '\(name)'")
            }
            averages.append((name, entry.value))
        }
        self.averages = averages
    }

    /// Whether the root is what the other tools take for the state dict, with tensors of its own.
    private static func isStateDict(_ root: CheckpointDictionary, of checkpoint: Checkpoint) -> Bool {
        guard holdsTensors(root) else { return false }
        guard let found = try? checkpoint.stateDict() else { return true }
        return found.path.isEmpty && found.module == nil && found.sets == nil
    }

    private static func holdsTensors(_ dictionary: CheckpointDictionary) -> Bool {
        dictionary.entries.contains { if case .tensor = $0.value { true } else { false } }
    }

    /// The first usual dictionary with tensors, and its name.
    private static func weights(in root: CheckpointDictionary) -> (String, CheckpointDictionary)? {
        for name in StateDict.usualKeys {
            if case .dictionary(let found)? = root[name], found.tensorCount > 0 { return (name, found) }
        }
        return nil
    }

    /// The one dictionary of tensors, alone or beside optimizers, whatever a trainer calls it.
    private static func onlyWeights(
        of checkpoint: Checkpoint, _ root: CheckpointDictionary
    ) -> (String, CheckpointDictionary)? {
        let holders = root.entries.filter { $0.value.tensorCount > 0 }
        if holders.count == 1, case .dictionary(let stateDict) = holders[0].value, holdsTensors(stateDict) {
            return (holders[0].name, stateDict)
        }
        guard let found = try? checkpoint.stateDict(), found.module == nil,
            case .dictionary(let stateDict)? = root[found.path], stateDict.tensorCount > 0
        else { return nil }
        return (found.path, stateDict)
    }

    private static func names(_ dictionary: CheckpointDictionary) -> String {
        let names = dictionary.entries.prefix(8).map { "'\($0.name)'" }.joined(separator: ", ")
        return names.isEmpty ? "nothing" : names
    }

    /// The checkpoint to write.
    func published(dataset: DatasetType?, keepsTrainedWeights: Bool) throws -> Checkpoint {
        try checkpoint.edited { edit in
            edit.remove(Set(Self.leftOut.map { Key($0) }), from: root)
            if let entryName {
                edit.remove([Key(entryName)], from: root)
                edit.set([("state_dict", .kept(.dictionary(stateDict)))], in: root)
            }
            if isBare {
                edit.setRoot(
                    to: .dictionary([("state_dict", .kept(.dictionary(root))), ("meta", .dictionary(newMeta(dataset)))])
                )
                return
            }
            if let meta {
                edit.set(newMeta(dataset).filter { meta[$0.name] == nil }, in: meta)
            } else {
                edit.set([("meta", .dictionary(newMeta(dataset)))], in: root)
            }
            if let averages {
                edit.remove([Key("ema_state_dict")], from: root)
                if keepsTrainedWeights {
                    edit.set(averages.map { ($0.name, .kept($0.value)) }, in: stateDict)
                }
            }
        }
    }

    /// What `meta` gets where it says nothing itself.
    private func newMeta(_ dataset: DatasetType?) -> [(name: String, value: CheckpointEdit.Item)] {
        let classes = dataset.map { [("classes", CheckpointEdit.Item.tuple($0.classes.map { .text($0) }))] }
        return [("mmpretrain_version", .text(Self.version)), ("dataset_meta", .dictionary(classes ?? []))]
    }
}
