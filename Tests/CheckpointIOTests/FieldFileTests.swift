import ByteIO
import FoundationEssentials
import TensorCore
import TestSupport
import Testing
import ZipArchive

@testable import CheckpointIO

/// Files of the kinds that people bring: see `scripts/makers/make_field_fixtures.py`.
@Suite struct FieldFileTests {
    struct Row: Decodable, Equatable {
        let key: String
        let dtype: String
        let shape: [Int]
        let sha256: String
    }

    static func facts() throws -> [String: [Row]] { try fixture("field/facts.json", as: [String: [Row]].self) }

    private func open(_ name: String) throws -> Checkpoint { try Checkpoint.open(fixture("field/\(name)")) }

    private func rows(_ stateDict: StateDict) throws -> [Row] {
        try stateDict.tensors.map { tensor in
            Row(
                key: tensor.key.text, dtype: tensor.tensor.dtype.rawValue, shape: tensor.tensor.shape,
                sha256: digest(of: try tensor.tensor.contiguousBytes()))
        }
    }

    static let readable = [
        "arrays.pth", "detectron.pkl", "paddle.pdparams", "paddle_bfloat16.pdparams", "paddle_pairs.pdparams",
        "jax.pkl", "tensors.pkl", "xla.pth", "xla_bfloat16.pth", "npu.pth",
        "list.pth", "extra_state.pth", "members.npz", "followed.pth", "followed_legacy.pth", "version_line.pth",
    ]

    @Test(
        "arrays, plain pickles, foreign devices, lists and extra state are tensors with the values that they hold",
        arguments: readable)
    func reading(name: String) throws {
        #expect(try rows(open(name).stateDict()) == Self.facts()[name])
    }

    @Test("the tensors alone are plain ones of the CPU, with the same values, in any format", arguments: readable)
    func plain(name: String) throws {
        try withTemporaryFolder { folder in
            let plain = try open(name).stateDict().plain()
            #expect(try rows(plain) == Self.facts()[name])
            for format in ["pth", "safetensors"] {
                let path = "\(folder)/out.\(format)"
                let options = OutputOptions(format == "pth" ? .torchZip : .safetensors)
                let plan = try CheckpointOutput(unchanged: plain).plan(to: path, options)
                #expect(!plan.notes.contains { $0.contains("weights_only") }, "\(plan.notes)")
                try plan.write()
                let written = try Checkpoint.open(path)
                // safetensors sorts tensors by type.
                let (found, right) = (try rows(written.stateDict()), try #require(try Self.facts()[name]))
                #expect(found.sorted { $0.key < $1.key } == right.sorted { $0.key < $1.key })
                for tensor in written.tensors {
                    #expect(tensor.tensor.device == "cpu" && !tensor.tensor.requiresGrad && !tensor.tensor.isParameter)
                }
            }
        }
    }

    @Test(
        "a wrapper's prefix is taken off wherever it stands, and named",
        arguments: [
            ("wrapped.pth", "auto", "'_orig_mod.' and 'module.' taken off 9 of 9 keys"),
            ("wrapped.pth", "module._orig_mod", "'module._orig_mod.' taken off 9 of 9 keys"),
            ("regional.pth", "auto", "'_orig_mod.' taken off 5 of 9 keys"),
            ("regional.pth", "_orig_mod.", "'_orig_mod.' taken off 5 of 9 keys"),
        ])
    func prefixes(name: String, prefix: String, note: String) throws {
        let (stripped, found) = try open(name).stateDict().stripping(WrapperPrefix(prefix))
        #expect(found == note)
        #expect(try rows(stripped) == Self.facts()[name])
    }

    @Test("in a checkpoint of Lightning the attribute that nearly all keys begin with is taken off")
    func lightning() throws {
        let (stripped, note) = try open("lightning_net.ckpt").stateDict().stripping(.automatic)
        #expect(note == "'_orig_mod.' and 'net.' taken off 9 of 10 keys; 'loss.weight' stays as it is")
        let network = try rows(stripped).filter { $0.key != "loss.weight" }
        #expect(network.count == 9)
        #expect(try network == rows(open("timm.pth.tar").stateDict()))
        // A dictionary of that name in another trainer's file is a part of the network.
        #expect(try open("net.pth").stateDict().stripping(.automatic).note == nil)
    }

    @Test("the counter of averages goes with the wrapper; a prefix that no key has, or that merges two, is an error")
    func strayKeys() throws {
        let (stripped, note) = try open("averaged.pth").stateDict().stripping(.automatic)
        #expect(stripped.tensors.count == 9 && !stripped.tensors.contains { $0.key.text.contains("n_averaged") })
        #expect(note == "'module.' taken off 9 of 10 keys; 'n_averaged', the wrapper's own, is left out")
        let bare = try open("torchvision.pth").stateDict()
        #expect(try bare.stripping(.automatic).note == nil)
        #expect(throws: CheckpointError.self) { try bare.stripping(.given("module.")) }
        let error = #expect(throws: CheckpointError.self) {
            try open("colliding_prefix.pth").stateDict().stripping(.given("module."))
        }
        #expect(error?.reason == .prefix("without 'module.' 'module.w' and 'w' are both 'w'"))
    }

    @Test("the one dictionary beside an optimizer is the state dict, whatever it is called")
    func unusualName() throws {
        let stateDict = try open("net.pth").stateDict()
        #expect(stateDict.path == "net")
        #expect(try rows(stateDict) == Self.facts()["trainer"])
    }

    @Test("a counter that is a float becomes the integer that PyTorch makes of it")
    func counters() throws {
        let (stateDict, cast) = try open("averaged.pth").stateDict().castingCounters()
        #expect(cast == ["module.1.num_batches_tracked"])
        let counter = try #require(stateDict.tensors.first { $0.key == cast[0] }?.tensor)
        #expect(counter.dtype == .int64 && counter.shape == [])
        #expect(try counter.contiguousBytes().load(Int64.self, at: 0) == 500_500)
    }

    @Test("placeholders of ZeRO-3 are told from tensors that are empty")
    func placeholders() throws {
        let error = try #require(throws: CheckpointError.self) { try open("zero3.pt").stateDict() }
        #expect(error.description.contains("('0.weight' is [4, 3, 3, 3] in truth)"), "\(error)")
        #expect(throws: Never.self) { try open("empty.pth").stateDict() }
    }

    @Test("numbers that are not a tensor are never left out: a format without a place for them refuses the file")
    func foreignNumbers() throws {
        let stateDict = try open("foreign.pth").stateDict()
        let what = CheckpointError.Unheld(key: "w", what: "torch_other._rebuild_other_tensor")
        let error = #expect(throws: CheckpointError.self) {
            try CheckpointOutput(unchanged: stateDict).plan(
                to: "/nonexistent/a.safetensors", OutputOptions(.safetensors))
        }
        #expect(error?.reason == .notHeld(format: "safetensors", [what]))
        #expect(throws: CheckpointError.self) { try stateDict.plain() }
        #expect(throws: CheckpointError.self) {
            try CheckpointOutput(unchanged: stateDict).plan(to: "/nonexistent/a.pth", OutputOptions(maxShardSize: 1))
        }
    }

    @Test(
        "arrays that are masked, structured, of another library or split into parts are never left out",
        arguments: [
            ("masked.pkl", "numpy.ma.core._mareconstruct"), ("structure.pkl", "numpy.core.multiarray._reconstruct"),
            ("split.pkl", "jax._src.array._reconstruct_array"), ("typed.pkl", "array._array_reconstructor"),
            ("typed_list.pkl", "array.array"),
        ])
    func unknownArrays(name: String, what: String) throws {
        let checkpoint = try open(name)
        let found = checkpoint.root.foreignNumbers?.replacing("numpy._core", with: "numpy.core")
        #expect(found == what)
        #expect(throws: CheckpointError.self) { try checkpoint.stateDict().plain() }
        for format in [OutputFormat.torchZip, .safetensors] {
            let error = #expect(throws: CheckpointError.self) {
                let path = "/nonexistent/out"
                guard format == .safetensors else { return try checkpoint.plan(to: path) }
                return try CheckpointOutput(unchanged: checkpoint.stateDict()).plan(to: path, OutputOptions(format))
            }
            let word = what.split(separator: ".").last ?? ""
            #expect((error?.description ?? "").contains(word) == true, "\(name)")
        }
    }

    @Test("bytes after an archive or a legacy stream are passed over, with a note; so is a member that is not an array")
    func strayBytes() throws {
        #expect(try open("followed.pth").notes == ["512 bytes follow the archive, which nothing reads"])
        #expect(try open("followed_legacy.pth").notes == ["4 bytes follow the last storage, which nothing reads"])
        #expect(try open("members.npz").notes == ["'README' is not an array and not read"])
        let error = #expect(throws: CheckpointError.self) { try open("damaged_start.pth") }
        #expect(error?.description.contains("a torch legacy stream with a damaged start") == true)
    }

    @Test("what weights_only refuses is named with its place; NumPy's names are those that all versions know")
    func refusals() throws {
        try withTemporaryFolder { folder in
            let plan = try open("names.pth").plan(to: folder + "/out.pth")
            let note = try #require(plan.notes.first { $0.contains("weights_only") })
            for text in ["numpy.core.multiarray.scalar at 'best'", "pathlib.PureWindowsPath at 'where.save_dir'"] {
                #expect(note.contains(text), "\(note)")
            }
            try plan.write()
            let written = try Checkpoint.open(folder + "/out.pth")
            let globals = written.pickle.globals().compactMap { written.pickle.global(.node($0))?.module }
            #expect(!globals.contains { $0.hasPrefix("numpy._core") } && globals.contains("numpy.core.multiarray"))
        }
        let generator = try open("generator.pth").plan(to: "/nonexistent/a.pth").notes
        #expect(generator.contains { $0.hasPrefix("NumPy before 2 cannot read the random number generator at 'rng") })
        #expect(try open("empty.pth").plan(to: "/nonexistent/a.pth").notes == ["every tensor that is written is empty"])
        #expect(try open("nothing.pth").plan(to: "/nonexistent/a.pth").notes == ["no tensor is written: there is none"])
    }

    @Test("a device that PyTorch alone does not have everywhere is named where the file is written")
    func devices() throws {
        // A legacy stream has no checksums.
        let original = Array(try MappedFile(path: fixture("checkpoints/dtypes_legacy.pth")).bytes)
        func notes(_ device: String) throws -> [String] {
            let tag = Array("cpu".utf8)
            var bytes = original
            for start in bytes.indices.dropLast(tag.count) where bytes[start..<start + tag.count].elementsEqual(tag) {
                bytes.replaceSubrange(start..<start + tag.count, with: Array(device.utf8))
            }
            return try Checkpoint.open(Bytes(bytes), path: "dtypes.pth").plan(to: "/nonexistent/a.pth").notes
        }
        #expect(try notes("cpu") == [])
        let note = "the tensors are of the device 'npu': without it torch.load needs map_location; "
        #expect(try notes("npu") == [note + "--weights-only writes them for the CPU"])
    }

    @Test("the source code that a legacy stream has of a class is not a device")
    func sourced() throws {
        let notes = try open("sourced.pt").plan(to: "/nonexistent/a.pth").notes
        let refusal = "torch.load with weights_only=True will refuse the file for torch.nn.modules.linear.Linear at "
        #expect(notes == [refusal + "the root; --weights-only writes the tensors alone"])
    }

    @Test("a part of a model that is divided over ranks is told from the whole by the other parts beside it")
    func dividedModels() throws {
        let whole = Array(try MappedFile(path: fixture("field/regional.pth")).bytes)
        try withTemporaryFolder { folder in
            func reason(_ name: String) throws -> String? {
                try Checkpoint.open("\(folder)/\(name)").stateDict().shardReason
            }
            try AtomicFile.write(whole, to: "\(folder)/consolidated.00.pth")
            #expect(try reason("consolidated.00.pth") == nil)
            try AtomicFile.write(whole, to: "\(folder)/consolidated.01.pth")
            #expect(
                try reason("consolidated.00.pth") == "'consolidated.01.pth' beside it is another part of the same model"
            )
            try AtomicFile.write(whole, to: "\(folder)/mp_rank_10_model_states.pt")
            try AtomicFile.write(whole, to: "\(folder)/mp_rank_09_model_states.pt")
            #expect(try reason("mp_rank_10_model_states.pt")?.contains("'mp_rank_09_model_states.pt'") == true)
        }
    }

    @Test("Python 2's byte strings are text as keys, and bytes as values where they are not UTF-8")
    func python2() throws {
        try withTemporaryFolder { folder in
            let read = try open("python2.pth")
            #expect(read.tensors.map(\.key.text) == ["state.wét"])
            try read.write(to: folder + "/out.pth")
            let written = try Checkpoint.open(folder + "/out.pth")
            #expect(written.tensors.map(\.key.text) == ["state.wét"])
            #expect(written.pickle.everyByteString.isEmpty)
            guard case .dictionary(let root) = written.root, case .bytes(let bytes)? = root["bytes"] else {
                Issue.record("no bytes")
                return
            }
            #expect(Array(bytes) == [0xFF, 0xFE, 0x80] && root["text"]?.isString("value") == true)
        }
    }

    @Test(
        "damage and broken invariants are one error that names the place",
        arguments: [
            ("damaged_pickle.pth", "'whole/data.pkl' at offset 0: its CRC-32"),
            ("damaged_version.pth", "has the version b'x1\\n', which is not a number"),
            ("long_record.pth", "storage 1 of 'b' has 28 bytes by the pickle, its record holds 36"),
            ("quantized_axis.pth", "'q' is not a tensor: its axis is none of its 2 dimensions"),
            ("quantized_scheme.pth", "its scheme 'per_channel_symmetric' is not one that PyTorch reads"),
            ("sparse_size.pth", "its index 2 of dimension 0 is outside of 0..<2"),
            ("sparse_index.pth", "its index -1 of dimension 0 is outside of 0..<3"),
            ("csr_pointers.pth", "its crow_indices do not ascend: 0, 7"),
            ("id_kind.pth", "it is of the kind 'storages'"), ("id_module.pth", "it is of the kind 'module'"),
            ("id_text.pth", "it is not a tuple that begins with 'storage'"),
            ("key_list.pth", "SETITEM needs a key that can be hashed, found list"),
            ("text.pth", "BINUNICODE needs text in UTF-8"),
        ])
    func broken(name: String, text: String) throws {
        let error = #expect(throws: CheckpointError.self) { try open(name) }
        #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }

    @Test("a torch zip that was unpacked to a folder opens: the folder, the one around it or its pickle is named")
    func unpacked() throws {
        try withTemporaryFolder { folder in
            let zip = try ZipArchive(MappedFile(path: fixture("field/torchvision.pth")).bytes)
            for entry in zip.entries {
                let path = "\(folder)/\(entry.name)"
                let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
                try FileManager.default.createDirectory(atPath: String(parent), withIntermediateDirectories: true)
                let file = try AtomicFile(path: path)
                try file.write(Array(zip.data(of: entry)))
                try file.commit()
            }
            for path in [folder, folder + "/torchvision", folder + "/torchvision/data.pkl"] {
                let checkpoint = try Checkpoint.open(path)
                #expect(checkpoint.format == .torchFolder)
                #expect(try rows(checkpoint.stateDict()) == Self.facts()["trainer"])
            }
        }
    }

    @Test(
        "files of other programs are named in plain words",
        arguments: [
            ([0x08, 0x0A, 0x12, 0x07], "is an ONNX model"), ([0x81, 0xA6] + Array("params".utf8), "is MessagePack"),
            ([0x1C, 0, 0, 0] + Array("TFL3".utf8), "is a TensorFlow Lite model"),
            ([0x08, 0x01, 0x12, 0xA0, 0x05], "is the graph of a TensorFlow SavedModel"),
            ([0x1C, 0, 0, 0] + Array("ET12".utf8), "is an ExecuTorch program"), (Array("tjgg".utf8), "is a GGML file"),
            ([0x12, 1, 0, 0, 0, 0, 0, 0], "is a parameter file of MXNet"),
            (Array("MATLAB 5.0 MAT-file, Platform: GLNXA64".utf8), "is a MAT-file"),
            ([0xDE, 0, 0x10, 0xA2, 0x61, 0x62], "is MessagePack"), ([0x81, 0xD9, 2, 0x61, 0x62], "is MessagePack"),
            ([0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0], "is a weights file of Darknet"),
            ([0x0A, 2, 0x61, 0x62, 0xA2, 0x06], "is a model of Caffe"),
            ([0xF0, 0x9F, 0, 1, 2], "is in none of the formats that are read"),
        ] as [([UInt8], String)])
    func others(head: [UInt8], text: String) throws {
        let bytes = Bytes(head + [UInt8](repeating: 7, count: 600))
        let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(bytes, path: "x.bin") }
        #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }

    @Test("a file of joblib, whose arrays lie between the opcodes, is named with what to do")
    func joblib() {
        let error = #expect(throws: CheckpointError.self) { try open("joblib.pkl") }
        let text = "is a file of joblib whose arrays lie between the pickle's opcodes, which is not read: save them "
        #expect(error?.description.hasSuffix(text + "with numpy.savez") == true, "\(String(describing: error))")
    }

    @Test("a record that is damaged opens, and is an error as soon as its bytes are read or copied")
    func damagedRecord() throws {
        try withTemporaryFolder { folder in
            let checkpoint = try open("damaged_record.pth")
            #expect(throws: CheckpointError.self) { try checkpoint.tensors[0].tensor.contiguousBytes() }
            _ = try checkpoint.tensors[1].tensor.contiguousBytes()
            for format in [OutputFormat.torchZip, .safetensors] {
                let path = folder + (format == .torchZip ? "/a.pth" : "/a.safetensors")
                let output = CheckpointOutput(unchanged: try open("damaged_record.pth").stateDict())
                let error = #expect(throws: CheckpointError.self) {
                    try output.plan(to: path, OutputOptions(format)).write()
                }
                #expect(error?.description.contains("'whole/data/0' at offset") == true)
                #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
                try output.plan(to: path, OutputOptions(format, trustsChecksums: true)).write()
            }
        }
    }
}
