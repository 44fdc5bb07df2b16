import CKernels

/// c[i, j] = Σₖ a[i, k] · b[j, k] in double precision, each sum in the order of k.
///
/// Its panels pay where many rows read them; `multiplyRow` takes b as it lies.
struct ReferenceProduct {
    /// `[columns / 8, inner, 8]`, zeros beyond the last column.
    private let panels: [Double]
    let columns, inner: Int

    /// - Parameters:
    ///   - right: the first element of b; element (j, k) is at j · `rowStride` + k · `elementStride`.
    ///   - pool: whose threads lay out b; nil: the caller alone.
    init(
        _ right: UnsafePointer<Double>, columns: Int, inner: Int, rowStride: Int, elementStride: Int = 1,
        pool: ThreadPool? = nil
    ) {
        self.columns = columns
        self.inner = inner
        let width = Int(CK_PRODUCT_COLUMNS)
        let count = (columns + width - 1) / width
        panels = [Double](unsafeUninitializedCapacity: count * inner * width) { target, initialized in
            initialized = count * inner * width
            guard let start = target.baseAddress else { return }
            nonisolated(unsafe) let (right, base) = (right, start)
            let layOut: @Sendable (Int) -> Void = { panel in
                let first = panel * width
                var next = base + first * inner
                for index in 0..<inner {
                    for lane in 0..<width {
                        let column = first + lane
                        next[lane] = column < columns ? right[column * rowStride + index * elementStride] : 0
                    }
                    next += width
                }
            }
            if let pool { pool.perform(count, layOut) } else { (0..<count).forEach(layOut) }
        }
    }

    /// Multiplies `rows` rows.
    /// - Parameters:
    ///   - left: the first row of a, `inner` elements without gaps; row i is at i · `leftStride`.
    ///   - bias: what each column's sum starts from; nil for 0.
    ///   - result: element (i, j) is at i · `resultStride` + j · `columnStride`.
    func multiply(
        _ left: UnsafePointer<Double>, rows: Int, leftStride: Int, bias: UnsafePointer<Double>? = nil,
        into result: UnsafeMutablePointer<Double>, resultStride: Int, columnStride: Int = 1
    ) {
        panels.withUnsafeBufferPointer { panels in
            var operation = ck_product_f64(
                left: left, rows: rows, left_stride: leftStride, panels: panels.baseAddress, columns: columns,
                inner: inner, bias: bias, result: result, result_stride: resultStride, column_stride: columnStride)
            ck_product_f64_perform(&operation)
        }
    }
}

extension ReferenceProduct {
    /// One row: c[j] = bias[j] + Σₖ a[k] · b[j, k], the same sums in the same order.
    /// - Parameters:
    ///   - right: `[columns, inner]` without gaps.
    ///   - bias: what each sum starts from; nil for 0.
    static func multiplyRow(
        _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, columns: Int, inner: Int,
        bias: UnsafePointer<Double>?, into result: UnsafeMutablePointer<Double>
    ) {
        var column = 0
        while column < columns {
            // Eight sums at once; a missing column repeats the first.
            let lanes = min(8, columns - column)
            var rows = InlineArray<8, UnsafePointer<Double>>(repeating: right + column * inner)
            var sums = SIMD8<Double>(repeating: 0)
            for lane in 0..<lanes {
                rows[lane] = right + (column + lane) * inner
                sums[lane] = bias?[column + lane] ?? 0
            }
            for k in 0..<inner {
                let b = SIMD8(
                    rows[0][k], rows[1][k], rows[2][k], rows[3][k], rows[4][k], rows[5][k], rows[6][k], rows[7][k])
                sums += left[k] * b
            }
            for lane in 0..<lanes { result[column + lane] = sums[lane] }
            column += lanes
        }
    }
}
