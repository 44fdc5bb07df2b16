import ByteIO
import Pickle
import TensorCore
import ZipArchive

extension Checkpoint {
    /// Writes all of the checkpoint as `torch.save` of PyTorch 2.15 lays it out, whole or not at all. A torch zip
    /// that such a `torch.save` wrote under the same name comes out byte for byte.
    /// - Parameter path: may be the checkpoint's own.
    public func write(to path: String) throws(CheckpointError) {
        var graph = OutputGraph(source)
        try graph.numberStorages(path: path)
        try graph.write(to: path)
    }
}

extension CheckpointOutput {
    /// Writes the file as `torch.save` of PyTorch 2.15 lays it out, whole or not at all; the same input gives the
    /// same bytes. Storages that no entry uses are left out.
    /// - Parameter path: may be that of a checkpoint the entries come from.
    public func write(to path: String) throws(CheckpointError) {
        var seen: Set<Key> = []
        for entry in entries {
            guard seen.insert(entry.key).inserted else { throw CheckpointError(path, .duplicateKey(entry.key)) }
            guard case .computed(let tensor) = entry.source else { continue }
            do throws(LayoutError) {
                try tensor.checkSize()
            } catch {
                throw CheckpointError(path, .layout(key: entry.key, error))
            }
        }
        var graph = OutputGraph(stateDict.checkpoint.source)
        graph.replaceStateDict(self)
        try graph.numberStorages(path: path)
        try graph.write(to: path)
    }
}

extension OutputGraph {
    /// Writes the pickle and the storages.
    fileprivate func write(to path: String) throws(CheckpointError) {
        let pickle: [UInt8]
        do throws(PickleError) {
            pickle = try PickleWriter.write(graph)
        } catch {
            throw CheckpointError(path, .pickle(entry: "data.pkl", error))
        }
        let file: AtomicFile
        do throws(IOError) { file = try AtomicFile(path: path) } catch { throw CheckpointError(path, .io(error)) }
        var archive = PyTorchArchiveWriter(output: file, prefix: PyTorchArchiveWriter.prefix(forPath: path))
        do throws(IOError) { try archive.addPickle(Bytes(pickle)) } catch { throw CheckpointError(path, .io(error)) }
        for storage in storages {
            let bytes = try storage.bytes(path)
            do throws(IOError) {
                try archive.addStorage(bytes, crc: storage.crc32)
            } catch {
                throw CheckpointError(path, .io(error))
            }
        }
        do throws(IOError) {
            try archive.finish()
            try file.commit()
        } catch {
            throw CheckpointError(path, .io(error))
        }
    }
}

extension ComputedTensor {
    /// - Throws: `LayoutError` where no memory holds as many elements.
    fileprivate func checkSize() throws(LayoutError) {
        let count = try StridedLayout(contiguous: shape).count
        guard !count.multipliedReportingOverflow(by: dtype.byteWidth).overflow else { throw .overflow(shape: shape) }
    }
}

extension OutputGraph.Storage {
    /// - Parameter path: of the output, for errors.
    fileprivate func bytes(_ path: String) throws(CheckpointError) -> Bytes {
        switch self {
        case .stored(let storage): return try storage.bytes()
        case .computed(let key, let tensor):
            let bytes: Bytes
            do {
                bytes = try tensor.bytes()
            } catch let error as CheckpointError {
                throw error
            } catch {
                throw CheckpointError(path, .computation(key: key, String(describing: error)))
            }
            guard bytes.count == tensor.byteCount else {
                throw CheckpointError(
                    path, .computedSize(key: key, expected: tensor.byteCount, found: bytes.count))
            }
            return bytes
        }
    }

    fileprivate var crc32: UInt32? {
        if case .stored(let storage) = self { storage.crc32 } else { nil }
    }
}
