import KeyRules
import TensorCore

extension ConverterFacts {
    /// Takes the statements of a fact file one by one.
    struct Reader {
        private(set) var ruleFileName = ""
        private(set) var model = ""
        private(set) var settings: [String: String] = [:]
        private(set) var entries: [Entry] = []
        private(set) var dropped: [TensorSignature] = []
        private(set) var made: [(tensor: TensorSignature, value: String)] = []
        private(set) var missing: [TensorSignature] = []
        private var operations: [String: String] = [:]
        private var suffix = ""
        private var besides: [String] = []

        /// The tensors that stand beside the converted ones under another ending.
        var siblings: [TensorSignature] {
            besides.flatMap { ending in
                entries.flatMap(\.sources).compactMap { $0 }.map { source in
                    TensorSignature(
                        key: Key(String(source.key.text.dropLast(suffix.count)) + ending), dtype: source.dtype,
                        shape: source.shape)
                }
            }
        }

        mutating func read(_ line: Substring) throws {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2 else { throw Malformed(line: String(line)) }
            switch words[0] {
            case "facts": guard words[1] == "2" else { throw Malformed(line: String(line)) }
            case "converter": ruleFileName = words[1]
            case "model": model = words[1]
            case "set":
                let pair = words[1].split(separator: "=").map(String.init)
                guard pair.count == 2 else { throw Malformed(line: String(line)) }
                settings[pair[0]] = pair[1]
            case "suffix": suffix = words[1]
            case "beside": besides.append(words[1] == "-" ? "" : words[1])
            case "operation": operations[words[1]] = words.dropFirst(2).joined(separator: " ")
            case "drop": dropped += try fields(line, words.dropFirst(2)).map { try signature(words[1], $0, line) }
            case "missing": missing += try fields(line, words.dropFirst(2)).map { try signature(words[1], $0, line) }
            case "make":
                for word in words.dropFirst(2) {
                    let pair = word.split(separator: "=").map(String.init)
                    guard pair.count == 2, let field = try fields(line, [pair[0]]).first else {
                        throw Malformed(line: String(line))
                    }
                    made.append((try signature(words[1], field, line), pair[1]))
                }
            case "many": try readMany(words, line)
            default:
                for field in try fields(line, words.dropFirst(2)) {
                    entries.append(
                        Entry(
                            sources: [try signature(words[0], field, line, ending: suffix)],
                            target: TensorSignature(
                                key: Self.key(words[1], field.targetLeaf), dtype: field.dtype, shape: field.targetShape),
                            operation: field.operation, digest: field.digest))
                }
            }
        }

        private mutating func readMany(_ words: [String], _ line: Substring) throws {
            guard words.count >= 4, let operation = operations[words[1]] else { throw Malformed(line: String(line)) }
            guard let target = try fields(line, [words[2]]).first else { throw Malformed(line: String(line)) }
            let sources = try words.dropFirst(3).map { word -> TensorSignature? in
                guard word != "zeros" else { return nil }
                guard let field = try fields(line, [word]).first else { throw Malformed(line: String(line)) }
                return try signature("-", field, line)
            }
            entries.append(
                Entry(
                    sources: sources, target: try signature("-", target, line), operation: operation,
                    digest: target.digest))
        }

        private func signature(
            _ module: String, _ field: Field, _ line: Substring, ending: String = ""
        ) throws -> TensorSignature {
            TensorSignature(key: Self.key(module, field.leaf + ending), dtype: field.dtype, shape: field.shape)
        }

        /// "a.b" and "c" make "a.b.c", "a/b/" and "c" "a/b/c"; "-" is not a module.
        private static func key(_ module: String, _ leaf: String) -> Key {
            if module == "-" { return Key(leaf) }
            return Key(module.hasSuffix("/") ? module + leaf : "\(module).\(leaf)")
        }

        private func fields(_ line: Substring, _ words: some Sequence<String>) throws -> [Field] {
            try words.flatMap { word -> [Field] in
                if word.hasPrefix("bn:") {
                    let tensors = ["weight", "bias", "running_mean", "running_var"].map { "\($0):\(word.dropFirst(3))" }
                    return try (tensors + ["num_batches_tracked:int64:"]).map { try Field($0, operations, line) }
                }
                return [try Field(word, operations, line)]
            }
        }
    }

    /// leaf[>leaf of the target]:[dtype:]extents[>extents of the target][@operation][#digest]
    private struct Field {
        let leaf: String
        let targetLeaf: String
        let dtype: DType
        let shape: [Int]
        let targetShape: [Int]
        let operation: String?
        let digest: String?

        init(_ word: String, _ operations: [String: String], _ line: Substring) throws {
            let hash = word.split(separator: "#", maxSplits: 1).map(String.init)
            digest = hash.count == 2 ? hash[1] : nil
            let at = hash[0].split(separator: "@", maxSplits: 1).map(String.init)
            operation = at.count == 2 ? operations[at[1]] : nil
            var parts = at[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            let extents = parts.removeLast().split(separator: ">", omittingEmptySubsequences: false).map { text in
                text.split(separator: ",").map { Int($0) }
            }
            var dtype = DType.float32
            if let stated = parts.last.flatMap(DType.init(rawValue:)) {
                dtype = stated
                parts.removeLast()
            }
            // What is left is a key, in which an input's name may be ("base:lm_head.weight").
            let leaves = parts.joined(separator: ":").split(separator: ">").map(String.init)
            guard
                let first = leaves.first, let last = leaves.last, let source = extents.first, let target = extents.last,
                !(source + target).contains(nil), at.count == 1 || operation != nil
            else { throw Malformed(line: String(line)) }
            leaf = first
            targetLeaf = last
            self.dtype = dtype
            shape = source.compactMap { $0 }
            targetShape = target.compactMap { $0 }
        }
    }
}
