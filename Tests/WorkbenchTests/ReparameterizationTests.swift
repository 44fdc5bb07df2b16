import ByteIO
import CheckpointIO
import CommandLineKit
import FoundationEssentials
import ModelGraph
import ModelZoo
import TensorCore
import TestSupport
import Testing

@testable import Verification
@testable import Workbench

@Suite(.serialized) struct ReparameterizationTests {
    private struct NotThere: Error {}

    /// Writes a training checkpoint of mmengine's with seeded weights in the place of its own.
    /// - Parameters:
    ///   - name: of the tensors that are left out.
    ///   - exponents: the key of a tensor of ones that are powers of two without sign.
    ///   - value: what an element of a key becomes.
    private func write(
        _ model: String, to path: String, without name: String? = nil, exponents: Key? = nil,
        _ value: @escaping @Sendable (Key, Float) -> Float = { $1 }
    ) throws {
        let carrier = try Checkpoint.open(fixture("publication/runner.pth")).stateDict()
        let kept = try ModelZoo.model(named: model).parameters.filter {
            $0.key.text.split(separator: ".").last ?? "" != name ?? ""
        }
        let entries = kept.map { spec in
            let isExponent = spec.key == exponents
            let tensor = ComputedTensor(dtype: isExponent ? .float8_e8m0fnu : spec.dtype, shape: spec.shape) {
                if isExponent { return Bytes([UInt8](repeating: 127, count: spec.count)) }
                guard spec.dtype.isFloatingPoint else { return Bytes([UInt8](repeating: 0, count: 8 * spec.count)) }
                return try SeededWeights().withFloat32(spec) { values in
                    values.map { value(spec.key, $0) }.withUnsafeBytes { Bytes($0) }
                }
            }
            return CheckpointOutput.Entry(key: spec.key, source: .computed(tensor))
        }
        try CheckpointOutput(replacing: carrier, with: entries, metadata: carrier.metadata).write(to: path)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test(
        "a folded checkpoint is proved, holds the deploy model, and keeps what else was in the file",
        arguments: ["repvgg-A0_8xb32_in1k", "mobileone-s1_8xb32_in1k"])
    func folds(model: String) throws {
        try withTemporaryFolder { folder in
            try write(model, to: folder + "/in.pth")
            let folding = try Reparameterization(
                .init(input: folder + "/in.pth", output: folder + "/out.pth", model: ModelSource(.name(model))))
            let outcome = try folding.write()
            #expect(outcome.report.passed, "\(outcome.report.findings)")
            #expect(outcome.file?.path == folder + "/out.pth")

            let written = try Checkpoint.open(folder + "/out.pth")
            let deploy = try ModelZoo.model(named: folding.deployModel).parameters
            #expect(try written.stateDict().tensors.map(\.signature) == deploy.map(\.signature))
            guard case .dictionary(let root) = written.root else { throw NotThere() }
            #expect(
                root.entries.map(\.name) == ["meta", "state_dict", "message_hub", "optimizer", "param_schedulers"])
            #expect(folding.text(outcome, Palette(isColored: false)).contains("as \(folding.deployModel): proved"))

            #expect(throws: WorkbenchError.self) {
                try Reparameterization(
                    .init(input: folder + "/out.pth", output: folder + "/again.pth", model: ModelSource(.name(model))))
            }
            let again = #expect(throws: WorkbenchError.self) {
                try Reparameterization(.init(input: folder + "/out.pth", output: "", model: ModelSource(.name(model))))
            }
            #expect(again?.description.contains("its branches are folded already") == true)
        }
    }

    @Test("buffers that the model computes are in the folded checkpoint, also where the training one lacks them")
    func computedBuffers() throws {
        try withTemporaryFolder { folder in
            let model = "levit-128s_8xb256_in1k"
            try write(model, to: folder + "/in.pth", without: "attention_bias_idxs")
            let folding = try Reparameterization(
                .init(input: folder + "/in.pth", output: folder + "/out.pth", model: ModelSource(.name(model))))
            #expect(folding.model == "levit-128s_3rdparty_in1k")
            #expect(folding.deployModel == "levit-128s_deploy_8xb256_in1k")
            #expect(try folding.write().report.passed)
            let deploy = try ModelZoo.model(named: folding.deployModel).parameters
            let written = try Checkpoint.open(folder + "/out.pth").stateDict()
            #expect(written.tensors.map(\.signature) == deploy.map(\.signature))
            let parameters = CheckpointParameters(written)
            #expect(try parameters.unexpectedBuffers(of: deploy) == [])
        }
    }

    @Test("what is folded out of a type that has powers of two only has the model's type")
    func exponents() throws {
        let model = "repvgg-A0_8xb32_in1k"
        try withTemporaryFolder { folder in
            try write(model, to: folder + "/in.pth", exponents: "backbone.stem.branch_3x3.conv.weight")
            let folding = try Reparameterization(
                .init(input: folder + "/in.pth", output: folder + "/out.pth", model: ModelSource(.name(model))))
            let entry = try #require(try folding.entries().first { $0.key == "backbone.stem.branch_reparam.weight" })
            guard case .computed(let tensor) = entry.source else { throw NotThere() }
            #expect(tensor.dtype == .float32)
            #expect(try tensor.bytes().count == 4 * tensor.shape.reduce(1, *))
        }
    }

    @Test("what cannot be proved is not written")
    func notProved() throws {
        try withTemporaryFolder { folder in
            try write("repvgg-A0", to: folder + "/in.pth") { key, value in
                key.text == "backbone.stage_2.1.branch_1x1.conv.weight" ? .nan : value
            }
            let folding = try Reparameterization(
                .init(input: folder + "/in.pth", output: folder + "/out.pth", model: ModelSource(.name("repvgg-A0"))))
            let outcome = try folding.write()
            #expect(outcome.file == nil)
            #expect(!outcome.report.passed)
            #expect(try names(folder) == ["in.pth"])
            #expect(folding.text(outcome, Palette(isColored: false)).contains("nothing is written"))
        }
    }

    @Test(
        "a model without branches, a deploy form and another model's file are errors",
        arguments: [
            (
                "resnet50",
                "resnet50_8xb32_in1k has no branches to fold; the models of "
                    + ModelZoo.foldableBackbones.joined(separator: ", ")
            ),
            (
                "repvgg-A0_deploy_in1k",
                "repvgg-A0_deploy_in1k is the deploy form already; name the one that it is made of"
            ),
            ("repvgg-A1", "does not fit the model, 290 parameters differ"),
        ])
    func refusals(model: String, message: String) throws {
        let input = fixture("publication/bare.pth")
        let error = #expect(throws: WorkbenchError.self) {
            try Reparameterization(.init(input: input, output: "out.pth", model: ModelSource(.name(model))))
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
