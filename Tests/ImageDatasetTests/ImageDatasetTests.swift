import ByteIO
import Foundation
import ModelConfig
import TestSupport
import Testing

@testable import ImageDataset

@Suite struct ImageDatasetTests {
    /// A folder with files of these names; a name that ends in `/` is a folder.
    private func folder(_ names: [String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in names {
            let path = folder.path(name)
            let parent = name.hasSuffix("/") ? path : String(path[..<path.lastIndex(of: "/")!])
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            if !name.hasSuffix("/") { try folder.write(name, "x".utf8) }
        }
        return folder
    }

    private let custom = DatasetDescription(typeName: "CustomDataset", split: "", prefix: "val")

    private func names(_ dataset: ImageDataset, _ folder: TemporaryFolder) -> [String] {
        dataset.samples.map { $0.path.dropFirst(folder.path.count + 1) + " \($0.label)" }
    }

    @Test("classes are the sorted subfolders, and files are found at any depth by their extension")
    func folders() throws {
        let folder = try folder([
            "val/b/1.jpg", "val/b/Z.PNG", "val/b/deep/er/0.bmp", "val/b/.hidden.jpg", "val/b/x.webp", "val/B/1.jpeg",
            "val/é/a.tif", "val/.dotted/a.jpg", "val/loose.jpg",
        ])
        let dataset = try ImageDataset(custom, at: folder.path)
        #expect(
            names(dataset, folder) == [
                "val/.dotted/a.jpg 0", "val/B/1.jpeg 1", "val/b/1.jpg 2", "val/b/Z.PNG 2", "val/b/deep/er/0.bmp 2",
                "val/é/a.tif 3",
            ])
        #expect(try names(ImageDataset(custom, at: folder.path("val")), folder) == names(dataset, folder))
    }

    @Test("an empty class keeps its label and is a note; no image at all is an error")
    func empty() throws {
        let folder = try folder(["val/a/", "val/b/1.jpg"])
        let dataset = try ImageDataset(custom, at: folder.path)
        #expect(names(dataset, folder) == ["val/b/1.jpg 1"])
        #expect(dataset.notes == ["found no valid file in the folder a"])
        let nothing = try self.folder(["val/a/", "val/b/x.gif"])
        #expect(
            throws: DatasetError.noFiles(
                folder: nothing.path("val"), extensions: DatasetDescription.standardExtensions)
        ) { try ImageDataset(custom, at: nothing.path) }
    }

    @Test("another number of subfolders than classes is an error that has both numbers")
    func classCount() throws {
        let folder = try folder(["val/a/1.jpg", "val/b/1.jpg"])
        let error = #expect(throws: DatasetError.self) {
            try ImageDataset(.imageNet, at: folder.path, classCount: 1000)
        }
        #expect(error?.description.contains("val: has 2 subfolders, where there are 1000 classes; ") == true)
    }

    @Test("ImageNet's meta/val.txt is read where it exists, and a path may have blanks")
    func annotations() throws {
        let folder = try folder(["val/x/1.jpg", "meta/"])
        try folder.write("meta/val.txt", "x/1.jpg 7\r\na b  c.png 0\n/abs.jpg -1".utf8)
        let dataset = try ImageDataset(.imageNet, at: folder.path, classCount: 1000)
        #expect(dataset.samples.map(\.label) == [7, 0, -1])
        #expect(
            dataset.samples.map(\.path) == [folder.path("val/x/1.jpg"), folder.path("val/a b  c.png"), "/abs.jpg"])
        #expect(throws: DatasetError.self) { try dataset.folder.check("/") }
    }

    @Test(
        "a line that is not 'path label' is an error with its number",
        arguments: [
            ("a.jpg 1\n\nb.jpg 2\n", 2), ("a.jpg\n", 1), ("a.jpg 1\nb.jpg one\n", 2), ("a.jpg 99999999999999999999", 1),
        ])
    func badLine(_ text: String, _ line: Int) throws {
        let folder = try folder(["a.jpg"])
        let file = try folder.write("list.txt", text.utf8)
        let error = #expect(throws: DatasetError.self) {
            try ImageDataset(custom, at: folder.path, annotationFile: "list.txt")
        }
        #expect(error?.description.hasPrefix("\(file):\(line): ") == true)
    }

    @Test("a link that leads out of the folder is refused unless it is permitted")
    func links() throws {
        let outside = try folder(["c/1.jpg", "c/a/"])
        let folder = try folder(["val/b/1.jpg", "val/in/"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("val/in/again.jpg"), withDestinationPath: folder.path("val/b/1.jpg"))
        #expect(try names(ImageDataset(custom, at: folder.path), folder) == ["val/b/1.jpg 0", "val/in/again.jpg 1"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("val/out"), withDestinationPath: outside.path("c"))
        #expect(throws: DatasetError.self) { try ImageDataset(custom, at: folder.path) }
        let dataset = try ImageDataset(custom, at: folder.path, followsLinks: true)
        #expect(names(dataset, folder).last == "val/out/1.jpg 2")
        // A folder inside itself ends, too.
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("val/in/loop"), withDestinationPath: folder.path("val/in"))
        #expect(throws: DatasetError.self) { try ImageDataset(custom, at: folder.path, followsLinks: true) }
    }

    @Test("CIFAR's pickle gives images and labels, and a folder without it is one of classes")
    func cifar() throws {
        let dataset = try ImageDataset(.cifar10, at: fixture("evaluation"))
        #expect(dataset.samples.map(\.label) == [3, 0, 5, 1])
        #expect(dataset.samples.allSatisfy { $0.planes?.count == 3072 })
        let batches = fixture("evaluation/cifar-10-batches-py")
        #expect(try ImageDataset(.cifar10, at: batches).samples.first?.path == batches + "/test_batch[0]")
        let folder = try folder(["a/1.png"])
        #expect(try names(ImageDataset(.cifar10, at: folder.path), folder) == ["a/1.png 0"])
    }

    @Test("a pickle that is not CIFAR's is one error", arguments: ["", "\u{80}", "N.", "}.", "garbage"])
    func badPickle(_ text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("test_batch", text.unicodeScalars.map { UInt8($0.value) })
        #expect(throws: DatasetError.self) { try ImageDataset(.cifar10, at: folder.path) }
    }

    @Test("a dataset without labels has no accuracy")
    func unlabelled() throws {
        let folder = try folder(["test/1.jpg"])
        let description = try DatasetDescription(
            ConfigDictionary([
                .init(key: .string("type"), value: .string("mmpretrain.ImageNet")),
                .init(key: .string("split"), value: .string("test")),
            ]))
        #expect(!description.hasLabels)
        #expect(throws: DatasetError.self) { try ImageDataset(description, at: folder.path) }
    }

    @Test("a type with files of its own is read as a folder of classes, which is said")
    func otherType() throws {
        let folder = try folder(["a/1.jpg", "b/2.jpg"])
        let birds = DatasetDescription(typeName: "CUB", split: "test", prefix: "")
        let notes = try ImageDataset(birds, at: folder.path).notes
        #expect(notes.count == 1 && notes[0].contains("files of the type CUB are not read"))
        #expect(try ImageDataset(custom, at: folder.path).notes == [])
    }

    @Test(
        "a split that upstream does not have is an error", arguments: [("ImageNet", "valid"), ("ImageNet21k", "val")])
    func split(type: String, split: String) throws {
        let error = #expect(throws: DatasetError.self) {
            try DatasetDescription(
                ConfigDictionary([
                    .init(key: .string("type"), value: .string(type)),
                    .init(key: .string("split"), value: .string(split)),
                ]))
        }
        #expect(error?.description.contains("not '\(split)'") == true)
    }
}
