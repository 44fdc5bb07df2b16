import CheckpointIO
import Engine
import ModelGraph
import ProgramImport
import TensorCore
import Verification

for path in CommandLine.arguments.dropFirst() {
    let name = path.split(separator: "/").last!
    do {
        let clock = ContinuousClock()
        var program: ExportedProgram!
        var graph: Graph!
        let open = try clock.measure { program = try ExportedProgram(try Checkpoint.open(path)) }
        let imp = try clock.measure { graph = try program.graph() }
        let golden = path.replacing(".dec.pt2", with: ".golden.pth").replacing(".pt2", with: ".golden.pth")
        let g = try Golden(try Checkpoint.open(golden))
        let own = name.hasPrefix("torch-")
        if own {
            for t in program.checkpoint.tensors { print("   ", t.key, t.tensor.shape, t.tensor.dtype, t.tensor.storage.id) }
            print(graph.parameters.map { "\($0.key) \($0.firstKey.map { "= \($0)" } ?? "")" })
        }
        let source: any ParameterSource = own ? CheckpointParameters(try program.checkpoint.stateDict()) : SeededWeights()
        let report = try Verifier(g.part("", of: graph), parameters: source, golden: g, options: .init(comparesLayers: !own)).run()
        print(report.passed ? "ok  " : "FAIL", name, "open", open, "import", imp, "nodes", graph.nodes.count, "layers", report.layers.count, "unknown", report.unknownLayers.count)
        if !report.passed { print("    ", report.findings.prefix(3).map { "\($0)" }) }
    } catch { print("ERR ", name, "\(error)".prefix(600)) }
}
