import ByteIO
import TestSupport
import Testing

@testable import ZipArchive

@Suite struct PyTorchArchiveLayoutTests {
    @Test(
        "names and sizes of the records give the size of what torch.save wrote",
        arguments: [
            ("zip/state_dict.pth", 64), ("zip/forty_storages.pth", 64), ("zip/no_storage.pth", 64),
            ("archives/alignment_1.pth", 1), ("archives/alignment_256.pth", 256),
        ])
    func size(_ name: String, _ alignment: Int) throws {
        let bytes = try MappedFile(path: fixture(name)).bytes
        var layout = PyTorchArchiveLayout(alignment: alignment)
        for entry in try ZipArchive(bytes).entries {
            #expect(layout.end == entry.headerOffset)
            layout.add(entry.name, size: entry.size)
        }
        #expect(layout.byteCount == bytes.count)
    }
}
