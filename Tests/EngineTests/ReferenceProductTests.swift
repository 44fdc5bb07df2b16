import Testing

@testable import Engine

@Suite struct ReferenceProductTests {
    @Test(
        "a row that reads the weights as they lie has the sums of one that reads panels, bit for bit", arguments: 1...19
    )
    func row(columns: Int) {
        let inner = 37
        let left = (0..<inner).map { Double($0 * 7919 % 101) / 13 - 3 }
        let right = (0..<inner * columns).map { Double($0 * 104_729 % 1009) / 127 - 4 }
        let bias = (0..<columns).map { Double($0) / 3 }
        for bias in [bias, nil] {
            var expected = [Double](repeating: .nan, count: columns)
            var found = expected
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    guard let a = left.baseAddress, let b = right.baseAddress else { return }
                    func fill(
                        _ result: inout [Double], _ body: (UnsafePointer<Double>?, UnsafeMutablePointer<Double>) -> Void
                    ) {
                        let bias = bias ?? []
                        bias.withUnsafeBufferPointer { bias in
                            result.withUnsafeMutableBufferPointer { result in
                                guard let start = result.baseAddress else { return }
                                body(bias.isEmpty ? nil : bias.baseAddress, start)
                            }
                        }
                    }
                    fill(&expected) { bias, result in
                        ReferenceProduct(b, columns: columns, inner: inner, rowStride: inner)
                            .multiply(a, rows: 1, leftStride: inner, bias: bias, into: result, resultStride: columns)
                    }
                    fill(&found) { bias, result in
                        ReferenceProduct.multiplyRow(a, b, columns: columns, inner: inner, bias: bias, into: result)
                    }
                }
            }
            #expect(found == expected)
        }
    }
}
