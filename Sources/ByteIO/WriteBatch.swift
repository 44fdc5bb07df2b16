/// Bytes on their way to a file, in order: short runs copied here, long ones where they lie.
///
/// Not checked: one thread fills a batch and hands it to the one that writes it, which hands it back empty: never two at a time.
final class WriteBatch: @unchecked Sendable {
    enum Piece {
        /// A run of the batch's own buffer.
        case copied(Range<Int>)
        /// Bytes that others keep in memory, or a mapped file.
        case kept(Bytes)
        /// Whole blocks of a mapped file that may keep their place within a block: for the kernel to copy.
        case blocks(Bytes)
    }

    private(set) var pieces: [Piece] = []
    private(set) var byteCount = 0
    /// The parts of mapped files that are in use here; neighbours are joined.
    private(set) var mapped: [Bytes] = []

    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0

    /// Room for copied bytes: small enough to stay in a processor's own cache until it is written.
    private static let bufferSize = 1 << 18
    /// A batch of so many bytes is written: more of them slowed the page cache down, fewer cost system calls.
    private static let usualSize = 1 << 20
    /// `writev` takes 1,024.
    private static let pieceLimit = 1_000
    /// Parts of a file that are no further apart are brought into memory together.
    private static let joinedGap = 1 << 16

    init() { buffer = .allocate(byteCount: Self.bufferSize, alignment: 4096) }

    deinit { buffer.deallocate() }

    var isEmpty: Bool { byteCount == 0 }

    var isFull: Bool {
        byteCount >= Self.usualSize || used == buffer.count || pieces.count >= Self.pieceLimit
    }

    // MARK: Filling

    /// Has `body` write up to `count` bytes into the batch.
    /// - Returns: how many there was room for, at least one unless the batch is full.
    func append<Failure: Error>(
        upTo count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        let length = min(count, buffer.count - used)
        guard length > 0 else { return 0 }
        try body(UnsafeMutableRawBufferPointer(rebasing: buffer[used..<used + length]))
        if case .copied(let before)? = pieces.last {
            pieces[pieces.count - 1] = .copied(before.lowerBound..<used + length)
        } else {
            pieces.append(.copied(used..<used + length))
        }
        used += length
        byteCount += length
        return length
    }

    /// Appends bytes that stay where they are until they are written.
    func append(keeping bytes: Bytes) {
        pieces.append(.kept(bytes))
        byteCount += bytes.count
        append(resident: bytes)
    }

    /// Notes that a part of a mapped file is in memory for the sake of this batch.
    func append(resident bytes: Bytes) {
        guard bytes.fileRegion != nil else { return }
        if let last = mapped.last, let joined = last.extended(over: bytes, gap: Self.joinedGap) {
            mapped[mapped.count - 1] = joined
        } else {
            mapped.append(bytes)
        }
    }

    /// Appends whole blocks of a mapped file.
    func append(blocks: Bytes) {
        pieces.append(.blocks(blocks))
        byteCount += blocks.count
    }

    /// Brings the parts of mapped files into memory, in fewer steps than writing them would.
    func populatePages() { for bytes in mapped { bytes.populatePages() } }

    /// Makes room for the next bytes. What was written of mapped files does not stay resident.
    func removeAll() {
        for bytes in mapped { bytes.releasePages() }
        pieces.removeAll(keepingCapacity: true)
        mapped.removeAll(keepingCapacity: true)
        byteCount = 0
        used = 0
    }

    // MARK: Emptying

    /// Calls `body` with the memory of a piece.
    func withMemory<Failure: Error>(
        of piece: Piece, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        switch piece {
        case .copied(let range): try body(UnsafeRawBufferPointer(rebasing: buffer[range]))
        case .kept(let bytes), .blocks(let bytes): try bytes.withUnsafeBytes(body)
        }
    }
}
