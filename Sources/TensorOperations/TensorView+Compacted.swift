import ByteIO
import TensorCore

extension TensorView {
    /// A copy of a part of a tensor in a mapped file, which is gone through once from its start to its end, by all
    /// processors.
    /// - Parameter axis: the only one along which the part has not all indices; not the first.
    func compacted(partAlong axis: Int) throws -> TensorView {
        let windows = try windows(partAlong: axis, region: 0..<bytes.count, place: 0)
        let compact = try Bytes(count: layout.count * dtype.byteWidth) { target in
            nonisolated(unsafe) let target = target
            let results = concurrentMap(windows.count) { index in
                Result { try windows[index].copy(into: target) }
            }
            for result in results { try result.get() }
        }
        return try TensorView(compact, type)
    }

    /// In bytes of a mapped file that a processor has in memory at a time.
    private static let windowSize = 1 << 22

    /// In bytes: runs whose starts are further apart are read from the file one by one, which costs less than to have
    /// in memory what lies between them.
    private static let farApart = 1 << 13

    /// A part of a part, whose rows lie together in the file.
    private struct Window: Sendable {
        let view: TensorView
        /// How many runs of neighbouring elements it has.
        let runs: Int
        /// The bytes of the whole tensor between its first row and its last.
        let region: Range<Int>
        /// Where it begins in the copy.
        let place: Int

        func copy(into target: UnsafeMutableRawBufferPointer) throws {
            let width = view.dtype.byteWidth
            let target = UnsafeMutableRawBufferPointer(
                rebasing: target[place..<place + view.layout.count * width])
            let (distance, length) = (region.count / runs, target.count / runs)
            guard distance >= TensorView.farApart else {
                view.copy(into: target)
                return try view.bytes.slice(region).releasePages()
            }
            for run in 0..<runs {
                let place = UnsafeMutableRawBufferPointer(rebasing: target[run * length..<(run + 1) * length])
                try view.bytes.copy(at: view.layout.offset * width + run * distance, into: place)
            }
        }
    }

    /// - Parameters:
    ///   - region: the bytes that the tensor takes of which this is a part.
    ///   - place: where this begins in the copy.
    private func windows(partAlong axis: Int, region: Range<Int>, place: Int) throws -> [Window] {
        guard let count = shape.first, layout.count > 0 else { return [] }
        let (rowBytes, partBytes) = (region.count / count, layout.count * dtype.byteWidth / count)
        // A row of which the part has all indices along the next axis, too, can be gone through by itself.
        let isDivided = rowBytes > Self.windowSize && axis > 1
        let rows = isDivided ? 1 : max(Self.windowSize / rowBytes, 1)
        var windows: [Window] = []
        for start in stride(from: 0, to: count, by: rows) {
            let taken = min(rows, count - start)
            let region = region.lowerBound + start * rowBytes..<region.lowerBound + (start + taken) * rowBytes
            let place = place + start * partBytes
            if isDivided {
                windows += try member(axis: 0, index: start).windows(partAlong: axis - 1, region: region, place: place)
            } else {
                let part = try part(axis: 0, start: start, size: taken)
                let runs = part.shape[..<axis].reduce(1, *)
                windows.append(Window(view: part, runs: runs, region: region, place: place))
            }
        }
        return windows
    }
}
