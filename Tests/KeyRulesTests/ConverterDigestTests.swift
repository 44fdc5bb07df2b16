import ByteIO
import KeyRules
import TensorCore
import TestSupport
import Testing
import Verification

@testable import ModelGraph

/// The operations of the bundled rules, carried out on the tensors that upstream's scripts were given.
@Suite struct ConverterDigestTests {
    /// The fact files that record what some target holds.
    static let names = ConverterFacts.bundled.filter { name in
        (try? ConverterFacts.named(name)).map { $0.entries.contains { $0.digest != nil } } ?? false
    }

    @Test("operations make of the seeded weights the bytes that upstream makes", arguments: names)
    func digests(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let sources = facts.allSources
        let plan = try facts.ruleFile().plan(facts.modelRequest(sources))
        #expect(plan.errors == [])
        let planned = Dictionary(uniqueKeysWithValues: plan.entries.map { ($0.target, $0) })
        for fact in facts.entries {
            // Matrix products may differ in their last bits.
            guard let expected = fact.digest, fact.operation?.hasPrefix("lora") != true else { continue }
            let entry = try #require(planned[fact.target.key])
            let computation = try #require(entry.computation)
            let result = try computation.result(entry.result) { position in
                try seeded(sources[entry.tensors[position]])
            }
            #expect(digest(of: result) == expected, "\(fact.target.key)")
        }
    }

    private func seeded(_ tensor: TensorSignature) throws -> Bytes {
        try SeededWeights().withFloat32(ParameterSpec(signature: tensor, role: .parameter)) { values in
            #expect(tensor.dtype == .float32)
            return Bytes(UnsafeRawBufferPointer(values))
        }
    }
}
