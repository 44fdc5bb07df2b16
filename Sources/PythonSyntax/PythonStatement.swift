/// A statement of Python.
package struct PythonStatement: Sendable {
    package indirect enum Form: Sendable {
        case expression(PythonExpression)
        /// `a = b = value`.
        case assign([PythonExpression], PythonExpression)
        /// `a: annotation = value`, without the annotation.
        case annotatedAssign(PythonExpression, PythonExpression?)
        case augmentedAssign(PythonExpression, PythonBinaryOperator, PythonExpression)
        case delete([PythonExpression])
        case pass
        case importModules([PythonImport])
        case importNames(PythonImportFrom)
        case with([PythonContext], [PythonStatement])
        case conditional(PythonExpression, [PythonStatement], else: [PythonStatement])
        case loop(PythonExpression, in: PythonExpression, [PythonStatement], else: [PythonStatement])
    }

    package let form: Form
    /// Where it begins, in bytes of UTF-8 from the start of the text.
    package let offset: Int
}

/// A part of an import: `name` or `name as alias`.
package struct PythonImport: Sendable, Equatable {
    /// A module's name with its dots; `*` for all names of a module.
    package let name: String
    package let alias: String?
    package let offset: Int
}

/// `from ..module import names`.
package struct PythonImportFrom: Sendable, Equatable {
    /// The number of leading dots.
    package let level: Int
    package let module: String?
    package let names: [PythonImport]

    /// The dots and the module.
    package var path: String { String(repeating: ".", count: level) + (module ?? "") }
}

package struct PythonContext: Sendable {
    package let value: PythonExpression
    package let target: PythonExpression?
}

extension PythonStatement {
    /// The statements inside, in order.
    package var children: [PythonStatement] {
        switch form {
        case .with(_, let body): body
        case .conditional(_, let body, let otherwise), .loop(_, _, let body, let otherwise): body + otherwise
        default: []
        }
    }
}
