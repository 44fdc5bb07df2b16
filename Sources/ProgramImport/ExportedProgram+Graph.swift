import ModelGraph

extension ExportedProgram {
    /// How a program becomes a graph.
    package struct Options: Sendable {
        /// The input's shape; nil: as the program was exported, of batch 1 where that is open.
        package var inputShape: [Int]?
        /// Which of several outputs counts, from 0; nil: the first that is a tensor of floats.
        package var output: Int?

        package init(inputShape: [Int]? = nil, output: Int? = nil) {
            self.inputShape = inputShape
            self.output = output
        }
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
    func outputArgument(_ index: Int) throws(ImportError) -> String {
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

    /// The input's extents; nil for one that is open.
    package func inputShape() throws(ImportError) -> [Int?] {
        let inputs = signature.inputs.compactMap { if case .user(.tensor(let name)) = $0 { name } else { nil } }
        guard inputs.count == 1, let meta = graph.tensors[inputs[0]] else {
            throw .signature("the program takes \(inputs.count) tensors; what is run here takes one, an image")
        }
        return meta.sizes
    }

    /// The shape of the input of `options`, or that of the program.
    func inputShape(_ options: Options) throws(ImportError) -> [Int] {
        let own = try inputShape()
        guard let shape = options.inputShape else { return own.map { $0 ?? 1 } }
        guard shape.count == own.count, zip(shape, own).allSatisfy({ $1 == nil || $0 == $1 }) else {
            let extents = own.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
            throw .input(expected: "[\(extents)]", found: shape)
        }
        return shape
    }
}
