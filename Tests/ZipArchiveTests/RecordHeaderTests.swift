import Testing

@testable import ZipArchive

/// The expected bytes are from the 4,294,969,601-byte file that `torch.save` of PyTorch 2.15 wrote as `big.pth` for
/// `{"first": ones(5), "a": zeros(2**30), "b": ones(7), "e": zeros(0)}`, all float32.
struct RecordHeaderTests {
    /// 2³² bytes of zeros at offset 0x3a4: the sizes are large, the offset is not.
    private let largeSize = RecordHeader(
        name: Array("big/data/1".utf8), size: 1 << 32, offset: 0x3a4, crc: 0xd202_ef8d)
    /// 28 bytes at an offset past 2³².
    private let largeOffset = RecordHeader(
        name: Array("big/data/2".utf8), size: 28, offset: 0x1_0000_0418, crc: 0x52cb_6146)

    @Test("a record of 4 GiB has its size in a zip64 field, and 0 as its packed size before the data")
    func largeSizeLocal() {
        let header = largeSize.local(alignment: 64)
        #expect(
            hex(header.prefix(60)) == "504b030400000808" + zeros(18) + "0a003400" + "6269672f646174612f31"
                + "01001000" + "0000000001000000" + zeros(8))
        #expect(hex(header.dropFirst(60).prefix(4)) == "46421c00")
        #expect((0x3a4 + header.count) % 64 == 0)
    }

    @Test("a record of 4 GiB has wide sizes in its descriptor and in the directory")
    func largeSizeDirectory() {
        #expect(hex(largeSize.descriptor) == "504b07088def02d2" + "0000000001000000" + "0000000001000000")
        #expect(
            hex(largeSize.directoryEntry) == "504b010200000000080800000000000" + "08def02d2ffffffffffffffff0a001400"
                + zeros(10) + "a4030000" + "6269672f646174612f31" + "01001000" + "0000000001000000"
                + "0000000001000000")
    }

    @Test("a record past 4 GiB has its offset in a zip64 field, and wide sizes in its descriptor")
    func largeOffsetRecord() {
        let header = largeOffset.local(alignment: 64)
        #expect(
            hex(header.prefix(56)) == "504b030400000808" + zeros(18) + "0a004000" + "6269672f646174612f32"
                + "010008001804000001000000" + "46423000")
        #expect((0x1_0000_0418 + header.count) % 64 == 0)
        #expect(hex(largeOffset.descriptor) == "504b07084661cb52" + "1c00000000000000" + "1c00000000000000")
        #expect(
            hex(largeOffset.directoryEntry) == "504b010200000000080800000000000" + "04661cb521c0000001c0000000a000c00"
                + zeros(10) + "ffffffff" + "6269672f646174612f32" + "010008001804000001000000")
    }

    @Test("numbers go to zip64 fields from 2³² − 1 on", arguments: [(UInt64(0xffff_fffe), 0), (0xffff_ffff, 20)])
    func threshold(size: UInt64, extra: Int) {
        let header = RecordHeader(name: [97], size: size, offset: 0, crc: 1)
        #expect(header.directoryEntry.count == 46 + 1 + extra)
        #expect(header.descriptor.count == (extra == 0 ? 16 : 24))
        let placed = RecordHeader(name: [97], size: 1, offset: size, crc: 1)
        #expect(placed.directoryEntry.count == 46 + 1 + (extra == 0 ? 0 : 12))
        #expect(placed.descriptor.count == (extra == 0 ? 16 : 24))
    }

    @Test("an empty record has no descriptor and does not announce one")
    func empty() {
        let header = RecordHeader(name: [97], size: 0, offset: 0, crc: 0)
        #expect(header.descriptor == [])
        #expect(hex(header.local(alignment: 64).prefix(8)) == "504b030400000008")
    }

    @Test("a directory past 4 GiB is found through the zip64 records")
    func endRecords() {
        let end = EndRecords(entryCount: 10, directoryOffset: 0x1_0000_0600, directorySize: 0x29f)
        #expect(
            hex(end.bytes) == "504b06062c000000000000001e032d0000000000000000000a000000000000000a00000000000000"
                + "9f020000000000000006000001000000" + "504b0607000000009f0800000100000001000000"
                + "504b0506000000000a000a009f020000ffffffff0000")
    }

    private func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }
}

extension RecordHeader {
    fileprivate func local(alignment: Int) -> [UInt8] {
        var buffer = LittleEndianBuffer()
        appendLocal(alignment: alignment, to: &buffer)
        return buffer.bytes
    }

    fileprivate var descriptor: [UInt8] {
        var buffer = LittleEndianBuffer()
        appendDescriptor(to: &buffer)
        return buffer.bytes
    }

    fileprivate var directoryEntry: [UInt8] {
        var buffer = LittleEndianBuffer()
        appendDirectoryEntry(to: &buffer)
        return buffer.bytes
    }
}
