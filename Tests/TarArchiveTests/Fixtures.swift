import ByteIO
import TestSupport

@testable import TarArchive

/// The files of `fixtures/tar`, made by `scripts/makers/make_tar_fixtures.py`.
enum Fixtures {
    static let all = ["ustar.tar", "gnu.tar", "pax.tar", "gnu_tar.tar"]

    static func path(_ name: String) -> String { fixture("tar/" + name) }

    static func bytes(_ name: String) throws -> Bytes { try MappedFile(path: path(name)).bytes }

    /// What Python's tarfile says of a member.
    struct Member: Decodable, Equatable {
        let name: String
        let kind: String
        let size: Int
        let sha256: String

        init(name: String, kind: String, size: Int, sha256: String) {
            (self.name, self.kind, self.size, self.sha256) = (name, kind, size, sha256)
        }

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            name = try values.decode(String.self)
            kind = try values.decode(String.self)
            size = try values.decode(Int.self)
            sha256 = try values.decode(String.self)
        }
    }

    static func facts(_ name: String) throws -> [Member] {
        try fixture("tar/facts.json", as: [String: [Member]].self)[name] ?? []
    }
}
