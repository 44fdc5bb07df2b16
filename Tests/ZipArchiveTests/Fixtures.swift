import ByteIO
import TestSupport

/// The files of `fixtures/zip`, made by `scripts/makers/make_zip_fixtures.py`.
enum Fixtures {
    /// What PyTorch wrote.
    static let torch = [
        "state_dict.pth", "model.v1.pth.tar", "non_ascii_keys.pth", "forty_storages.pth", "descriptor_like.pth",
        "no_storage.pth", "saved_as_non_ascii.pth", "saved_to_buffer.bin",
    ]
    /// The records of `state_dict.pth`, zipped anew by Python.
    static let zippedAnew = ["stored.zip", "deflated.zip", "zip64.zip", "streamed.zip"]

    static func path(_ name: String, topic: String = "zip") -> String { fixture("\(topic)/\(name)") }

    static func bytes(_ name: String) throws -> Bytes { try MappedFile(path: path(name)).bytes }
}
