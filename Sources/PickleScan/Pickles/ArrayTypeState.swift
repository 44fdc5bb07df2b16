import Pickle

/// The state that a pickle sets on NumPy's types: where objects are in an element, and that it holds all its fields. NumPy
/// believes it, and takes bytes of the file for addresses where it lies.
///
/// Source: `arraydescr_setstate` in `numpy/_core/src/multiarray/descriptor.c`.
struct ArrayTypeState {
    private let graph: PickleGraph

    init(_ graph: PickleGraph) { self.graph = graph }

    /// The flags of an element that has objects, and of one that is pickled as a list.
    private static let objectFlags: Int64 = 3
    /// Types inside one another that are followed.
    private static let maximumDepth = 8

    /// Whether an object is an array over bytes that it is given, which NumPy takes for objects where the type says so. Arrays
    /// are pickled in another way.
    func isOverMemory(_ object: PickleObject) -> Bool {
        guard let global = graph.callee(of: object)?.resolved else { return false }
        let arguments = graph.arguments(of: object)
        if Self.isArray(global) { return arguments.count > 2 || object.keywords != nil }
        guard global.module == "copyreg", let made = arguments.first.flatMap({ graph.global($0) }) else { return false }
        return Self.isArray(made.resolved) && arguments.count > 3
    }

    private static func isArray(_ global: PickleGlobal) -> Bool {
        ["numpy", "numpy.rec"].contains(global.module) && ["ndarray", "recarray"].contains(global.name)
    }

    /// Whether an object is a type whose state lies; false for other objects.
    func lies(_ object: PickleObject) -> Bool {
        let isChanged = object.steps.contains { step in if case .call = step { false } else { true } }
        guard isChanged, let global = graph.callee(of: object)?.resolved else { return false }
        if global.module == "numpy.dtypes" { return true }
        // By these ways NumPy pickles no type.
        if global.module == "copyreg", let made = graph.arguments(of: object).first.flatMap({ graph.global($0) }) {
            return made.resolved.module == "numpy.dtypes" || made.qualifiedName == "numpy.dtype"
        }
        guard global.module == "numpy", global.name == "dtype" else { return false }
        return facts(object) == nil
    }

    /// The bytes of an element, and whether it has objects; nil for a type that contradicts itself, or is made as NumPy
    /// pickles none.
    private func facts(_ object: PickleObject, depth: Int = 0) -> (width: Int64, hasObjects: Bool)? {
        guard depth < Self.maximumDepth, object.steps.count <= 1,
            graph.callee(of: object)?.qualifiedName == "numpy.dtype",
            let code = graph.arguments(of: object).first.flatMap({ self.name(of: $0) }), let kind = code.utf8.first,
            "?bBhHiIlLqQefdgFDGOSUVMmcu".utf8.contains(kind), var width = Int64(code.dropFirst()),
            (0...1 << 30).contains(width)
        else { return nil }
        if kind == UInt8(ascii: "U") { width *= 4 }
        var hasObjects = kind == UInt8(ascii: "O")
        guard let step = object.steps.first else { return (width, hasObjects) }
        guard case .build(let state) = step, let items = graph.tuple(state), items.count > 4,
            let parts = self.parts(items[2], items[4])
        else { return nil }
        // Only texts, raw bytes and structures have a size of their own.
        if "SUV".utf8.contains(kind), items.count > 5, let size = graph.integer(items[5]), size >= 0 { width = size }
        for part in parts {
            guard let type = graph.object(part.type), let inner = facts(type, depth: depth + 1) else { return nil }
            if inner.hasObjects { hasObjects = true }
            let (size, isTooLarge) = inner.width.multipliedReportingOverflow(by: part.count)
            guard !isTooLarge, size <= width, part.offset <= width - size else { return nil }
        }
        // Before version 3 NumPy finds the flags by itself.
        guard items.count > 7, hasObjects else { return (width, hasObjects) }
        guard let flags = graph.integer(items[7]), flags & Self.objectFlags == Self.objectFlags else { return nil }
        return (width, hasObjects)
    }

    /// `f8`. Structures are named by a class where they make records, types of other packages by theirs.
    private func name(of value: PickleValue) -> String? {
        if let text = graph.text(value) { return text }
        guard let global = graph.global(value)?.resolved else { return nil }
        let isForeign = global.module != "numpy" && global.module != "builtins"
        return isForeign || global.name == "void" || global.name == "record" ? "V0" : nil
    }

    private struct Part {
        let type: PickleValue
        let offset: Int64
        let count: Int64
    }

    /// The type of which an element is an array, and those of its fields; nil where they are not given as NumPy gives them.
    private func parts(_ base: PickleValue, _ fields: PickleValue) -> [Part]? {
        var parts: [Part] = []
        if base != .none {
            guard let items = graph.tuple(base), items.count == 2 else { return nil }
            var count: Int64 = 1
            for extent in graph.tuple(items[1]) ?? [items[1]] {
                guard let extent = graph.integer(extent), extent >= 0 else { return nil }
                let (product, isTooLarge) = count.multipliedReportingOverflow(by: extent)
                guard !isTooLarge else { return nil }
                count = product
            }
            parts.append(Part(type: items[0], offset: 0, count: count))
        }
        guard fields != .none else { return parts }
        guard case .dict(let entries) = graph[fields] else { return nil }
        for entry in entries {
            guard let field = graph.tuple(entry.value), field.count > 1, let offset = graph.integer(field[1]),
                offset >= 0
            else { return nil }
            parts.append(Part(type: field[0], offset: offset, count: 1))
        }
        return parts
    }
}
