import ByteIO
import Pickle
import TestSupport
import Testing

@testable import CheckpointIO

/// Files of `fixtures/hostile/checkpoints`, made by `scripts/makers/make_hostile_checkpoints.py`.
@Suite struct HostileInputTests {
    static func path(_ name: String) -> String { fixture("hostile/checkpoints/" + name) }

    static let refused: [(name: String, message: String)] = [
        ("short_storage.pth", ": 'w' needs 16 bytes of storage 0, which holds 12"),
        ("short_view.pth", ": 'w' needs 20 bytes of storage 0, which holds 16"),
        ("missing_storage.pth", ": 'w' needs 16 bytes of storage 7, which the file does not hold"),
        ("absurd_shape.pth", ": 'w': shape [1099511627776, 1099511627776] has more elements than can be addressed"),
        (
            "absurd_empty_shape.pth",
            ": 'w': shape [1099511627776, 1099511627776, 0] has more elements than can be addressed"
        ),
        (
            "absurd_stride.pth",
            ": 'w': shape [2, 2] with strides [4611686018427387904, 4611686018427387904] at storage offset 0 reaches "
                + "farther than can be addressed"
        ),
        (
            "absurd_count.pth",
            ": archive/data.pkl @0x75: a persistent id names no storage: its 4611686018427387904 elements cannot be "
                + "addressed"
        ),
        ("negative_stride.pth", ": 'w': stride is negative: -1"),
        ("negative_size.pth", ": 'w': extent is negative: -4"),
        ("negative_offset.pth", ": 'w': storage offset is negative: -1"),
        (
            "negative_count.pth",
            ": archive/data.pkl @0x70: a persistent id names no storage: its size is not a count"
        ),
        (
            "offset_past_end.pth",
            ": 'w': shape [1] with strides [1] at storage offset 9223372036854775807 reaches farther than can be "
                + "addressed"
        ),
        (
            "empty_far_offset.pth",
            ": 'w': storage offset 2305843009213693952 is farther than can be addressed"
        ),
        ("ranks.pth", ": 'w': shape has 2 dimensions, stride has 1"),
        ("few_arguments.pth", ": 'w' is not a tensor: its constructor takes 6 arguments, found 2"),
        ("no_persistent_id.pth", ": 'w' is not a tensor: its storage is not a persistent id"),
        (
            "unknown_class.pth",
            ": archive/data.pkl @0x6e: a persistent id names no storage: its class collections.Counter is not known"
        ),
        (
            "two_sizes.pth",
            ": archive/data.pkl @0xaa: a persistent id names no storage: storage 0 is 2 of torch.FloatStorage here "
                + "and 4 of torch.FloatStorage before"
        ),
        ("byte_order.pth", " has the byte order 'middle', neither little nor big"),
        ("no_pickle.pth", ": archive/data.pkl @0x0: the pickle has no end: an opcode needs 1 byte, 0 remain"),
        (
            "damaged_pickle.pth",
            ": archive/data.pkl @0x7b: GLOBAL needs a line, no newline is in the 6 bytes that remain"
        ),
        ("duplicate_storage.pth", ": the archive holds 'archive/data/0' twice"),
        ("laughs.pth", ": shared containers multiply to more than 66,416 values"),
        ("long_name.pth", ": long names on shared containers multiply to keys of more than 71,352,064 bytes"),
        ("repeated_key.pth", ": long names on shared containers multiply to keys of more than 8,773,504 bytes"),
        (
            "long_global.pth",
            ": archive/data.pkl @0x266: STACK_GLOBAL needs a name of up to 512 bytes, found one of 600"
        ),
        ("long_storage_key.pth", ": archive/data.pkl @0x83c: a persistent id names no storage: its key has 2000 bytes"),
        (
            "sparse_rank.pth",
            ": 'w' is not a tensor: indices of [9223372036854775807, 0] and values of [0, 1, 1] do not make a tensor "
                + "of [1]"
        ),
        ("deep.pth", ": values nest deeper than 512 levels"),
        ("deep_keys.pth", ": values nest deeper than 512 levels"),
        (
            "legacy_cut.pth",
            ": storage a needs 16 bytes at offset 262, where 11 remain: the file is cut short, "
                + "5 of its bytes are missing"
        ),
        ("legacy_absurd_count.pth", " gives storage a 2305843009213693952 elements, at offset 254"),
        ("legacy_negative_count.pth", " gives storage a -4 elements, at offset 254"),
        ("legacy_other_count.pth", ": 'w' needs 16 bytes of storage a, which holds 12"),
        ("legacy_unnamed.pth", " holds storage b, which the object does not name"),
        ("legacy_missing.pth", ": 'w' needs 16 bytes of storage a, which the file does not hold"),
        (
            "legacy_view.pth",
            ": object @0xc8: a persistent id names no storage: its view does not lie in it"
        ),
        (
            "cut.pth",
            " is a zip archive that is cut short at 532 bytes, before its directory: the download or copy did not "
                + "finish"
        ),
        ("empty.pth", " is empty"),
        (
            "lfs_pointer.pth",
            " is a Git LFS pointer to a file of 9,084,095 bytes, not the file itself: fetch it with 'git lfs pull'"
        ),
        ("page.pth", " is an HTML page, not a checkpoint: the download gave a web page instead"),
        ("legacy.tar", " is a tar archive of 1 member that torch.save did not write"),
        (
            "torchscript_1_3.pt",
            " is a TorchScript archive of PyTorch before 1.4, which is not read: save it anew with a later PyTorch"
        ),
        (
            "exported.pt2",
            " is an archive of compiled code (AOTInductor), which is not read: use what torch.export.save writes"
        ),
        (
            "noise.bin",
            " is in none of the formats that are read (PyTorch's, safetensors, NumPy, TensorFlow, pickle); it begins "
                + "01 02 03 04 05 06 07 08"
        ),
    ]

    @Test("a file that is damaged, absurd or no checkpoint is one sentence about it", arguments: refused)
    func refusal(_ name: String, _ message: String) {
        let path = Self.path(name)
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
        #expect(error?.description == path + message)
    }

    @Test("values that a pickle spells one by one are never too many")
    func longList() throws {
        let pickle: [UInt8] = [0x80, 2, 0x5D, 0x28] + [UInt8](repeating: 0x4E, count: 100_000) + [0x65, 0x2E]
        let graph = try PickleReader.read(Bytes(pickle))
        let storages = StorageTable(storages: [], views: [], nodeCount: graph.count)
        let source = CheckpointSource(path: "a.pkl", format: .pickle, graph: graph, storages: storages)
        guard case .sequence(let list) = try source.tree() else {
            Issue.record("no list")
            return
        }
        #expect(list.elements.count == 100_000)
    }

    @Test("an object with one long name for many attributes holds the name once")
    func repeatedAttribute() throws {
        guard case .object(let object) = try Checkpoint.open(Self.path("repeated_attribute.pth")).root else {
            Issue.record("no object")
            return
        }
        #expect(object.attributes.count == 2001)
        #expect(object.attributes.allSatisfy { $0.name.utf8.count == 1 << 16 })
    }

    @Test(
        "sparse tensors may share their indices, which are read once",
        arguments: [("sparse_shared.pth", [8], 8), ("sparse_shared_csr.pth", [1, 8], 6)])
    func sharedIndices(_ name: String, shape: [Int], count: Int) throws {
        let checkpoint = try Checkpoint.open(Self.path(name))
        #expect(checkpoint.tensors.map(\.tensor.shape) == [[Int]](repeating: shape, count: 5))
        var total = 0
        var builder = ValueBuilder(checkpoint.source)
        builder.indexRoom = count
        _ = try builder.build(builder.graph.root, total: &total)
        var small = ValueBuilder(checkpoint.source)
        small.indexRoom = count - 1
        let error = #expect(throws: CheckpointError.self) { try small.build(small.graph.root, total: &total) }
        #expect(error?.description.contains("are in the same storage as those of too many others") ?? false)
    }

    @Test("a missing file is the system's error")
    func missingFile() {
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open("/nowhere/a.pth") }
        #expect(error?.description == "cannot open '/nowhere/a.pth': No such file or directory")
    }

    @Test("a list that holds itself shows as recursion, and its neighbours are read")
    func cycle() throws {
        let checkpoint = try Checkpoint.open(Self.path("cycle.pth"))
        guard case .dictionary(let root) = checkpoint.root, case .sequence(let loop)? = root["loop"] else {
            Issue.record("no loop")
            return
        }
        #expect(loop.elements.count == 1)
        guard case .recursion? = loop.elements.first else {
            Issue.record("\(loop.elements)")
            return
        }
        #expect(checkpoint.tensors.map(\.key.text) == ["w"])
    }

    @Test("a list that holds itself is written back as one")
    func cycleWritten() throws {
        try withTemporaryFolder { folder in
            try Checkpoint.open(Self.path("cycle.pth")).write(to: folder + "/cycle.pth")
            let root = try Checkpoint.open(folder + "/cycle.pth").root
            guard case .dictionary(let root) = root, case .sequence(let loop)? = root["loop"],
                case .recursion? = loop.elements.first
            else {
                Issue.record("\(root)")
                return
            }
        }
    }

    @Test("a tensor that spreads 16 bytes over terabytes is shown, and not laid out in memory")
    func expanded() throws {
        let checkpoint = try Checkpoint.open(Self.path("expanded_terabytes.pth"))
        let tensor = try #require(checkpoint.tensors.first).tensor
        #expect(tensor.shape == [1 << 44])
        let error = #expect(throws: CheckpointError.self) { try tensor.contiguousBytes() }
        #expect(error?.reason == .spreadTooFar(needed: 1 << 46, held: 16))
    }

    @Test("what Python would run is the name of a function and its arguments")
    func runsNothing() throws {
        let checkpoint = try Checkpoint.open(Self.path("runs_code.pth"))
        guard case .dictionary(let root) = checkpoint.root, case .object(let call)? = root["payload"] else {
            Issue.record("no payload")
            return
        }
        #expect(call.typeName == "posix.system")
        #expect(call.arguments.map(\.pythonRepr) == ["'touch /tmp/hostile'"])
    }
}
