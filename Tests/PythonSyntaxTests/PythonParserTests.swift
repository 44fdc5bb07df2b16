import Testing

@testable import PythonSyntax

@Suite struct PythonParserTests {
    private func statements(_ source: String) throws -> [PythonStatement] {
        try PythonParser.statements(of: Array(source.utf8))
    }

    /// The expression with every operation in parentheses.
    private func shape(_ expression: PythonExpression) -> String {
        func list(_ parts: [PythonExpression]) -> String { parts.map(shape).joined(separator: " ") }
        return switch expression.form {
        case .none: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .int(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let text): "'\(text)'"
        case .formatted(let parts): "(f \(parts.count))"
        case .name(let name): name
        case .list(let parts): "[\(list(parts))]"
        case .tuple(let parts): "(, \(list(parts)))"
        case .set(let parts): "{\(list(parts))}"
        case .dictionary(let items):
            "{" + items.map { "\($0.key.map(shape) ?? "**"):\(shape($0.value))" }.joined(separator: " ") + "}"
        case .starred(let value): "*\(shape(value))"
        case .call(let function, let arguments):
            "(\(shape(function)) \(arguments.map { "\($0.kind) \(shape($0.value))" }.joined(separator: ", ")))"
        case .subscripted(let value, let key): "\(shape(value))[\(shape(key))]"
        case .slice(let lower, let upper, let step):
            [lower, upper, step].map { $0.map(shape) ?? "" }.joined(separator: ":")
        case .attribute(let value, let name): "\(shape(value)).\(name)"
        case .unary(let operation, let value): "(\(operation.rawValue) \(shape(value)))"
        case .binary(let left, let operation, let right): "(\(shape(left)) \(operation.rawValue) \(shape(right)))"
        case .comparison(let first, let rest):
            "(\(shape(first))" + rest.map { " \($0.comparison.rawValue) \(shape($0.value))" }.joined() + ")"
        case .and(let parts): "(and \(list(parts)))"
        case .or(let parts): "(or \(list(parts)))"
        case .conditional(let value, let test, let otherwise): "(if \(shape(test)) \(shape(value)) \(shape(otherwise)))"
        case .comprehension(let comprehension):
            "(\(comprehension.kind) \(shape(comprehension.element)) \(comprehension.clauses.count))"
        }
    }

    @Test(
        "operators bind as in Python",
        arguments: [
            ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"), ("-2 ** -2", "(- (2 ** (- 2)))"),
            ("2 ** 3 ** 2", "(2 ** (3 ** 2))"),
            ("not a in b", "(not (a in b))"), ("a not in b is not c", "(a not in b is not c)"),
            ("a or b and not c", "(or a (and b (not c)))"), ("1 | 2 ^ 3 & 4 << 5", "(1 | (2 ^ (3 & (4 << 5))))"),
            ("a if b else c if d else e", "(if b a (if d c e))"), ("a.b[c](d).e", "(a.b[c] positional d).e"),
            ("a[1:2]", "a[1:2:]"), ("a[::-1]", "a[::(- 1)]"), ("a[1:, ::2]", "a[(, 1:: ::2)]"), ("1, 2,", "(, 1 2)"),
            ("(1)", "1"), ("(1,)", "(, 1)"), ("()", "(, )"), ("[1, *a]", "[1 *a]"), ("{**a, 'b': 1}", "{**:a 'b':1}"),
            ("f(a, *b, c=1, **d)", "(f positional a, positional *b, keyword(\"c\") 1, unpacked d)"),
            ("[a for b in c if d for e in f]", "(list a 2)"), ("f(a for a in b)", "(f positional (generator a 1))"),
            ("'a' \"b\" r'\\c'", "'ab\\c'"), ("f'{a}{b!r:>{c}} {{x}}'", "(f 3)"),
            ("f'\\{a}'", "(f 2)"), ("'a' f'b{c}' 'd' 'e'", "(f 3)"), ("'' f''", "(f 0)"),
            ("1 < 2 <= 3", "(1 < 2 <= 3)"),
            ("~-+1", "(~ (- (+ 1)))"), ("1e3", "1000.0"), ("0xFf", "255"), ("1_000", "1000"), (".5", "0.5"),
            ("5.", "5.0"),
        ])
    func precedence(source: String, expected: String) throws {
        let text = Array(source.utf8)
        #expect(try shape(PythonParser.expression(of: text, in: 0..<text.count, depth: 0)) == expected)
    }

    @Test(
        "an error names the byte and what was expected",
        arguments: [
            ("x = ", 4, "expected a value, found the end of the line"), ("x = )", 4, "expected no ')' here, found one"),
            ("x = [1", 4, "expected the end of '[', found the end of the file"),
            ("x = 'a", 4, "the string does not end"),
            ("x = 1 2", 6, "expected the end of the line, found a number"),
            ("if x\n", 4, "expected ':', found the end of the line"),
            ("if x:\ny = 1", 6, "expected an indented block"),
            ("  x = 1", 2, "the line is indented without a block that it belongs to"),
            ("if x:\n    y = 1\n  z = 1", 18, "the indentation matches no enclosing block"),
            ("if x:\n\ty = 1\n        z = 1", 21, "tabs and spaces disagree"), ("x = $", 4, "unexpected character '$'"),
            ("x = '\\xg'", 5, "'\\x' is not an escape sequence"),
            ("x = '\\ud800'", 5, "'\\ud800' is not an escape sequence"),
            ("x = 0777", 4, "'0777' is not a number"), ("x = 1__0", 4, "'1__0' is not a number"),
            ("1 = x", 0, "cannot assign to a value"),
            ("for = 1", 4, "expected a value, found '='"), ("None = 1", 0, "cannot assign to a value"),
            ("f() = 1", 0, "cannot assign to a call"),
            ("x = f'{'", 6, "f-string: a field without its '}'"), ("x = f'}'", 6, "f-string: a '}' without its '{'"),
            ("x = f'{a!x}'", 8, "f-string: a conversion is one of !r, !s and !a"),
            ("f(a=1, a=2)", 7, "the argument 'a' is repeated"),
            ("f(a=1, 2)", 7, "a positional argument follows a named one"),
            ("x = 9223372036854775808", 4, "the integer 9223372036854775808 does not fit into 64 bits"),
            ("from x import (a", 14, "expected the end of '(', found the end of the file"),
            ("x \\ y", 2, "expected the end of the line after '\\', found more"),
        ])
    func errors(source: String, offset: Int, message: String) throws {
        do throws(PythonSyntaxError) {
            _ = try PythonParser.statements(of: Array(source.utf8))
            Issue.record("parsed")
        } catch {
            #expect(error.reason.description == message)
            #expect(error.offset == offset)
        }
    }

    @Test(
        "Python that no config needs is refused by name",
        arguments: [
            "def f(): pass", "class A: pass", "while 1: pass", "try: pass", "return 1", "lambda: 1", "await x",
            "x := 1", "yield 1", "raise x",
            "assert x", "global x", "a @ b", "x = ...", "1j", "b'a'", "async def f(): pass", "x = '\\N{DASH}'",
            "*a, b = c", "break",
        ])
    func unsupported(source: String) {
        let error = #expect(throws: PythonSyntaxError.self) { try PythonParser.statements(of: Array(source.utf8)) }
        guard case .unsupported? = error?.reason else {
            Issue.record("\(error.map { "\($0.reason)" } ?? "none")")
            return
        }
    }

    @Test("statements keep their order, their blocks and their places")
    func statementForms() throws {
        let source = """
            from ..a.b import (c, d as e,)
            import x.y as z, w
            with read_base():
                from .f import *  # all

            if a: b = 1; c = 2
            elif d:
                pass
            else:
                del e[0], f.g
            a: int = 3
            h[0] *= 2; (i, j), k = l
            for m, n in o: pass
            """
        let forms = try statements(source).map { "\($0.offset) " + String(describing: $0.form).prefix { $0 != "(" } }
        #expect(
            forms == [
                "0 importNames", "31 importModules", "50 with", "97 conditional", "157 annotatedAssign",
                "168 augmentedAssign",
                "179 assign", "193 loop",
            ])
    }

    @Test("a place is a line and a column of scalars")
    func lines() {
        let lines = SourceLines(Array("a\néb\n\n".utf8))
        let places = [0, 1, 2, 4, 5, 6, 7, 99].map { lines.position(of: $0) }
        #expect(places.map(\.line) == [1, 1, 2, 2, 2, 3, 4, 4])
        #expect(places.map(\.column) == [1, 2, 1, 2, 3, 1, 1, 1])
        let long = SourceLines(Array(String(repeating: "é", count: 5000).utf8))
        #expect(long.position(of: 9998).column == 5000)
    }
}
