import ModelConfig

/// What a config says of the data that a model is tested on: its `test_dataloader.dataset`.
package struct DatasetDescription: Sendable, Equatable {
    /// MMPreTrain's name of the type, without a scope.
    package var typeName: String
    package var split: String
    /// The folder of images below the data root.
    package var prefix: String
    /// The annotation file's path below the data root; empty for none.
    package var annotationFile: String
    /// What `classes` or `metainfo` say; nil where they say nothing.
    package var classes: [String]?
    /// Whether there are labels.
    package var hasLabels: Bool
    /// The images' extensions in lower case, with the dot.
    package var extensions: [String]
    /// How many of the first images count; nil for all.
    package var count: Int?

    /// Types that are folders of classes or lists of images. Others have files of their own.
    private static let plainTypes = ["", "CustomDataset", "ImageNet", "ImageNet21k"]

    /// A sentence for a type whose own files are not read.
    var note: String? {
        guard !Self.plainTypes.contains(typeName) else { return nil }
        return
            "files of the type \(typeName) are not read: the images are those of a folder of classes, or of --ann-file"
    }

    package static let standardExtensions = [".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif"]

    /// ImageNet's validation set.
    package static let imageNet = DatasetDescription(typeName: "ImageNet", split: "val", prefix: "val")
    package static let cifar10 = DatasetDescription(typeName: "CIFAR10", split: "test", prefix: "")
    package static let cifar100 = DatasetDescription(typeName: "CIFAR100", split: "test", prefix: "")

    package init(typeName: String, split: String, prefix: String) {
        self.typeName = typeName
        self.split = split
        self.prefix = prefix
        annotationFile = ""
        hasLabels = true
        extensions = Self.standardExtensions
    }

    /// - Parameter dictionary: a dataset, or wrappers such as `RepeatDataset` around one.
    /// - Throws: `DatasetError.config`, or what is wrong with a file that `classes` names.
    package init(_ dictionary: ConfigDictionary) throws(DatasetError) {
        var dictionary = dictionary
        for _ in 0..<8 {
            guard dictionary["pipeline"] == nil, case .dictionary(let inner)? = dictionary["dataset"] else { break }
            dictionary = inner
        }
        let entry = DatasetEntry(dictionary)
        let type = try entry.string("type") ?? ""
        typeName = type.split(separator: ".").last.map(String.init) ?? type
        split = try entry.string("split") ?? ""
        annotationFile = try entry.string("ann_file") ?? ""
        prefix = try entry.prefix()
        hasLabels = try entry.bool("with_label") ?? true
        extensions = try entry.strings("extensions")?.map { $0.lowercased() } ?? Self.standardExtensions
        count = try entry.count("indices")
        classes = try entry.classes()
        if ["ImageNet", "ImageNet21k"].contains(typeName), !split.isEmpty {
            // That of ImageNet-21k's own validation images has no split upstream.
            let splits = typeName == "ImageNet" ? ["train", "val", "test"] : ["train"]
            guard splits.contains(split) else {
                let names = splits.map { "'\($0)'" }.joined(separator: ", ")
                throw entry.wrong("split", "\(typeName) has the splits \(names), not '\(split)'")
            }
            if split == "test" { hasLabels = false }
            if prefix.isEmpty { prefix = split }
        }
    }
}

/// The arguments of a dataset.
private struct DatasetEntry {
    private let dictionary: ConfigDictionary

    init(_ dictionary: ConfigDictionary) { self.dictionary = dictionary }

    func wrong(_ name: String, _ reason: String) -> DatasetError {
        let origin = dictionary.entry(name)?.origin ?? dictionary.entry("type")?.origin
        return .config(place: (origin.map { "\($0): " } ?? "") + "test_dataloader.dataset.\(name)", reason: reason)
    }

    /// nil where the argument is absent or None.
    private func value(_ name: String) -> ConfigValue? { dictionary[name] == ConfigValue.none ? nil : dictionary[name] }

    func string(_ name: String) throws(DatasetError) -> String? {
        switch value(name) {
        case nil: return nil
        case .string(let text)?: return text
        default: throw wrong(name, "needs a string")
        }
    }

    func bool(_ name: String) throws(DatasetError) -> Bool? {
        switch value(name) {
        case nil: return nil
        case .bool(let value)?: return value
        default: throw wrong(name, "needs True or False")
        }
    }

    func count(_ name: String) throws(DatasetError) -> Int? {
        switch value(name) {
        case nil: return nil
        case .int(let count)? where count >= 0: return count
        default: throw wrong(name, "a number of images is followed, nothing else; --limit gives one")
        }
    }

    func strings(_ name: String) throws(DatasetError) -> [String]? {
        switch value(name) {
        case nil: return nil
        case .list(let values)?, .tuple(let values)?: return try strings(values, name)
        default: throw wrong(name, "needs a list of strings")
        }
    }

    private func strings(_ values: [ConfigValue], _ name: String) throws(DatasetError) -> [String] {
        var texts: [String] = []
        for value in values {
            guard case .string(let text) = value else { throw wrong(name, "needs strings only") }
            texts.append(text)
        }
        return texts
    }

    /// The folder of images: a string, or the only entry of a dictionary.
    func prefix() throws(DatasetError) -> String {
        guard case .dictionary(let prefixes)? = value("data_prefix") else { return try string("data_prefix") ?? "" }
        guard let prefix = prefixes["img_path"] ?? prefixes["root"] else { return "" }
        guard case .string(let text) = prefix else { throw wrong("data_prefix", "needs a string") }
        return text
    }

    /// The names in `metainfo` come before those in `classes`, as upstream has it.
    func classes() throws(DatasetError) -> [String]? {
        if case .dictionary(let info)? = value("metainfo"), let names = info["classes"] {
            switch names {
            case .list(let values), .tuple(let values): return try strings(values, "metainfo")
            default: throw wrong("metainfo", "its 'classes' needs a list of strings")
            }
        }
        guard case .string(let path)? = value("classes") else { return try strings("classes") }
        return try TextLines.read(path).map(String.init)
    }
}
