import ByteIO
import Synchronization
import TensorCore
import Testing

@testable import CheckpointIO

@Suite struct LookAheadTests {
    /// Tensors of `sizes` bytes that count in `begun` how many were begun.
    private func tensors(_ sizes: [Int], _ begun: @escaping @Sendable (Int) throws -> Void = { _ in })
        -> [(key: Key, tensor: ComputedTensor)]
    {
        sizes.enumerated().map { number, size in
            (
                Key("t\(number)"),
                ComputedTensor(dtype: .uint8, shape: [size]) {
                    try begun(number)
                    return Bytes(count: size) { $0.initializeMemory(as: UInt8.self, repeating: UInt8(number)) }
                }
            )
        }
    }

    @Test("tensors come in their order", arguments: [0, 1, 10, 1000])
    func order(limit: Int) throws {
        let sizes = [3, 100, 0, 7, 5, 1]
        let lookAhead = LookAhead(tensors(sizes), path: "out", memoryLimit: limit)
        defer { lookAhead.stop() }
        for (number, size) in sizes.enumerated() {
            #expect(try Array(lookAhead.next()) == [UInt8](repeating: UInt8(number), count: size))
        }
    }

    @Test("what is computed and not taken never exceeds the limit, but for one tensor alone")
    func bounded() throws {
        let begun = Mutex(0)
        let sizes = [40, 40, 40, 200, 40]
        let lookAhead = LookAhead(tensors(sizes) { _ in begun.withLock { $0 += 1 } }, path: "out", memoryLimit: 100)
        defer { lookAhead.stop() }
        var taken = 0
        for size in sizes {
            _ = try lookAhead.next()
            taken += 1
            // Begun are those taken, and further ones as long as they fit the limit.
            let ahead = begun.withLock { $0 } - taken
            #expect(ahead <= 2, "after \(taken) of \(size)")
        }
        #expect(begun.withLock { $0 } == sizes.count)
    }

    @Test("an error comes when the tensor's turn has come, and ends the computing")
    func failure() throws {
        struct Failure: Error {}
        let begun = Mutex<[Int]>([])
        let lookAhead = LookAhead(
            tensors([1, 1, 1, 1]) { number in
                begun.withLock { $0.append(number) }
                if number == 2 { throw Failure() }
            }, path: "out")
        _ = try lookAhead.next()
        _ = try lookAhead.next()
        #expect(throws: CheckpointError("out", .computation(key: "t2", "Failure()"))) { try lookAhead.next() }
        lookAhead.stop()
        #expect(begun.withLock { $0 } == [0, 1, 2])
    }

    @Test("stopping waits for what is being computed and begins nothing more")
    func stopped() {
        let begun = Mutex(0)
        let tensors = tensors([10, 10, 10]) { _ in begun.withLock { $0 += 1 } }
        let lookAhead = LookAhead(tensors, path: "out", memoryLimit: 1)
        lookAhead.stop()
        let count = begun.withLock { $0 }
        #expect(count <= 1)
    }
}
