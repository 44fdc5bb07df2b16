import ByteIO
import TensorCore
import Testing
import ZipArchive

@testable import CheckpointIO

@Suite struct IntegrityReportTests {
    @Test("what PyTorch wrote passes", arguments: Fixture.all)
    func sound(fixture: Fixture) throws {
        let checkpoint = try fixture.open()
        let report = checkpoint.checkIntegrity()
        #expect(report.findings.isEmpty)
        let isLegacy = checkpoint.format == .torchLegacy
        #expect(report.notes.contains { $0.contains("carries no checksums") } == isLegacy)
        #expect((report.recordCount > 0) == !isLegacy)
    }

    @Test("a damaged storage is named with its place and the tensors in it")
    func damaged() throws {
        let path = Fixture(name: "state_dict").path
        let archive = try ZipArchive(MappedFile(path: path).bytes)
        let checkpoint = try Checkpoint.open(path)
        let tensor = try #require(checkpoint.tensors.first { $0.tensor.byteCount > 0 })
        guard case .entry(let index, _) = tensor.tensor.storage.content else {
            Issue.record("the tensor lies in no record")
            return
        }
        let entry = archive.entries[index]
        let data = try #require(try archive.data(of: entry).fileRegion)
        var bytes = Array(archive.bytes)
        bytes[data.offset] ^= 1
        let report = try Checkpoint.open(Bytes(bytes), path: "damaged.pth").checkIntegrity()
        let finding = try #require(report.findings.first)
        #expect(report.findings.count == 1)
        #expect(finding.record == entry.name)
        #expect(finding.offset == entry.headerOffset)
        #expect(finding.reason.contains("CRC-32"))
        #expect(finding.keys.contains(tensor.key))
    }
}
