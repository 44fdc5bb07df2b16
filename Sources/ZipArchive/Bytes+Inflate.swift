import ByteIO
import CZlib

extension Bytes {
    /// What lies around deflate data.
    package enum DeflateWrapping: Sendable {
        /// Nothing: a zip entry.
        case raw
        /// zlib's header and checksum (RFC 1950).
        case zlib
        /// gzip's, once or several times in a row (RFC 1952).
        case gzip
    }

    /// Deflate data unpacked as far as it goes.
    package struct Inflated: Sendable {
        /// What unpacked, at most as much as was asked for.
        package let bytes: Bytes
        /// False where more would follow, or where the data is damaged.
        package let isWhole: Bool
        /// Whether it is the limit that cut it.
        package let isCut: Bool
        /// Packed bytes after the end of the data.
        package let trailing: Int
    }

    /// Unpacks these bytes up to the first damage or to `limit` bytes, whatever they claim to hold.
    package func inflated(_ wrapping: DeflateWrapping, limit: Int) -> Inflated {
        var stream = z_stream()
        let windowBits: Int32 =
            switch wrapping {
            case .raw: -MAX_WBITS
            case .zlib: MAX_WBITS
            case .gzip: MAX_WBITS + 16
            }
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return Inflated(bytes: Bytes(), isWhole: false, isCut: false, trailing: 0)
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var ended = false
        let taken = withUnsafeBytes { input in
            Self.inflate(&stream, input, &output, limit: limit, again: wrapping == .gzip, ended: &ended)
        }
        let isCut = !ended && output.count >= limit
        return Inflated(bytes: Bytes(output), isWhole: ended, isCut: isCut, trailing: ended ? count - taken : 0)
    }

    /// - Parameter again: whether a further stream may follow.
    /// - Returns: how much of the input was used.
    private static func inflate(
        _ stream: inout z_stream, _ input: UnsafeRawBufferPointer, _ output: inout [UInt8], limit: Int, again: Bool,
        ended: inout Bool
    ) -> Int {
        // zlib counts in 32 bits.
        let part = 1 << 30
        var taken = 0
        while output.count < limit {
            let head = UnsafeRawBufferPointer(rebasing: input[taken..<Swift.min(taken + part, input.count)])
            let room = Swift.min(limit - output.count, Swift.max(1 << 16, output.count))
            var status = Z_OK
            let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                stream.next_in = UnsafeMutablePointer(mutating: head.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(head.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(Swift.min(buffer.count, part))
                let available = Int(stream.avail_out)
                status = CZlib.inflate(&stream, Z_NO_FLUSH)
                count = available - Int(stream.avail_out)
            }
            output += chunk
            taken += head.count - Int(stream.avail_in)
            if status == Z_STREAM_END {
                ended = true
                let isGzip = again && taken + 1 < input.count && input[taken] == 0x1F && input[taken + 1] == 0x8B
                guard isGzip, inflateReset(&stream) == Z_OK else { return taken }
                ended = false
            } else if status != Z_OK || chunk.isEmpty && stream.avail_in == UInt32(head.count) {
                return taken
            }
        }
        return taken
    }
}
