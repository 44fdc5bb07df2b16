/// A config of mmengine, read as data: what `Config.fromfile` of mmengine 0.10.7 makes of it.
///
/// Nothing is imported or run, and nothing is opened but the file and its bases. A class that a new-style config
/// imports becomes the string that `Config.to_dict` writes: `'mmpretrain.models.MobileNetV3'`.
package struct ModelConfig: Sendable {
    package struct Options: Sendable {
        /// `KEY=VALUE`, as mmengine's `--cfg-options` has them.
        package var overrides: [String] = []
        /// The value of an environment variable, for `{{$NAME:default}}`.
        package var environment: @Sendable (String) -> String? = { _ in nil }
        package var limits = ConfigLimits()
        package var files: any ConfigFiles = DiskFiles()

        package init() {}
    }

    /// The path as it was named to the reader.
    package let path: String
    /// The values in mmengine's order: the keys of the bases, then new ones.
    package let values: ConfigDictionary
    /// The files that were read, bases before those that inherit from them.
    package let files: [String]
    /// What the reader of the config should know: that it will be deprecated.
    package let notes: [String]
    /// Why mmengine refuses a config that is read here without trouble; nil where it does not.
    package let refusal: String?

    /// Reads a config and its bases.
    /// - Throws: `ConfigError`, with the file, line and column, for what is not data, is not Python, or exceeds a limit.
    package static func load(_ path: String, _ options: Options = Options()) throws(ConfigError) -> ModelConfig {
        let loader = ConfigLoader(options)
        defer { loader.heap.clear() }
        return try loader.load(path)
    }
}

/// Where config files come from.
package protocol ConfigFiles: Sendable {
    /// The contents of a file; nil if there is none of this path.
    /// - Parameter limit: of bytes; a larger file may be cut after that.
    /// - Throws: whatever says why a file cannot be read.
    func contents(of path: String, limit: Int) throws -> [UInt8]?

    /// The absolute path of the folder that relative paths start from.
    var currentFolder: String { get }
}
