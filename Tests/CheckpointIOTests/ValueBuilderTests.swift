import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

/// Tensors of every kind and values of every class, against PyTorch and Python.
@Suite struct ValueBuilderTests {
    @Test("a tensor of any kind has the facts and the parts that PyTorch knows", arguments: ValueFixture.tensors)
    func tensors(_ fixture: ValueFixture) throws {
        let facts = try fixture.facts().tensors
        let found = try ValueFixture.Row.all(of: fixture.open())
        #expect(found.map(\.key) == facts.map(\.key))
        for (found, expected) in zip(found, facts) { #expect(found == expected) }
    }

    @Test("a value prints as Python prints it, at protocols 2 and 5", arguments: ["values", "values_protocol5"])
    func texts(_ name: String) throws {
        let fixture = ValueFixture(name: name)
        guard case .dictionary(let root) = try fixture.open().root else {
            Issue.record("no dictionary")
            return
        }
        for (key, text) in try fixture.facts().values {
            if text.hasPrefix("numpy.ndarray("), case .tensor(let array)? = root[key] {
                let isListed = text.hasPrefix("numpy.ndarray([")
                #expect(text == (isListed ? Self.text(ofArray: array) : "numpy.ndarray(" + Self.ending(of: array)))
            } else {
                #expect(root[key]?.pythonRepr == text, "value \(key)")
            }
        }
    }

    /// `numpy.ndarray([1, 2], shape=(2,), dtype=int64)`: arrays of numbers are tensors, whose elements are read here.
    private static func text(ofArray array: LazyTensor) -> String {
        let texts = (try? array.dtype.texts(of: array.storage.bytes(), isLittleEndian: true)) ?? []
        return "numpy.ndarray([\(texts.joined(separator: ", "))], \(ending(of: array))"
    }

    /// `shape=(2,), dtype=int64)`
    private static func ending(of array: LazyTensor) -> String {
        let shape = array.shape.map(String.init).joined(separator: ", ") + (array.shape.count == 1 ? "," : "")
        let order = array.layout.isContiguous ? "" : ", order='F'"
        return "shape=(\(shape)), dtype=\(array.dtype)\(order))"
    }

    @Test("numbers of a few bits print the fewest digits that tell them apart, as NumPy prints them")
    func digits() {
        let halves: [UInt16] = [
            0x2E66, 0x7BFF, 0x0001, 0x3555, 0xC166, 0x2400, 0x3100, 0x8000, 0x0000, 0x7C00, 0xFC00, 0x7E00,
        ]
        let bytes = halves.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        #expect(
            DType.float16.texts(of: Bytes(bytes), isLittleEndian: true) == [
                "0.1", "65500.0", "6e-08", "0.3333", "-2.7", "0.01563", "0.1562", "-0.0", "0.0", "inf", "-inf", "nan",
            ])
        let parts = [Float(0.1), -0.2].flatMap { part in
            withUnsafeBytes(of: part.bitPattern.bigEndian) { Array($0) }
        }
        #expect(DType.complex64.texts(of: Bytes(parts), isLittleEndian: false) == ["(0.1-0.2j)"])
    }

    /// What `values` holds that has no text of Python's, by its place from the end.
    static let objects: [(fromEnd: Int, repr: String)] = [
        (10, "__main__.Point(1, 'y')"), (9, "__main__.Pair(1, [2])"), (8, "__main__.Color(1)"),
    ]

    @Test("an object of an unknown class prints as the call that makes it", arguments: objects)
    func calls(_ fromEnd: Int, _ repr: String) throws {
        guard case .dictionary(let root) = try ValueFixture(name: "values").open().root else { return }
        #expect(root.entries[root.entries.count - fromEnd].value.pythonRepr == repr)
    }

    @Test("an array of records prints its shape and fields")
    func records() throws {
        guard case .dictionary(let root) = try ValueFixture(name: "values").open().root else { return }
        let repr = root.entries[root.entries.count - 11].value.pythonRepr
        #expect(repr == "numpy.ndarray(shape=(2,), dtype=[('a', 'int32'), ('b', 'float64')])")
    }

    @Test("a storage that is a value is named with its device and size")
    func storages() throws {
        let fixture = ValueFixture(name: "embedded")
        guard case .dictionary(let root) = try fixture.open().root else { return }
        for (key, text) in try fixture.facts().values { #expect(root[key]?.pythonRepr == text) }
        #expect(root["loaded"]?.pythonRepr.hasPrefix("torch.storage.TypedStorage[int64](") == true)
        #expect(root["loaded"]?.pythonRepr.hasSuffix(", 'cpu', 24)") == true)
    }

    @Test("a tensor on the device meta has a shape, and says that it has no bytes")
    func meta() throws {
        let tensor = try #require(try ValueFixture(name: "meta").open().tensors.first?.tensor)
        #expect(tensor.byteCount == 0)
        let error = #expect(throws: CheckpointError.self) { try tensor.contiguousBytes() }
        #expect(error?.reason == .noElements(.meta))
    }

    @Test("a sparse tensor says that only its parts have bytes")
    func sparse() throws {
        let tensor = try #require(try ValueFixture(name: "sparse").open().tensors.first?.tensor)
        let error = #expect(throws: CheckpointError.self) { try tensor.contiguousBytes() }
        #expect(error?.reason == .noElements(.form(.sparseCOO)))
    }

    @Test("what torch.save wrote of any kind of value is written back byte for byte", arguments: ValueFixture.all)
    func identity(_ fixture: ValueFixture) throws {
        guard !fixture.name.hasSuffix("protocol5"), fixture.name != "devices" else { return }
        try withTemporaryFolder { folder in
            let path = "\(folder)/\(fixture.name).pth"
            try fixture.open().write(to: path)
            try expectWritten(path, like: fixture.path)
        }
    }

    @Test("what only its own device could make again is written as a tensor of the CPU")
    func devices() throws {
        try withTemporaryFolder { folder in
            let fixture = ValueFixture(name: "devices")
            let path = "\(folder)/devices.pth"
            let read = try fixture.open()
            try read.write(to: path)
            let written = try Checkpoint.open(path)
            #expect(written.tensors.map(\.signature) == read.tensors.map(\.signature))
            for (tensor, other) in zip(written.tensors, read.tensors) {
                #expect(try tensor.tensor.contiguousBytes() == other.tensor.contiguousBytes())
                if other.tensor.origin == .device { #expect(tensor.tensor.device == "cpu") }
            }
            #expect(try read.plan(to: path).notes == [])
        }
    }

    @Test(
        "a tensor of any kind keeps its facts under another key",
        arguments: ValueFixture.tensors.filter { $0.name != "keys" })
    func renamed(_ fixture: ValueFixture) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/renamed.pth"
            let stateDict = try fixture.open().stateDict()
            let entries = stateDict.tensors.map {
                CheckpointOutput.Entry(key: Key("new." + $0.key.text), source: .stored($0.tensor))
            }
            try CheckpointOutput(replacing: stateDict, with: entries, metadata: []).write(to: path)
            let expected = try fixture.facts().tensors.map { row in
                var row = row
                row.key = "new." + row.key
                row.whole = row.whole.map { "new." + $0 }
                return row
            }
            #expect(try ValueFixture.Row.all(of: Checkpoint.open(path)) == expected)
        }
    }

    @Test("a state dict keeps keys of every kind, though they are not strings")
    func keys() throws {
        try withTemporaryFolder { folder in
            let fixture = ValueFixture(name: "keys")
            let path = "\(folder)/keys.pth"
            let stateDict = try fixture.open().stateDict()
            try CheckpointOutput(unchanged: stateDict).write(to: path)
            try expectWritten(path, like: fixture.path)
        }
    }
}
