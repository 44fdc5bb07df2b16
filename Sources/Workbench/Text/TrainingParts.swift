import CheckpointIO
import TensorCore

/// What stands beside a state dict in a training checkpoint: other sets of weights, optimizers, whatever else takes
/// room.
package struct TrainingParts: Sendable {
    package struct Part: Sendable {
        package enum Kind: String, Sendable {
            /// A second set of the same weights: averages, as a rule.
            case weights
            /// One of several sets, of which none is the state dict.
            case set
            case optimizer
            case other
        }

        /// The path from the root, joined by `.`; of buffers in the state dict what their names begin with.
        package let name: String
        package let kind: Kind
        package let tensorCount: Int
        package let byteCount: Int
        /// The tensors that stand for ones of the state dict, by the keys that these have there; empty where no name
        /// says which is which.
        package let replacements: [Key: LazyTensor]
        /// The keys of the state dict that the part is made of; empty for a part around it.
        package let ownKeys: Set<Key>
        /// Whether the file holds the part as a module of its own, beside that of the state dict.
        package var isModule = false

        /// `'optimizer' (34 tensors, 93.5 MB)`
        package var text: String { "'\(name)' (\(countText(tensorCount, "tensor")), \(byteText(byteCount)))" }
    }

    /// The parts, in the order of the file.
    package private(set) var parts: [Part] = []
    private var optimizerStates: [(part: Part, tensors: [NamedTensor])] = []
    /// The optimizers of other parameters than the file has, each with a shape that tells.
    private var misfits: [(part: Part, shape: [Int])] = []
    private let stateDict: StateDict
    /// The keys of the state dict, by the end that another set has of them too.
    private let keys: Set<Key>

    package init(of stateDict: StateDict) {
        self.stateDict = stateDict
        guard Self.mayBeThere(stateDict) else {
            keys = []
            return
        }
        keys = Set(stateDict.tensors.map(\.key))
        addBuffers()
        addAveragedModules()
        if let sets = stateDict.sets {
            add(sets)
            return
        }
        addSiblings(stateDict.checkpoint.root, along: stateDict.path, prefix: "", depth: 0)
        let neighbours = stateDict.neighbours
        for neighbour in neighbours { addNeighbour(neighbour.value, neighbour.name, isModule: neighbour.isModule) }
        findStaleOptimizers(neighbours.flatMap(\.value.namedTensors))
    }

    /// What a reader of the file should know, one sentence each.
    /// - Parameter namesWeights: whether second sets of weights are among it.
    package static func notes(of checkpoint: Checkpoint, namesWeights: Bool = true) -> [String] {
        guard checkpoint.hasStateDict, let stateDict = try? checkpoint.stateDict(allowsTwins: true) else { return [] }
        let parts = TrainingParts(of: stateDict)
        let adapters = AdapterSurvey(stateDict.tensors.map(\.key)).notes(checkpoint.path)
        return (namesWeights ? parts.notes : parts.misfitNotes) + adapters
    }

    /// False for a bare state dict without averages: nearly every file, which costs nothing then.
    private static func mayBeThere(_ stateDict: StateDict) -> Bool {
        if !stateDict.path.isEmpty || stateDict.module?.path.isEmpty == false { return true }
        if stateDict.sets != nil { return true }
        return stateDict.tensors.contains { $0.key.text.hasPrefix("ema_") || averagedModule(of: $0.key) != nil }
    }

    package var secondWeights: [Part] { parts.filter { $0.kind == .weights } }
    package var optimizers: [Part] { parts.filter { $0.kind == .optimizer } }

    /// What a reader of the file should know, one sentence each.
    package var notes: [String] {
        let others = secondWeights.map(\.text).joined(separator: ", ")
        let file = stateDict.checkpoint.path
        return (others.isEmpty ? [] : ["\(file): a second set of weights is in it: \(others)"]) + setNotes + misfitNotes
    }

    /// Says which sets there are where the file holds several and none is the state dict.
    private var setNotes: [String] {
        let sets = parts.filter { $0.kind == .set }
        guard !sets.isEmpty else { return [] }
        let beside = optimizers.isEmpty ? "" : ", beside \(optimizers.map(\.text).joined(separator: ", "))"
        return [
            "\(stateDict.checkpoint.path): it holds \(sets.count) sets of weights, "
                + "\(sets.map(\.text).joined(separator: ", "))\(beside); --state-key takes one"
        ]
    }

    /// Notes on optimizers of other weights.
    private var misfitNotes: [String] {
        misfits.map { part, shape in
            "\(stateDict.checkpoint.path): \(part.text) does not fit the weights: it has a parameter of the shape "
                + "\(pythonTuple(shape)), which they lack"
        }
    }

    /// What is said of optimizers that are written as they are, though the weights are others now.
    var staleOptimizers: [String] {
        optimizers.filter(\.ownKeys.isEmpty).map {
            "\($0.text) is written as it is and no longer fits: its parameters are not the ones of the result; "
                + "--weights-only leaves it out"
        }
    }

    /// What is said where the state dict is cast and the rest is written as it is.
    var uncast: [String] {
        let outer = parts.filter(\.ownKeys.isEmpty)
        guard !outer.isEmpty else { return [] }
        let names = outer.map(\.text).joined(separator: ", ")
        return ["\(names) \(outer.count == 1 ? "keeps its type" : "keep their types"): --dtype casts the state dict"]
    }

    /// What is said where the state dict is written alone.
    var leftOut: [String] {
        let outer = parts.filter(\.ownKeys.isEmpty)
        return outer.isEmpty ? [] : ["left out: \(outer.map(\.text).joined(separator: ", "))"]
    }

    // MARK: Inside the state dict

    /// mmcv's `EMAHook` registers `ema_` and each parameter's name with `_` for `.`; `LitEma` of latent diffusion
    /// `model_ema.` and the name without its dots.
    private mutating func addBuffers() {
        let prefixes = ["ema_", "model_ema."]
        let candidates = stateDict.tensors.filter { tensor in prefixes.contains { tensor.key.text.hasPrefix($0) } }
        guard !candidates.isEmpty else { return }
        var underlined: [Key: Key] = [:]
        var joined: [Key: Key] = [:]
        for key in stateDict.tensors.map(\.key) {
            underlined[Key(String(key.text.map { $0 == "." ? "_" : $0 }))] = key
            joined[Key(key.text.filter { $0 != "." })] = key
        }
        var found: [[(own: Key, key: Key, tensor: LazyTensor)]] = [[], []]
        for tensor in candidates {
            let text = tensor.key.text
            if text.hasPrefix("ema_"), let key = underlined[Key(String(text.dropFirst(4)))] {
                found[0].append((tensor.key, key, tensor.tensor))
            } else if text.hasPrefix("model_ema."),
                let key = joined[Key("model" + text.dropFirst("model_ema.".count))]
            {
                found[1].append((tensor.key, key, tensor.tensor))
            }
        }
        let path = stateDict.path.isEmpty ? "" : stateDict.path + "."
        for (prefix, members) in zip(prefixes, found) where !members.isEmpty {
            let own = candidates.map(\.key).filter { $0.text.hasPrefix(prefix) }
            parts.append(
                Self.part(
                    path + prefix + "*", .weights, members.map(\.tensor),
                    Dictionary(members.map { ($0.key, $0.tensor) }) { first, _ in first }, ownKeys: Set(own)))
        }
    }

    /// `model_ema` of `model_ema.conv.weight`: the first part of a key, where it says that the rest is of averages.
    private static func averagedModule(of key: Key) -> Substring? {
        let text = key.text
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let name = text[..<dot]
        let isAverage =
            name == "ema" || name.utf8.starts(with: "ema_".utf8) || name.utf8.suffix(4).elementsEqual("_ema".utf8)
        return isAverage ? name : nil
    }

    /// A module of Lightning or of the user's own keeps a copy of the network beside it: `model_ema.conv.weight` beside
    /// `model.conv.weight`, `ema.module.conv.weight` where a wrapper is between. Scalars that match nothing are counters.
    private mutating func addAveragedModules() {
        var modules: [(name: Substring, tensors: [NamedTensor])] = []
        var positions: [Substring: Int] = [:]
        for tensor in stateDict.tensors {
            guard let name = Self.averagedModule(of: tensor.key) else { continue }
            if let position = positions[name] {
                modules[position].tensors.append(tensor)
            } else {
                positions[name] = modules.count
                modules.append((name, [tensor]))
            }
        }
        guard !modules.isEmpty else { return }
        var others: [Key: NamedTensor] = [:]
        var ambiguous: Set<Key> = []
        for tensor in stateDict.tensors where Self.averagedModule(of: tensor.key) == nil {
            for end in tensor.key.ends where others.updateValue(tensor, forKey: end) != nil { ambiguous.insert(end) }
        }
        let path = stateDict.path.isEmpty ? "" : stateDict.path + "."
        for (name, tensors) in modules {
            // ema-pytorch has the trained network beside the averages.
            let averages = tensors.filter { $0.key.text.hasPrefix("\(name).ema_model.") }
            for depth in 1...3 {
                var found: [Key: LazyTensor] = [:]
                let isCopy = (averages.isEmpty ? tensors : averages).allSatisfy { tensor in
                    guard let end = tensor.key.ends.dropFirst(depth).first, !ambiguous.contains(end),
                        let other = others[end], other.tensor.shape == tensor.tensor.shape
                    else { return tensor.tensor.shape.isEmpty }
                    return found.updateValue(tensor.tensor, forKey: other.key) == nil
                }
                guard isCopy, found.count > 1 else { continue }
                parts.append(
                    Self.part(
                        "\(path)\(name).*", .weights, tensors.map(\.tensor), found, ownKeys: Set(tensors.map(\.key))))
                break
            }
        }
    }

    // MARK: Several sets

    private mutating func add(_ sets: WeightSets) {
        let members =
            sets.weights.map { ($0, Part.Kind.set) } + sets.optimizers.map { ($0, .optimizer) }
        for (member, kind) in members {
            let tensors = member.value.namedTensors
            let own = tensors.map { Key(member.path + "." + $0.key.text) }
            parts.append(Self.part(member.path, kind, tensors.map(\.tensor), ownKeys: Set(own)))
        }
    }

    // MARK: Around it

    /// Values nest no deeper than this in what trainers write; deeper ones count with what they are in.
    private static let maximumDepth = 4

    private mutating func addSiblings(_ value: CheckpointValue, along path: String, prefix: String, depth: Int) {
        guard !path.isEmpty, case .dictionary(let dictionary) = value else { return }
        for entry in dictionary.entries where entry.value.tensorCount > 0 {
            let name = entry.name
            if path.utf8.elementsEqual(name.utf8) { continue }
            if path.hasPrefix(name + ".") {
                let rest = String(path.dropFirst(name.count + 1))
                addSiblings(entry.value, along: rest, prefix: prefix + name + ".", depth: depth + 1)
            } else {
                add(entry.value, prefix + name, depth)
            }
        }
    }

    /// What stands beside a module.
    private mutating func addNeighbour(_ value: CheckpointValue, _ name: String, isModule: Bool) {
        let first = parts.count
        add(value, name, 0)
        if isModule, parts.count == first + 1 { parts[first].isModule = true }
    }

    private mutating func add(_ value: CheckpointValue, _ name: String, _ depth: Int) {
        let tensors = value.namedTensors
        if value.isOptimizer {
            let part = Self.part(name, .optimizer, tensors.map(\.tensor))
            parts.append(part)
            return optimizerStates.append((part, tensors))
        }
        let isSet = isSecondSet(value, tensors)
        let found = isSet ? replacements(tensors) : [:]
        let inner = value.entriesWithTensors
        if !found.isEmpty {
            // The name goes as deep as the set is: `callbacks.EMA.ema_weights`.
            if inner.count == 1, depth < Self.maximumDepth, case .dictionary = inner[0].value {
                let own = inner[0].value.namedTensors
                if isSecondSet(inner[0].value, own), !replacements(own).isEmpty {
                    return add(inner[0].value, name + "." + inner[0].name, depth + 1)
                }
            }
            return parts.append(Self.part(name, .weights, tensors.map(\.tensor), found))
        }
        // Among Lightning's callbacks, `ModelCheckpoint` has tensors of its own beside the averages of another.
        let holdsParts =
            depth < Self.maximumDepth && inner.allSatisfy { if case .tensor = $0.value { false } else { true } }
        if holdsParts, inner.contains(where: { isPart($0.value) }) {
            for entry in inner { add(entry.value, name + "." + entry.name, depth + 1) }
            return
        }
        parts.append(Self.part(name, isSet ? .weights : .other, tensors.map(\.tensor)))
    }

    /// What optimizers keep of each parameter, in its shape.
    private static let moments: Set = ["exp_avg", "momentum_buffer", "square_avg"]

    /// Finds optimizers with more parameters of a shape than there are tensors of it outside of optimizers.
    /// - Parameter neighbours: those beside a module.
    private mutating func findStaleOptimizers(_ neighbours: [NamedTensor]) {
        guard !optimizerStates.isEmpty else { return }
        var counts: [[Int]: Int] = [:]
        for tensor in stateDict.checkpoint.tensors + neighbours { counts[tensor.tensor.shape, default: 0] += 1 }
        for tensor in optimizerStates.flatMap(\.tensors) { counts[tensor.tensor.shape, default: 0] -= 1 }
        for (part, tensors) in optimizerStates {
            var left = counts
            for tensor in tensors where tensor.parts.last.map(Self.moments.contains) ?? false {
                left[tensor.tensor.shape, default: 0] -= 1
            }
            let stale = tensors.first { tensor in
                left[tensor.tensor.shape, default: 0] < 0 && tensor.parts.last.map(Self.moments.contains) ?? false
            }
            if let stale { misfits.append((part, stale.tensor.shape)) }
        }
    }

    /// Whether a value is one of the parts that are told apart, or holds some.
    private func isPart(_ value: CheckpointValue) -> Bool {
        value.isOptimizer || isSecondSet(value, value.namedTensors)
            || value.entriesWithTensors.contains {
                $0.value.isOptimizer || isSecondSet($0.value, $0.value.namedTensors)
            }
    }

    /// Whether most of the tensors have keys of the state dict's, after a wrapper's prefix or not, or a list has the
    /// shapes of many of its tensors in their order.
    private func isSecondSet(_ value: CheckpointValue, _ tensors: [NamedTensor]) -> Bool {
        guard tensors.count > 1 || keys.count == 1 else { return false }
        if case .sequence = value {
            var expected = stateDict.tensors[...]
            let isOrdered = tensors.allSatisfy { tensor in
                guard let index = expected.firstIndex(where: { $0.tensor.shape == tensor.tensor.shape }) else {
                    return false
                }
                expected = expected[(index + 1)...]
                return true
            }
            return isOrdered && 2 * tensors.count >= keys.count
        }
        let known = tensors.count { tensor in tensor.key.ends.contains { keys.contains($0) } }
        if 2 * known > tensors.count, 4 * known >= keys.count { return true }
        guard 2 * tensors.count >= keys.count else { return false }
        let own = Set(tensors.map(\.key))
        return keys.contains { key in key.ends.dropFirst().contains { own.contains($0) } }
    }

    /// What `AveragedModel` of PyTorch and that of mmengine count with, which is not a tensor of the model's.
    private static let counters: Set = ["n_averaged", "steps"]

    /// The tensors by the keys of the state dict that theirs end in, or that end in theirs; empty where that leaves one
    /// open.
    private func replacements(_ tensors: [NamedTensor]) -> [Key: LazyTensor] {
        var shorter: [Key: Key] = [:]
        var ambiguous: Set<Key> = []
        for key in keys {
            for end in key.ends where shorter.updateValue(key, forKey: end) != nil { ambiguous.insert(end) }
        }
        var found: [Key: LazyTensor] = [:]
        // ema-pytorch has the trained network and counters beside the averages.
        let averages = tensors.filter { $0.key.text.hasPrefix("ema_model.") }
        let tensors = averages.isEmpty ? tensors.filter { !Self.counters.contains($0.key.text) } : averages
        for tensor in tensors {
            let key =
                tensor.key.ends.first { keys.contains($0) }
                ?? (ambiguous.contains(tensor.key) ? nil : shorter[tensor.key])
            if let key { found[key] = tensor.tensor }
        }
        return found.count == tensors.count ? found : [:]
    }

    private static func part(
        _ name: String, _ kind: Part.Kind, _ tensors: [LazyTensor], _ replacements: [Key: LazyTensor] = [:],
        ownKeys: Set<Key> = []
    ) -> Part {
        var seen: Set<ObjectIdentifier> = []
        let bytes = tensors.reduce(0) { seen.insert(ObjectIdentifier($1.storage)).inserted ? $0 &+ $1.byteCount : $0 }
        return Part(
            name: name, kind: kind, tensorCount: tensors.count, byteCount: bytes, replacements: replacements,
            ownKeys: ownKeys)
    }
}

extension Key {
    /// The key, and what follows each of its dots.
    fileprivate var ends: [Key] {
        var ends = [self]
        var rest = text[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            ends.append(Key(String(rest)))
        }
        return ends
    }
}

extension CheckpointValue {
    fileprivate var entriesWithTensors: [CheckpointDictionary.Entry] {
        guard case .dictionary(let dictionary) = self else { return [] }
        return dictionary.entries.filter { $0.value.tensorCount > 0 }
    }

    /// The tensors inside under the keys that they have there.
    fileprivate var namedTensors: [NamedTensor] { (try? NamedTensor.inside(self)) ?? [] }
}
