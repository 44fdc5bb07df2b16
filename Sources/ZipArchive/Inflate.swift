import ByteIO
import CZlib

/// The most bytes that one byte of deflate data can unpack to: 258 bytes take 2 bits at least.
let greatestDeflateRatio = 1032

/// Unpacks raw deflate data of a known size.
///
/// Nothing is allocated for a size that `packed` cannot hold.
func inflate(_ packed: Bytes, to size: Int) throws(ZipError.EntryFlaw) -> Bytes {
    try inflate(packed, count: size, isWhole: true)
}

/// Unpacks the first `count` bytes of raw deflate data; what follows them is not looked at.
func inflate(_ packed: Bytes, first count: Int) throws(ZipError.EntryFlaw) -> Bytes {
    try inflate(packed, count: count, isWhole: false)
}

private func inflate(_ packed: Bytes, count: Int, isWhole: Bool) throws(ZipError.EntryFlaw) -> Bytes {
    guard count / greatestDeflateRatio <= packed.count else {
        throw .implausibleSize(compressed: packed.count, uncompressed: count)
    }
    return try Bytes(count: count) { (output) throws(ZipError.EntryFlaw) in
        try packed.withUnsafeBytes { (input) throws(ZipError.EntryFlaw) in
            try inflate(input, into: output, isWhole: isWhole)
        }
    }
}

/// - Parameter isWhole: whether the data must end where `output` is full.
private func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isWhole: Bool
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
    while isWhole || filled < output.count {
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
