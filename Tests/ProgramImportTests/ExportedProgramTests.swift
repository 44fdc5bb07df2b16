import ByteIO
import CheckpointIO
import Engine
import ModelGraph
import TensorCore
import TestSupport
import Testing
import Verification

@testable import ProgramImport

@Suite struct ExportedProgramTests {
    private func program(_ name: String) throws -> ExportedProgram {
        try ExportedProgram(Checkpoint.open(fixture("programs/\(name).pt2")))
    }

    @Test(
        "what every version of PyTorch wrote computes both outputs with its own weights",
        arguments: ["2.6.0", "2.8.0", "2.11.0", "2.15.0"], [0, 1])
    func versions(version: String, output: Int) throws {
        let program = try program("versions/torch-\(version)")
        let graph = try program.graph(.init(output: output))
        let file = try Checkpoint.open(fixture("programs/versions/torch-\(version).golden.pth"))
        let recorded = try Golden(file)
        let name = output == 0 ? "output" : "features"
        let tensor = try #require(file.tensors.first { $0.key.text == name }?.tensor)
        let golden = Golden(
            input: recorded.input,
            output: try tensor.withFloat64 { RecordedTensor(shape: tensor.shape, scalars: Array($0)) }, module: "")
        let parameters = CheckpointParameters(try program.checkpoint.stateDict())
        let report = try Verifier(golden.part("", of: graph), parameters: parameters, golden: golden).run()
        #expect(report.passed, "\(report.findings)")
    }

    @Test("parameters stand in the order of state_dict(), tied ones under both keys")
    func order() throws {
        let parameters = try program("versions/torch-2.15.0").parameters()
        #expect(
            parameters.map(\.key.text) == [
                "order", "conv.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var",
                "norm.num_batches_tracked", "first.weight", "first.bias", "second.weight",
            ])
        #expect(parameters.last?.firstKey == "first.weight")
        #expect(parameters[0].computed?.elements == [7, 6, 5, 4, 3, 2, 1, 0])
        #expect(parameters.count { $0.role == .buffer } == 4)
    }

    @Test("a wrapper's calls belong to the modules that they run in, and these have outputs")
    func modules() throws {
        let graph = try program("versions/torch-2.15.0").graph()
        #expect(graph.modules.map(\.path) == ["conv", "norm", "first", "second", ""])
        #expect(graph.nodes.first { $0.operation.name == "batch_norm" }?.module == "norm")
    }

    @Test("an unknown call is one error: target, node, line of source, how many other kinds")
    func unknownCall() throws {
        let error = #expect(throws: ImportError.self) { try program("hostile/unknown_calls").graph() }
        guard case .unknownCall(let target, let node, let source, let others)? = error else {
            Issue.record("\(error.map { "\($0)" } ?? "no error")")
            return
        }
        #expect(target == "torch.ops.mine.frobnicate.default")
        #expect(node == "add")
        #expect(error?.description.hasPrefix("node 'add' calls torch.ops.mine.frobnicate.default (") == true)
        #expect(source?.contains("make_program_versions.py:") == true)
        #expect(source?.hasSuffix("features = self.second(self.first(x)) + self.steps / 8") == true)
        #expect(others == 1)
        #expect(error?.description.contains("which is not known; so is one other kind of call") == true)
    }

    @Test("the state dict of a program with unknown calls is known all the same")
    func unknownCallParameters() throws { #expect(try program("hostile/unknown_calls").parameters().count == 10) }

    @Test(
        "a call with arguments that it cannot have names itself",
        arguments: [
            ("wrong_axis", "a tensor of 4 dimensions has no axis 7"),
            ("huge_constant", "constants of"),
        ])
    func arguments(name: String, text: String) throws {
        let error = #expect(throws: ImportError.self) { try program("hostile/\(name)").graph() }
        #expect(error?.description.contains(text) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test(
        "a graph that contradicts its signature or itself is one error",
        arguments: [
            ("no_inputs", "the graph has 0 inputs, its signature 14"),
            ("no_outputs", "the program has 0 outputs, counted from 0: there is no output 0"),
            ("repeated_name", "two values of the program are called "),
            ("many_calls", "calls, the limit is 100000"),
            ("chained_views", "it gives a view of more than 1000 views"),
            ("huge_input", "the input of the program: shape [1, 3, 4611686018427387904, 8] has"),
            ("wrong_buffer", "'order' is int64 [8], the program says int64 [9]"),
            ("swapped_inputs", "input 0 is "),
        ])
    func contradictions(name: String, text: String) throws {
        let error = #expect(throws: ImportError.self) { try program("hostile/\(name)").graph() }
        #expect(error?.description.contains(text) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test("the node of an unknown call is named as the file names it")
    func nodeName() throws {
        var call = ProgramCall()
        call.outputs = [.tensors(["getitem", "getitem_1"])]
        #expect(call.name == "getitem")
        call.ownName = "split"
        #expect(call.name == "split")
    }

    @Test("another input than the program's, and an output that it does not have, are errors")
    func options() throws {
        let program = try program("versions/torch-2.15.0")
        let input = #expect(throws: ImportError.self) { try program.graph(.init(inputShape: [2, 3, 8, 8])) }
        #expect(input?.description == "the program takes an input of [1, 3, 8, 8], not [2, 3, 8, 8]")
        let output = #expect(throws: ImportError.self) { try program.graph(.init(output: 2)) }
        #expect(output?.description == "the program has 2 outputs, counted from 0: there is no output 2")
    }

    @Test("a checkpoint without a graph is not a program")
    func checkpoint() throws {
        let file = try Checkpoint.open(fixture("programs/versions/torch-2.15.0.golden.pth"))
        #expect(throws: ImportError.notProgram(format: "torch zip")) { try ExportedProgram(file) }
    }

    @Test("a program with damaged text is an error or a graph, never a crash")
    func damage() throws {
        let original = Array(try MappedFile(path: fixture("programs/versions/torch-2.15.0.pt2")).bytes)
        let start = original.indices.first { original[$0...].starts(with: "{\"graph_module".utf8) } ?? 0
        var numbers = SplitMix64(seed: 15)
        for _ in 0..<200 {
            var bytes = original
            // In the JSON, past the checksum, which 0 turns off.
            for _ in 0..<3 {
                let place = start + Int.random(in: 0..<18_000, using: &numbers)
                bytes[place] = Array("0129[]{}\",-eabn".utf8).randomElement(using: &numbers) ?? 0
            }
            guard let checkpoint = try? Checkpoint.open(withoutChecksums(Bytes(bytes)), path: "damaged.pt2"),
                let program = try? ExportedProgram(checkpoint)
            else { continue }
            _ = try? program.graph()
        }
    }

    /// The archive with the checksums of its directory and local headers set to 0.
    private func withoutChecksums(_ bytes: Bytes) -> Bytes {
        var bytes = Array(bytes)
        for index in 0..<bytes.count - 4 where bytes[index] == 0x50 && bytes[index + 1] == 0x4B {
            let offset: Int? =
                switch (bytes[index + 2], bytes[index + 3]) {
                case (1, 2): 16
                case (3, 4): 14
                case (7, 8): 4
                default: nil
                }
            guard let offset, index + offset + 4 <= bytes.count else { continue }
            for place in index + offset..<index + offset + 4 { bytes[place] = 0 }
        }
        return Bytes(bytes)
    }
}
