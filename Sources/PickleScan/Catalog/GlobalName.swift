import Pickle

/// A global's names: as a pickle writes it, as Python 3 looks it up, and what else it is called.
struct GlobalName: Sendable, Hashable {
    /// `module.name` as Python 3 looks it up; empty where no global is concerned.
    var text = ""
    /// `module.name` as the pickle spells it.
    var written = ""
    /// Another name of the same class or function, `posix.system` for `os.system`; empty where none is known.
    var identity = ""

    init() {}

    /// A name for something that is not a global of a module.
    init(text: String) { (self.text, written) = (text, text) }

    init(_ global: PickleGlobal) {
        text = global.qualifiedName
        written = "\(global.module).\(global.name)"
        identity = GlobalCatalog.identity(of: global.resolved) ?? ""
    }
}
