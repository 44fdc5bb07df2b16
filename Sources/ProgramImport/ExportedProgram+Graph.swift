import ModelGraph
import TensorCore

extension ExportedProgram {
    /// How a program becomes a graph.
    package struct Options: Sendable {
        /// The shapes of the inputs; nil: as the program was exported, of batch 1 where that is open.
        package var inputShapes: [[Int]]?
        /// Which of several outputs counts, from 0; nil: the first that is a tensor of floats.
        package var output: Int?

        package init(inputShapes: [[Int]]? = nil, output: Int? = nil) {
            self.inputShapes = inputShapes
            self.output = output
        }

        /// The options of a program that takes one tensor.
        package init(inputShape: [Int], output: Int? = nil) { self.init(inputShapes: [inputShape], output: output) }
    }

    /// The graph that the program's calls come to, in our own operations.
    /// - Throws: `ImportError`, or a `CheckpointError` for constants that cannot be read.
    package func graph(_ options: Options = Options()) throws -> Graph {
        try naming {
            var importer = try ProgramImporter(self, options)
            return try importer.graph()
        }
    }

    /// The `state_dict()` of the model, without a look at the calls.
    /// - Parameter output: which of several outputs counts, from 0; nil: the first.
    /// - Throws: as `graph(_:)`.
    package func parameters(output: Int? = nil) throws -> [ParameterSpec] {
        try naming {
            _ = try outputArgument(outputIndex(output))
            var importer = try ProgramImporter(self, Options())
            return try importer.parameters()
        }
    }

    /// What `forward` gives, tuples and dictionaries laid out one after the other.
    private var outputs: [ProgramArgument] {
        signature.outputs.compactMap { if case .user(let argument) = $0 { argument } else { nil } }
    }

    /// How many outputs `forward` gives.
    package var outputCount: Int { outputs.count }

    /// Which output counts.
    /// - Parameter asked: nil for the first that is a tensor of floats.
    package func outputIndex(_ asked: Int?) -> Int {
        asked
            ?? outputs.firstIndex {
                guard case .tensor(let name) = $0 else { return false }
                return graph.tensors[name]?.dtype?.isFloatingPoint ?? true
            } ?? 0
    }

    /// What `forward` gives at a position.
    /// - Throws: `ImportError.noOutput`, `.signature` for an output that is not a tensor.
    package func outputArgument(_ index: Int) throws(ImportError) -> String {
        guard outputs.indices.contains(index) else { throw .noOutput(index: index, count: outputs.count) }
        guard case .tensor(let name) = outputs[index] else {
            throw .signature("output \(index) of the program is not a tensor")
        }
        return name
    }

    /// Tensors that no graph has are what is wrong with the program.
    private func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as GraphError { throw ImportError.signature("\(error)") }
    }

    /// The tensors that `forward` takes, those by position before those by keyword.
    /// - Throws: `ImportError.signature` where it takes none, or one that is neither of real numbers nor of truths.
    package func inputs() throws(ImportError) -> [ProgramInput] {
        var inputs: [ProgramInput] = []
        for case .user(.tensor(let name)) in signature.inputs {
            guard let meta = graph.tensors[name], let dtype = meta.dtype, !dtype.isComplex else {
                throw .signature("the input '\(name)' is not a tensor of real numbers")
            }
            inputs.append(ProgramInput(name: name, shape: meta.sizes, dtype: dtype))
        }
        guard !inputs.isEmpty else { throw .signature("the program takes no tensor") }
        return inputs
    }

    /// The inputs with the shapes of `options`, or those of the program.
    func inputs(_ options: Options) throws(ImportError) -> [GraphInput] {
        let own = try inputs()
        let shapes = options.inputShapes ?? own.map { $0.shape.map { $0 ?? 1 } }
        let inputs = zip(own, shapes).map { GraphInput($1, isDiscrete: $0.isDiscrete) }
        guard shapes.count == own.count, zip(own, inputs).allSatisfy({ $0.admits($1) }) else {
            throw .input(
                expected: own.map { "\($0)" }.joined(separator: " and "),
                found: shapes.map { "\($0)" }.joined(separator: " and "))
        }
        return inputs
    }
}

/// A tensor that a program takes.
package struct ProgramInput: Sendable, CustomStringConvertible {
    let name: String
    /// nil for an extent that is open.
    package let shape: [Int?]
    let dtype: DType

    /// Whether it is of integers or truths.
    package var isDiscrete: Bool { !dtype.isFloatingPoint }

    /// `[any, 3, 224, 224]`, `[1, 16] of integers`
    package var description: String {
        let extents = shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
        return "[\(extents)]\(isDiscrete ? " of integers" : "")"
    }

    /// Whether it may be of this shape, and of such numbers.
    package func admits(_ input: GraphInput) -> Bool {
        input.isDiscrete == isDiscrete && input.shape.count == shape.count
            && zip(input.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
    }
}
