import Testing

@testable import PickleScan

@Suite struct SymbolicExpressionTests {
    @Test(
        "arithmetic of symbols is harmless",
        arguments: [
            "s0", "2*s0 + 1", "-s77", "(s0 < 5) & (s1 >= 2)", "~(Eq(s0, 3))", "FloorDiv(s0, 2)", "1.5*s0", "1.0e-5",
            "Symbol('s77', positive=True, integer=True)", "Max(1, Mod(s0, 4))**2",
            "Mul(Integer(20), Max(Integer(1), Symbol('u0', integer=True)))", "Float('1.50', precision=53)", "True", "",
        ])
    func arithmetic(_ text: String) { #expect(SymbolicExpression(text).judgement == nil) }

    @Test(
        "what can reach further is dangerous",
        arguments: [
            "__import__('os')", "eval('1')", "eval (chr(49))", "s0.__class__", "(s0).real", "s0 .real", "[1][0]",
            "(lambda: 1)()", "Symbol('a')(2)", "Symbol('a b')", "Symbol('__x__' + 'y'); 1", "exec(chr(97))",
            "1 if 2 else 3",
            "getattr(s0, 'x')", "_f(1)", "{}", "f'{1}'", "Symbol(\"s0\")", "2(3)", "s0\nimport os", "'a'.join",
        ])
    func harmful(_ text: String) { #expect(SymbolicExpression(text).judgement?.0 == .dangerous) }

    @Test("a function that is not known is for review")
    func unknown() { #expect(SymbolicExpression("NewFunction(s0, 2)").judgement?.0 == .review) }
}
