/// c[i, j] = Σₖ a[i, k] · b[j, k] in double precision, each sum in the order of k.
///
/// Its panels pay where many rows read them; `multiplyRow` takes b as it lies.
///
/// Four rows by four columns are summed at once, so that each element is loaded once for four products.
struct ReferenceProduct {
    /// `[columns / 4, inner, 4]`, zeros beyond the last column.
    private let panels: [Double]
    let columns, inner: Int

    /// - Parameters:
    ///   - right: the first element of b; element (j, k) is at j · `rowStride` + k · `elementStride`.
    init(
        _ right: UnsafePointer<Double>, columns: Int, inner: Int, rowStride: Int, elementStride: Int = 1
    ) {
        self.columns = columns
        self.inner = inner
        let count = (columns + 3) / 4 * inner * 4
        panels = [Double](unsafeUninitializedCapacity: count) { target, initialized in
            guard let base = target.baseAddress else { return }
            base.initialize(repeating: 0, count: count)
            for column in 0..<columns {
                let (source, panel) = (right + column * rowStride, base + column / 4 * inner * 4 + column % 4)
                for index in 0..<inner { panel[4 * index] = source[index * elementStride] }
            }
            initialized = count
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
            guard let panels = panels.baseAddress else { return }
            var row = 0
            while row < rows {
                let count = min(4, rows - row)
                let a = left + row * leftStride
                // A missing row repeats the last: its sums are not stored.
                let (a1, a2, a3) = (
                    a + min(1, count - 1) * leftStride, a + min(2, count - 1) * leftStride,
                    a + min(3, count - 1) * leftStride
                )
                for panel in 0..<(columns + 3) / 4 {
                    let b = panels + panel * inner * 4
                    let lanes = min(4, columns - 4 * panel)
                    var start = SIMD4<Double>(repeating: 0)
                    if let bias { for lane in 0..<lanes { start[lane] = bias[4 * panel + lane] } }
                    var (s0, s1, s2, s3) = (start, start, start, start)
                    for k in 0..<inner {
                        let w = UnsafeRawPointer(b + 4 * k).loadUnaligned(as: SIMD4<Double>.self)
                        s0 += a[k] * w
                        s1 += a1[k] * w
                        s2 += a2[k] * w
                        s3 += a3[k] * w
                    }
                    for lane in 0..<lanes {
                        let target = result + row * resultStride + (4 * panel + lane) * columnStride
                        target[0] = s0[lane]
                        if count > 1 { target[resultStride] = s1[lane] }
                        if count > 2 { target[2 * resultStride] = s2[lane] }
                        if count > 3 { target[3 * resultStride] = s3[lane] }
                    }
                }
                row += count
            }
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
