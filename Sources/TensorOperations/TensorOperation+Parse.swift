import TensorCore

extension TensorOperation {
    /// Reads an operation as rule files spell it.
    /// - Parameter words: divided at blanks, parameters filled in.
    /// - Throws: `OperationError.syntax`.
    package init(words: [String]) throws(OperationError) {
        if Rearrangement.isLayout(words) {
            self = .layout(try Rearrangement(words: words))
            return
        }
        var arguments = OperationArguments(words)
        switch arguments.name {
        case "concat":
            let axis = try arguments.axis()
            let sizes = try arguments.sizes()
            guard sizes.count != 1 else { throw .syntax("'concat' is followed by an extent for each part, or none") }
            self = .concat(axis: axis, sizes: sizes.isEmpty ? nil : sizes)
        case "split":
            let axis = try arguments.axis()
            let sizes = try arguments.sizes()
            guard let first = sizes.first else { throw .syntax("a number of parts, or their extents, is expected") }
            self = .split(axis: axis, sizes.count == 1 ? .equal(first) : .sizes(sizes))
        case "stack": self = .stack(axis: try arguments.axis(), capture: try arguments.word("a capture"))
        case "unstack": self = .unstack(axis: try arguments.axis(), capture: try arguments.word("a capture"))
        case "slice":
            let axis = try arguments.axis()
            let (from, to) = try arguments.range()
            self = .slice(axis: axis, from: from, to: to)
        case "add":
            if arguments.take("corner") {
                self = .add(corner: true)
            } else {
                let weights = try arguments.numbers()
                self = weights.isEmpty ? .add(corner: false) : .weightedSum(weights)
            }
        case "mean":
            self = arguments.isAtEnd ? .mean : .reduce(axis: try arguments.axis(), isMean: true)
        case "sum": self = .reduce(axis: try arguments.axis(), isMean: false)
        case "repeat": self = .repeat(axis: try arguments.axis(), try arguments.count())
        case "scale": self = .scale(try arguments.number())
        case "multiply": self = .multiply(axis: arguments.isAtEnd ? nil : try arguments.axis())
        case "dequantize": self = .dequantize(try arguments.blocks())
        case "weight_norm": self = .weightNorm(axis: arguments.isAtEnd ? nil : try arguments.axis())
        case "resize":
            self = .resize(try Resizing(words: words.dropFirst()))
            return
        case "cast":
            let first = try arguments.dtype()
            self = arguments.isAtEnd ? .cast(from: nil, to: first) : .cast(from: first, to: try arguments.dtype())
        case "lora": self = .lora(try arguments.scale())
        default: throw .syntax("there is no operation '\(arguments.name)'")
        }
        try arguments.end()
    }
}

/// What follows an operation's name.
private struct OperationArguments {
    let name: String
    private var rest: ArraySlice<String>

    /// Parts of a tensor that one line names.
    private static let partLimit = 4_096

    init(_ words: [String]) {
        name = words.first ?? ""
        rest = words.dropFirst()
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func word(_ expected: String) throws(OperationError) -> String {
        guard let word = rest.popFirst() else { throw .syntax("\(expected) is expected after '\(name)'") }
        return word
    }

    mutating func take(_ text: String) -> Bool {
        guard rest.first == text else { return false }
        rest.removeFirst()
        return true
    }

    func end() throws(OperationError) {
        if let word = rest.first { throw .syntax("'\(word)' is more than '\(name)' may have") }
    }

    mutating func axis() throws(OperationError) -> Int {
        let word = try word("an axis")
        guard let axis = Int(word), axis.magnitude <= Rearrangement.axisLimit else {
            throw .syntax("'\(word)' is not an axis")
        }
        return axis
    }

    mutating func sizes() throws(OperationError) -> [Int] {
        guard rest.count <= Self.partLimit else {
            throw .syntax("'\(name)' of \(rest.count) parts, the limit is \(Self.partLimit)")
        }
        var sizes: [Int] = []
        while let word = rest.popFirst() {
            guard let size = Int(word), size > 0 else { throw .syntax("'\(word)' is not a number of 1 or more") }
            sizes.append(size)
        }
        if name == "split", sizes.count == 1, sizes[0] > Self.partLimit {
            throw .syntax("'split' into \(sizes[0]) parts, the limit is \(Self.partLimit)")
        }
        return sizes
    }

    /// `2..17`, `..17`, `2..`, `-4..-1`
    mutating func range() throws(OperationError) -> (from: Int, to: Int?) {
        let word = try word("FROM..TO")
        let ends = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard ends.count == 3, ends[1].isEmpty, word != "..", let from = ends[0].isEmpty ? 0 : Int(ends[0]),
            let to = ends[2].isEmpty ? .some(nil) : Int(ends[2]).map(Optional.some)
        else { throw .syntax("FROM..TO is expected in place of '\(word)'") }
        return (from, to)
    }

    mutating func dtype() throws(OperationError) -> DType {
        let word = try word("a dtype")
        guard let dtype = DType(rawValue: word) else { throw .syntax("'\(word)' is not a dtype") }
        return dtype
    }

    /// `0.5`, `16/8`, `16/rank`
    mutating func scale() throws(OperationError) -> LowRankScale {
        let word = try word("a scale")
        guard let scale = LowRankScale(word) else { throw .syntax("'\(word)' is not a scale") }
        guard scale.factor.isFinite else { throw .syntax("'\(word)' is not a finite scale") }
        return scale
    }

    /// `0.5`, `1/3`
    mutating func number() throws(OperationError) -> Double {
        let word = try word("a number")
        guard let number = LowRankScale(word), !number.takesAlpha, number.divisor == .none, number.factor.isFinite
        else { throw .syntax("'\(word)' is not a finite number") }
        return number.factor
    }

    mutating func numbers() throws(OperationError) -> [Double] {
        var numbers: [Double] = []
        while !isAtEnd { numbers.append(try number()) }
        return numbers
    }

    mutating func count() throws(OperationError) -> Int {
        let word = try word("a number of 1 or more")
        guard let count = Int(word), (1...Self.partLimit).contains(count) else {
            throw .syntax("'\(word)' is not a number from 1 to \(Self.partLimit)")
        }
        return count
    }

    /// `128`, `128 128`, `1 *`
    mutating func blocks() throws(OperationError) -> [Int?] {
        var blocks: [Int?] = []
        repeat {
            let word = try word("the extent of a block")
            guard word != "*" else {
                blocks.append(nil)
                continue
            }
            guard let extent = Int(word), extent > 0 else {
                throw .syntax("'\(word)' is neither the extent of a block nor '*', all of an axis")
            }
            blocks.append(extent)
        } while !isAtEnd && blocks.count <= Rearrangement.axisLimit
        return blocks
    }
}
