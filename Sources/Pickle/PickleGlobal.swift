/// A class or function that a pickle names, never imported.
package struct PickleGlobal: Sendable {
    /// The module and the name as the pickle spells them; at protocol 4 the name may be dotted.
    package let module: String
    package let name: String
    /// Whether an unpickler maps Python 2's names (`__builtin__`, `copy_reg`) to those of Python 3: it does
    /// in pickles below protocol 3.
    package let usesPython2Names: Bool

    package init(module: String, name: String, usesPython2Names: Bool = false) {
        self.module = module
        self.name = name
        self.usesPython2Names = usesPython2Names
    }

    /// The global under the name that Python 3 looks up: `__builtin__.xrange` is `builtins.range`.
    package var resolved: PickleGlobal {
        guard usesPython2Names else { return self }
        let (module, name) = PythonNames.python3(module: module, name: name)
        return PickleGlobal(module: module, name: name)
    }

    /// The global under the name that CPython writes below protocol 3.
    package var asPython2: PickleGlobal {
        if usesPython2Names { return self }
        let (module, name) = PythonNames.python2(module: module, name: name)
        return PickleGlobal(module: module, name: name, usesPython2Names: true)
    }

    /// Stands for a module or a name that a lenient reader cannot tell, because the pickle computes it.
    package static let undetermined = "?"

    /// `module.name` as Python 3 looks it up, e.g. `collections.OrderedDict`.
    package var qualifiedName: String {
        let global = resolved
        return "\(global.module).\(global.name)"
    }
}

extension PickleGlobal: Hashable {
    package static func == (left: PickleGlobal, right: PickleGlobal) -> Bool {
        left.usesPython2Names == right.usesPython2Names && left.module.utf8.elementsEqual(right.module.utf8)
            && left.name.utf8.elementsEqual(right.name.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in module.utf8 { hasher.combine(byte) }
        hasher.combine(usesPython2Names)
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
