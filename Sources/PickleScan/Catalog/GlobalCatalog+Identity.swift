import Pickle

/// Other names of globals: Python's modules export what native ones define, and import one another.
extension GlobalCatalog {
    /// Another name of a global that is given as Python 3 looks it up; nil where none is known.
    static func identity(of global: PickleGlobal) -> String? {
        if let twin = twins[entry(global.module, global.name)] { return twin }
        if let target = HarmfulCallables.target(ofModule: global.module, name: global.name) { return target }
        let steps = steps(of: global.name)
        guard steps.count > 1 else { return nil }
        // `torch.serialization` → `os.system`: the path names the module that it runs through.
        for first in 0..<steps.count - 1 where isModule(steps[first]) {
            let name = steps[(first + 1)...].joined(separator: ".")
            return "\(steps[first]).\(name)"
        }
        return nil
    }

    static func steps(of name: String) -> [String] {
        name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { String(Substring($0)) }
    }

    private static func isModule(_ step: String) -> Bool { gateways.contains(step) || nativeModules.contains(step) }

    /// Maps each name in a Python module to its name in the native module that defines it, and the other way round.
    private static let twins: [String: String] = {
        var twins: [String: String] = [:]
        for line in nativeTwins.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = words(of: String(Substring(line)))
            guard words.count > 2 else { continue }
            let (module, native) = (words[0], words[1].dropLast())
            for word in words[2...] {
                for (from, to) in [(module, native), (native, module)] where twins[entry(from, word)] == nil {
                    twins[entry(from, word)] = "\(to).\(word)"
                }
            }
        }
        return twins
    }()

    private static let nativeModules: Set<String> = Set(
        nativeTwins.utf8.split(separator: UInt8(ascii: "\n")).flatMap { line in
            words(of: String(Substring(line))).prefix(2).map { $0.utf8.last == UInt8(ascii: ":") ? $0.dropLast() : $0 }
                .map(String.init)
        })
}
