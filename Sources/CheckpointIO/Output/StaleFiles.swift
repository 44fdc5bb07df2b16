import ByteIO

/// Files beside an output that belong to another checkpoint of its name: readers may take them for parts of it.
struct StaleFiles {
    /// Sorted.
    let names: [String]

    /// - Parameters:
    ///   - path: of the output as a whole.
    ///   - written: the paths of its files.
    init(beside path: String, written: [String]) {
        let name = ShardNames.name(path)
        let folder = ShardNames(path: path).folder
        let own = Set(written.map(ShardNames.name) + [name])
        let (stem, suffix) = ShardNames(path: path).parts
        let listing = try? FolderListing(path: folder.isEmpty ? "." : folder)
        names = (listing?.names ?? []).filter { other in
            guard !own.contains(other) else { return false }
            if other == name + ".index.json" { return true }
            guard let set = ShardName(other)?.set else { return false }
            return set.stem == stem && set.suffix == suffix
        }
    }

    /// One sentence, or nil for none.
    var note: String? {
        guard let first = names.first else { return nil }
        return names.count == 1
            ? "'\(first)' beside the output has its name and is not part of it: remove it if it is old"
            : "'\(first)' and \(grouped(names.count - 1)) more beside the output have its name and are not part of it: "
                + "remove them if they are old"
    }
}
