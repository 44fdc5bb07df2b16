import ByteIO
import TarArchive
import TestSupport
import ZipArchive

@testable import ModelConfig

/// Config files in memory.
struct MemoryFiles: ConfigFiles {
    var files: [String: [UInt8]]

    init(_ files: [String: [UInt8]]) { self.files = files }

    init(_ texts: KeyValuePairs<String, String>) {
        files = Dictionary(uniqueKeysWithValues: texts.map { ($0, Array($1.utf8)) })
    }

    func contents(of path: String, limit: Int) throws -> [UInt8]? { files[path] }

    var currentFolder: String { "/FOLDER" }

    func load(_ path: String, _ options: ModelConfig.Options = .init()) throws(ConfigError) -> ModelConfig {
        var options = options
        options.files = self
        return try ModelConfig.load(path, options)
    }

    /// The error of a config, or its text if it loads.
    func error(_ path: String, _ limits: ConfigLimits = ConfigLimits()) -> String {
        var options = ModelConfig.Options()
        options.limits = limits
        do throws(ConfigError) {
            return "loaded: \(try ConfigText.text(load(path, options).values))"
        } catch { return error.description }
    }

    /// MMPreTrain's configs, as `scripts/makers/make_config_facts.py` collected them.
    static let upstream: MemoryFiles = {
        guard let zip = try? ZipArchive(MappedFile(path: fixture("configs/configs.zip")).bytes),
            let entry = zip.entry(named: "configs.tar"), let tar = try? TarArchive(zip.data(of: entry))
        else { return MemoryFiles([String: [UInt8]]()) }
        return MemoryFiles(
            Dictionary(uniqueKeysWithValues: tar.entries.map { ($0.name, Array(tar.data(of: $0))) }))
    }()
}

/// A text that tells types and order apart; `scripts/makers/make_config_facts.py` defines it.
func canonicalText(_ value: ConfigValue) -> String {
    switch value {
    case .none: return "n"
    case .bool(let flag): return flag ? "T" : "F"
    case .int(let value): return "i\(value);"
    case .float(let value):
        let bits = String(value.bitPattern, radix: 16)
        return "f" + String(repeating: "0", count: 16 - bits.utf8.count) + bits + ";"
    case .string(let text): return "s\(text.utf8.count):\(text)"
    case .list(let elements): return "l" + elements.map(canonicalText).joined() + "e"
    case .tuple(let elements): return "t" + elements.map(canonicalText).joined() + "e"
    case .set(let elements):
        let texts = elements.map(canonicalText)
        return "S" + texts.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }.joined() + "e"
    case .dictionary(let dictionary):
        return "d" + dictionary.entries.map { canonicalText($0.key) + canonicalText($0.value) }.joined() + "e"
    }
}
