import ByteIO
import FoundationEssentials
import TensorCore
import TestSupport
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

    @Test("what TensorFlow wrote passes", arguments: TensorFlowFileTests.prefixes)
    func soundBundle(prefix: String) throws {
        let report = try Checkpoint.open(TensorFlowFileTests.path(prefix + ".index")).checkIntegrity()
        #expect(report.findings.isEmpty)
        #expect(report.notes.isEmpty)
        #expect(report.recordCount > 0 && report.byteCount > 0)
    }

    @Test("a damaged tensor of a TensorFlow checkpoint is named with its data file and its place in it")
    func damagedBundle() throws {
        try withTemporaryFolder { folder in
            for name in ["model.ckpt.index", "model.ckpt.data-00000-of-00001"] {
                let source = TensorFlowFileTests.path("saver/" + name)
                try FileManager.default.copyItem(atPath: source, toPath: folder + "/" + name)
            }
            let path = folder + "/model.ckpt.index"
            let data = folder + "/model.ckpt.data-00000-of-00001"
            let tensor = try #require(try Checkpoint.open(path).tensors.first { $0.tensor.byteCount > 0 })
            let place = try #require(try tensor.tensor.contiguousBytes().fileRegion)
            var bytes = Array(try MappedFile(path: data).bytes)
            bytes[place.offset + 1] ^= 0x10
            try Data(bytes).write(to: URL(fileURLWithPath: data))
            let findings = try Checkpoint.open(path).checkIntegrity().findings
            #expect(findings.map(\.file) == [data])
            #expect(findings.map(\.record) == [tensor.key.text])
            #expect(findings.map(\.offset) == [place.offset])
            #expect(findings.map(\.keys) == [[tensor.key]])
            #expect(findings.first?.reason.contains("CRC-32C") == true)
        }
    }

    @Test("a damaged array of a NumPy archive is named with its entry and its key")
    func damagedArray() throws {
        try withTemporaryFolder { folder in
            let checkpoint = try Checkpoint.open(NumPyFileTests.path("types.npz"))
            let tensor = try #require(checkpoint.tensors.first { $0.tensor.byteCount > 0 })
            let place = try #require(tensor.tensor.storage.bytes().fileRegion)
            var bytes = Array(try MappedFile(path: checkpoint.path).bytes)
            bytes[place.offset] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/damaged.npz"))
            let findings = try Checkpoint.open(folder + "/damaged.npz").checkIntegrity().findings
            #expect(findings.map(\.record) == [tensor.key.text + ".npy"])
            #expect(findings.map(\.keys) == [[tensor.key]])
            #expect(findings.first?.reason.contains("CRC-32") == true)
        }
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
