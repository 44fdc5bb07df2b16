import ByteIO
import TestSupport
import Testing

@testable import CheckpointIO

/// Files of `fixtures/hostile/numpy`, made by `scripts/makers/make_numpy_fixtures.py`.
@Suite struct NumPyHostileTests {
    static func path(_ name: String) -> String { fixture("hostile/numpy/" + name) }

    static let refused: [(name: String, message: String)] = [
        ("cut.npy", ": the array is cut short: 7 of its 84 bytes are missing"),
        ("cut_header.npy", ": the array is cut short inside its header: 30 of 68 bytes are there"),
        ("cut_length.npy", ": the array is cut short inside its header: 9 of 10 bytes are there"),
        ("version9.npy", ": a NumPy array of the unknown version 9.0"),
        ("long_header.npy", ": its header claims 4,294,967,295 bytes, more than the 1,048,576 that one may have"),
        ("calls.npy", ": its header is damaged at offset 61: expected a value"),
        ("no_dictionary.npy", ": its header has no 'descr'"),
        ("no_shape.npy", ": its header has no 'shape'"),
        ("unterminated.npy", ": its header is damaged at offset 24: expected the end of a string"),
        ("deep.npy", ": its header is damaged at offset 91: expected at most 32 levels"),
        ("order_number.npy", ": its header has no 'fortran_order'"),
        ("negative_extent.npy", ": its shape [-4] is none that an array can have"),
        (
            "absurd_shape.npy",
            ": its shape [4611686018427387904, 4611686018427387904] is none that an array can have"
        ),
        ("absurd_empty_shape.npy", ": its shape [4611686018427387904, 8, 0] is none that an array can have"),
        ("huge_extent.npy", ": its header is damaged at offset 61: expected an integer of 64 bits"),
        (
            "terabytes.npy",
            ": the array is cut short: 4,398,046,511,088 of its 4,398,046,511,184 bytes are missing"
        ),
        ("many_dimensions.npy", ": its shape has 65 dimensions, more than the 64 that an array may have"),
        ("unknown_type.npy", ": its type '<q4' is not known"),
        ("absurd_width.npy", ": its type 'V99999999999999999999' is not known"),
        ("fields_overflow.npy", ": its type 'descr' is not known"),
        ("surrogate.npy", ": its element 1 is not Unicode text"),
        ("objects_cut.npy", ": objects @0x3: the pickle has no end: an opcode needs 1 byte, 0 remain"),
        ("cut_entry.npz", ": w.npy: the array is cut short: 7 of its 84 bytes are missing"),
        ("no_array.npz", ": w.npy: the array is cut short inside its header: 6 of 10 bytes are there"),
        ("text.npz", ": w.npy: it does not begin as a NumPy array"),
        ("packed_cut_entry.npz", ": w.npy: the array is cut short: 7 of its 84 bytes are missing"),
        ("packed_short.npz", ": w.npy: it does not begin as a NumPy array"),
        ("twice.npz", ": the archive holds 'w.npy' twice"),
        (
            "cut.npz",
            " is a zip archive that is cut short at 162 bytes, before its directory: the download or copy did not "
                + "finish"
        ),
    ]

    @Test("a damaged or absurd array is one sentence about it", arguments: refused)
    func refusal(_ name: String, _ message: String) {
        let path = Self.path(name)
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        #expect(error?.description == path + message)
    }

    @Test("a trillion empty lists are one")
    func emptyLists() throws {
        let root = try Checkpoint.open(Self.path("empty_lists.npy")).root
        #expect(root.pythonRepr == "[]")
    }

    @Test("a packed array whose checksum differs is an error when it is read")
    func checksum() throws {
        let tensor = try #require(try Checkpoint.open(Self.path("packed_damaged.npz")).tensors.first).tensor
        let error = #expect(throws: CheckpointError.self) { try tensor.contiguousBytes() }
        #expect(error?.description.contains("w.npy") == true)
    }

    @Test(
        "a damaged file is an error or a checkpoint, never a crash",
        arguments: ["types.npz", "others.npz", "packed.npz", "objects.npz", "version3.npy"])
    func damage(_ name: String) throws {
        try openDamagedCopies(1000, of: NumPyFileTests.path(name), as: name) { checkpoint in
            _ = checkpoint.root.pythonRepr
            for entry in checkpoint.tensors where entry.tensor.byteCount < 1 << 16 {
                _ = try? entry.tensor.contiguousBytes()
            }
        }
    }

    @Test("an array that ends too early is an error at every length")
    func truncation() throws {
        let bytes = try MappedFile(path: NumPyFileTests.path("version1.npy")).bytes
        for length in 0..<bytes.count {
            let part = try bytes.slice(at: 0, count: length)
            #expect(throws: CheckpointError.self) { try Checkpoint.open(part, path: "part.npy") }
        }
    }

    /// An array of version 1.0 without data.
    private func array(_ descr: String, shape: String) -> Bytes {
        let header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }\n"
        return Bytes([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8))
    }

    @Test("texts of no width are empty texts", arguments: ["|S0", "<U0"])
    func noWidth(_ descr: String) throws {
        let checkpoint = try Checkpoint.open(array(descr, shape: "(2,)"), path: "a.npy")
        guard case .sequence(let texts) = checkpoint.root else {
            Issue.record("\(checkpoint.root)")
            return
        }
        #expect(texts.elements.map(\.pythonRepr) == Array(repeating: descr == "<U0" ? "''" : "b''", count: 2))
    }

    @Test("more texts of no width than can be counted are an error, or bytes", arguments: ["|S0", "<U0"])
    func noWidthMany(_ descr: String) throws {
        #expect(throws: CheckpointError.self) {
            try Checkpoint.open(array(descr, shape: "(4611686018427387904, 4611686018427387904)"), path: "a.npy")
        }
        let many = try Checkpoint.open(array(descr, shape: "(4611686018427387904,)"), path: "a.npy")
        #expect(many.tensors.map(\.tensor.byteCount) == [0])
    }

    @Test("an empty array of records whose extents no memory bounds is an error with its shape")
    func absurdRecords() {
        let bytes = array("<V3", shape: "(0, 4611686018427387904)")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(bytes, path: "a.npy") }
        #expect(error?.description.contains("4611686018427387904") == true, "\(error?.description ?? "")")
    }
}
