import ByteIO
import CZlib
import Testing

@testable import ZipArchive

struct InflateTests {
    /// Raw deflate data, packed by zlib.
    private func deflate(_ data: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        try #require(
            deflateInit2_(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
        defer { deflateEnd(&stream) }
        var packed = [UInt8](repeating: 0, count: data.count + 100)
        var input = data
        let written = try input.withUnsafeMutableBufferPointer { input in
            try packed.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                try #require(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END)
                return Int(stream.total_out)
            }
        }
        return Array(packed[..<written])
    }

    @Test("what zlib packs unpacks to the same", arguments: [0, 1, 1000, 3_000_000])
    func roundTrip(size: Int) throws {
        let data = (0..<size).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
        #expect(try inflate(Bytes(deflate(data)), to: size) == Bytes(data))
        let zeros = [UInt8](repeating: 0, count: size)
        #expect(try inflate(Bytes(deflate(zeros)), to: size) == Bytes(zeros))
    }

    @Test("a declared size that the data doesn't have is an error with both")
    func size() throws {
        let packed = Bytes(try deflate([1, 2, 3, 4]))
        #expect(throws: ZipError.EntryFlaw.unpackedSize(declared: 5, found: 4)) { try inflate(packed, to: 5) }
        #expect(throws: ZipError.EntryFlaw.unpackedSize(declared: 3, found: 4)) { try inflate(packed, to: 3) }
        #expect(throws: ZipError.EntryFlaw.unpackedSize(declared: 0, found: 1)) { try inflate(packed, to: 0) }
    }

    @Test("a declared size that no deflate data of this length holds is refused before memory is taken")
    func implausible() {
        let size = 1 << 60
        #expect(throws: ZipError.EntryFlaw.implausibleSize(compressed: 3, uncompressed: size)) {
            try inflate([3, 0, 0], to: size)
        }
    }

    @Test("data that ends early is an error", arguments: [0, 1, 50, 99])
    func truncated(percent: Int) throws {
        let packed = try deflate((0..<5000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 5) })
        let part = Bytes(packed[..<(packed.count * percent / 100)])
        #expect(throws: ZipError.EntryFlaw.self) { try inflate(part, to: 5000) }
    }

    @Test("bytes after the last block are an error with their number")
    func trailing() throws {
        #expect(throws: ZipError.EntryFlaw.trailingData(2)) { try inflate(Bytes(deflate([1, 2]) + [0, 0]), to: 2) }
    }

    @Test("data that isn't deflate is an error with zlib's words")
    func corrupt() {
        #expect(throws: ZipError.EntryFlaw.corruptData("invalid block type")) { try inflate([7, 7, 7, 7], to: 4) }
    }
}
