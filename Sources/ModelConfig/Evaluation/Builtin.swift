/// The functions that a config may call: they compute data from data.
enum Builtin: String, CaseIterable {
    case abs, all, any, bool, dict, enumerate, float, int, len, list, max, min, range, reversed, round, set, sorted, str
    case sum, tuple, zip
    case deepCopy = "copy.deepcopy"
    case shallowCopy = "copy.copy"
    case ceiling = "math.ceil"
    case floor = "math.floor"
    case squareRoot = "math.sqrt"
    case joinPath = "os.path.join"
    case baseName = "os.path.basename"
    case folderName = "os.path.dirname"
    /// `with read_base():`, which is read before anything is evaluated.
    case readBase = "mmengine.config.read_base"

    /// The built-in functions under the names that a config has without an import.
    static let byName: [String: Builtin] = Dictionary(
        uniqueKeysWithValues: allCases.filter { !$0.rawValue.contains(".") }.map { ($0.rawValue, $0) })
}

/// What modules of the standard library give to configs.
enum StandardModule {
    /// An attribute of a module; nil where a config has no use for it.
    static func attribute(_ name: String, of module: String) -> Value? {
        if let function = Builtin(rawValue: module + "." + name) { return .function(function) }
        switch (module, name) {
        case ("os", "path"): return .module("os.path")
        case ("math", "pi"): return .float(.pi)
        case ("math", "e"): return .float(2.718281828459045)
        case ("math", "inf"): return .float(.infinity)
        case ("math", "nan"): return .float(.nan)
        default: return nil
        }
    }
}
