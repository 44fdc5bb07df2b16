import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct OutputLossesTests {
    private func plan(_ name: String, _ options: OutputOptions) throws -> OutputPlan {
        let stateDict = try Fixture(name: name).open().stateDict()
        return try CheckpointOutput(unchanged: stateDict).plan(to: "/nonexistent/out", options)
    }

    @Test("what stands around the state dict is named, and so are the modules' versions")
    func around() throws {
        let expected = ["meta", "message_hub", "optimizer", "param_schedulers"]
        for options in [OutputOptions(.safetensors), OutputOptions(maxShardSize: 100)] {
            let notes = try plan("mmengine", options).notes
            let holder = options.format == .safetensors ? "safetensors" : "a shard"
            #expect(notes.contains("'meta' is left out: \(holder) holds tensors only"))
            #expect(notes.contains { $0.hasPrefix("'state_dict._metadata', the versions of ") })
            let named = notes.filter { note in
                expected.contains { note.hasPrefix("'\($0)'") && note.contains("is left out") }
            }
            #expect(named.count >= 2, "\(notes)")
        }
    }

    @Test("shared memory, strides and Parameters are said to be lost")
    func tensors() throws {
        let tied = try CheckpointOutput(unchanged: outputFixture("tied"))
            .plan(to: "/nonexistent/out", OutputOptions(.safetensors)).notes
        #expect(
            tied.contains(
                "'embedding', 'head' and 'transposed' share memory, and each is written whole: safetensors shares none")
        )
        #expect(tied.contains("'transposed' is written in row-major order, as safetensors holds it"))
        #expect(!tied.contains { $0.contains("'first'") })
        let parameters = try plan("parameters", OutputOptions(.safetensors)).notes
        #expect(parameters.contains { $0.contains("Parameter") }, "\(parameters)")
    }

    @Test("a torch file holds all but safetensors' metadata")
    func torch() throws {
        #expect(try Fixture(name: "state_dict").open().plan(to: "/nonexistent/out").notes == [])
        let types = try Checkpoint.open(fixture("output/types.safetensors"))
        #expect(
            try types.plan(to: "/nonexistent/out").notes == [
                "the metadata format = 'pt' is left out: a torch file has no place for it"
            ])
    }

    @Test("tensors that safetensors cannot hold are one error that names them")
    func unheld() throws {
        let error = #expect(throws: CheckpointError.self) { try plan("dtypes", OutputOptions(.safetensors)) }
        #expect(
            error?.reason
                == .notHeld(
                    format: "safetensors",
                    ["complex128", "complex32"].map { .init(key: Key($0), what: $0) }))
        #expect(
            error?.description
                == "/nonexistent/out: safetensors cannot hold 'complex128' (complex128) and 'complex32' (complex32); nothing is written"
        )
        let opaque = #expect(throws: CheckpointError.self) { try plan("opaque", OutputOptions(.safetensors)) }
        guard case .notHeld(_, let tensors) = opaque?.reason else {
            Issue.record("\(String(describing: opaque))")
            return
        }
        #expect(
            tensors == [
                .init(key: "sparse", what: "sparse_coo"), .init(key: "csr", what: "sparse_csr"),
                .init(key: "quantized", what: "qint8"), .init(key: "meta", what: "on the device meta"),
                .init(key: "storage", what: "torch.storage.UntypedStorage"),
            ])
    }

    @Test("a few bytes that are spread over terabytes are not laid out in safetensors, and stay as they are in torch")
    func spread() throws {
        let expanded = try Checkpoint.open(fixture("hostile/checkpoints/expanded_terabytes.pth"))
        let output = try CheckpointOutput(unchanged: expanded.stateDict())
        let error = #expect(throws: CheckpointError.self) {
            try output.plan(to: "/nonexistent/out", OutputOptions(.safetensors))
        }
        guard case .notHeld(_, let tensors) = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(tensors.first?.what == "16 bytes spread over 70,368,744,177,664")
        #expect(throws: Never.self) { try output.plan(to: "/nonexistent/out") }
    }
}
