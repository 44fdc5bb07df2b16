import Pickle

extension PickleGraph {
    /// What a call of `id` calls, where that is as good as a global: PyTorch's legacy files name the classes of
    /// modules by persistent ids, `('module', class, file, source)`.
    func calledGlobal(_ id: PickleNodeID) -> PickleNodeID {
        guard case .persistentID(let payload) = self[id], let items = tuple(payload), items.count > 1,
            text(items[0]) == "module", case .node(let named) = items[1], importedGlobal(named) != nil
        else { return id }
        return named
    }

    /// The global that an import is, also where the pickle then changes it.
    func importedGlobal(_ id: PickleNodeID) -> PickleGlobal? {
        switch self[id] {
        case .global(let global): global
        case .modified(let base, _): global(.node(base))
        default: nil
        }
    }
}
