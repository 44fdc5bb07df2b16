import ByteIO
import TestSupport

/// The files of `fixtures/tensorflow`, made by `scripts/makers/make_tensorflow_fixtures.py`.
enum Fixtures {
    static let indices = [
        "saver/model.ckpt.index", "object/ckpt-2.index", "partitioned/model.ckpt.index", "dtypes/all.index",
        "sharded/model.index",
    ]

    static func bytes(_ name: String) throws -> Bytes { try MappedFile(path: fixture("tensorflow/" + name)).bytes }
}
