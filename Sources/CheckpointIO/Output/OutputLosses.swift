import TensorCore

/// What a format cannot hold of a state dict and of the checkpoint around it, in words.
struct OutputLosses {
    private let output: CheckpointOutput

    init(of output: CheckpointOutput) { self.output = output }

    /// What `__metadata__` says, which has no place in a torch file.
    static func notes(ofMetadata metadata: [Checkpoint.MetadataItem]) -> [String] {
        let metadata = own(metadata)
        guard !metadata.isEmpty else { return [] }
        let items = metadata.map { "\($0.name) = '\($0.value)'" }
        return ["the metadata \(listed(items)) is left out: a torch file has no place for it"]
    }

    /// What says something of the content, not of the files that it was split into.
    static func own(_ metadata: [Checkpoint.MetadataItem]) -> [Checkpoint.MetadataItem] {
        metadata.filter { $0.name != "total_size" && $0.name != "total_parameters" }
    }

    /// One note for each value around the state dict or in it that is not a tensor of it.
    /// - Parameter holder: what holds tensors only.
    func aroundStateDict(_ holder: String) -> [String] {
        var siblings: [(name: String, value: CheckpointValue)] = []
        Self.collectSiblings(
            output.stateDict.checkpoint.root, along: output.stateDict.path, prefix: "", into: &siblings)
        siblings += output.stateDict.neighbours.map { ($0.name, $0.value) }
        let written = output.stateDict.module?.path ?? output.stateDict.path
        let prefix = output.stateDict.path.isEmpty ? "" : output.stateDict.path + "."
        let names =
            siblings.filter { $0.value.tensorCount == 0 }.map(\.name)
            + output.entries.filter { !$0.isTensor }.map { prefix + $0.key.text }
            + output.stateDict.hiddenValues.map { prefix + $0 }
        var notes = siblings.filter { $0.value.tensorCount > 0 }.map { sibling in
            let tensors = sibling.value.tensorCount == 1 ? "1 tensor" : "\(grouped(sibling.value.tensorCount)) tensors"
            return
                "'\(sibling.name)', which holds \(tensors), is left out: what is written is '\(written)'"
        }
        notes += names.prefix(Self.limit).map { "'\($0)' is left out: \(holder) holds tensors only" }
        if names.count > Self.limit { notes.append("and so are \(names.count - Self.limit) more values") }
        let containers = output.stateDict.container.entries.filter { $0.value.isContainerOfTensors }
        let nested = containers.map { prefix + $0.name }
        if !nested.isEmpty {
            let owner = nested.count == 1 ? "its" : "theirs"
            notes.append("the keys inside \(Self.quoted(nested)) are joined to \(owner) by dots")
        }
        if !output.metadata.isEmpty {
            let count = output.metadata.count == 1 ? "1 module" : "\(grouped(output.metadata.count)) modules"
            notes.append("'\(prefix)_metadata', the versions of \(count), is left out: \(holder) holds tensors only")
        }
        return notes
    }

    /// What a state dict whose inner dictionaries are joined to one leaves out of them.
    var inside: [String] {
        let names = output.stateDict.hiddenValues
        var notes = names.prefix(Self.limit).map {
            "'\($0)' is left out: of dictionaries inside only tensors are written"
        }
        if names.count > Self.limit { notes.append("and so are \(names.count - Self.limit) more values") }
        return notes
    }

    /// What of the tensors themselves a safetensors file does not say.
    var inSafetensors: [String] {
        var notes: [String] = []
        let stored = output.entries.compactMap { entry in entry.stored.map { (entry.key.text, $0) } }
        func note(_ keys: [String], _ one: String, _ several: String) {
            guard !keys.isEmpty else { return }
            notes.append("\(Self.quoted(keys)) \(keys.count == 1 ? one : several)")
        }
        let unwritable = output.stateDict.container.entries.filter { entry in
            if case .object(let key) = entry.key { key.typeName == "str" } else { false }
        }
        note(
            unwritable.map(\.name), "is the key's repr: safetensors holds no half of a surrogate pair",
            "are the keys' reprs: safetensors holds no half of a surrogate pair")
        note(
            sharingKeys(stored), "shares memory with another tensor, and is written whole",
            "share memory, and each is written whole: safetensors shares none")
        note(
            stored.filter { !$0.1.layout.isContiguous }.map(\.0),
            "is written in row-major order, as safetensors holds it",
            "are written in row-major order, as safetensors holds them")
        let parameters = output.entries.filter(\.isParameter).map(\.key.text)
        note(
            parameters, "is a Parameter, which safetensors does not say",
            "are Parameters, which safetensors does not say")
        note(
            stored.filter { $0.1.requiresGrad && !$0.1.isParameter }.map(\.0),
            "requires grad, which safetensors does not say", "require grad, which safetensors does not say")
        note(
            stored.filter { $0.1.typeName != nil || !$0.1.attributes.isEmpty }.map(\.0),
            "has a class or attributes of its own, which safetensors does not say",
            "have a class or attributes of their own, which safetensors does not say")
        return notes
    }

    /// The tensors that safetensors has no form for, with what they are.
    var unheldBySafetensors: [CheckpointError.Unheld] {
        output.entries.compactMap { entry in
            if entry.key.text == "__metadata__" {
                return CheckpointError.Unheld(key: entry.key, what: "a name with a meaning of its own")
            }
            switch entry.source {
            case .stored(let tensor), .value(.tensor(let tensor)):
                if let why = tensor.unreadable, case .subclass = why {
                    return CheckpointError.Unheld(key: entry.key, what: why.description)
                }
                if tensor.form != .strided { return CheckpointError.Unheld(key: entry.key, what: tensor.form.rawValue) }
                if !tensor.hasElements { return CheckpointError.Unheld(key: entry.key, what: "on the device meta") }
                if tensor.spreadsTooFar {
                    let sizes = "\(grouped(tensor.storage.byteCount)) bytes spread over \(grouped(tensor.byteCount))"
                    return CheckpointError.Unheld(key: entry.key, what: sizes)
                }
                return Self.unheld(entry.key, tensor.dtype, tensor.shape)
            case .computed(let tensor): return Self.unheld(entry.key, tensor.dtype, tensor.shape)
            case .value(let value): return value.foreignNumbers.map { CheckpointError.Unheld(key: entry.key, what: $0) }
            }
        }
    }

    private static func unheld(_ key: Key, _ dtype: DType, _ shape: [Int]) -> CheckpointError.Unheld? {
        guard let type = SafetensorsType(dtype) else { return CheckpointError.Unheld(key: key, what: dtype.rawValue) }
        // An empty tensor may have an extent of any length.
        let extent = (shape.last ?? 1).multipliedReportingOverflow(by: type.elementsPerUnit)
        return extent.overflow ? CheckpointError.Unheld(key: key, what: "\(dtype) of shape \(shape)") : nil
    }

    /// A note where tensors that share memory in the source are written apart, with the bytes of both; none for tied weights.
    /// - Parameter sharesNone: whether the format writes each tensor by itself.
    func multiplied(sharesNone: Bool) -> [String] {
        var ofStorage: [ObjectIdentifier: (held: Int, seen: Int)] = [:]
        for tensor in output.stateDict.tensors.map(\.tensor) {
            let (known, size) = (ofStorage[ObjectIdentifier(tensor.storage)]?.seen ?? 0, tensor.storage.byteCount)
            ofStorage[ObjectIdentifier(tensor.storage)] = (size, known.addingSaturated(tensor.byteCount))
        }
        let held = ofStorage.values.reduce(0) { $0.addingSaturated(min($1.held, $1.seen)) }
        let seen = ofStorage.values.reduce(0) { $0.addingSaturated($1.seen) }
        guard held > 0, seen / held >= Self.plainSharing else { return [] }
        // All tensors by themselves, and with what they share written once.
        var (apart, together) = (0, 0)
        var storages: Set<ObjectIdentifier> = []
        var memories: Set<ComputedTensor.Memory> = []
        for entry in output.entries {
            if let tensor = entry.stored {
                apart = apart.addingSaturated(tensor.byteCount)
                if storages.insert(ObjectIdentifier(tensor.storage)).inserted {
                    together = together.addingSaturated(tensor.storage.byteCount)
                }
            } else if case .computed(let tensor) = entry.source {
                apart = apart.addingSaturated(tensor.byteCount)
                if tensor.memory.map({ memories.insert($0).inserted }) ?? true {
                    together = together.addingSaturated(tensor.byteCount)
                }
            }
        }
        let written = sharesNone ? apart : together
        guard written / held >= Self.plainSharing, written / Self.plainSharing > apart / (seen / held) else {
            return []
        }
        return [
            "tensors that share \(grouped(held)) bytes are written apart: \(grouped(written)) bytes in all"
        ]
    }

    /// How many tensors may see the same bytes without a note: tied weights are two.
    private static let plainSharing = 2

    // MARK: Walking

    private static let limit = 20

    /// The entries beside the path of a state dict, from the root down.
    private static func collectSiblings(
        _ value: CheckpointValue, along path: String, prefix: String,
        into siblings: inout [(name: String, value: CheckpointValue)]
    ) {
        guard !path.isEmpty, case .dictionary(let dictionary) = value else { return }
        for entry in dictionary.entries {
            let name = entry.name
            if path.utf8.elementsEqual(name.utf8) { continue }
            if path.hasPrefix(name + ".") {
                let rest = String(path.dropFirst(name.count + 1))
                collectSiblings(entry.value, along: rest, prefix: prefix + name + ".", into: &siblings)
            } else {
                siblings.append((prefix + name, entry.value))
            }
        }
    }

    /// The keys of tensors whose memory overlaps that of another, in order.
    private func sharingKeys(_ stored: [(String, LazyTensor)]) -> [String] {
        var ofStorage: [ObjectIdentifier: [Int]] = [:]
        for (position, item) in stored.enumerated() where item.1.byteCount > 0 {
            ofStorage[ObjectIdentifier(item.1.storage), default: []].append(position)
        }
        var sharing: Set<Int> = []
        for positions in ofStorage.values where positions.count > 1 {
            let ranges = positions.map { (position: $0, range: stored[$0].1.storageRange) }
                .sorted { ($0.range.lowerBound, $0.position) < ($1.range.lowerBound, $1.position) }
            var last = ranges[0]
            for next in ranges.dropFirst() {
                if next.range.lowerBound < last.range.upperBound { sharing.formUnion([last.position, next.position]) }
                if next.range.upperBound > last.range.upperBound { last = next }
            }
        }
        return sharing.sorted().map { stored[$0].0 }
    }

    // MARK: Words

    private static func quoted(_ keys: [String]) -> String { listed(keys.map { "'\($0)'" }) }

    /// `a, b and c`; of many the first three and how many more.
    static func listed(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        if items.count > 4 { return items.prefix(3).joined(separator: ", ") + " and \(grouped(items.count - 3)) more" }
        return items.dropLast().joined(separator: ", ") + " and \(last)"
    }
}

extension CheckpointValue {
    fileprivate var isContainerOfTensors: Bool {
        if case .tensor = self { false } else { tensorCount > 0 }
    }
}

extension CheckpointOutput.Entry {
    fileprivate var stored: LazyTensor? {
        switch source {
        case .stored(let tensor), .value(.tensor(let tensor)): tensor
        default: nil
        }
    }

    fileprivate var isParameter: Bool {
        if case .computed(let tensor) = source { tensor.isParameter } else { stored?.isParameter ?? false }
    }
}

extension LazyTensor {
    /// What the tensor sees of its storage.
    fileprivate var storageRange: Range<Int> { layout.byteRange(width: dtype.byteWidth) }
}
