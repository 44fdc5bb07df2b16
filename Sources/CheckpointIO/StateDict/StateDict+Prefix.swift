import TensorCore

/// What wrappers of a model put before the names of its modules: `module.` of DataParallel and DistributedDataParallel,
/// `_orig_mod.` of `torch.compile`, `model.` of Lightning, `_forward_module.` of Lightning with DeepSpeed …
package enum WrapperPrefix: Sendable, Equatable {
    /// Every prefix that wrappers are known to add, as often as it occurs; in a checkpoint of Lightning, which has no other
    /// tensors than the module's attributes, also the name of the one that has all of them but one at most.
    case automatic
    /// One that the user names, with or without its dot.
    case given(String)

    /// - Parameter text: what the command line says: a prefix, or `auto`.
    package init(_ text: String) { self = text == "auto" ? .automatic : .given(text) }

    /// Modules that only wrap another, wherever they stand in a path.
    private static let anywhere = [
        "_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module.", "_forward_module.",
    ]
    /// Modules that wrap a whole model; each is also a usual name for a part of one.
    private static let leading = ["module.", "model."]

    /// What `torch.optim.swa_utils.AveragedModel` counts, beside the model that it wraps.
    static let averageCounter = Key("n_averaged")

    /// A key without the prefixes that were found in its state dict.
    struct Stripping {
        private(set) var leading: [String] = []
        private(set) var inner: [String] = []
        var isEmpty: Bool { leading.isEmpty && inner.isEmpty }

        /// - Parameter leading: in the order in which they are taken off.
        init(leading: [String] = [], inner: [String] = []) {
            self.leading = leading
            self.inner = inner
        }

        mutating func add(leading prefix: String) { leading.append(prefix) }

        /// - Returns: the key, and whether anything was taken off.
        func strip(_ key: String) -> (key: String, isChanged: Bool) {
            var text = Self.without(key, inner)
            for prefix in leading where text.utf8.starts(with: prefix.utf8) && text.utf8.count > prefix.utf8.count {
                text = String(Substring(text.utf8.dropFirst(prefix.utf8.count)))
            }
            return (text, text.utf8.count != key.utf8.count)
        }

        private static func without(_ key: String, _ words: [String]) -> String {
            guard !words.isEmpty else { return key }
            let names = Set(words.map { $0.dropLast() })
            let parts = key.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.dropLast().contains(where: names.contains) else { return key }
            return (parts.dropLast().filter { !names.contains($0) } + parts.suffix(1)).joined(separator: ".")
        }

        /// The prefixes that are taken off: those inside paths first.
        var names: [String] { inner + leading }
    }

    /// What is to be taken off the keys.
    func stripping(_ keys: [String], isLightning: Bool) -> Stripping {
        switch self {
        case .given(let prefix): Self.given(prefix, keys)
        case .automatic: Self.automatic(keys, isLightning: isLightning)
        }
    }

    private static func given(_ prefix: String, _ keys: [String]) -> Stripping {
        let dotted = prefix.hasSuffix(".") ? prefix : prefix + "."
        for candidate in [dotted, prefix] where keys.contains(where: { $0.hasPrefix(candidate) }) {
            let isWrapper = anywhere.contains(candidate)
            return isWrapper ? Stripping(inner: [candidate]) : Stripping(leading: [candidate])
        }
        let isOneModule = !dotted.dropLast().contains(".")
        return isOneModule && keys.contains(where: { $0.contains("." + dotted) })
            ? Stripping(inner: [dotted]) : Stripping()
    }

    private static func automatic(_ keys: [String], isLightning: Bool) -> Stripping {
        let inner = anywhere.filter { word in keys.contains { $0.hasPrefix(word) || $0.contains("." + word) } }
        var stripping = Stripping(inner: inner)
        while true {
            let rest = keys.map { stripping.strip($0).key }
            let attribute = isLightning && stripping.leading.isEmpty ? commonAttribute(of: rest).map { [$0] } : nil
            let found = (leading + (attribute ?? [])).first { prefix in
                let strays = rest.count { !$0.hasPrefix(prefix) }
                // A counter or a buffer of the wrapper's own may stand beside the model. Of a network that is the Lightning
                // module itself, nearly all tensors may be in one module: `blocks.` of a transformer.
                return strays < rest.count && strays <= (leading.contains(prefix) ? max(1, rest.count / 20) : 1)
            }
            guard let found, stripping.leading.count < 8 else { return stripping }
            stripping.add(leading: found)
        }
    }
}

extension WrapperPrefix {
    /// The first segment that most keys have, with its dot.
    private static func commonAttribute(of keys: [String]) -> String? {
        let names = keys.compactMap { key in key.firstIndex(of: ".").map { String(key[...$0]) } }
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.first { $0.value * 2 > keys.count }?.key
    }
}

extension Checkpoint {
    /// Whether a Trainer of Lightning wrote it.
    fileprivate var isOfLightning: Bool {
        guard case .dictionary(let root) = root else { return false }
        return root["pytorch-lightning_version"] != nil
    }
}

extension StateDict {
    /// The prefixes that wrappers seem to have added to the keys; empty if there are none.
    package var wrapperPrefixes: [String] {
        WrapperPrefix.automatic.stripping(tensors.map(\.key.text), isLightning: checkpoint.isOfLightning).names
    }

    /// The state dict under the model's own keys, and a sentence that names the prefix; no sentence if the prefix is
    /// automatic and no key has one.
    /// - Parameter origin: the checkpoint that the state dict was taken from, if its `checkpoint` is a new one. It
    ///   tells whether Lightning wrote the keys.
    /// - Throws: `CheckpointError.Reason.prefix` for a prefix that no key has, and for two keys that become one.
    package func stripping(
        _ prefix: WrapperPrefix, origin: Checkpoint? = nil
    ) throws(CheckpointError) -> (stateDict: StateDict, note: String?) {
        let keys = tensors.map(\.key.text)
        let stripping = prefix.stripping(keys, isLightning: (origin ?? checkpoint).isOfLightning)
        guard !stripping.isEmpty else {
            guard case .given(let name) = prefix else { return (self, nil) }
            let first = keys.first.map { "; the first is '\($0)'" } ?? ""
            throw CheckpointError(checkpoint.path, .prefix("no key begins with '\(name)'" + first))
        }
        var count = 0
        var sources: [Key: Key] = [:]
        var renamed: [NamedTensor] = []
        let isAverage = stripping.leading.contains("module.")
        let own = isAverage ? tensors.filter { $0.key == WrapperPrefix.averageCounter } : []
        for tensor in tensors where !isAverage || tensor.key != WrapperPrefix.averageCounter {
            let (text, isChanged) = stripping.strip(tensor.key.text)
            let key = Key(text)
            if isChanged { count += 1 }
            if let other = sources.updateValue(tensor.key, forKey: key) {
                let names = stripping.names.map { "'\($0)'" }.joined(separator: ", ")
                throw CheckpointError(
                    checkpoint.path, .prefix("without \(names) '\(other)' and '\(tensor.key)' are both '\(key)'"))
            }
            renamed.append(NamedTensor(key: key, tensor: tensor.tensor, parents: [], name: text))
        }
        let others = others.map { entry in
            guard case .string(let name) = entry.key else { return entry }
            return CheckpointDictionary.Entry(key: .string(stripping.strip(name).key), value: entry.value)
        }
        let metadata = metadata.map { item in
            // The path of a module is a key without its last dot.
            let path = String(stripping.strip(item.module + ".x").key.dropLast(2))
            let isRoot = stripping.leading.contains(item.module + ".")
            return Metadata(module: item.module.isEmpty || isRoot ? "" : path, value: item.value)
        }
        var seen: Set<Key> = []
        let unique = metadata.filter { seen.insert(Key($0.module)).inserted }
        let names = stripping.names.map { "'\($0)'" }.joined(separator: " and ")
        let before = tensors.filter { tensor in !own.contains { $0.key == tensor.key } }
        let strays = stripping.leading.isEmpty ? nil : zip(before, renamed).first { $0.key == $1.key }
        let note =
            "\(names) taken off \(grouped(count)) of \(grouped(keys.count)) keys"
            + (strays.map { "; '\($0.0.key)' stays as it is" } ?? "")
            + (own.first.map { "; '\($0.key)', the wrapper's own, is left out" } ?? "")
        return (with(renamed, others: others, metadata: unique), note)
    }
}
