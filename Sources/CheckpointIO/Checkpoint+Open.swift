import ByteIO
import Pickle
import TensorCore
import ZipArchive

extension Checkpoint {
    /// Opens the checkpoint at `path`; its content says what format it is, not its name.
    ///
    /// That every tensor fits its storage is checked here.
    public static func open(_ path: String) throws(CheckpointError) -> Checkpoint {
        let bytes: Bytes
        do throws(IOError) {
            bytes = try MappedFile(path: path).bytes
        } catch {
            throw CheckpointError(path, .io(error))
        }
        return try open(bytes, path: path)
    }

    /// - Parameter path: for errors.
    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> Checkpoint {
        if ZipArchive.hasSignature(bytes) {
            return try Checkpoint(format: .torchZip, source: TorchZipFile.open(bytes, path: path))
        }
        if TorchLegacyFile.hasSignature(bytes) {
            return try Checkpoint(format: .torchLegacy, source: TorchLegacyFile.open(bytes, path: path))
        }
        throw CheckpointError(path, .notCheckpoint(ForeignFile.description(of: bytes)))
    }

    private init(format: Format, source: CheckpointSource) throws(CheckpointError) {
        let root = try ValueBuilder.tree(of: source)
        self.init(
            path: source.path, format: format, root: root, tensors: NamedTensor.all(in: root), source: source)
    }
}
