import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import TensorOperations

@Suite struct TensorComputationBlocksTests {
    /// A result made of blocks of one row each; nil for one that has none.
    private func blocks(_ computation: TensorComputation, _ index: Int, _ sources: [Bytes]) throws -> [UInt8]? {
        guard computation.hasBlocks(index, size: 1) else { return nil }
        var found: [UInt8] = []
        try computation.forEachBlock(of: index, size: 1, source: { SourceElements(sources[$0]) }, { found += $0 })
        return found
    }

    /// Calls `body` with the sources in memory, and as parts of a mapped file.
    private func withSources(_ sources: [OperationFacts.Tensor], _ body: ([Bytes]) throws -> Void) throws {
        try body(sources.map { Bytes($0.bytes) })
        let folder = try TemporaryFolder()
        let path = try folder.write("sources", [0, 1, 2] + sources.flatMap(\.bytes))
        let mapped = try withExtendedLifetime(folder) { try MappedFile(path: path).bytes }
        var offset = 3
        try body(
            sources.map { source in
                defer { offset += source.bytes.count }
                return try mapped.slice(at: offset, count: source.bytes.count)
            })
    }

    @Test("block by block, an operation makes what it makes of whole tensors, forward and back")
    func facts() throws {
        var divided = 0
        for facts in OperationFacts.all {
            let pipeline = try facts.pipeline()
            let runs = [(pipeline, facts.sources)] + ((try? pipeline.reversed()).map { [($0, facts.results)] } ?? [])
            for (pipeline, sources) in runs {
                let computation = try TensorComputation(
                    pipeline, operands: sources.indices.map { (.source($0), sources[$0].type) })
                try withSources(sources) { bytes in
                    for index in computation.results.indices {
                        guard let found = try blocks(computation, index, bytes) else { continue }
                        let whole = try computation.result(index) { bytes[$0] }
                        #expect(found == Array(whole), "\(facts): result \(index)")
                        divided += 1
                    }
                }
            }
        }
        #expect(divided > 400)
    }

    /// The same elements in a storage in which the first axis changes fastest.
    private func columnMajor(_ source: OperationFacts.Tensor) throws -> SourceElements {
        let shape = source.type.shape
        let reversed = Array(shape.reversed())
        let layout = try StridedLayout(
            shape: shape, strides: StridedLayout.contiguousStrides(of: reversed).reversed())
        let order = try StridedLayout(
            shape: reversed, strides: StridedLayout.contiguousStrides(of: shape).reversed())
        let width = source.type.dtype.byteWidth
        return SourceElements(
            Bytes(count: source.bytes.count) { target in
                source.bytes.withUnsafeBytes { order.gather(from: $0, width: width, into: target) }
            }, layout)
    }

    /// The same in a mapped file, after other bytes.
    private func mapped(_ sources: [SourceElements]) throws -> [SourceElements] {
        let folder = try TemporaryFolder()
        let path = try folder.write("sources", [0, 1, 2] + sources.flatMap { Array($0.bytes) })
        let file = try withExtendedLifetime(folder) { try MappedFile(path: path).bytes }
        var offset = 3
        return try sources.map { source in
            defer { offset += source.bytes.count }
            return SourceElements(try file.slice(at: offset, count: source.bytes.count), source.layout)
        }
    }

    @Test("sources whose elements lie in another order give the same blocks", arguments: [false, true])
    func strided(isMapped: Bool) throws {
        var divided = 0
        for facts in OperationFacts.all where facts.sources.allSatisfy({ $0.type.dtype.elementsPerByte == 1 }) {
            let pipeline = try facts.pipeline()
            let operands = facts.sources.indices.map { (TensorComputation.Operand.source($0), facts.sources[$0].type) }
            let computation = try TensorComputation(pipeline, operands: operands)
            let inMemory = try facts.sources.map(columnMajor)
            let sources = isMapped ? try mapped(inMemory) : inMemory
            for index in computation.results.indices where computation.hasBlocks(index, size: 1) {
                var found: [UInt8] = []
                try computation.forEachBlock(of: index, size: 1, source: { sources[$0] }, { found += $0 })
                let whole = try computation.result(index) { Bytes(facts.sources[$0].bytes) }
                #expect(found == Array(whole), "\(facts): result \(index)")
                divided += 1
            }
        }
        #expect(divided > 200)
    }

    /// Rows of 16 KB, which the parts of a mapped file are copied by.
    @Test(
        "long rows of a mapped file that lie in another order give the same blocks",
        arguments: ["a b -> b a", "cast float16", "slice 1 3..37", "slice 0 5..4000"])
    func longRows(operation: String) throws {
        let type = TensorType(.float32, [4096, 40])
        let values = (0..<4096 * 40).flatMap {
            withUnsafeBytes(of: Float($0 % 60_000).bitPattern.littleEndian, Array.init)
        }
        let source = OperationFacts.Tensor(type: type, bytes: values)
        let pipeline = try TensorPipeline(
            [TensorOperation(words: operation.split(separator: " ").map(String.init))], sources: .exactly(1),
            targets: 1)
        let computation = try TensorComputation(pipeline, operands: [(.source(0), type)])
        let strided = try mapped([columnMajor(source)])
        let whole = try computation.result(0) { _ in Bytes(source.bytes) }
        for size in [1, 7, 64] {
            try #require(computation.hasBlocks(0, size: size))
            var found: [UInt8] = []
            try computation.forEachBlock(of: 0, size: size, source: { strided[$0] }, { found += $0 })
            #expect(found == Array(whole), "blocks of \(size)")
        }
    }

    @Test("several operations after each other have blocks where each has them")
    func chain() throws {
        func operation(_ text: String) throws -> TensorOperation {
            try TensorOperation(words: text.split(separator: " ").map(String.init))
        }
        let type = TensorType(.float32, [3, 2, 6, 5])
        let values = (0..<180).flatMap { withUnsafeBytes(of: Float($0).bitPattern.littleEndian, Array.init) }
        let source = OperationFacts.Tensor(type: type, bytes: values)
        for (chain, isDivided) in [
            (["h w i o -> o i h w", "cast float16", "slice 0 1.."], true),
            (["slice 3 1..4", "h w i o -> o i h w"], true),
            (["h w i o -> h w o i", "cast float64", "slice 1 1.."], true),
            (["h w i o -> (h w) i o", "slice 0 2..5"], false),
        ] {
            let pipeline = try TensorPipeline(try chain.map(operation), sources: .exactly(1), targets: 1)
            let computation = try TensorComputation(pipeline, operands: [(.source(0), type)])
            try withSources([source]) { bytes in
                let found = try blocks(computation, 0, bytes)
                #expect((found != nil) == isDivided, "\(chain)")
                if let found { #expect(found == Array(try computation.result(0) { bytes[$0] }), "\(chain)") }
            }
        }
    }

    @Test("members of several tensors are joined and stacked in either order, block by block, and taken apart again")
    func members() throws {
        func operation(_ text: String) throws -> TensorOperation {
            try TensorOperation(words: text.split(separator: " ").map(String.init))
        }
        let type = TensorType(.float32, [2, 3])
        let sources = (0..<6).map { member in
            OperationFacts.Tensor(
                type: type,
                bytes: (0..<6).flatMap {
                    withUnsafeBytes(of: Float(member * 6 + $0).bitPattern.littleEndian, Array.init)
                })
        }
        let joined = try TensorPipeline(
            [operation("concat 0"), operation("stack 1 e")], sources: .members(capture: "e", of: 2), targets: 1)
        let stacked = try TensorPipeline(
            [operation("stack 0 e"), operation("concat 1"), operation("a b c -> b a c")],
            sources: .members(capture: "e", of: 2), targets: 1)
        let computation = try TensorComputation(joined, operands: sources.indices.map { (.source($0), type) })
        #expect(computation.results == [TensorType(.float32, [4, 3, 3])])
        let expected = try run(stacked, sources)
        try withSources(sources) { bytes in
            let whole = try computation.result(0) { bytes[$0] }
            let found = try blocks(computation, 0, bytes)
            #expect(Array(whole) == expected[0].bytes)
            #expect(found == expected[0].bytes)
        }
        for pipeline in [joined, stacked] {
            let back = try run(pipeline.reversed(), expected)
            #expect(back == sources)
        }
        let means = try TensorPipeline(
            [operation("mean"), operation("stack 0 e")], sources: .members(capture: "e", of: 2), targets: 1)
        let averaged = try run(means, sources)
        #expect(averaged[0].type.shape == [3, 2, 3])
        #expect(throws: OperationError.self) {
            try TensorPipeline([operation("concat 0")], sources: .members(capture: "e", of: 2), targets: 2)
        }
    }

    @Test(
        "rows of a mapped file that are longer than the part of it which is looked at give the same blocks",
        arguments: ["a b c -> c a b", "a b c -> b c a", "a b c -> b a c"])
    func longRows(layout: String) throws {
        let type = TensorType(.uint8, [2, 3, 3 << 20])
        let values = [UInt8](unsafeUninitializedCapacity: 18 << 20) { buffer, count in
            for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8) }
            count = buffer.count
        }
        let operation = try TensorOperation(words: layout.split(separator: " ").map(String.init))
        let pipeline = try TensorPipeline([operation], sources: .exactly(1), targets: 1)
        let computation = try TensorComputation(pipeline, operands: [(.source(0), type)])
        let expected = Array(try computation.result(0) { _ in Bytes(values) })
        try withSources([OperationFacts.Tensor(type: type, bytes: values)]) { bytes in
            #expect(computation.hasBlocks(0))
            var found: [UInt8] = []
            try computation.forEachBlock(of: 0, source: { SourceElements(bytes[$0]) }, { found += $0 })
            #expect(found == expected)
        }
    }

    @Test("an element that cannot be kept is counted in the whole tensor")
    func inexact() throws {
        let type = TensorType(.float32, [4, 2])
        let cast = try TensorPipeline([.cast(from: .float16, to: .float32)], sources: .exactly(1), targets: 1)
        let back = try TensorComputation(cast.reversed(), operands: [(.source(0), type)])
        let values: [Float] = [1, 2, 3, 4, 5, 0.1, 7, 8]
        let bytes = Bytes(values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
        #expect(throws: OperationError.inexact(element: 5, .float32, .float16)) { try blocks(back, 0, [bytes]) }
    }
}
