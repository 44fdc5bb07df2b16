import ByteIO
import Foundation
import TarArchive
import TestSupport
import ZipArchive

@testable import Workbench

/// MMPreTrain's metafiles, and its configs where they are asked for, in a folder.
final class MetafileFixture: Sendable {
    let folder: TemporaryFolder
    var path: String { folder.path }

    /// - Parameter configs: the folders below `configs` whose configs are there.
    init(configs: [String] = []) throws {
        folder = try TemporaryFolder()
        try extract("metafiles/metafiles.zip", "metafiles.tar") { _ in true }
        let wanted = configs.isEmpty ? [] : configs + ["_base_"]
        try extract("configs/configs.zip", "configs.tar") { name in
            let parts = name.split(separator: "/")
            return parts.count > 2 && parts[0] == "configs" && wanted.contains(String(parts[1]))
        }
    }

    private func extract(_ archive: String, _ entry: String, where isWanted: (String) -> Bool) throws {
        let zip = try ZipArchive(MappedFile(path: fixture(archive)).bytes)
        guard let entry = zip.entry(named: entry) else { return }
        let tar = try TarArchive(zip.data(of: entry))
        for file in tar.entries where isWanted(file.name) { try write(file.name, Array(tar.data(of: file))) }
    }

    @discardableResult
    func write(_ name: String, _ contents: [UInt8]) throws -> String {
        let url = URL(fileURLWithPath: folder.path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contents).write(to: url)
        return url.path
    }

    /// Leaves of a metafile's models those with these names, their text as it is.
    func keep(_ names: [String], of collection: String) throws {
        let parts = try text("configs/\(collection)/metafile.yml").components(separatedBy: "\n  - Name: ")
        // The first part is `Collections:`, the second the collection itself.
        let kept = parts.enumerated().filter { index, part in
            index < 2 || names.contains(String(part.prefix { $0 != "\n" }))
        }
        try write(
            "configs/\(collection)/metafile.yml", Array(kept.map(\.element).joined(separator: "\n  - Name: ").utf8))
    }

    func text(_ name: String) throws -> String { String(decoding: try folder.contents(name), as: UTF8.self) }

    func check(_ names: [String], readsConfigs: Bool = true) -> MetafileCheck.Report {
        MetafileCheck.run(.init(paths: names.map { folder.path($0) }, readsConfigs: readsConfigs))
    }

    /// A metafile of one model with these lines of `Metadata` and further lines, in `configs/a`, and its index.
    static func small(
        _ model: String, collection: String = "Name: A\n    README: configs/a/README.md\n    Paper: {Title: T}"
    ) throws
        -> MetafileFixture
    {
        let small = try MetafileFixture(empty: ())
        try small.write("model-index.yml", Array("Import:\n  - configs/*/metafile.yml\n".utf8))
        try small.write("configs/a/README.md", [])
        try small.write(
            "configs/a/c.py",
            Array(
                "model = dict(type='ImageClassifier', backbone=dict(type='MobileNetV2', widen_factor=1.0),\n  neck=dict(type='GlobalAveragePooling'), head=dict(type='LinearClsHead', num_classes=1000, in_channels=1280))\n"
                    .utf8))
        try small.write("configs/a/metafile.yml", Array("Collections:\n  - \(collection)\n\nModels:\n\(model)".utf8))
        return small
    }

    private init(empty: Void) throws { folder = try TemporaryFolder() }
}
