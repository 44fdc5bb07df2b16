import ByteIO
import ImageDataset
import PlatformC

/// The files of a golden's images, among what a command line names.
struct GoldenImages {
    /// The images' paths, in the order of the golden's input.
    private(set) var paths: [String] = []
    private(set) var notes: [String] = []

    /// Folders below a folder that is named, as datasets have one for each class.
    private static let folderLimit = 100_000

    /// - Parameters:
    ///   - given: files and folders.
    ///   - names: what the golden calls its images; empty where it doesn't say.
    ///   - count: how many images its input has.
    /// - Throws: `WorkbenchError.alignment`, `DatasetError` for a link that leads out of a folder, `IOError`.
    init(_ given: [String], names: [String], count: Int) throws {
        let folders = given.filter { MetafileRoot.kind(of: $0) == S_IFDIR }
        let files = given.filter { !folders.contains($0) }
        guard !names.isEmpty else {
            guard folders.isEmpty, files.count == count else {
                throw WorkbenchError.alignment(
                    "the golden does not name its images: --images needs \(countText(count, "file")), in its order")
            }
            paths = files
            return
        }
        for name in names {
            let base = name.split(separator: "/").last.map(String.init) ?? name
            if let file = files.first(where: { $0 == name || $0.hasSuffix("/" + name) })
                ?? files.first(where: { $0.split(separator: "/").last.map(String.init) == base })
            {
                paths.append(file)
            } else if let file = try folders.lazy.compactMap({ try Self.file(name, base, in: $0) }).first {
                paths.append(file)
            } else if folders.isEmpty, files.count == count, files.count == 1 {
                paths.append(files[0])
                notes.append("the golden's image is '\(name)'; \(files[0]) is taken for it")
            } else {
                throw WorkbenchError.alignment(
                    "the golden's image '\(name)' is not among \(given.joined(separator: ", "))")
            }
        }
    }

    /// The image below a folder: by its path, its name, or its name in one of the folder's folders.
    private static func file(_ name: String, _ base: String, in path: String) throws -> String? {
        let folder = try DataFolder(path: path)
        var candidates = [base]
        if name != base, MetafileRoot.isInside(name) { candidates.insert(name, at: 0) }
        for candidate in candidates {
            let path = DataFolder.join(path, candidate)
            if MetafileRoot.kind(of: path) == S_IFREG {
                try folder.check(path)
                return path
            }
        }
        for entry in try FolderListing(path: path).names.prefix(folderLimit) {
            let path = DataFolder.join(DataFolder.join(path, entry), base)
            if MetafileRoot.kind(of: path) == S_IFREG {
                try folder.check(path)
                return path
            }
        }
        return nil
    }
}
