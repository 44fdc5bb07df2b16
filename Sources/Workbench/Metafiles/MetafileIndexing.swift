import ByteIO
import CommandLineKit
import JSON
import YAML

/// Makes a repository's `model-index.yml`, or holds it against the metafiles that there are.
package enum MetafileIndexing {
    package struct Options: Sendable {
        /// The repository's root.
        package var root: String
        /// Whether an index that is there is brought up to date.
        package var updates: Bool

        package init(root: String, updates: Bool = false) {
            self.root = root
            self.updates = updates
        }
    }

    package struct Report: Sendable {
        package enum Action: String, Sendable { case made, updated, checked }

        package let path: String
        package let action: Action
        /// Relative to the root.
        package let metafiles: [String]
        /// Metafiles that the index lacks, or lacked before it was updated.
        package let missing: [String]
        /// What the index imports and is not there.
        package let stale: [String]

        package var isRight: Bool { missing.isEmpty && stale.isEmpty }

        package var text: String {
            var text = ""
            for name in missing {
                text += "\(path.printable): \(action == .updated ? "added" : "not imported"): \(name.printable)\n"
            }
            for name in stale {
                text += "\(path.printable): \(action == .updated ? "removed" : "does not exist"): \(name.printable)\n"
            }
            return text + "\(path.printable): \(action.rawValue), \(countText(metafiles.count, "metafile"))\n"
        }

        package var json: JSONValue {
            [
                "file": .string(path), "action": .string(action.rawValue), "metafiles": .strings(metafiles),
                "missing": .strings(missing), "stale": .strings(stale),
            ]
        }
    }

    /// Levels of folders below `configs` that are searched.
    private static let maximumDepth = 8

    /// - Throws: `IOError`, `YAMLError`; `WorkbenchError.metafile` for a folder without metafiles.
    package static func run(_ options: Options) throws -> Report {
        let root = MetafileRoot(path: MetafileRoot.absolute(options.root))
        let path = (options.root.hasSuffix("/") ? options.root : options.root + "/") + MetafileRoot.indexName
        let metafiles = try metafiles(below: root)
        guard MetafileRoot.kind(of: root.indexPath) != nil else {
            guard !metafiles.isEmpty else {
                throw WorkbenchError.metafile(
                    path: options.root, reason: "no folder below its 'configs' has a metafile.yml")
            }
            try AtomicFile.write(Array(("Import:\n" + metafiles.map(line).joined()).utf8), to: path)
            return Report(path: path, action: .made, metafiles: metafiles, missing: [], stale: [])
        }
        let index = try Metafile(path: path)
        guard let nodes = index.imports else { throw WorkbenchError.metafile(path: path, reason: "it has no Import") }
        var covered: Set<String> = []
        var kept: [String] = []
        var stale: [YAMLNode] = []
        for node in nodes {
            let found = try node.string.map { MetafileRoot.isInside($0) ? try root.expanded($0) : [] } ?? []
            let files = found.filter { root.file($0) != nil }
            if let pattern = node.string, !files.isEmpty { kept.append(pattern) } else { stale.append(node) }
            covered.formUnion(files)
        }
        let missing = metafiles.filter { !covered.contains($0) }
        let staleNames = stale.map { $0.scalar?.text ?? $0.kindName }
        if options.updates, !missing.isEmpty || !stale.isEmpty {
            let text = try updated(index, last: nodes.last, keeping: kept, without: stale, adding: missing)
            try AtomicFile.write(text, to: path)
        }
        let action: Report.Action = options.updates ? .updated : .checked
        return Report(path: path, action: action, metafiles: metafiles, missing: missing, stale: staleNames)
    }

    /// The text of an index with a line less for each stale import and a line more for each missing one, so that comments
    /// and order stay.
    /// - Throws: `WorkbenchError.metafile` unless the text then imports what it should: an index of another form.
    private static func updated(
        _ index: Metafile, last: YAMLNode?, keeping kept: [String], without stale: [YAMLNode], adding missing: [String]
    ) throws(WorkbenchError) -> [UInt8] {
        let all = index.text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let gone = Set(stale.map(\.mark.line))
        var lines = all.enumerated().filter { !gone.contains($0.offset + 1) }.map(\.element)
        let end = lines.first?.hasSuffix("\r") == true ? "\r" : ""
        while lines.last == "" || lines.last == "\r" { lines.removeLast() }
        let place = last.map { $0.mark.line - 1 } ?? 0
        let indent = all.indices.contains(place) ? String(all[place].prefix { $0 == " " }) : ""
        lines += missing.map { indent + "- " + YAMLScalar.source(of: $0) + end }
        let text = Array((lines.joined(separator: "\n") + "\n").utf8)
        let made = try? Metafile(path: index.path, text: text)
        guard made?.imports?.map({ $0.string ?? "" }) == kept + missing else {
            throw .metafile(
                path: index.path, reason: "it is not a plain list of paths, a line each: change it by hand")
        }
        return text
    }

    private static func line(_ path: String) -> String { "  - " + YAMLScalar.source(of: path) + "\n" }

    /// Every `metafile.yml` below `configs`, sorted.
    private static func metafiles(below root: MetafileRoot) throws(IOError) -> [String] {
        var pattern = "configs"
        var found: [String] = []
        for _ in 0..<maximumDepth {
            pattern += "/*"
            found += try root.expanded(pattern + "/metafile.yml").filter { root.file($0) != nil }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
