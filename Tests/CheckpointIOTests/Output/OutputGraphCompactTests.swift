import ByteIO
import FoundationEssentials
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct OutputGraphCompactTests {
    /// `fixtures/output/slices.pth`, compacted.
    private func compacted<Result>(
        _ body: (_ before: Checkpoint, _ after: Checkpoint, OutputPlan) throws -> Result
    ) throws -> Result {
        try withTemporaryFolder { folder in
            let before = try Checkpoint.open(fixture("output/slices.pth"))
            let plan = try before.plan(to: folder + "/slices.pth", isCompact: true)
            try plan.write()
            return try body(before, try Checkpoint.open(folder + "/slices.pth"), plan)
        }
    }

    @Test("no value, type or shape changes, nor what is a Parameter")
    func values() throws {
        try compacted { before, after, _ in
            #expect(after.tensors.map(\.signature) == before.tensors.map(\.signature))
            #expect(after.tensors.map(\.tensor.isParameter) == before.tensors.map(\.tensor.isParameter))
            let found = try after.tensors.map { digest(of: try $0.tensor.contiguousBytes()) }
            let expected = try before.tensors.map { digest(of: try $0.tensor.contiguousBytes()) }
            #expect(found == expected)
        }
    }

    @Test("storages hold what is seen and no more, and tensors that overlap share one")
    func storages() throws {
        try compacted { before, after, plan in
            let tensors = Dictionary(uniqueKeysWithValues: after.tensors.map { ($0.key.text, $0.tensor) })
            let sizes = [
                "all of 100": 400, "middle 10 of 100": 40, "first 10 of 100": 40, "apart from it 5": 20,
                // From element 30 to 60.
                "overlapping 20 of 100": 120, "overlapping 20 further": 120,
                "columns of a matrix": 160, "half the channels, channels last": 2 * 4 * 36 * 4,
                "every second of 100": 200, "every second, again": 200, "nothing of a matrix": 160,
                "a parameter": 8, "complex view of bytes": 8,
            ]
            for (key, size) in sizes { #expect(tensors[key]?.storage.byteCount == size, "\(key)") }
            func share(_ left: String, _ right: String) -> Bool { tensors[left]?.storage === tensors[right]?.storage }
            #expect(share("overlapping 20 of 100", "overlapping 20 further"))
            #expect(tensors["overlapping 20 of 100"]?.layout.offset == 0)
            #expect(tensors["overlapping 20 further"]?.layout.offset == 10)
            #expect(!share("first 10 of 100", "apart from it 5"))
            #expect(share("every second of 100", "every second, again"))
            let total = { (checkpoint: Checkpoint) in
                Dictionary(
                    checkpoint.tensors.map { (ObjectIdentifier($0.tensor.storage), $0.tensor.storage.byteCount) },
                    uniquingKeysWith: max
                ).values.reduce(0, +)
            }
            #expect(plan.savedBytes == total(before) - total(after))
            #expect(plan.savedBytes == 360 + 340 + 280 + 640 + 1152 + 200 + 192 + 56)
        }
    }

    @Test("what is packed keeps the order of its strides")
    func strides() throws {
        try compacted { _, after, _ in
            let tensors = Dictionary(uniqueKeysWithValues: after.tensors.map { ($0.key.text, $0.tensor) })
            #expect(tensors["columns of a matrix"]?.layout.strides == [4, 1])
            #expect(tensors["half the channels, channels last"]?.layout.strides == [144, 1, 24, 4])
            #expect(tensors["every second of 100"]?.layout.strides == [1])
        }
    }

    @Test(
        "where every byte is seen, the file is the one without compaction", arguments: ["state_dict", "many", "dtypes"])
    func unchanged(name: String) throws {
        try withTemporaryFolder { folder in
            let fixture = Fixture(name: name)
            let plan = try fixture.open().plan(to: "\(folder)/\(name).pth", isCompact: true)
            #expect(plan.savedBytes == 0)
            try plan.write()
            #expect(try MappedFile(path: "\(folder)/\(name).pth").bytes == MappedFile(path: fixture.path).bytes)
        }
    }

    @Test("whatever was read has the same values after it was compacted", arguments: Fixture.all)
    func everyFixture(_ fixture: Fixture) throws {
        try withTemporaryFolder { folder in
            try fixture.open().plan(to: folder + "/a.pth", isCompact: true).write()
            let found = try Fixture.TensorFacts.all(of: Checkpoint.open(folder + "/a.pth").tensors)
            let expected = try fixture.facts().tensors
            #expect(found.map(\.sha256) == expected.map(\.sha256))
            #expect(found.map(\.key) == expected.map(\.key))
            #expect(found.map(\.parameter) == expected.map(\.parameter))
        }
    }
}
