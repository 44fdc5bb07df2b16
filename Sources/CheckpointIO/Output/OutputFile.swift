import ByteIO
import Pickle
import TensorCore
import ZipArchive

/// One file to write: everything but the tensors' bytes is made.
struct OutputFile: Sendable {
    let path: String
    let content: Content
    /// What the file must hold when it is opened.
    let expected: Expectation
    /// Whether records are copied without being read: their checksums are kept, right or wrong.
    var trustsChecksums = false

    enum Content: Sendable {
        case torchZip(pickle: Bytes, storages: [OutputStorage])
        case safetensors(SafetensorsLayout)
    }

    struct Expectation: Sendable {
        /// The dictionary that holds the tensors; nil for all of the file.
        var stateKey: String?
        let tensors: [TensorSignature]
    }

    /// - Parameter graph: its storages are resolved.
    init(path: String, _ graph: OutputGraph, expected: Expectation) throws(CheckpointError) {
        var graph = graph
        let storages = try graph.numberStorages(path: path)
        let pickle: [UInt8]
        do throws(PickleError) {
            pickle = try PickleWriter.write(graph.graph)
        } catch {
            throw CheckpointError(path, .pickle(entry: "data.pkl", error))
        }
        self.path = path
        self.content = .torchZip(pickle: Bytes(pickle), storages: storages)
        self.expected = expected
    }

    init(path: String, _ layout: SafetensorsLayout) {
        self.path = path
        self.content = .safetensors(layout)
        self.expected = Expectation(tensors: layout.tensors.map(\.signature))
    }

    /// How much is written beside headers and pickle.
    /// - Parameter isNew: whether only that counts which lies in no storage as it is written.
    func byteCount(isNew: Bool = false) -> Int {
        func sum(_ parts: some Sequence<OutputBytes>) -> Int {
            parts.reduce(0) { $1.isStored && isNew ? $0 : $0 &+ $1.count }
        }
        return switch content {
        case .torchZip(_, let storages): sum(storages.lazy.map(\.bytes))
        case .safetensors(let layout): sum(layout.tensors.lazy.map(\.bytes))
        }
    }

    /// The tensors that are still to be computed as a whole, in the order of writing.
    var computed: [(key: Key, tensor: ComputedTensor)] {
        switch content {
        case .torchZip(_, let storages): storages.compactMap(\.bytes.computedAsWhole)
        case .safetensors(let layout): layout.tensors.compactMap(\.bytes.computedAsWhole)
        }
    }
}

// MARK: - Writing

extension OutputFile {
    /// Writes all of the file and looks whether it holds what it should; it is not committed yet.
    /// - Parameters:
    ///   - lookAhead: computes the tensors of this file and of the files after it.
    ///   - written: called with the bytes of each tensor once they are written.
    func write(
        to file: AtomicFile, _ lookAhead: LookAhead, written: (Int) -> Void = { _ in }
    ) throws(CheckpointError) {
        try io { () throws(IOError) in try file.reserve(byteCount: byteCount(), newCount: byteCount(isNew: true)) }
        switch content {
        case .torchZip(let pickle, let storages):
            var archive = PyTorchArchiveWriter(output: file, prefix: PyTorchArchiveWriter.prefix(forPath: path))
            try io { () throws(IOError) in try archive.addPickle(pickle) }
            for storage in storages {
                try write(storage.bytes, to: &archive, lookAhead)
                written(storage.bytes.count)
            }
            do throws(IOError) { try archive.finish() } catch { throw CheckpointError(path, .io(error)) }
        case .safetensors(let layout):
            try io { () throws(IOError) in try file.write(layout.header) }
            for tensor in layout.tensors {
                try write(tensor.bytes, to: file, lookAhead)
                written(tensor.bytes.count)
            }
        }
        try check(file)
    }

    private func write(
        _ part: OutputBytes, to archive: inout PyTorchArchiveWriter, _ lookAhead: LookAhead
    ) throws(CheckpointError) {
        guard part.comesInParts else {
            let bytes = try bytes(part, lookAhead)
            let known = part.crc32
            try io { () throws(IOError) in try archive.addStorage(bytes, crc: trustsChecksums ? known : nil) }
            return try part.check(archive.lastChecksum)
        }
        try io { () throws(IOError) in try archive.beginStorage(size: part.count) }
        try forEachPart(of: part) { (bytes) throws(IOError) in try archive.append(bytes) }
        try io { () throws(IOError) in try archive.endStorage() }
    }

    private func write(_ part: OutputBytes, to file: AtomicFile, _ lookAhead: LookAhead) throws(CheckpointError) {
        if part.comesInParts {
            return try forEachPart(of: part) { (bytes) throws(IOError) in try file.write(bytes) }
        }
        let bytes = try bytes(part, lookAhead)
        guard part.crc32 != nil, !trustsChecksums else {
            return try io { () throws(IOError) in try file.copy(bytes) }
        }
        var checksum = CRC32()
        try io { () throws(IOError) in try file.copy(bytes) { checksum.update($0) } }
        try part.check(checksum.value)
    }

    private func forEachPart(
        of part: OutputBytes, _ write: (UnsafeRawBufferPointer) throws(IOError) -> Void
    ) throws(CheckpointError) {
        switch part {
        case .part: break
        case .joined(let pieces, let range):
            let sources = try pieces.sources()
            try io { () throws(IOError) in try pieces.forEachBlock(of: range, from: sources, write) }
        case .elements(let storage, let layout, let width):
            var chunks = ElementChunks(try storage.bytes(), layout, width: width)
            try io { () throws(IOError) in while let chunk = chunks.next() { try write(chunk) } }
        case .computed(let key, let tensor):
            try tensor.forEachPart(key, path: path, write)
        }
    }

    /// The bytes of what is written in one piece.
    private func bytes(_ part: OutputBytes, _ lookAhead: LookAhead) throws(CheckpointError) -> Bytes {
        guard case .part(let storage, let range) = part else { return try lookAhead.next() }
        let bytes = try storage.bytes(inPlace: range.count == storage.byteCount)
        if range.count == bytes.count { return bytes }
        guard let part = try? bytes.slice(range) else {
            throw CheckpointError(path, .shrunkStorage(storage.name, needed: range.upperBound, held: bytes.count))
        }
        return part
    }

    /// Opens what was written, before it has its name; meanwhile it goes to the disk.
    private func check(_ file: AtomicFile) throws(CheckpointError) {
        var contents = Bytes()
        try io { () throws(IOError) in
            contents = try file.contents()
            try file.startSync()
        }
        let written = try Checkpoint.open(contents, path: path)
        let tensors = try expected.stateKey.map { (key) throws(CheckpointError) in
            try written.stateDict(at: key).tensors
        }
        let found = (tensors ?? written.tensors).map(\.signature)
        guard found == expected.tensors else {
            let wrong = zip(found, expected.tensors).count { $0 != $1 } + abs(found.count - expected.tensors.count)
            throw CheckpointError(path, .writtenWrong(tensors: wrong, of: expected.tensors.count))
        }
    }

    private func io(_ body: () throws(IOError) -> Void) throws(CheckpointError) {
        do throws(IOError) { try body() } catch { throw CheckpointError(path, .io(error)) }
    }
}
