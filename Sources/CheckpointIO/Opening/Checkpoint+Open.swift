import ByteIO
import TarArchive
import ZipArchive

extension Checkpoint {
    /// Opens the checkpoint at `path`: a file, an index of several, or the folder of either. The content says what
    /// format it is, not the name.
    ///
    /// That every tensor fits its storage is checked here.
    public static func open(_ path: String) throws(CheckpointError) -> Checkpoint {
        try Checkpoint(CheckpointSource.open(path))
    }

    /// Opens a checkpoint whose bytes are at hand.
    /// - Parameter path: for errors, and for formats of several files where the others are looked for.
    package static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> Checkpoint {
        try Checkpoint(CheckpointSource.open(bytes, path: path))
    }
}

extension CheckpointSource {
    /// The one place where a path is resolved to what it stands for.
    static func open(_ path: String) throws(CheckpointError) -> CheckpointSource {
        let path = TensorFlowPath.index(for: path) ?? path
        let bytes: Bytes
        do throws(IOError) {
            bytes = try MappedFile(path: path).bytes
        } catch {
            if error.isFolder { return try CheckpointFolder.open(path) }
            throw CheckpointError(path, .io(error))
        }
        // The pickle of an unpacked archive is nothing without the storages beside it.
        if PlainPickleFile.hasSignature(bytes, path: path), let folder = try TorchFolder.open(around: path) {
            return folder
        }
        return try open(bytes, path: path)
    }

    /// The one place where content is told apart. Each format is a file with `hasSignature` and `open`.
    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> CheckpointSource {
        if ZipArchive.hasSignature(bytes) {
            let (zip, rest) = try archive(bytes, path: path)
            let source = try open(zip, path: path)
            return rest == 0 ? source : source.noting("\(grouped(rest)) bytes follow the archive, which nothing reads")
        }
        // Before pickles: the length of its header may begin as they do (640 is 80 02).
        if SafetensorsFile.hasSignature(bytes) { return try SafetensorsFile.open(bytes, path: path) }
        if TorchLegacyFile.hasSignature(bytes) { return try TorchLegacyFile.open(bytes, path: path) }
        if PlainPickleFile.hasSignature(bytes, path: path) { return try PlainPickleFile.open(bytes, path: path) }
        if TarArchive.hasSignature(bytes) { return try TorchTarFile.open(bytes, path: path) }
        if NumPyFile.hasSignature(bytes) { return try NumPyFile.open(bytes, path: path) }
        if ShardedCheckpoint.hasSignature(bytes), let source = try ShardedCheckpoint.open(bytes, path: path) {
            return source
        }
        // Last: its signature is at the end, where any file may have those bytes.
        if TensorFlowFile.hasSignature(bytes) { return try TensorFlowFile.open(bytes, path: path) }
        throw CheckpointError(path, .notCheckpoint(ForeignFile.description(of: bytes) + ForeignFile.hint(ofPath: path)))
    }

    /// What the entries of a zip archive are together.
    private static func open(_ zip: ZipArchive, path: String) throws(CheckpointError) -> CheckpointSource {
        if let file = TorchZipFile(zip, path: path) { return try file.source() }
        if let file = TorchScriptFile(zip, path: path) { return try file.source() }
        if let file = ExportedProgramFile(zip, path: path) { return try file.source() }
        if let file = NumPyArchive(zip, path: path) { return try file.source() }
        throw CheckpointError(path, .notCheckpoint(ForeignFile.description(of: zip)))
    }

    /// The archive, and how many bytes follow it: `torch.load` passes over what a copy or a download appends.
    private static func archive(_ bytes: Bytes, path: String) throws(CheckpointError) -> (ZipArchive, rest: Int) {
        do throws(ZipError) {
            do throws(ZipError) {
                return (try ZipArchive(bytes), 0)
            } catch .commentSize(let offset, let declared, let found) where found > declared {
                let rest = found - declared
                guard let archive = try? bytes.slice(at: 0, count: bytes.count - rest) else {
                    throw .commentSize(offset: offset, declared: declared, found: found)
                }
                return (try ZipArchive(archive), rest)
            }
        } catch .noEndRecord {
            let text = CutArchive(bytes: bytes).description + ForeignFile.hint(ofPath: path)
            throw CheckpointError(path, .notCheckpoint(text))
        } catch {
            guard !path.hasSuffix(".distcp") else {
                throw CheckpointError(
                    path, .notCheckpoint("is part of \(ForeignFile.distributedCheckpoint): open its folder"))
            }
            throw CheckpointError(path, .archive(error))
        }
    }
}
