import ByteIO
import TestSupport
import Testing

@testable import CheckpointIO

/// `fixtures/archives`: one state dict in every shape of file, each of which torch.load opens.
@Suite struct ArchiveVariantTests {
    struct Facts: Decodable {
        struct Row: Decodable, Equatable {
            let key: String
            let dtype: String
            let shape: [Int]
            let stride: [Int]
            let offset: Int
            let sha256: String
        }

        let tensors: [Row]
    }

    static func path(_ name: String) -> String { fixture("archives/" + name) }

    static func facts() throws -> [Facts.Row] { try fixture("archives/facts.json", as: Facts.self).tensors }

    static func rows(_ checkpoint: Checkpoint) throws -> [Facts.Row] {
        try checkpoint.tensors.map { named in
            Facts.Row(
                key: named.key.text, dtype: named.tensor.dtype.rawValue, shape: named.tensor.shape,
                stride: named.tensor.layout.strides, offset: named.tensor.layout.offset,
                sha256: digest(of: try named.tensor.contiguousBytes()))
        }
    }

    static let variants = [
        "Gewichte ü 模型.pth", "alignment_1.pth", "alignment_256.pth", "bare.pth", "big_endian.pth", "deflated.pth",
        "info_zip.pth", "info_zip_stored.pth", "legacy.pth", "legacy_big_endian_machine.pth", "legacy_protocol_1.pth",
        "legacy_protocol_4.pth", "legacy_protocol_5.pth", "legacy_views.pth", "no_folder.pth", "pickle_last.pth",
        "stored.pth", "streamed.pth", "torch_2_1.pth", "without_crc.pth",
    ]

    @Test("a file that torch.load opens gives what torch.load gives, however it is packed", arguments: variants)
    func read(_ name: String) throws {
        #expect(try Self.rows(Checkpoint.open(Self.path(name))) == Self.facts())
    }

    @Test("whatever it was packed as, a file is written as torch.save packs it today", arguments: variants)
    func written(_ name: String) throws {
        try withTemporaryFolder { folder in
            try Checkpoint.open(Self.path(name)).write(to: folder + "/written.pth")
            #expect(try Self.rows(Checkpoint.open(folder + "/written.pth")) == Self.facts())
        }
    }

    @Test("storages that torch.save skipped are zeros of their size")
    func skipped() throws {
        let tensors = try Checkpoint.open(Self.path("skipped.pth")).tensors
        let facts = try Self.facts()
        #expect(tensors.map(\.key.text) == facts.map(\.key))
        #expect(tensors.map(\.tensor.shape) == facts.map(\.shape))
        for named in tensors { #expect(try named.tensor.contiguousBytes().allSatisfy { $0 == 0 }, "\(named.key)") }
    }
}
