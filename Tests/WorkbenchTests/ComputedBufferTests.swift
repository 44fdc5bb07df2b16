import ByteIO
import CheckpointIO
import KeyRules
import ModelGraph
import ModelZoo
import TensorCore
import TestSupport
import Testing

@testable import Workbench

/// Buffers that a model computes itself: rotary tables of EVA-02.
@Suite(.serialized) struct ComputedBufferTests {
    private static let model = "vit-tiny-p14_eva02-pre_in21k"
    private let rules = "rules same: a test\nmodel \(Self.model)\n{x..} -> {x..}"

    /// Writes zeros under the model's keys, and what the model computes for its buffers.
    /// - Parameter element: what becomes of the first element of a buffer; nil leaves the buffer out.
    private func write(to path: String, _ element: @escaping @Sendable (Key, Double) -> Double?) throws {
        let carrier = try Checkpoint.open(fixture("checkpoints/state_dict.pth")).stateDict()
        var entries: [CheckpointOutput.Entry] = []
        for spec in try ModelZoo.model(named: Self.model).parameters {
            var elements = spec.computed?.elements ?? []
            if let first = elements.first {
                guard let changed = element(spec.key, first) else { continue }
                elements[0] = changed
            }
            let values = elements.isEmpty ? [Float](repeating: 0, count: spec.count) : elements.map { Float($0) }
            entries.append(
                CheckpointOutput.Entry(
                    key: spec.key,
                    source: .computed(
                        ComputedTensor(dtype: .float32, shape: spec.shape) { values.withUnsafeBytes { Bytes($0) } })))
        }
        try CheckpointOutput(replacing: carrier, with: entries, metadata: []).write(to: path)
    }

    private func conversion(_ path: String, model: ModelSource? = nil) throws -> Conversion {
        var options = ConversionOptions(inputs: [.init(path: path)])
        options.model = model.map { .model($0) }
        return try Conversion(options, rules: RuleSource(text: rules, name: "same.rules", note: nil))
    }

    @Test("buffers that the checkpoint lacks are computed and written, which a note says")
    func absent() throws {
        try withTemporaryFolder { folder in
            try write(to: folder + "/in.pth") { key, element in key.text.hasSuffix("freqs_cos") ? nil : element }
            let conversion = try conversion(folder + "/in.pth")
            let specs = try ModelZoo.model(named: Self.model).parameters
            let tables = specs.filter { $0.computed != nil && $0.key.text.hasSuffix("freqs_cos") }
            #expect(!tables.isEmpty)
            #expect(conversion.plan.findings.map(\.code) == [.computedBuffers])
            #expect(conversion.plan.findings[0].message.contains("\(tables.count) buffers"))
            #expect(conversion.plan.computedBuffers == tables.map(\.key))
            let options = ConversionOptions(inputs: [.init(path: folder + "/in.pth")])
            _ = try conversion.output(to: folder + "/out.pth", options).write()
            let written = try Checkpoint.open(folder + "/out.pth").stateDict().tensors
            #expect(Set(written.map(\.signature)) == Set(specs.map(\.signature)))
            for spec in tables {
                let tensor = try #require(written.first { $0.key == spec.key }).tensor
                let expected = try #require(spec.computed).elements.map { Float($0) }
                #expect(try tensor.withFloat32 { Array($0) } == expected, "\(spec.key)")
            }
        }
    }

    @Test("a buffer that holds other values is an error where the user named the model")
    func otherValues() throws {
        try withTemporaryFolder { folder in
            try write(to: folder + "/in.pth") { key, element in
                key == "backbone.layers.3.attn.rope.freqs_cos" ? element + 0.5 : element
            }
            #expect(try conversion(folder + "/in.pth").plan.findings == [])
            let named = try conversion(folder + "/in.pth", model: ModelSource(.name(Self.model)))
            #expect(named.plan.errors.map(\.code) == [.otherBuffer])
            #expect(named.plan.errors.map(\.key) == ["backbone.layers.3.attn.rope.freqs_cos"])
            #expect(named.plan.errors[0].message.contains(": 1 of "))
            #expect(!named.plan.isExecutable)
        }
    }
}
