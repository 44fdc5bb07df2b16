import TensorCore

/// The inputs of a conversion by position: 0 is the carrier, whose keys sides without a name take.
struct InputTable {
    private let names: [String?]
    /// By input, the position of its first tensor; then that behind the last.
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

    func missing(_ name: String, _ location: RuleLocation) -> Finding {
        Finding(.error, .missingInput, rule: location, "the line reads the input '\(name)': give it as \(name)=FILE")
    }

    /// What is wrong with several inputs backward.
    var namedInReverse: [Finding] {
        guard names.count > 1 else { return [] }
        return [Finding(.error, .missingInput, "backward there is one input, found \(names.count)")]
    }
}
