import ByteIO
import CheckpointIO
import TensorCore

/// Reads tensors on all processors: several at a time, and of large ones the statistics part by part.
///
/// What is found does not depend on how the work is divided. Tensors are read from their file a chunk at a time;
/// those that must be unpacked first are in memory whole, as many as there are processors.
struct TensorReading: Sendable {
    let statistics: Bool
    let digests: Bool
    /// Whether the statistics have the standard deviation, for which every tensor is read again.
    var measuresSpread = true
    /// Whether values are counted by size, too, for which every tensor is read once more; only with statistics.
    var makesHistograms = false

    /// Tensors from this size on are divided, in bytes.
    var dividedSize = 1 << 25

    /// In bytes: of one thread's share of a divided tensor; whole chunks.
    private static let partSize = ElementSums.chunkSize << 4
    /// Tensors are read in groups of so many bytes, or so many.
    private static let groupSize = 1 << 28
    private static let groupCount = 1 << 12

    /// - Parameter progress: called with the bytes of the tensors that have been read and of all, from time to time.
    func facts(of tensors: [LazyTensor], progress: (_ done: Int, _ total: Int) -> Void) throws -> [TensorFacts] {
        guard statistics || digests else { return tensors.map { TensorFacts($0) } }
        // Of tensors that share memory, each is read: the sum may be more than any file has.
        let total = tensors.reduce(0) { $0.addingReportingOverflow($1.byteCount).partialValue & Int.max }
        var done = 0
        var facts: [TensorFacts] = []
        facts.reserveCapacity(tensors.count)
        while facts.count < tensors.count {
            var size = 0
            let group = tensors[facts.count...].prefix(Self.groupCount).prefix { tensor in
                defer { size = min(size, Self.groupSize) + min(tensor.byteCount, Self.groupSize) }
                return size < Self.groupSize
            }
            progress(done, total)
            facts += try self.facts(ofGroup: Array(group))
            done = group.reduce(done) { $0.addingReportingOverflow($1.byteCount).partialValue & Int.max }
            progress(done, total)
        }
        return facts
    }

    private func facts(ofGroup tensors: [LazyTensor]) throws -> [TensorFacts] {
        let divided = try tensors.map { try DividedTensor($0, isWanted: statistics && $0.byteCount >= dividedSize) }
        var tasks: [Task] = []
        for (index, tensor) in tensors.enumerated() {
            if let divided = divided[index] {
                if digests { tasks.append(Task(tensor: index, work: .digest, size: tensor.byteCount)) }
                tasks += divided.parts(of: Self.partSize).map { Task(tensor: index, work: .sums($0), size: $0.count) }
            } else {
                tasks.append(Task(tensor: index, work: .whole, size: tensor.byteCount))
            }
        }
        var facts = tensors.map { TensorFacts($0) }
        var sums = [ElementSums](repeating: ElementSums(), count: tensors.count)
        for (task, result) in zip(tasks, concurrentResults(of: tasks) { try perform($0, tensors, divided) }) {
            switch try result.get() {
            case .whole(let found): facts[task.tensor] = found
            case .digest(let digest): facts[task.tensor].digest = digest
            case .sums(let chunks): for chunk in chunks { sums[task.tensor].append(chunk) }
            }
        }
        for (index, divided) in divided.enumerated() {
            guard let divided else { continue }
            let parts = divided.parts(of: Self.partSize)
            let statistics = try divided.statistics(sums[index], parts: measuresSpread ? parts : nil)
            facts[index].statistics = statistics
            if makesHistograms, let range = statistics.range {
                facts[index].histogram = try divided.histogram(of: range, parts: parts)
            }
        }
        return facts
    }

    /// A part of the work that one thread does.
    private struct Task: Sendable {
        /// The position in the group.
        let tensor: Int
        let work: Work
        let size: Int

        enum Work: Sendable {
            case whole
            case digest
            /// The sums over a range of bytes.
            case sums(Range<Int>)
        }
    }

    private enum Outcome: Sendable {
        case whole(TensorFacts)
        case digest(String)
        /// Chunk by chunk.
        case sums([ElementSums])
    }

    private func perform(_ task: Task, _ tensors: [LazyTensor], _ divided: [DividedTensor?]) throws -> Outcome {
        switch task.work {
        case .sums(let range):
            guard let divided = divided[task.tensor] else { return .sums([]) }
            return .sums(try divided.sums(range))
        case .digest: return .digest(try TensorDigest.sha256(of: tensors[task.tensor]))
        case .whole:
            return .whole(
                try TensorFacts(
                    tensors[task.tensor], statistics: statistics, spread: measuresSpread, histogram: makesHistograms,
                    digest: digests))
        }
    }

    /// The results in the order of `tasks`; the longest begin first.
    private func concurrentResults(
        of tasks: [Task], _ body: @Sendable (Task) throws -> Outcome
    ) -> [Result<Outcome, any Error>] {
        let order = tasks.indices.sorted { (tasks[$1].size, $0) < (tasks[$0].size, $1) }
        let found = concurrentMap(tasks.count) { position in Result { try body(tasks[order[position]]) } }
        var results = found
        for (position, index) in order.enumerated() { results[index] = found[position] }
        return results
    }
}

/// A large tensor whose elements lie one after the other in a mapped file, so that any part can be read by itself.
private struct DividedTensor: Sendable {
    let bytes: Bytes
    let reading: ElementReading

    /// Nil for another.
    init?(_ tensor: LazyTensor, isWanted: Bool) throws {
        guard isWanted, tensor.hasElements, tensor.isVerbatim, tensor.layout.isContiguous, !tensor.isInPieces,
            let reading = ElementReading(tensor), let bytes = try? tensor.contiguousBytes(), bytes.fileRegion != nil
        else { return nil }
        self.bytes = bytes
        self.reading = reading
    }

    func parts(of size: Int) -> [Range<Int>] {
        stride(from: 0, to: bytes.count, by: size).map { $0..<min($0 + size, bytes.count) }
    }

    func sums(_ range: Range<Int>) throws -> [ElementSums] {
        var sums: [ElementSums] = []
        try bytes.slice(range).forEachChunk(of: ElementSums.chunkSize) { (chunk) throws in
            sums.append(try ElementSums(of: chunk, reading.dtype))
        }
        return sums
    }

    /// - Parameter parts: nil to leave out the standard deviation.
    func statistics(_ sums: ElementSums, parts: [Range<Int>]?) throws -> TensorStatistics {
        var statistics = TensorStatistics(sums, reading)
        guard let parts, let mean = sums.mean else { return statistics }
        let squares = concurrentMap(parts.count) { part in
            Result {
                var squares: [Double] = []
                try bytes.slice(parts[part]).forEachChunk(of: ElementSums.chunkSize) { (chunk) throws in
                    squares.append(try ElementSums.squares(of: chunk, reading.dtype, from: mean))
                }
                return squares
            }
        }
        var total = 0.0
        for part in squares { for square in try part.get() { total += square } }
        statistics.add(squares: total, sums, reading)
        return statistics
    }

    func histogram(of range: ClosedRange<Double>, parts: [Range<Int>]) throws -> ValueHistogram {
        let counted = concurrentMap(parts.count) { part in
            Result {
                var histogram = ValueHistogram(range)
                try bytes.slice(parts[part]).forEachChunk(of: ElementSums.chunkSize) { (chunk) throws in
                    try histogram.add(chunk, reading)
                }
                return histogram
            }
        }
        var whole = ValueHistogram(range)
        for part in counted { whole.append(try part.get()) }
        return whole
    }
}

extension TensorReading {
    init(_ options: TreeOptions) {
        self.init(
            statistics: options.showsStatistics, digests: options.showsDigests,
            measuresSpread: options.measuresSpread, makesHistograms: options.makesHistograms)
    }
}
