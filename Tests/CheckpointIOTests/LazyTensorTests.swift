import TensorCore
import TestSupport
import Testing
import ZipArchive

@testable import CheckpointIO

@Suite struct LazyTensorTests {
    func tensors(_ name: String) throws -> [Key: LazyTensor] {
        let tensors = try Fixture(name: name).open().tensors
        return Dictionary(tensors.map { ($0.key, $0.tensor) }) { first, _ in first }
    }

    @Test(
        "elements come in row-major order whatever the strides", arguments: ["strides", "strides_legacy", "deflated"])
    func values(_ name: String) throws {
        let tensors = try tensors(name)
        func floats(_ key: Key) throws -> [Float] { try #require(tensors[key]).withFloat32(Array.init) }
        #expect(try floats("tail") == [5, 6, 7, 8, 9, 10])
        #expect(try floats("every_third") == [1, 4, 7, 10, 13, 16, 19, 22])
        #expect(try floats("transposed") == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
        #expect(try floats("column") == [1, 5, 9])
        #expect(try floats("expanded") == [7, 7, 7, 7, 7, 7])
        #expect(try floats("channels_last") == (0..<24).map { Float($0) })
        #expect(try floats("scalar") == [3.5])
        #expect(try floats("empty") == [])
        #expect(try floats("one") == [1, 3])
        #expect(try floats("overlapping") == [0, 1, 2, 1, 2, 3, 2, 3, 4])
        #expect(try #require(tensors["transposed"]).withFloat64(Array.init)[1] == 4)
    }

    @Test("a contiguous float32 tensor is not copied")
    func zeroCopy() throws {
        let tensor = try #require(tensors("strides")["tail"])
        let inFile = try tensor.storage.bytes().withUnsafeBytes { $0.baseAddress.map { UInt(bitPattern: $0) + 20 } }
        #expect(try tensor.withFloat32 { $0.baseAddress.map { UInt(bitPattern: $0) } } == inFile)
        #expect(try tensor.contiguousBytes().fileRegion != nil)
    }

    @Test("one Python tensor under two keys is one instance, a view of its memory another")
    func identity() throws {
        let tensors = try tensors("strides")
        let base = try #require(tensors["base"])
        #expect(tensors["base again"] === base)
        #expect(tensors["tail"] !== base)
        #expect(tensors["tail"]?.storage === base.storage)
        #expect(tensors["scalar"]?.storage !== base.storage)
    }

    @Test("the checksum of a storage is the archive's where the archive has its bytes")
    func checksum() throws {
        #expect(try tensors("strides")["base"]?.storage.crc32 == tensors("strides")["base"]?.storage.bytes().crc32())
        #expect(try tensors("strides_big_endian")["base"]?.storage.crc32 == nil)
        #expect(try tensors("strides_legacy")["base"]?.storage.crc32 == nil)
    }

    @Test("complex elements are not real numbers")
    func complex() throws {
        let tensor = try #require(tensors("dtypes")["complex64"])
        #expect(throws: DecodingError.notReal(.complex64)) { try tensor.withFloat32 { _ in } }
    }

    @Test(
        "any part of a strided tensor, negated or conjugated too, is read by itself",
        arguments: ["checkpoints/strides.pth", "values/negated.pth", "checkpoints/strides_legacy.pth"])
    func ranges(_ file: String) throws {
        var strided = 0
        for entry in try Checkpoint.open(fixture(file)).tensors where entry.tensor.hasRanges {
            let tensor = entry.tensor
            let whole = Array(try tensor.contiguousBytes())
            let width = tensor.dtype.byteWidth
            strided += tensor.layout.isContiguous ? 0 : 1
            for size in [1, 3, 5] {
                var found: [UInt8] = []
                for start in stride(from: 0, to: whole.count, by: size * width) {
                    let range = start..<min(start + size * width, whole.count)
                    var part = [UInt8](repeating: 0, count: range.count)
                    try part.withUnsafeMutableBytes { try tensor.copyElements(range, into: $0) }
                    found += part
                }
                #expect(found == whole, "\(entry.key)")
                var chunks: [UInt8] = []
                try tensor.forEachChunk(of: size * width) { chunks += $0 }
                #expect(chunks == whole, "\(entry.key)")
            }
        }
        #expect(strided > 0)
    }
}
