import ByteIO
import FoundationEssentials
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct TensorFlowFileTests {
    static let prefixes = [
        "saver/model.ckpt", "object/ckpt-2", "partitioned/model.ckpt", "dtypes/all", "sharded/model",
    ]

    static func path(_ name: String) -> String { fixture("tensorflow/" + name) }

    /// What `tf.train.load_checkpoint` says of a tensor.
    struct Facts: Decodable {
        let key: String
        let dtype: String
        let shape: [Int]
        let sha256: String?
        let strings: [String]?
    }

    static func facts(_ prefix: String) throws -> [Facts] {
        try fixture("tensorflow/\(prefix.prefix { $0 != "/" })/facts.json", as: [Facts].self)
    }

    @Test("keys, types, shapes and elements are those that TensorFlow reads, in its order", arguments: prefixes)
    func tensors(prefix: String) throws {
        let checkpoint = try Checkpoint.open(Self.path(prefix + ".index"))
        #expect(checkpoint.format == .tensorFlowBundle)
        guard case .dictionary(let root) = checkpoint.root else {
            Issue.record("the root is not a dictionary")
            return
        }
        let facts = try Self.facts(prefix)
        #expect(root.entries.map(\.name) == facts.map(\.key))
        for (entry, fact) in zip(root.entries, facts) {
            if let strings = fact.strings {
                #expect(Self.strings(entry.value).map { Data($0).base64EncodedString() } == strings, "\(fact.key)")
                continue
            }
            guard case .tensor(let tensor) = entry.value else {
                Issue.record("\(fact.key) is not a tensor")
                continue
            }
            let integers = ["qint8": "int8", "int4": "int8", "uint4": "uint8"]
            #expect(tensor.dtype.rawValue == integers[fact.dtype] ?? fact.dtype, "\(fact.key)")
            #expect(tensor.shape == fact.shape, "\(fact.key)")
            #expect(digest(of: try tensor.contiguousBytes()) == fact.sha256, "\(fact.key)")
        }
    }

    /// Depth first.
    private static func strings(_ value: CheckpointValue) -> [Bytes] {
        switch value {
        case .bytes(let bytes): [bytes]
        case .sequence(let sequence): sequence.elements.flatMap(strings)
        default: []
        }
    }

    @Test("strings have the nesting of their shape")
    func nesting() throws {
        let root = try Checkpoint.open(Self.path("dtypes/all.index")).root
        #expect(root.pythonRepr.contains(#"'string/matrix': [[b'a', b''], [b'\xc3\xa4', b'xxx"#))
        #expect(root.pythonRepr.contains(#"'string/none': [], 'string/scalar': b'one \x00 \xff string'"#))
    }

    @Test("types that PyTorch has no counterpart of are said")
    func notes() throws {
        let notes = try Checkpoint.open(Self.path("dtypes/all.index")).notes
        #expect(notes.contains("1 of TensorFlow's type qint8 read as int8, with the same bytes"))
        #expect(notes.contains("1 of TensorFlow's type uint4 read as uint8, with the same bytes"))
        #expect(notes.count == 3)
    }

    static let paths = [
        "saver/model.ckpt", "saver/model.ckpt.data-00000-of-00001", "saver", "saver/", "saver/model.ckpt.index",
    ]

    @Test("a prefix, a data file and a folder with a checkpoint file mean the index", arguments: paths)
    func path(name: String) throws {
        let checkpoint = try Checkpoint.open(Self.path(name))
        #expect(checkpoint.path.hasSuffix("model.ckpt.index"))
        #expect(checkpoint.tensors.count == 17)
    }

    @Test("a folder that was moved holds what its checkpoint file names by an absolute path")
    func movedFolder() throws {
        try withTemporaryFolder { folder in
            for name in ["model.ckpt.index", "model.ckpt.data-00000-of-00001"] {
                try copy(Self.path("saver/" + name), to: folder + "/" + name)
            }
            try write("model_checkpoint_path: \"/where/it/was/model.ckpt\"\n", to: folder + "/checkpoint")
            #expect(try Checkpoint.open(folder).tensors.count == 17)
        }
    }

    @Test("the folder of a SavedModel holds the checkpoint of its variables")
    func savedModel() throws {
        try withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                atPath: folder + "/variables", withIntermediateDirectories: false)
            for name in ["index", "data-00000-of-00001"] {
                try copy(Self.path("saver/model.ckpt.\(name)"), to: "\(folder)/variables/variables.\(name)")
            }
            #expect(try Checkpoint.open(folder).tensors.count == 17)
        }
    }

    @Test("a missing data file is an error that names it and the tensor")
    func missingShard() throws {
        try withTemporaryFolder { folder in
            for name in ["model.index", "model.data-00000-of-00002"] {
                try copy(Self.path("sharded/" + name), to: folder + "/" + name)
            }
            #expect {
                try Checkpoint.open(folder + "/model")
            } throws: {
                let text = String(describing: $0)
                return text.contains("'c' lies in a file that is missing")
                    && text.contains("model.data-00001-of-00002'")
            }
        }
    }

    @Test("a data file that is cut short is an error that names the tensor")
    func cutShard() throws {
        try withTemporaryFolder { folder in
            try copy(Self.path("saver/model.ckpt.index"), to: folder + "/model.ckpt.index")
            try write(String(repeating: "x", count: 100), to: folder + "/model.ckpt.data-00000-of-00001")
            #expect(throws: CheckpointError.self) { try Checkpoint.open(folder + "/model.ckpt") }
        }
    }

    @Test("what is read is written as a state dict that reads the same")
    func written() throws {
        try withTemporaryFolder { folder in
            for prefix in Self.prefixes {
                let checkpoint = try Checkpoint.open(Self.path(prefix))
                let path = folder + "/out.pth"
                try checkpoint.write(to: path)
                let written = try Checkpoint.open(path)
                #expect(written.tensors.map(\.signature) == checkpoint.tensors.map(\.signature))
                for (new, old) in zip(written.tensors, checkpoint.tensors) {
                    #expect(try new.tensor.contiguousBytes() == old.tensor.contiguousBytes(), "\(old.key)")
                }
                #expect(written.root.pythonRepr == checkpoint.root.pythonRepr)
            }
        }
    }

    private func copy(_ source: String, to target: String) throws {
        let file = try AtomicFile(path: target)
        try file.copy(MappedFile(path: source).bytes)
        try file.commit()
    }

    private func write(_ text: String, to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(Array(text.utf8))
        try file.commit()
    }
}
