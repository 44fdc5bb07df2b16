import Engine
import ModelGraph
import TensorCore
import Testing
import Verification

@testable import ProgramImport

/// One call of an operator by itself, on a graph's input and on constants.
struct RecordedCall {
    let tracer: Tracer

    init(inputShape: [Int], isDiscrete: Bool = false) {
        tracer = Tracer(GraphBuilder(inputs: [GraphInput(inputShape, isDiscrete: isDiscrete)]))
    }

    /// The graph's input, taken for elements of this type.
    func inputTensor(_ dtype: DType = .float32) -> ProgramTensor { tracer.tensor(tracer.builder.input, dtype) }

    func input(_ dtype: DType = .float32) -> Call.Argument { .value(.tensor(inputTensor(dtype))) }

    static func constant(_ dtype: DType, _ shape: [Int], _ elements: [Double]) -> Call.Argument {
        .value(.tensor(ProgramTensor(ConstantTensor(dtype, shape, elements))))
    }

    /// A number as the graph writes an integer.
    static func number(_ number: Double) -> Call.Argument { .value(.number(number)) }

    /// What `torch.ops.aten.NAME` gives.
    func results(
        _ name: String, _ arguments: [(name: String, value: Call.Argument)]
    ) throws -> [ProgramValue] {
        let lowering = try #require(ATenCalls.find("torch.ops.aten." + name))
        return try lowering.run(Call(tracer, name: name, arguments, outputCount: 1))
    }

    /// The tensor that `torch.ops.aten.NAME` gives.
    func callAsFunction(_ name: String, _ arguments: [(name: String, value: Call.Argument)]) throws -> ProgramTensor {
        let result = try results(name, arguments).first
        let tensor: ProgramTensor? = if case .tensor(let tensor)? = result { tensor } else { nil }
        return try #require(tensor)
    }

    /// The graph that gives this result.
    func graph(_ result: ProgramTensor) throws -> Graph { tracer.builder.finish(try tracer.value(result)) }

    /// The elements of a result, in double precision.
    func elements(_ result: ProgramTensor, _ input: [Double]) throws -> [Double] {
        let graph = try graph(result)
        return try ReferenceInterpreter(graph: graph, parameters: SeededWeights(), threads: 1)
            .run(DenseTensor(shape: graph.inputShape, scalars: input)).scalars
    }
}
