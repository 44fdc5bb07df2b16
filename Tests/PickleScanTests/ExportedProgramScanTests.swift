import ByteIO
import TestSupport
import Testing

@testable import PickleScan

@Suite struct ExportedProgramScanTests {
    private func scan(_ name: String) throws -> FileScan {
        FileScan(try MappedFile(path: fixture("programs/\(name).pt2")).bytes, name: "\(name).pt2")
    }

    @Test("what torch.export.save writes is clean", arguments: ["2.6.0", "2.8.0", "2.11.0", "2.15.0"])
    func clean(version: String) throws {
        let scan = try scan("versions/torch-\(version)")
        #expect(scan.verdict == .clean, "\(scan.findings)")
    }

    @Test("the pickled sample inputs of a program are looked into")
    func sampleInputs() throws {
        let scan = try scan("hostile/pickled_inputs")
        #expect(scan.verdict == .dangerous)
        #expect(
            scan.findings.contains { $0.global == "posix.system" && $0.place.contains("data/sample_inputs/model.pt") })
    }
}
