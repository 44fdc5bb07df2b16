import Engine
import ModelGraph
import TensorCore
import Verification

/// Whether a model gives the same bits on every instruction set and number of threads, and how much memory its plan
/// takes.
struct PlanCheck {
    /// FNV-1a of the output's bits.
    private let digest: UInt64
    /// The instruction sets and numbers of threads whose bits differ from those of the first: "avx2 3".
    let differing: [String]
    private let memory: ExecutionPlan.Memory

    /// Runs a plan on each instruction set that the CPU has, with one to three threads.
    init(_ graph: Graph) throws {
        let input = SeededWeights.input(shape: graph.inputShape)
        var digests: [(name: String, digest: UInt64, memory: ExecutionPlan.Memory)] = []
        for set in InstructionSet.available {
            for threads in 1...3 {
                let plan = try ExecutionPlan(
                    graph: graph, parameters: SeededWeights(),
                    options: ExecutionPlan.Options(threads: threads, instructionSet: set))
                digests.append(("\(set) \(threads)", Self.digest(try plan.run(input)), plan.memory))
            }
        }
        digest = digests[0].digest
        differing = digests.filter { [digest] in $0.digest != digest }.map(\.name)
        memory = digests[1].memory
    }

    /// The digest or what differs; then, for two threads, megabytes of the arena, megabytes of the largest set of live
    /// maps, their ratio, and megabytes of the threads' scratch. Separated by tabs.
    var figures: String {
        let bits = differing.isEmpty ? String(digest, radix: 16) : "differs: " + differing.joined(separator: ", ")
        let (arena, live) = (Double(memory.arena), Double(memory.live))
        let figures = [arena * 1e-6, live * 1e-6, arena / max(1, live), Double(memory.scratch) * 1e-6]
        return ([bits] + figures.map(thousandths)).joined(separator: "\t")
    }

    private static func digest(_ output: DenseTensor<Float>) -> UInt64 {
        output.scalars.reduce(0xcbf2_9ce4_8422_2325) { digest, scalar in
            (digest ^ UInt64(scalar.bitPattern)) &* 0x100_0000_01b3
        }
    }
}
