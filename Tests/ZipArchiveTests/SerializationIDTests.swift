import ByteIO
import Testing

@testable import ZipArchive

struct SerializationIDTests {
    /// One `torch.save` each: the number of storages, the CRC-32 of the pickle and of every storage, the id.
    struct Saved: CustomTestStringConvertible {
        let storages: Int
        let pickleCRC: UInt32
        let storageCRC: UInt32
        let identity: String

        var testDescription: String { "\(storages) storages" }
    }

    static func saved() throws -> [Saved] {
        let text = try #require(try Fixtures.bytes("serialization_ids.txt").utf8Text)
        return try text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ").map(String.init)
            return Saved(
                storages: try #require(Int(fields[0])), pickleCRC: try #require(UInt32(fields[1])),
                storageCRC: try #require(UInt32(fields[2])), identity: fields[3])
        }
    }

    @Test("the id is the one that PyTorch writes for the same names and CRCs", arguments: try saved())
    func equalsPyTorch(saved: Saved) {
        var identity = SerializationID()
        func add(_ name: String, _ text: String) {
            identity.add(name: name, head: SerializationID.Head(Bytes(utf8: text)), crc: Bytes(utf8: text).crc32())
        }
        identity.add(name: "data.pkl", head: SerializationID.Head([0x80]), crc: saved.pickleCRC)
        add(".format_version", "1")
        add(".storage_alignment", "64")
        add("byteorder", "little")
        for index in 0..<saved.storages {
            identity.add(name: "data/\(index)", head: SerializationID.Head([1, 2, 3, 4]), crc: saved.storageCRC)
        }
        add("version", "3\n")
        #expect(identity.text == saved.identity)
    }

    @Test("an id always has forty digits")
    func width() {
        #expect(SerializationID().text == String(repeating: "0", count: 40))
    }
}
