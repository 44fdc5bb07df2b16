import TensorCore

/// The inputs of a conversion by position: 0 is the carrier, whose keys sides without a name take.
struct InputTable {
    private let names: [String?]
    /// By input, the position of its first tensor; then that after the last.
    private let starts: [Int]

    init(_ request: PlanRequest) {
        names = [request.carrier] + request.named.map(\.name)
        var starts = [0, request.tensors.count]
        for input in request.named { starts.append(starts[starts.count - 1] + input.tensors.count) }
        self.starts = starts
    }

    /// - Parameter name: nil for the carrier.
    func position(of name: String?) -> Int? { name == nil ? 0 : names.firstIndex(of: name) }

    func position(ofTensor tensor: Int) -> Int {
        tensor < starts[1] ? 0 : (starts.firstIndex { $0 > tensor } ?? starts.count) - 1
    }

    func name(of key: Key, at tensor: Int) -> Key { name(of: key, input: position(ofTensor: tensor)) }

    func name(of key: Key, input: Int) -> Key {
        guard input > 0, let name = names[input] else { return key }
        return Key("\(name):\(key.text)")
    }

    /// What is wrong with the inputs that are given.
    /// - Parameters:
    ///   - missing: those that lines read and that are not given.
    ///   - read: the names of all that lines read.
    func findings(_ missing: [(name: String, location: RuleLocation)], read: [String]) -> [Finding] {
        if let first = missing.first {
            var lacking: [String] = []
            for (name, _) in missing where !lacking.contains(name) { lacking.append(name) }
            let words = Self.listed(lacking.map { "\($0)=FILE" })
            let given = names.compactMap { $0 }
            let found = given.isEmpty ? "" : "; given: \(Self.listed(given))"
            let message =
                lacking.count == 1
                ? "the line reads the input '\(lacking[0])': give it as \(words)\(found)"
                : "the rules read the inputs \(Self.listed(read)): give \(words)\(found)"
            return [Finding(.error, .missingInput, rule: first.location, message)]
        }
        return names.dropFirst().compactMap { $0 }.filter { !read.contains($0) }.map { name in
            let known = read.isEmpty ? "none by name" : Self.listed(read)
            return Finding(.error, .missingInput, "no line reads the input '\(name)'; the rules read \(known)")
        }
    }

    private static func listed(_ words: [String]) -> String {
        words.prefix(16).joined(separator: ", ") + (words.count > 16 ? " …" : "")
    }

    /// What is wrong with several inputs backward.
    var namedInReverse: [Finding] {
        guard names.count > 1 else { return [] }
        return [Finding(.error, .missingInput, "backward there is one input, found \(names.count)")]
    }
}
