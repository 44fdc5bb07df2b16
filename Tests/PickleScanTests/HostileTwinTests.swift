import ByteIO
import FoundationEssentials
import TestSupport
import Testing

@testable import PickleScan

@Suite struct HostileTwinTests {
    /// What trainers and exporters write: see `CleanFormatTests`.
    static let files =
        CleanFormatTests.files.map { "scan/" + $0 }
        + ["distributed/dcp_fsdp", "distributed/ranks_grid", "deepspeed/zero3_bf16"].flatMap { folder in
            ((try? FileManager.default.subpathsOfDirectory(atPath: fixture(folder))) ?? []).sorted()
                .filter { $0.hasSuffix(".pt") || $0.hasSuffix(".distcp") || $0.hasSuffix(".metadata") }
                .map { "\(folder)/\($0)" }
        }

    @Test("a call between any two instructions of any pickle of a trainer's file is dangerous", arguments: files)
    func twin(_ file: String) throws {
        let name = String(file.split(separator: "/").last ?? "")
        let bytes = try MappedFile(path: fixture(file)).bytes
        let twins = HostileTwins(hasPieces: name.hasSuffix(".distcp")).twins(of: bytes)
        #expect(twins.count >= 8)
        for twin in twins {
            let scan = FileScan(Bytes(twin.bytes), name: name)
            #expect(scan.verdict == .dangerous, "\(twin.what): \(scan.findings)")
        }
    }

    @Test("every payload alone is dangerous", arguments: HostileTwins.payloads.map(\.name))
    func payload(_ name: String) throws {
        let payload = try #require(HostileTwins.payloads.first { $0.name == name })
        let scan = FileScan(pickle: payload.opcodes + Array("N.".utf8))
        #expect(scan.verdict == .dangerous, "\(scan.findings)")
    }
}
