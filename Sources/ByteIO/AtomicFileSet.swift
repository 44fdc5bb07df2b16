import PlatformC

/// Output files that belong together: several parts, and one file that names them and makes them a whole.
///
/// A file system replaces one file at a time, so the set comes into being when the naming file does: until then
/// there is none, neither an old one nor a mixture of old parts and new.
package struct AtomicFileSet {
    /// The files, in the order in which they take their names.
    package private(set) var parts: [AtomicFile] = []

    /// Whether no file of the set may exist before.
    private let isNew: Bool

    /// - Parameter isNew: whether no file of the set, nor one that it would replace, may exist before.
    package init(isNew: Bool = false) { self.isNew = isNew }

    /// Begins a part at `path`.
    /// - Throws: as `AtomicFile.init(path:)`.
    package mutating func addPart(path: String) throws(IOError) -> AtomicFile {
        let part = try AtomicFile(path: path, isNew: isNew)
        parts.append(part)
        return part
    }

    /// Makes all files durable, removes what lies at the paths of `naming` and of `replaced`, puts the parts at
    /// their paths and then, when their folder knows them, `naming` at its own.
    ///
    /// A kill in the midst leaves whole parts and no file that names them.
    /// - Parameter replaced: paths of files that would be taken for the set if they stayed.
    /// - Throws: `IOError`. The destinations are as they were before where a file could not be made durable; later
    ///   failures leave neither the new parts nor a naming file.
    package consuming func commit(naming: AtomicFile, replaced: [String] = []) throws(IOError) {
        for file in parts + [naming] { try file.makeDurable() }
        if isNew {
            for path in replaced { try AtomicFile.checkFree(path) }
        } else {
            try naming.removeDestination()
            for path in replaced where unlink(path) != 0 && errno != ENOENT { throw IOError(.remove, path) }
        }
        var named: [AtomicFile] = []
        do throws(IOError) {
            for part in parts {
                try part.takeName()
                named.append(part)
            }
            try naming.syncFolder()
            try naming.takeName()
        } catch {
            for part in named { try? part.removeDestination() }
            throw error
        }
        try naming.syncFolder()
    }
}
