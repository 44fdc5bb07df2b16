import ByteIO
import CZlib

/// The most bytes that one byte of deflate data can unpack to: 258 bytes take 2 bits at least.
let greatestDeflateRatio = 1032

/// Unpacks raw deflate data of a known size.
///
/// Nothing is allocated for a size that `packed` cannot hold.
func inflate(_ packed: Bytes, to size: Int) throws(ZipError.EntryFlaw) -> Bytes {
    guard size / greatestDeflateRatio <= packed.count else {
        throw .implausibleSize(compressed: packed.count, uncompressed: size)
    }
    return try Bytes(count: size) { (output) throws(ZipError.EntryFlaw) in
        try packed.withUnsafeBytes { (input) throws(ZipError.EntryFlaw) in
            try inflate(input, into: output)
        }
    }
}

/// Unpacks the first `count` bytes of raw deflate data.
/// - Precondition: `count` is less than 1 GiB.
func inflate(_ packed: Bytes, first count: Int) throws(ZipError.EntryFlaw) -> Bytes {
    guard count / greatestDeflateRatio <= packed.count else {
        throw .implausibleSize(compressed: packed.count, uncompressed: count)
    }
    return try Bytes(count: count) { (output) throws(ZipError.EntryFlaw) in
        try packed.withUnsafeBytes { (input) throws(ZipError.EntryFlaw) in
            try inflateFirst(input, into: output)
        }
    }
}

private func inflateFirst(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
) throws(ZipError.EntryFlaw) {
    guard !output.isEmpty else { return }
    var stream = z_stream()
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw .corruptData("zlib does not start")
    }
    defer { inflateEnd(&stream) }
    // zlib counts in 32 bits; so much input gives any such output.
    stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(min(input.count, 1 << 31))
    stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.avail_out = UInt32(output.count)
    let status = CZlib.inflate(&stream, Z_NO_FLUSH)
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
        throw .corruptData(stream.msg.map { String(cString: $0) } ?? "zlib error \(status)")
    }
    guard stream.avail_out == 0 else {
        throw .unpackedSize(declared: output.count, found: output.count - Int(stream.avail_out))
    }
}

private func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
) throws(ZipError.EntryFlaw) {
    var stream = z_stream()
    // Negative window bits: raw deflate, without zlib's own header.
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw .corruptData("zlib does not start")
    }
    defer { inflateEnd(&stream) }
    // zlib counts in 32 bits, so both buffers go in by parts.
    let part = 1 << 30
    var taken = 0
    var filled = 0
    var spare: UInt8 = 0
    while true {
        let inputPart = UnsafeRawBufferPointer(rebasing: input[taken..<min(taken + part, input.count)])
        let outputPart = UnsafeMutableRawBufferPointer(rebasing: output[filled..<min(filled + part, output.count)])
        stream.next_in = UnsafeMutablePointer(mutating: inputPart.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(inputPart.count)
        let status: Int32
        if outputPart.isEmpty {
            // A full buffer: what still comes may only be the end mark.
            status = withUnsafeMutablePointer(to: &spare) { spare in
                stream.next_out = spare
                stream.avail_out = 1
                return CZlib.inflate(&stream, Z_NO_FLUSH)
            }
            guard stream.avail_out == 1 else { throw .unpackedSize(declared: output.count, found: output.count + 1) }
        } else {
            stream.next_out = outputPart.bindMemory(to: UInt8.self).baseAddress
            stream.avail_out = UInt32(outputPart.count)
            status = CZlib.inflate(&stream, Z_NO_FLUSH)
            filled += outputPart.count - Int(stream.avail_out)
        }
        let consumed = inputPart.count - Int(stream.avail_in)
        taken += consumed
        switch status {
        case Z_STREAM_END:
            guard filled == output.count else { throw .unpackedSize(declared: output.count, found: filled) }
            guard taken == input.count else { throw .trailingData(input.count - taken) }
            return
        case Z_OK: continue
        case Z_BUF_ERROR: throw .corruptData("it ends before its last block")
        default: throw .corruptData(stream.msg.map { String(cString: $0) } ?? "zlib error \(status)")
        }
    }
}
