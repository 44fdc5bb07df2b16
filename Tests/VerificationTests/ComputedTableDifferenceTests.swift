import ModelGraph
import TensorCore
import Testing
import Verification

/// What of a checkpoint's buffer is other than the model computes.
@Suite struct ComputedTableDifferenceTests {
    @Test(
        "a table is what the model computes up to the rounding of the type that it is kept in",
        arguments: [DType.float64, .float32, .float16, .bfloat16])
    func rounding(dtype: DType) throws {
        let table = ComputedTable("test cosines", shape: [3]) { [0.1, -0.7, 30.3] }
        func differences(_ values: [Float]) throws -> Int {
            var bytes = [UInt8](repeating: 0, count: values.count * dtype.byteWidth)
            bytes.withUnsafeMutableBytes { target in values.withUnsafeBufferPointer { dtype.encode($0, into: target) } }
            return try bytes.withUnsafeBytes { try table.differences(from: $0, dtype: dtype) }
        }
        #expect(try differences([0.1, -0.7, 30.3]) == 0)
        #expect(try differences([0.1, -0.72, 30.3]) == 1)
        #expect(try differences([0.1, .nan, 29.9]) == 2)
    }

    @Test("an index has to be the same, and an integer")
    func indices() throws {
        let table = ComputedTable("test index", shape: [3], dtype: .int64) { [0, 5, -1] }
        func differences<Element: BitwiseCopyable>(_ elements: [Element], _ dtype: DType) throws -> Int {
            try elements.withUnsafeBytes { try table.differences(from: $0, dtype: dtype) }
        }
        #expect(try differences([0, 5, -1] as [Int64], .int64) == 0)
        #expect(try differences([0, 4, -1] as [Int64], .int64) == 1)
        #expect(try differences([0, 5, -1] as [Int32], .int32) == 3)
        let mask = ComputedTable("test mask", shape: [3], dtype: .bool) { [0, 1, 1] }
        #expect(try ([0, 1, 0] as [UInt8]).withUnsafeBytes { try mask.differences(from: $0, dtype: .bool) } == 1)
        let large = ComputedTable("test positions", shape: [2], dtype: .int32) { [1_000_000, 7] }
        let others: [Int32] = [1_000_001, 7]
        #expect(try others.withUnsafeBytes { try large.differences(from: $0, dtype: .int32) } == 1)
    }
}
