import ByteIO
import TestSupport

extension TemporaryFolder {
    func bytes(_ name: String) throws -> Bytes { try MappedFile(path: path(name)).bytes }
}
