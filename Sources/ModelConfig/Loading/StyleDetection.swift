import PythonSyntax

/// What style a file is of: mmengine's `Config._is_lazy_import`.
enum StyleDetection {
    enum Finding {
        case old
        /// New, because of `with read_base():` or an import from a file beside.
        case inheritsNew(offset: Int)
        /// New, because of an import that is not of Python's own.
        case imports
    }

    /// A `with` that is not `with read_base():`.
    struct Failure: Error {
        let offset: Int
        var reason: ConfigError.Reason { .unsupported("a `with` other than `with read_base():`") }
    }

    /// Looks at all statements, level by level from the outermost; the first that tells decides.
    static func finding(_ statements: [PythonStatement]) throws(Failure) -> Finding {
        var level = statements
        while !level.isEmpty {
            for statement in level {
                switch statement.form {
                case .assign(let targets, _):
                    if case .name(ConfigKeys.base) = targets[0].form { return .old }
                case .with(let contexts, _):
                    guard isReadBase(contexts) else { throw Failure(offset: statement.offset) }
                    return .inheritsNew(offset: statement.offset)
                case .importNames(let imports):
                    if imports.level > 0 { return .inheritsNew(offset: statement.offset) }
                    if imports.module == "mmengine", imports.names.map(\.name) == ["Config"] { continue }
                    if !PythonModules.isStandard(imports.path) { return .imports }
                case .importModules(let imports):
                    if imports.contains(where: { !PythonModules.isStandard($0.name) }) { return .imports }
                default: continue
                }
            }
            level = level.flatMap(\.children)
        }
        return .old
    }

    static func isReadBase(_ contexts: [PythonContext]) -> Bool {
        guard contexts.count == 1, case .call(let function, let arguments) = contexts[0].value.form,
            case .name("read_base") = function.form
        else { return false }
        return arguments.isEmpty
    }
}
