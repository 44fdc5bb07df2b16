/// A picture of 8-bit samples, as OpenCV holds it.
package struct Image: Sendable, Equatable {
    package let height, width: Int
    /// 3 (blue, green, red) as decoded; 1 for datasets of gray pictures.
    package let channels: Int
    /// `[height, width, channels]`
    package let samples: [UInt8]

    /// - Precondition: `samples` has height · width · channels elements.
    package init(height: Int, width: Int, channels: Int, samples: [UInt8]) {
        precondition(samples.count == height * width * channels, "\(height) × \(width) × \(channels)")
        self.height = height
        self.width = width
        self.channels = channels
        self.samples = samples
    }

    /// - Parameter body: writes every sample of the buffer, which is not initialised, or throws.
    init<Failure: Error>(
        height: Int, width: Int, channels: Int,
        writtenBy body: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let count = height * width * channels
        var failure: Failure?
        samples = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(Failure) {
                try body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// Samples of a row.
    var stride: Int { width * channels }

    /// `[height, width, channels]`
    package var shape: [Int] { [height, width, channels] }

    /// The part `rows` × `columns`.
    /// - Precondition: both ranges are in bounds and not empty.
    func cropped(rows: Range<Int>, columns: Range<Int>) -> Image {
        if rows.count == height, columns.count == width { return self }
        let count = columns.count * channels
        return Image(height: rows.count, width: columns.count, channels: channels) { target in
            samples.withUnsafeBufferPointer { source in
                for (index, y) in rows.enumerated() {
                    let first = y * stride + columns.lowerBound * channels
                    _ = UnsafeMutableBufferPointer(rebasing: target[index * count..<(index + 1) * count])
                        .initialize(from: source[first..<first + count])
                }
            }
        }
    }
}
