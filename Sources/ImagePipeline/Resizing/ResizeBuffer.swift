import CKernels

/// Rows of elements between the passes of a resize.
struct ResizeBuffer: ~Copyable {
    private let memory: UnsafeMutableRawPointer
    let elementSize: Int
    /// Elements of a row.
    let count: Int

    /// Sums along the rows `rows` of an image, at the outputs that the taps are for.
    init<Weight>(
        _ image: Image, rows: Range<Int>, _ taps: Taps<Weight>, _ arithmetic: ck_image_arithmetic,
        by passes: ResizePasses
    ) {
        elementSize =
            switch arithmetic {
            case CK_IMAGE_PILLOW: 1
            case CK_IMAGE_LINEAR: 2
            default: 4
            }
        count = taps.outputs * image.channels
        memory = .allocate(byteCount: rows.count * count * elementSize, alignment: 64)
        image.samples.withUnsafeBufferPointer { source in
            Self.sum(
                source, stride: image.stride, rows: rows, width: image.width, channels: image.channels, taps,
                arithmetic,
                into: memory, by: passes)
        }
    }

    deinit { memory.deallocate() }

    /// A row, counted from the first that was summed.
    func row(_ index: Int) -> UnsafeRawPointer { UnsafeRawPointer(memory + index * count * elementSize) }

    /// Sums along rows into `target`, which takes outputs · channels elements of each.
    static func sum<Weight>(
        _ source: UnsafeBufferPointer<UInt8>, stride: Int, rows: Range<Int>, width: Int, channels: Int,
        _ taps: Taps<Weight>, _ arithmetic: ck_image_arithmetic, into target: UnsafeMutableRawPointer,
        by passes: ResizePasses
    ) {
        let reach = taps.reach(size: width)
        let taps = taps.shifted(by: reach.lowerBound)
        guard let base = source.baseAddress else { return }
        taps.first.withUnsafeBufferPointer { first in
            taps.weights.withUnsafeBytes { weights in
                passes.rows(
                    arithmetic,
                    ck_image_horizontal(
                        input: base + rows.lowerBound * stride + reach.lowerBound * channels, input_stride: stride,
                        rows: rows.count, inputs: reach.count, channels: channels, first: first.baseAddress,
                        weights: weights.baseAddress, outputs: taps.outputs, taps: taps.count, output: target,
                        output_stride: taps.outputs * channels, scratch: nil))
            }
        }
    }

    /// Sums along columns into `target`, a row of it for each output.
    /// - Parameters:
    ///   - size: inputs that there are.
    ///   - row: the place of an input.
    ///   - floats: see `ck_image_vertical`.
    static func sumColumns<Weight>(
        _ taps: Taps<Weight>, size: Int, count: Int, _ arithmetic: ck_image_arithmetic, floats: Int = 0,
        into target: UnsafeMutableBufferPointer<UInt8>, by passes: ResizePasses,
        row: (Int) -> UnsafeRawPointer
    ) {
        guard let output = target.baseAddress else { return }
        var rows = [UnsafeRawPointer?](repeating: nil, count: taps.count)
        taps.weights.withUnsafeBufferPointer { weights in
            for (index, start) in taps.first.enumerated() {
                for tap in 0..<taps.count { rows[tap] = row(min(max(Int(start) + tap, 0), size - 1)) }
                rows.withUnsafeBufferPointer { rows in
                    passes.columns(
                        arithmetic,
                        ck_image_vertical(
                            rows: rows.baseAddress, weights: weights.baseAddress! + index * taps.count,
                            taps: taps.count, count: count, floats: floats, output: output + index * count))
                }
            }
        }
    }
}
