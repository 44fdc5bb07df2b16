import CheckpointIO
import Engine
import ModelGraph
import Verification

/// How long a model's plan takes to make from a checkpoint, beside reading the checkpoint's weights.
struct PlanningTime {
    private var planning = Duration.seconds(3600)
    private var reading = Duration.seconds(3600)

    /// Reads and plans `runs` times, in turn, with the file opened anew each time.
    init(_ graph: Graph, checkpoint path: String, threads: Int, runs: Int) throws {
        let clock = ContinuousClock()
        for _ in 0..<runs {
            reading = min(reading, try clock.measure { try Self.read(graph, try Self.parameters(path)) })
            planning = min(
                planning,
                try clock.measure {
                    _ = try ExecutionPlan(
                        graph: graph, parameters: try Self.parameters(path), options: .init(threads: threads))
                })
        }
    }

    /// The least time of a plan and of reading, in milliseconds, and their ratio. Separated by tabs.
    var figures: String {
        [milliseconds(planning), milliseconds(reading), planning / reading].map(thousandths).joined(separator: "\t")
    }

    private static func parameters(_ path: String) throws -> CheckpointParameters {
        CheckpointParameters(try Checkpoint.open(path).stateDict())
    }

    /// Copies every weight into memory of its own, one after the other.
    private static func read(_ graph: Graph, _ parameters: CheckpointParameters) throws {
        var copies: [[Float]] = []
        for spec in graph.parameters where spec.dtype.isFloatingPoint {
            copies.append(try parameters.withFloat32(spec) { Array($0) })
        }
        withExtendedLifetime(copies) {}
    }
}
