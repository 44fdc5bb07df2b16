/// An expression of Python, as the grammar has it; nothing is evaluated.
package struct PythonExpression: Sendable {
    package indirect enum Form: Sendable {
        case none
        case bool(Bool)
        case int(Int)
        case float(Double)
        case string(String)
        /// An f-string.
        case formatted([PythonFormattedPart])
        case name(String)
        case list([PythonExpression])
        case tuple([PythonExpression])
        case set([PythonExpression])
        case dictionary([PythonDictionaryItem])
        /// `*value`, in a display or as an argument.
        case starred(PythonExpression)
        case call(PythonExpression, [PythonArgument])
        case subscripted(PythonExpression, PythonExpression)
        /// Inside a subscript: `from:to:step`.
        case slice(PythonExpression?, PythonExpression?, PythonExpression?)
        case attribute(PythonExpression, String)
        case unary(PythonUnaryOperator, PythonExpression)
        case binary(PythonExpression, PythonBinaryOperator, PythonExpression)
        case comparison(PythonExpression, [PythonComparison])
        case and([PythonExpression])
        case or([PythonExpression])
        case conditional(PythonExpression, if: PythonExpression, else: PythonExpression)
        case comprehension(PythonComprehension)
    }

    package let form: Form
    /// Where it begins, in bytes of UTF-8 from the start of the text: an operation at its first operand.
    package let offset: Int
    /// 1 for a literal or a name, one more than its deepest part for anything else.
    let depth: Int
}

package struct PythonDictionaryItem: Sendable {
    /// nil for `**value`.
    package let key: PythonExpression?
    package let value: PythonExpression
}

package struct PythonArgument: Sendable {
    package enum Kind: Sendable, Equatable {
        /// `value` or `*value`.
        case positional
        case keyword(String)
        /// `**value`.
        case unpacked
    }

    package let kind: Kind
    package let value: PythonExpression
    package let offset: Int
}

package enum PythonFormattedPart: Sendable {
    case text(String)
    /// `{value!r:spec}`; `conversion` is `r`, `s`, `a` or nil.
    case field(PythonExpression, conversion: Unicode.Scalar?, specification: [PythonFormattedPart])
}

package enum PythonUnaryOperator: String, Sendable {
    case plus = "+"
    case minus = "-"
    case complement = "~"
    case not
}

package enum PythonBinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case and = "&"
    case or = "|"
    case exclusiveOr = "^"
}

package struct PythonComparison: Sendable {
    package enum Operator: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case isIn = "in"
        case isNotIn = "not in"
        case isSame = "is"
        case isNotSame = "is not"
    }

    package let comparison: Operator
    package let value: PythonExpression
}

package struct PythonComprehension: Sendable {
    package enum Kind: Sendable, Equatable { case list, set, dictionary, generator }

    package struct Clause: Sendable {
        package let target: PythonExpression
        package let iterable: PythonExpression
        package let conditions: [PythonExpression]
    }

    package let kind: Kind
    /// The element, or the key of a dictionary.
    package let element: PythonExpression
    /// The value of a dictionary; nil for others.
    package let value: PythonExpression?
    package let clauses: [Clause]
}
