import ByteIO

extension Bytes {
    /// A cursor after the signature of the record at `offset`.
    func cursor(_ part: ZipError.Part, at offset: Int, signature: UInt32) throws(ZipError) -> ByteCursor {
        var cursor = ByteCursor(self)
        try reading(part) { () throws(ByteError) in try cursor.seek(to: offset) }
        try cursor.expect(signature, of: part)
        return cursor
    }
}

extension ByteCursor {
    /// Passes the signature that a record begins with.
    mutating func expect(_ signature: UInt32, of part: ZipError.Part) throws(ZipError) {
        let offset = position
        let found = try reading(part) { () throws(ByteError) in try u32() }
        guard found == signature else { throw .badSignature(part, offset: offset, found: found) }
    }
}

/// Runs `body`; where its input ends too early, says in which part of the archive.
func reading<Result>(
    _ part: ZipError.Part, _ body: () throws(ByteError) -> Result
) throws(ZipError) -> Result {
    do {
        return try body()
    } catch {
        switch error {
        case .truncated(let offset, let needed, let remaining):
            throw .truncated(part, offset: offset, needed: needed, remaining: remaining)
        case .unterminated(let offset, _, let remaining):
            throw .truncated(part, offset: offset, needed: remaining + 1, remaining: remaining)
        }
    }
}
