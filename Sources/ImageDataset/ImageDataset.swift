import ByteIO

/// Images and their labels, in the order in which MMPreTrain's dataset of the same config has them.
package struct ImageDataset: Sendable {
    /// One image.
    package struct Sample: Sendable {
        /// Data root, prefix and name joined, as MMPreTrain reports it.
        package let path: String
        package let label: Int
        /// Red, green and blue planes of 32 × 32; nil for an image in a file of its own.
        package let planes: Bytes?

        init(path: String, label: Int, planes: Bytes? = nil) {
            self.path = path
            self.label = label
            self.planes = planes
        }
    }

    package let folder: DataFolder
    package private(set) var samples: [Sample]
    /// Sentences for the user, such as which classes have no image.
    package let notes: [String]

    /// Lists the dataset; no image is opened.
    /// - Parameters:
    ///   - path: the data root if it has `meta` or the folder of images that the description names; else the folder
    ///     of images itself.
    ///   - annotationFile: a file with a line `path label` per image, in place of the description's. It is looked for
    ///     as given, then below `path`.
    ///   - classCount: how many classes a folder of classes must have; nil where that is not known.
    /// - Throws: `DatasetError`.
    package init(
        _ description: DatasetDescription, at path: String, annotationFile: String? = nil, classCount: Int? = nil,
        followsLinks: Bool = false
    ) throws(DatasetError) {
        folder = try DataFolder(path: path, followsLinks: followsLinks)
        guard description.hasLabels || annotationFile != nil else {
            throw .config(
                place: "test_dataloader.dataset",
                reason: "the dataset has no labels to measure accuracy by: name a file of labels with --ann-file")
        }
        if annotationFile == nil, let batches = try CIFARBatches(description, in: folder) {
            samples = try batches.samples()
            notes = []
        } else {
            let layout = DataLayout(description, path)
            let file = try layout.annotationFile(given: annotationFile, description, in: folder)
            if let file {
                samples = try AnnotationFile.read(file).map {
                    Sample(path: DataFolder.join(layout.images, $0.name), label: $0.label)
                }
                notes = [description.note].compactMap(\.self)
                guard !samples.isEmpty else { throw .unusable(path: file, reason: "it names no image") }
            } else {
                let folders = try ClassFolders(path: layout.images, in: folder, extensions: description.extensions)
                if let classCount, folders.classes.count != classCount {
                    throw .classCount(folder: layout.images, found: folders.classes.count, expected: classCount)
                }
                samples = folders.images.map {
                    Sample(path: DataFolder.join(layout.images, $0.name), label: $0.label)
                }
                guard !samples.isEmpty else {
                    throw .noFiles(folder: layout.images, extensions: description.extensions)
                }
                var notes = [description.note].compactMap(\.self)
                if !folders.emptyClasses.isEmpty {
                    let names = folders.emptyClasses.prefix(10).joined(separator: ", ")
                    let rest = folders.emptyClasses.count > 10 ? " and \(folders.emptyClasses.count - 10) more" : ""
                    notes.append("found no valid file in the folder \(names)\(rest)")
                }
                self.notes = notes
            }
        }
        if let count = description.count { limit(to: count) }
    }

    /// Keeps the first `count` images.
    /// - Precondition: `count` ≥ 0.
    package mutating func limit(to count: Int) { samples.removeLast(max(0, samples.count - count)) }

    /// Keeps the images of a range.
    package mutating func limit(to range: Range<Int>) { samples = Array(samples[range]) }

    /// The path of an image below the folder with the data; the whole path for one that is elsewhere.
    package func name(of sample: Sample) -> Substring {
        let path = sample.path[...]
        guard path.utf8.starts(with: folder.path.utf8) else { return path }
        return path.dropFirst(folder.path.count).drop { $0 == "/" }
    }
}

/// Where the images and the annotations of a dataset are.
private struct DataLayout {
    /// Whether the folder is the data root of the config.
    let isRoot: Bool
    let root: String
    /// The folder of images.
    let images: String

    init(_ description: DatasetDescription, _ root: String) {
        self.root = root
        let prefix = description.prefix.hasPrefix("/") ? "" : description.prefix
        let below = DataFolder.join(root, prefix)
        let hasImages = !prefix.isEmpty && DataFolder.isFolder(below)
        let file = description.annotationFile
        isRoot =
            hasImages || DataFolder.isFolder(DataFolder.join(root, "meta"))
            || (!file.isEmpty && !file.hasPrefix("/") && DataFolder.isFile(DataFolder.join(root, file)))
        images = isRoot && !prefix.isEmpty ? below : root
    }

    /// nil for a folder of classes.
    func annotationFile(
        given: String?, _ description: DatasetDescription, in folder: DataFolder
    ) throws(DatasetError) -> String? {
        if let given {
            if DataFolder.isFile(given) { return given }
            let below = DataFolder.join(root, given)
            guard DataFolder.isFile(below) else {
                throw .unusable(path: given, reason: "there is no such annotation file, nor \(below)")
            }
            return below
        }
        guard isRoot else { return nil }
        if !description.annotationFile.isEmpty {
            let file = DataFolder.join(root, description.annotationFile)
            guard DataFolder.isFile(file) else {
                throw .unusable(
                    path: file,
                    reason:
                        "the config's annotation file is not there; --ann-file names another, or give the folder of classes"
                )
            }
            try folder.check(file)
            return file
        }
        guard ["ImageNet", "ImageNet21k"].contains(description.typeName), !description.split.isEmpty else { return nil }
        let file = DataFolder.join(DataFolder.join(root, "meta"), description.split + ".txt")
        guard DataFolder.isFile(file) else { return nil }
        try folder.check(file)
        return file
    }
}
