import ByteIO

/// `numpy.save`: one array, which is the checkpoint's root.
enum NumPyFile {
    static func hasSignature(_ bytes: Bytes) -> Bool { NumPyHeader.hasSignature(bytes) }

    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> CheckpointSource {
        let header: NumPyHeader
        do throws(NumPyError) {
            header = try NumPyHeader(bytes, size: bytes.count)
        } catch {
            throw CheckpointError(path, .numpy(entry: "", error))
        }
        var composed = ComposedGraph(path: path)
        var notes: [String] = []
        let array = NumPyEntry(path: path, name: "", header: header, data: .mapped(bytes, nil))
        let root = try array.value(in: &composed, notes: &notes)
        let rest = bytes.count - header.dataOffset - header.dataCount
        if rest > 0, header.elements != .object {
            notes.append("\(grouped(rest)) bytes follow the array: only the first of several is read")
        }
        return composed.source(root: root, format: .npy, notes: notes)
    }
}
