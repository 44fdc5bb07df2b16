import Pickle

extension PickleGraph {
    /// The global that an import is, also where the pickle then changes it.
    func importedGlobal(_ id: PickleNodeID) -> PickleGlobal? {
        switch self[id] {
        case .global(let global): global
        case .modified(let base, _): global(.node(base))
        default: nil
        }
    }
}
