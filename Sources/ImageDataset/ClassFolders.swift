import ByteIO

/// A folder of images with a subfolder per class, listed as MMPreTrain's `CustomDataset` lists it.
struct ClassFolders {
    /// The names of the subfolders, sorted by code point; a label is an index into them.
    let classes: [String]
    /// Paths below the folder, by class and sorted by code point.
    private(set) var images: [(name: String, label: Int)] = []
    /// Classes without an image.
    let emptyClasses: [String]

    /// How deeply folders may be nested.
    static let maximumDepth = 64

    /// - Parameter extensions: in lower case, with the dot.
    /// - Throws: `DatasetError`.
    init(path: String, in folder: DataFolder, extensions: [String]) throws(DatasetError) {
        try folder.check(path)
        classes = try Self.listing(path).names.filter { DataFolder.isFolder(DataFolder.join(path, $0)) }
        var empty: [String] = []
        for (label, name) in classes.enumerated() {
            let files = try Self.files(below: DataFolder.join(path, name), in: folder).filter { file in
                let lower = file.lowercased()
                return extensions.contains { lower.hasSuffix($0) }
            }
            if files.isEmpty { empty.append(name) }
            images += files.map { (DataFolder.join(name, $0), label) }
        }
        emptyClasses = empty
    }

    /// Files that are not hidden, at any depth, relative to `path`.
    private static func files(below path: String, in folder: DataFolder) throws(DatasetError) -> [String] {
        var files: [String] = []
        // Links can form cycles, and trees of exponential size.
        var visited: Set<String> = []
        var pending = [(path: "", depth: 0)]
        while let (part, depth) = pending.popLast() {
            let place = part.isEmpty ? path : DataFolder.join(path, part)
            try folder.check(place)
            guard visited.insert(DataFolder.resolved(place) ?? place).inserted else {
                throw .unusable(path: place, reason: "the folder is reached a second time, through a link")
            }
            for name in try listing(place).names {
                let relative = DataFolder.join(part, name)
                let absolute = DataFolder.join(place, name)
                if DataFolder.isFolder(absolute) {
                    guard depth < maximumDepth else { throw .tooDeep(folder: path, limit: maximumDepth) }
                    pending.append((relative, depth + 1))
                } else if !name.hasPrefix("."), DataFolder.isFile(absolute) {
                    files.append(relative)
                }
            }
        }
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func listing(_ path: String) throws(DatasetError) -> FolderListing {
        let listing: FolderListing
        do throws(IOError) {
            listing = try FolderListing(path: path)
        } catch {
            throw .unusable(path: path, reason: "\(error)")
        }
        if let name = listing.unusableNames.first {
            throw .unusable(path: DataFolder.join(path, name), reason: "its name is not UTF-8: rename it")
        }
        return listing
    }
}
