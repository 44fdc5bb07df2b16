import ByteIO
import CheckpointIO
import PlatformC
import TensorCore

/// What the tools do with a checkpoint.
extension FuzzTarget {
    func readCheckpoint(_ bytes: Bytes) {
        guard let checkpoint = try? Checkpoint.open(bytes, path: "/nowhere/fuzz.pth") else { return }
        read(checkpoint)
    }

    func readCheckpoint(in folder: FuzzFolder, _ bytes: Bytes) {
        guard let checkpoint = try? Checkpoint.open(folder.path(with: bytes)) else { return }
        read(checkpoint)
    }

    private func read(_ checkpoint: Checkpoint) {
        _ = checkpoint.root.pythonRepr
        if let stateDict = try? checkpoint.stateDict() { _ = try? stateDict.plain() }
        var budget = Self.mostElements
        for entry in checkpoint.tensors where entry.tensor.byteCount < budget {
            budget -= entry.tensor.byteCount
            readElements(entry)
        }
    }

    /// Bytes of tensors that are read of one input: many tensors may see one storage.
    private static let mostElements = 1 << 20

    /// All ways of reading give the same elements.
    private func readElements(_ entry: NamedTensor) {
        let tensor = entry.tensor
        guard tensor.byteCount < 1 << 16, let bytes = try? tensor.contiguousBytes() else { return }
        let elements = Array(bytes)
        if elements.count != tensor.byteCount { broken("'\(entry.key)' has \(elements.count) bytes") }
        guard tensor.dtype.elementsPerByte == 1, !elements.isEmpty else { return }
        let width = tensor.dtype.byteWidth
        var chunks: [UInt8] = []
        do {
            try tensor.forEachChunk(of: 3 * width) { chunks += $0 }
            let half = elements.count / width / 2 * width
            var read = [UInt8](repeating: 0, count: elements.count)
            try read.withUnsafeMutableBytes { target in
                let reader = try ElementReader(tensor)
                try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: target[..<half]))
                try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: target[half...]))
            }
            var tail = [UInt8](repeating: 0, count: elements.count - half)
            try tail.withUnsafeMutableBytes { try tensor.copyElements(half..<elements.count, into: $0) }
            if chunks != elements { broken("'\(entry.key)' has other elements by chunks") }
            if read != elements { broken("'\(entry.key)' has other elements side by side") }
            if tail != Array(elements[half...]) { broken("'\(entry.key)' has other elements by ranges") }
        } catch {
            broken("'\(entry.key)' can be read at once only: \(error)")
        }
    }

    // MARK: Output

    /// What is written holds the tensors that were to be written.
    func writeCheckpoint(_ bytes: Bytes) {
        guard let checkpoint = try? Checkpoint.open(bytes, path: "/nowhere/fuzz.pth"),
            checkpoint.tensors.reduce(0, { $0.addingSaturated($1.tensor.byteCount) }) < Self.mostElements
        else { return }
        // In memory, where a flush costs nothing.
        let path = "/dev/shm/fuzz-readers-\(getpid()).out"
        if let plan = try? checkpoint.plan(to: path), (try? plan.write()) != nil {
            compare(checkpoint.tensors, path) { $0.tensors }
        }
        guard let stateDict = try? checkpoint.stateDict() else { return }
        for format in [OutputFormat.torchZip, .safetensors] {
            guard let plan = try? CheckpointOutput(unchanged: stateDict).plan(to: path, OutputOptions(format)),
                (try? plan.write()) != nil
            else { continue }
            compare(stateDict.tensors, path) { try $0.stateDict().tensors }
        }
    }

    private func compare(_ tensors: [NamedTensor], _ path: String, _ written: (Checkpoint) throws -> [NamedTensor]) {
        do {
            var found: [Key: LazyTensor] = [:]
            for entry in try written(Checkpoint.open(path)) { found[entry.key] = entry.tensor }
            // Keys of nested dictionaries may meet, as in `{"a": {"b.c": …}, "a.b": {"c": …}}`.
            guard Set(tensors.map(\.key)).count == tensors.count else { return }
            for entry in tensors where entry.tensor.hasElements {
                guard let other = found[entry.key] else { broken("'\(entry.key)' is not in what was written") }
                guard let elements = try? entry.tensor.contiguousBytes() else { continue }
                if other.shape != entry.tensor.shape || other.dtype != entry.tensor.dtype {
                    broken("'\(entry.key)' was written as \(other.dtype) \(other.shape)")
                }
                if try other.contiguousBytes() != elements { broken("'\(entry.key)' was written with other elements") }
            }
        } catch {
            broken("what was written cannot be read: \(error)")
        }
    }
}
