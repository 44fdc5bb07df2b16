import ByteIO
import CheckpointIO
import KeyRules
import ModelZoo
import TensorCore
import TestSupport
import Testing
import Verification

@testable import Workbench

/// Checkpoints of another number of classes or input channels than the model has that they are held against.
@Suite(.serialized) struct DatasetSizesTests {
    private static let model = "resnet18_8xb32_in1k"

    /// Writes a ResNet-18 under torchvision's names with the seeded weights of MMPreTrain's keys.
    /// - Parameter extent: what the first axis of a key is cut to, or the second of `conv1.weight`.
    private func write(to path: String, _ extent: @escaping @Sendable (String) -> Int?) throws {
        let carrier = try Checkpoint.open(fixture("checkpoints/state_dict.pth")).stateDict()
        let entries = try ModelZoo.model(named: Self.model).parameters.map { spec in
            let name = spec.key.text.split(separator: ".").dropFirst().joined(separator: ".")
            var shape = spec.shape
            if let extent = extent(name) { shape[name == "conv1.weight" ? 1 : 0] = extent }
            let count = shape.reduce(1, *)
            let tensor = ComputedTensor(dtype: spec.dtype, shape: shape) {
                guard spec.dtype.isFloatingPoint else { return Bytes([UInt8](repeating: 0, count: 8 * count)) }
                return try SeededWeights().withFloat32(spec) { values in
                    Array(values.prefix(count)).withUnsafeBytes { Bytes($0) }
                }
            }
            return CheckpointOutput.Entry(key: Key(name), source: .computed(tensor))
        }
        try CheckpointOutput(replacing: carrier, with: entries, metadata: []).write(to: path)
    }

    /// Writes what PyTorch computed with the same weights: the logits of the first classes are those of a network that
    /// has no others.
    private func writeGolden(classes: Int, to path: String) throws {
        let whole = try Checkpoint.open(fixture("goldens/resnet18_8xb32_in1k.pth")).stateDict()
        var output = CheckpointOutput(unchanged: whole)
        output.entries = output.entries.filter { !$0.key.text.hasPrefix("samples.") }.map { entry in
            guard entry.key == "output", case .stored(let logits) = entry.source else { return entry }
            let cut = ComputedTensor(dtype: .float32, shape: [1, classes]) {
                try logits.withFloat32 { values in Array(values.prefix(classes)).withUnsafeBytes { Bytes($0) } }
            }
            return CheckpointOutput.Entry(key: entry.key, source: .computed(cut))
        }
        try output.write(to: path)
    }

    private func options(_ path: String, _ source: ModelSource? = nil) -> ConversionOptions {
        var options = ConversionOptions(inputs: [.init(path: path)])
        options.model = source.map { .model($0) }
        return options
    }

    @Test("a ResNet-18 of ten classes converts, verifies and diffs as one of a thousand does")
    func tenClasses() throws {
        try withTemporaryFolder { folder in
            let (input, result) = (folder + "/in.pth", folder + "/out.pth")
            try write(to: input) { $0.hasPrefix("fc.") ? 10 : nil }
            let conversion = try Conversion(options(input), rules: "resnet_torchvision")
            #expect(conversion.plan.findings == [])
            #expect(conversion.plan.settings.map(\.value) == ["resnet18"])
            #expect(conversion.notes == ["the checkpoint has 10 classes and \(Self.model) 1000; 10 is used"])
            _ = try conversion.output(to: result, options(input)).write()

            let difference = try CheckpointComparison(
                DifferenceOptions(checkpoint: result, reference: .model(ModelSource(.name("resnet18")))))
            #expect(difference.difference.isEmpty)
            #expect(difference.notes.count == 1)

            try writeGolden(classes: 10, to: folder + "/golden.pth")
            let verification = try ModelVerification.run(
                .init(checkpoint: result, golden: folder + "/golden.pth", model: ModelSource(.name("resnet18"))))
            #expect(verification.report.passed, "\(verification.report.findings)")
            #expect(verification.notes == conversion.notes)

            // A golden of another width is of another network.
            #expect(throws: (any Error).self) {
                let report = try ModelVerification.run(
                    .init(
                        checkpoint: result, golden: fixture("goldens/resnet18_8xb32_in1k.pth"),
                        model: ModelSource(.name("resnet18")))
                ).report
                if !report.passed { throw NotTheSame() }
            }

            let fixed = try Conversion(
                options(input, ModelSource(.name("resnet18"), classes: 1000)), rules: "resnet_torchvision")
            #expect(fixed.plan.errors.map(\.code) == [.shapeMismatch, .shapeMismatch])
            #expect(fixed.plan.errors.map(\.key) == ["head.fc.weight", "head.fc.bias"])
            let stated = try Conversion(
                options(input, ModelSource(.name("resnet18"), classes: 10)), rules: "resnet_torchvision")
            #expect(stated.plan.errors == [])
            #expect(stated.notes == [])
        }
    }

    private struct NotTheSame: Error {}

    @Test("one input channel is taken from the checkpoint, with a note")
    func greyImages() throws {
        try withTemporaryFolder { folder in
            try write(to: folder + "/in.pth") { $0 == "conv1.weight" ? 1 : nil }
            let conversion = try Conversion(options(folder + "/in.pth"), rules: "resnet_torchvision")
            #expect(conversion.plan.findings == [])
            #expect(conversion.notes == ["the checkpoint has 1 input channel and \(Self.model) 3; 1 is used"])
        }
    }

    @Test("a head whose weight and bias disagree is an error that names both")
    func disagreement() throws {
        try withTemporaryFolder { folder in
            try write(to: folder + "/in.pth") { ["fc.weight": 10, "fc.bias": 7][$0] }
            let expected = ModelZooError.disagreement("classes", "head.fc.weight", 10, "head.fc.bias", 7)
            #expect(throws: expected) { try Conversion(options(folder + "/in.pth"), rules: "resnet_torchvision") }
            #expect(throws: expected) {
                try Conversion(
                    options(folder + "/in.pth", ModelSource(.name("resnet18"))), rules: "resnet_torchvision")
            }
        }
    }
}
