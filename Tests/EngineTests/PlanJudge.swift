import ModelGraph
import TensorCore
import Testing

@testable import Engine

/// Judges fast execution by the reference.
struct PlanJudge {
    /// The model; without its activations if `linear`, which bounds the magnitudes of what they clamp.
    let graph: (_ linear: Bool) throws -> Graph

    init(_ inputShape: [Int], _ model: @escaping (Scope, Value, _ linear: Bool) throws -> Value) {
        graph = { linear in
            let builder = GraphBuilder(inputShape: inputShape)
            return builder.finish(try model(builder.root, builder.input, linear))
        }
    }

    /// Expects that each instruction set and number of threads gives the same bits, and that these are no
    /// farther from the exact result than rounding explains.
    ///
    /// An n-term sum of products in floating point is off by at most n·u·Σ|aᵢ·bᵢ|, u = 2⁻²⁴ (Higham, "Accuracy
    /// and Stability of Numerical Algorithms", 3.1); Σ|aᵢ·bᵢ| is what the reference gives for the magnitudes.
    /// - Parameters:
    ///   - terms: the longest sum, with the operations fused to it and those before it.
    ///   - growth: for Winograd, by how much its transforms let magnitudes grow; the bound is then one for all
    ///     elements, from the largest input.
    func expectAgreement(terms: Int, growth: Double? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let graph = try graph(false)
        let input = PseudoRandom.tensor(graph.inputShape, seed: 7)
        let reference = ReferenceInterpreter(graph: graph, parameters: PseudoRandomSource(), threads: 1)
        let exact = try reference.run(DenseTensor(shape: input.shape, scalars: input.scalars.map(Double.init)))
        var magnitudes = input.scalars.map { Double(abs($0)) }
        if growth != nil { magnitudes = magnitudes.map { [largest = magnitudes.max() ?? 0] _ in largest } }
        var magnitude = try ReferenceInterpreter(
            graph: self.graph(true), parameters: PseudoRandomSource(magnitudesOnly: true), threads: 1
        ).run(DenseTensor(shape: input.shape, scalars: magnitudes))
        if let growth {
            let largest = magnitude.scalars.max() ?? 0
            magnitude = DenseTensor(shape: magnitude.shape, repeating: growth * largest)
        }

        var first: DenseTensor<Float>?
        for set in InstructionSet.available {
            for threads in [1, 2, 3] {
                let options = ExecutionPlan.Options(threads: threads, instructionSet: set)
                let plan = try ExecutionPlan(graph: graph, parameters: PseudoRandomSource(), options: options)
                let output = try plan.run(input)
                #expect(output.shape == exact.shape, sourceLocation: sourceLocation)
                if let first {
                    #expect(
                        output.scalars.map(\.bitPattern) == first.scalars.map(\.bitPattern),
                        "\(set), \(threads) threads: other bits", sourceLocation: sourceLocation)
                } else {
                    first = output
                    for index in output.scalars.indices {
                        let error = abs(Double(output.scalars[index]) - exact.scalars[index])
                        let bound = Double(terms) * 0x1p-24 * magnitude.scalars[index]
                        #expect(error <= bound, "\(set): element \(index)", sourceLocation: sourceLocation)
                        if error > bound { return }
                    }
                    let again = try plan.run(input)
                    #expect(again == output, "a second run differs", sourceLocation: sourceLocation)
                }
            }
        }
    }
}
