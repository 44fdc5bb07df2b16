import CheckpointIO
import Engine
import ModelGraph
import TensorCore
import TestSupport
import Testing
import Verification

@testable import ProgramImport

/// Calls at the edges of what they are defined for, as `make_edge_programs.py` wrote them, against what PyTorch computed.
@Suite struct EdgeProgramTests {
    static let names = [
        "changes", "kinds", "not_numbers", "sums", "remainders", "types", "positions", "powers", "masks", "views",
        "writes", "quotients", "scalars", "bits", "memory", "rotations", "extremes",
        "hidden", "experts", "quantiles", "bags", "nothing", "places", "losses", "vectors",
    ]

    @Test("NaN, infinite numbers and changes in place come out as in PyTorch", arguments: names, ["pt2", "dec.pt2"])
    func outputs(name: String, form: String) throws {
        let program = try ExportedProgram(Checkpoint.open(fixture("programs/edges/\(name).\(form)")))
        let golden = try Golden(Checkpoint.open(fixture("programs/edges/\(name).golden.pth")))
        let parameters = CheckpointParameters(try program.checkpoint.stateDict())
        let input = DenseTensor(shape: golden.input.shape, scalars: golden.input.scalars.map { Double($0) })
        #expect(golden.outputs.count == program.outputCount)
        for (number, recorded) in golden.outputs.sorted(by: { $0.key < $1.key }) {
            let graph = try program.graph(.init(output: number))
            let exact = try ReferenceInterpreter(graph: graph, parameters: parameters, threads: 1).run(input)
            let fast = try ExecutionPlan(graph: graph, parameters: parameters, options: .init(threads: 1))
                .run(golden.input)
            #expect(exact.shape == recorded.shape && fast.shape == recorded.shape)
            for (kind, own) in [("oracle", exact.scalars), ("plan", fast.scalars.map { Double($0) })] {
                let differing = zip(own, recorded.scalars).enumerated().filter { !Self.agree($1.0, $1.1) }
                #expect(
                    differing.isEmpty,
                    "output \(number), \(kind): \(differing.map { "[\($0)] \($1.0), not \($1.1)" })")
            }
        }
    }

    private static func agree(_ own: Double, _ recorded: Double) -> Bool {
        guard recorded.isFinite else { return own.isNaN == recorded.isNaN && (own.isNaN || own == recorded) }
        return abs(own - recorded) <= 2e-6 * max(1, abs(recorded))
    }
}
