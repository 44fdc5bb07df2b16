import ByteIO
import PlatformC
import YAML

/// The metafiles that a command line names: one by one, or by an index or the folder that has one.
struct MetafileSelection {
    struct File {
        let metafile: Metafile
        let root: MetafileRoot
        /// Whether an index names the file; nil where there is no index.
        let isImported: Bool?
    }

    private(set) var files: [File] = []
    /// What is wrong with indexes.
    private(set) var findings: [MetafileFinding] = []
    /// Why something cannot be read, a sentence each.
    private(set) var failures: [String] = []

    private let fixedRoot: MetafileRoot?
    /// The files that each root's index names.
    private var imports: [MetafileRoot: Set<FileIdentity>?] = [:]

    /// - Parameter root: the folder that paths in metafiles start from; nil: looked for.
    init(_ paths: [String], root: String?) {
        fixedRoot = root.map { MetafileRoot(path: MetafileRoot.absolute($0)) }
        for path in paths { enter(path) }
    }

    private mutating func enter(_ path: String) {
        if MetafileRoot.kind(of: path) == S_IFDIR {
            return enter(path + (path.hasSuffix("/") ? "" : "/") + MetafileRoot.indexName)
        }
        guard let metafile = read(path) else { return }
        if let imports = metafile.imports { return enter(index: metafile, imports) }
        let paths = (metafile.models.map { $0["Config"]?.string } + metafile.collections.map { $0["README"]?.string })
        let root = fixedRoot ?? MetafileRoot(above: path, naming: paths.compactMap(\.self))
        let imported = imported(root).map { files in FileIdentity(path).map { files.contains($0) } ?? false }
        files.append(File(metafile: metafile, root: root, isImported: imported))
    }

    private mutating func enter(index: Metafile, _ imports: [YAMLNode]) {
        let folder = index.path.lastIndex(of: "/").map { String(index.path[...$0]) } ?? ""
        // What an index imports is below its own folder, wherever the paths of metafiles start from.
        let own = MetafileRoot(path: MetafileRoot.absolute(folder.isEmpty ? "." : folder))
        let root = fixedRoot ?? own
        if !index.models.isEmpty || !index.collections.isEmpty {
            files.append(File(metafile: index, root: root, isImported: true))
        }
        if imports.isEmpty, let node = index.root { note(index, node, "Import is empty: it names no metafile") }
        var seen: Set<String> = []
        for node in imports {
            guard let pattern = node.string else {
                note(index, node, "Import takes paths, found \(node.kindName)")
                continue
            }
            guard MetafileRoot.isInside(pattern) else {
                note(index, node, "'\(pattern)' leads out of the folder of the index, and is not followed")
                continue
            }
            do throws(IOError) {
                let paths = try own.expanded(pattern)
                if paths.isEmpty { note(index, node, "no file fits '\(pattern)'") }
                for relative in paths {
                    guard seen.insert(relative).inserted else {
                        note(index, node, "'\(relative)' is imported twice", .duplicate)
                        continue
                    }
                    guard own.file(relative) != nil else {
                        note(index, node, "the metafile '\(relative)' does not exist")
                        continue
                    }
                    guard let metafile = read(folder + relative) else { continue }
                    files.append(File(metafile: metafile, root: root, isImported: true))
                }
            } catch {
                failures.append("\(error)")
            }
        }
    }

    private mutating func note(
        _ index: Metafile, _ node: YAMLNode, _ message: String, _ rule: MetafileFinding.Rule = .modelIndex
    ) {
        findings.append(
            MetafileFinding(
                file: index.path, line: node.mark.line, column: node.mark.column, model: nil, rule: rule,
                severity: .error, message: message))
    }

    /// The files that the index of a root names; nil where there is no index, or none that can be read.
    private mutating func imported(_ root: MetafileRoot) -> Set<FileIdentity>? {
        if let known = imports[root] { return known }
        var files: Set<FileIdentity>?
        if root.file(MetafileRoot.indexName) != nil, let index = read(root.indexPath), let nodes = index.imports {
            let paths = nodes.compactMap(\.string).filter(MetafileRoot.isInside)
                .flatMap { (try? root.expanded($0)) ?? [] }
            files = Set(paths.compactMap { FileIdentity(root.path + "/" + $0) })
        }
        imports[root] = .some(files)
        return files
    }

    private mutating func read(_ path: String) -> Metafile? {
        do {
            return try Metafile(path: path)
        } catch {
            failures.append("\(error)")
            return nil
        }
    }
}
