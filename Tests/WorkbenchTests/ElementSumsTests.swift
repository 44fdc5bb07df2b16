import ByteIO
import TensorCore
import Testing

@testable import Workbench

@Suite struct ElementSumsTests {
    private let count = 600_000

    private func sums(of bytes: Bytes, _ dtype: DType) throws -> ElementSums {
        var sums = ElementSums()
        try bytes.forEachChunk(of: ElementSums.chunkSize) { (chunk) throws in
            sums.append(try ElementSums(of: chunk, dtype))
        }
        return sums
    }

    @Test("chunks make one result")
    func chunks() throws {
        let bytes = Bytes((0..<count).flatMap { withUnsafeBytes(of: Int32($0).littleEndian, Array.init) })
        let sums = try sums(of: bytes, .int32)
        #expect(sums.finiteCount == count)
        #expect(sums.lowest == 0)
        #expect(sums.highest == Double(count - 1))
        let mean = try #require(sums.mean)
        #expect(mean == Double(count - 1) / 2)
        var squares = 0.0
        try bytes.forEachChunk(of: ElementSums.chunkSize) { (chunk) throws in
            squares += try ElementSums.squares(of: chunk, .int32, from: mean)
        }
        let variance = Double(count) * Double(count + 1) / 12
        #expect(abs((squares / Double(count - 1)).squareRoot() - variance.squareRoot()) < 1e-6)
    }

    @Test("what is not finite is counted and has no part in the figures")
    func notFinite() throws {
        let values: [Float] = [1, .nan, .infinity, -3, -.infinity, .nan, 4]
        let sums = try sums(of: Bytes(values.flatMap { withUnsafeBytes(of: $0.bitPattern, Array.init) }), .float32)
        #expect([sums.finiteCount, sums.nanCount, sums.infinityCount] == [3, 2, 2])
        #expect([sums.lowest, sums.highest, sums.sum] == [-3, 4, 2])
        #expect(try self.sums(of: Bytes(), .float32).mean == nil)
    }
}
