import ByteIO
import Testing

@testable import ZipArchive

@Suite struct ZipSurveyTests {
    private func survey(_ name: String) throws -> ZipSurvey {
        ZipSurvey(try MappedFile(path: Fixtures.path(name, topic: "hostile/scan")).bytes)
    }

    @Test(
        "a sound archive has the entries of its directory and nothing to say",
        arguments: ["state_dict.pth", "deflated.zip", "streamed.zip", "zip64.zip", "empty.zip", "without_crc.pth"])
    func sound(_ name: String) throws {
        let bytes = try MappedFile(path: Fixtures.path(name)).bytes
        let survey = ZipSurvey(bytes)
        let archive = try ZipArchive(bytes)
        #expect(survey.flaws.isEmpty)
        #expect(survey.records.map(\.name) == archive.entries.map(\.name))
        #expect(survey.records.map(\.packed.count) == archive.entries.map(\.compressedSize))
    }

    @Test("an entry that no directory lists is found by its local header")
    func unlisted() throws {
        let survey = try survey("unlisted_entry.pth")
        #expect(survey.records.map(\.isListed) == [true, false])
        #expect(survey.flaws.contains { if case .unlisted("archive/data.pkl", _) = $0 { true } else { false } })
    }

    @Test("without a directory the local headers are all there is")
    func cut() throws {
        let survey = try survey("cut.pth")
        #expect(survey.records.map(\.name) == ["archive/data.pkl"])
        #expect(survey.flaws == [.noDirectory])
    }

    @Test("bytes before the archive are counted, and its entries found all the same")
    func leading() throws {
        let survey = try survey("pickle_then_zip.pth")
        #expect(survey.records.map(\.name) == ["archive/data.pkl"])
        #expect(survey.flaws == [.leadingBytes(28)])
    }

    @Test("an entry of two methods is there under both")
    func methods() throws {
        let survey = try survey("two_methods.pth")
        #expect(survey.records.map(\.method) == [.stored, .deflate])
    }

    @Test("what the two headers of an entry disagree on is named")
    func names() throws {
        #expect(
            try survey("renamed_locally.pth").flaws == [.mismatch(name: "archive/data.pkl", offset: 0, field: "name")])
    }

    @Test("a false local header does not hide the true one after it", arguments: 4...40)
    func falseHeader(_ distance: Int) throws {
        let archive = Array(try MappedFile(path: Fixtures.path("state_dict.pth")).bytes)
        let gap = [UInt8](repeating: 0, count: 40) + [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: distance - 4)
        let survey = ZipSurvey(Bytes(gap + archive))
        let found = survey.records.contains { $0.name == "state_dict/data.pkl" && $0.headerOffset == gap.count }
        #expect(found)
        #expect(!survey.flaws.isEmpty)
    }
}
