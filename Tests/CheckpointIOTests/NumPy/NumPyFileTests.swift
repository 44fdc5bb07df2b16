import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

/// Files of `fixtures/numpy`, made by `scripts/makers/make_numpy_fixtures.py`.
@Suite struct NumPyFileTests {
    static func path(_ name: String) -> String { fixture("numpy/" + name) }

    struct Fact: Decodable, Equatable {
        let key: String
        let dtype: String?
        let shape: [Int]?
        let stride: [Int]?
        let sha256: String?
    }

    static let files = [
        "types.npz", "layouts.npz", "packed.npz", "others.npz", "version1.npy", "version2.npy", "version3.npy",
        "python2.npy", "two.npy",
    ]

    @Test("every array has the key, type, layout and elements that NumPy reads, in its order", arguments: files)
    func facts(_ name: String) throws {
        let known = try fixture("numpy/facts.json", as: [String: [Fact]].self)
        let facts = try #require(known[name]).filter { $0.dtype != nil }
        let checkpoint = try Checkpoint.open(Self.path(name))
        #expect(checkpoint.format == (name.hasSuffix(".npz") ? .npz : .npy))
        let found = try checkpoint.tensors.map {
            Fact(
                key: $0.key.text, dtype: $0.tensor.dtype.rawValue, shape: $0.tensor.shape,
                stride: $0.tensor.layout.strides, sha256: digest(of: try $0.tensor.contiguousBytes()))
        }
        #expect(found.count == facts.count)
        for (found, expected) in zip(found, facts) {
            #expect(found.key == expected.key)
            #expect(found.dtype == expected.dtype, "\(expected.key)")
            #expect(found.shape == expected.shape, "\(expected.key)")
            #expect(found.sha256 == expected.sha256, "\(expected.key)")
            // Strides of an extent of 1 or 0 mean nothing.
            if expected.shape?.contains(where: { $0 < 2 }) == false {
                #expect(found.stride == expected.stride, "\(expected.key)")
            }
        }
    }

    @Test(
        "texts are values",
        arguments: [
            ("text", "'Größe 😀'"), ("names", "[['a', 'bc', ''], ['d\\x00e', 'ä', 'xyz']]"),
            ("big_text", "['ab', 'c']"), ("bytes", "[b'ab', b'c\\x00d']"), ("fortran_text", "[['a', 'b'], ['c', 'd']]"),
        ])
    func texts(_ key: String, _ expected: String) throws {
        guard case .dictionary(let root) = try Checkpoint.open(Self.path("others.npz")).root else {
            Issue.record("the root is not a dictionary")
            return
        }
        #expect(root[key]?.pythonRepr == expected)
    }

    @Test("objects are what their pickle says, inert")
    func objects() throws {
        guard case .dictionary(let root) = try Checkpoint.open(Self.path("objects.npz")).root,
            case .object? = root["config"]
        else {
            Issue.record("the objects are none")
            return
        }
    }

    @Test("a structure with a field of objects is a pickle, too: its bytes are not elements")
    func objectsInFields() throws {
        let file = try Checkpoint.open(Self.path("objects.npz"))
        guard case .dictionary(let root) = file.root, case .object(let array)? = root["pair"] else {
            Issue.record("the structure is not an object")
            return
        }
        #expect(array.typeName.hasSuffix("multiarray._reconstruct"))
        #expect(file.notes.isEmpty)
    }

    @Test("what no tensor can hold is shown as bytes, and said so")
    func notes() throws {
        #expect(
            try Checkpoint.open(Self.path("others.npz")).notes == [
                "'fields.npy' holds a structure of x, y, ä, which no tensor can: the bytes are shown, as uint8",
                "'fortran_fields.npy' holds a structure of x, y, which no tensor can: the bytes are shown, as uint8",
                "'dates.npy' holds dates (<M8[D]), which no tensor can: the bytes are shown, as uint8",
                "'raw.npy' holds raw data (|V3), which no tensor can: the bytes are shown, as uint8",
            ])
        #expect(try Checkpoint.open(Self.path("packed.npz")).notes == ["'readme.txt' is not an array and not read"])
        #expect(
            try Checkpoint.open(Self.path("two.npy")).notes == [
                "136 bytes follow the array: only the first of several is read"
            ])
        #expect(try Checkpoint.open(Self.path("types.npz")).notes == [])
    }

    @Test("a stored array in this machine's byte order is a slice of the mapped file")
    func lazy() throws {
        for entry in try Checkpoint.open(Self.path("types.npz")).tensors where !entry.key.text.hasPrefix(">") {
            #expect(try entry.tensor.contiguousBytes().fileRegion != nil)
        }
    }

    @Test("an array is written as a torch zip and read back the same", arguments: ["layouts.npz", "packed.npz"])
    func written(_ name: String) throws {
        try withTemporaryFolder { folder in
            let checkpoint = try Checkpoint.open(Self.path(name))
            try checkpoint.write(to: folder + "/a.pth")
            #expect(try TensorFact.all(of: Checkpoint.open(folder + "/a.pth")) == TensorFact.all(of: checkpoint))
        }
    }
}
