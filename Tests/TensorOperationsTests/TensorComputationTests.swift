import ByteIO
import TensorCore
import Testing

@testable import TensorOperations

@Suite struct TensorComputationTests {
    private func bytes(_ values: [Float]) -> Bytes { Bytes(values.flatMap { $0.bitPattern.littleEndianBytes }) }

    @Test("zeros take the type of their siblings, or the extent that is stated for them")
    func zeros() throws {
        let q = TensorType(.float32, [2])
        let joined = try TensorPipeline([.concat(axis: 0, sizes: nil)], sources: .exactly(3), targets: 1)
        let computation = try TensorComputation(joined, operands: [(.source(0), q), (.zeros, nil), (.source(1), q)])
        #expect(computation.results == [TensorType(.float32, [6])])
        let result = try computation.result(0) { bytes($0 == 0 ? [1, 2] : [3, 4]) }
        #expect(Array(result) == Array(bytes([1, 2, 0, 0, 3, 4])))

        let sized = try TensorPipeline([.concat(axis: 0, sizes: [2, 3])], sources: .exactly(2), targets: 1)
        let other = try TensorComputation(sized, operands: [(.source(0), q), (.zeros, nil)])
        #expect(other.types == [q, TensorType(.float32, [3])])
    }

    @Test("a part that is left out backward must be zero, of either sign")
    func leftOut() throws {
        let joined = try TensorPipeline([.concat(axis: 0, sizes: nil)], sources: .exactly(3), targets: 1)
        let computation = try TensorComputation(
            joined.reversed(), operands: [(.source(0), TensorType(.float32, [6]))], zeroResults: [1])
        try computation.checkZeroResults { _ in bytes([1, 2, 0, -0.0, 3, 4]) }
        #expect(throws: OperationError.notZero(part: 1, element: 1)) {
            try computation.checkZeroResults { _ in bytes([1, 2, 0, 0.5, 3, 4]) }
        }
        #expect(throws: OperationError.notZero(part: 1, element: 0)) {
            try computation.checkZeroResults { _ in bytes([1, 2, .leastNonzeroMagnitude, 0, 3, 4]) }
        }
        #expect(Array(try computation.result(2) { _ in bytes([1, 2, 0, 0, 3, 4]) }) == Array(bytes([3, 4])))
    }

    @Test(
        "numbers that a computation makes infinite are counted; those of an infinite operand are its own",
        arguments: [
            ("scale 100", 1, 2), ("add", 2, 2), ("add 1 -1", 2, 0), ("multiply", 2, 2), ("mean", 2, 0), ("sum 0", 1, 1),
            ("lora 1", 3, 4),
        ])
    func overflow(_ text: String, _ count: Int, _ expected: Int) throws {
        let operation = try TensorOperation(words: text.split(separator: " ").map(String.init))
        let pipeline = try TensorPipeline([operation], sources: .exactly(count), targets: 1)
        let type = TensorType(.float32, text == "lora 1" ? [2, 2] : [2])
        let computation = try TensorComputation(
            pipeline, operands: (0..<count).map { (.source($0), type) })
        let large = [Float](repeating: .greatestFiniteMagnitude, count: type.shape.reduce(1, *))
        let tally = OverflowTally()
        _ = try computation.result(0, overflow: tally) { _ in bytes(large) }
        #expect(tally.count == expected, "\(text)")
        let infinite = OverflowTally()
        _ = try computation.result(0, overflow: infinite) { _ in bytes([.infinity] + large.dropFirst()) }
        #expect(infinite.count == 0, "\(text)")
    }

    @Test(
        "numbers too large for 8 bits are counted, though they become the largest number or NaN",
        arguments: [
            (DType.float8_e4m3fn, UInt8(0x7E)), (.float8_e4m3fnuz, 0x7F), (.float8_e5m2, 0x7B),
            (.float8_e5m2fnuz, 0x7F),
        ])
    func overflowOfBytes(_ dtype: DType, _ largest: UInt8) throws {
        for (text, count, expected) in [("add", 2, 1), ("multiply", 2, 1), ("scale 2", 1, 1), ("mean", 2, 0)] {
            let operation = try TensorOperation(words: text.split(separator: " ").map(String.init))
            let pipeline = try TensorPipeline([operation], sources: .exactly(count), targets: 1)
            let computation = try TensorComputation(
                pipeline, operands: (0..<count).map { (.source($0), TensorType(dtype, [2])) })
            let tally = OverflowTally()
            let bytes = try computation.result(0, overflow: tally) { _ in Bytes([largest, 0]) }
            #expect(tally.count == expected, "\(text)")
            #expect(try computation.result(0) { _ in Bytes([largest, 0]) } == bytes, "\(text)")
        }
    }

    @Test(
        "a cast counts infinities where the type has none",
        arguments: [
            (DType.float8_e4m3fn, 2), (.float8_e4m3fnuz, 3), (.float8_e5m2, 0), (.float8_e5m2fnuz, 1), (.float16, 0),
        ])
    func infinities(_ dtype: DType, _ expected: Int) throws {
        let operation = try TensorOperation(words: ["cast", dtype.rawValue])
        let pipeline = try TensorPipeline([operation], sources: .exactly(1), targets: 1)
        let computation = try TensorComputation(pipeline, operands: [(.source(0), TensorType(.float32, [5]))])
        let tally = OverflowTally()
        // 464 is halfway between 448 and what would be 480, and rounds to the even 448.
        let values: [Float] = [-.infinity, 464, Float(464).nextUp, .nan, 1]
        _ = try computation.result(0, overflow: tally) { _ in bytes(values) }
        #expect(tally.count == expected)
    }

    @Test("a sum of several tensors of few bits is rounded once")
    func roundsOnce() throws {
        let pipeline = try TensorPipeline([.add(corner: false)], sources: .exactly(3), targets: 1)
        let type = TensorType(.float16, [2])
        let computation = try TensorComputation(pipeline, operands: (0..<3).map { (.source($0), type) })
        // 2048 + 1 + 1, where 2049 is not a number of the type; 65504 + 65504 − 65504.
        let sources: [[UInt16]] = [[0x6800, 0x7BFF], [0x3C00, 0x7BFF], [0x3C00, 0xFBFF]]
        let tally = OverflowTally()
        let sum = try computation.result(0, overflow: tally) { Bytes(sources[$0].flatMap(\.littleEndianBytes)) }
        #expect(Array(sum) == [0x01, 0x68, 0xFF, 0x7B])
        #expect(tally.count == 0)
    }

    @Test("tensors that go back to one must be equal")
    func agree() throws {
        let copies = try TensorPipeline([], sources: .exactly(1), targets: 2)
        let type = TensorType(.float32, [2])
        let back = try TensorComputation(copies.reversed(), operands: [(.source(0), type), (.source(1), type)])
        #expect(Array(try back.result(0) { _ in bytes([1, 2]) }) == Array(bytes([1, 2])))
        #expect(throws: OperationError.differing(element: 1)) {
            try back.result(0) { bytes($0 == 0 ? [1, 2] : [1, 3]) }
        }
    }

    @Test("a cast that says what it comes from keeps every value or fails")
    func exact() throws {
        let type = TensorType(.float32, [3])
        let forth = try TensorPipeline(
            [.cast(from: .float16, to: .float32)], sources: .exactly(1), targets: 1)
        let back = try TensorComputation(forth.reversed(), operands: [(.source(0), type)])
        #expect(try back.result(0) { _ in bytes([1, 0.5, .nan]) }.count == 6)
        #expect(throws: OperationError.inexact(element: 1, .float32, .float16)) {
            try back.result(0) { _ in bytes([1, 0.1, 0]) }
        }
    }

    @Test(
        "a number that an integer type doesn't have is an error, not another number",
        arguments: [300, -1, .nan, .infinity])
    func outOfRange(_ value: Float) throws {
        let pipeline = try TensorPipeline([.cast(from: nil, to: .uint8)], sources: .exactly(1), targets: 1)
        let computation = try TensorComputation(pipeline, operands: [(.source(0), TensorType(.float32, [2]))])
        #expect(throws: OperationError.inexact(element: 1, .float32, .uint8)) {
            try computation.result(0) { _ in bytes([7, value]) }
        }
    }

    @Test("a source of another size than planned is an error")
    func size() throws {
        let pipeline = try TensorPipeline([.slice(axis: 0, from: 1, to: nil)], sources: .exactly(1), targets: 1)
        let computation = try TensorComputation(pipeline, operands: [(.source(0), TensorType(.float32, [2]))])
        #expect(throws: OperationError.bytes(TensorType(.float32, [2]), found: 12)) {
            try computation.result(0) { _ in bytes([1, 2, 3]) }
        }
    }

    @Test("operations follow on each other")
    func several() throws {
        let words = ["h w -> w h", "split 0 2", "w h -> h w"].map { $0.split(separator: " ").map(String.init) }
        let pipeline = try TensorPipeline(
            words.map { try TensorOperation(words: $0) }, sources: .exactly(1), targets: 2)
        let source = OperationFacts.Tensor(
            type: TensorType(.uint8, [2, 4]), bytes: [1, 2, 3, 4, 5, 6, 7, 8])
        let results = try run(pipeline, [source])
        #expect(results.map(\.bytes) == [[1, 2, 5, 6], [3, 4, 7, 8]])
        #expect(try run(pipeline.reversed(), results) == [source])
    }
}

extension FixedWidthInteger {
    fileprivate var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
