import ByteIO
import FoundationEssentials
import TestSupport
import Testing

@testable import Pickle

/// A file of fixtures/pickle and what CPython found in it.
struct PickleFixture: CustomTestStringConvertible, Sendable {
    struct Facts: Decodable, Sendable {
        var globals: [[String]]
        var storages: [String]
        var memo: Int
        var `repr`: String?
    }

    var name: String
    var facts: Facts

    var testDescription: String { name }

    static let folder = URL(filePath: fixture("pickle"))

    static func all() throws -> [PickleFixture] {
        let facts = try fixture("pickle/facts.json", as: [String: Facts].self)
        return facts.map { PickleFixture(name: $0.key, facts: $0.value) }.sorted { $0.name < $1.name }
    }

    static func named(_ name: String) throws -> PickleFixture { try #require(try all().first { $0.name == name }) }

    func bytes() throws -> Bytes { Bytes(try Data(contentsOf: Self.folder.appending(path: "\(name).pkl"))) }

    func graph() throws -> PickleGraph { try PickleReader.read(bytes()) }
}

extension PickleGraph {
    /// Reads a pickle written out in a test.
    init(_ pickle: String) throws { self = try PickleReader.read(Bytes(pickle.latin1)) }

    /// The whole value in one line.
    var line: String { PickleDescription(depth: 50, length: 100_000, textLength: 100_000).text(root, in: self) }
}

extension String {
    /// One byte a scalar.
    var latin1: [UInt8] { unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
}

extension Bytes {
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}
