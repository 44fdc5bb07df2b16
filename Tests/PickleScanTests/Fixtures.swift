import ByteIO
import TestSupport
import Testing

@testable import PickleScan

func scan(_ name: String, limits: ScanLimits = ScanLimits()) throws -> FileScan {
    let file = String(name.split(separator: "/").last ?? "")
    return FileScan(try MappedFile(path: fixture(name)).bytes, name: file, limits: limits)
}

/// A file of `fixtures/hostile/scan` and what is expected of it.
struct HostileFile: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let attacks: String
    let verdict: String
    let globals: [String]
    let `where`: String?

    var testDescription: String { "\(file): \(attacks)" }

    static func all() throws -> [HostileFile] { try fixture("hostile/scan/facts.json", as: [HostileFile].self) }
}

extension FileScan {
    /// A raw pickle.
    init(pickle: [UInt8], name: String = "x.pkl") { self.init(Bytes(pickle), name: name) }

    init(pickle: String) { self.init(pickle: Array(pickle.unicodeScalars.map { UInt8($0.value) })) }
}
