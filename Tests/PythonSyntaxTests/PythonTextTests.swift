import Testing

@testable import PythonSyntax

@Suite struct PythonTextTests {
    @Test(
        "a float has the digits and the layout of Python's repr",
        arguments: [
            (0.1, "0.1"), (1e-5, "1e-05"), (1e16, "1e+16"), (1e15, "1000000000000000.0"), (-0.0, "-0.0"), (1, "1.0"),
            (.infinity, "inf"), (1.5e300, "1.5e+300"),
        ] as [(Double, String)])
    func float(value: Double, text: String) {
        #expect(PythonText.float(value) == text)
    }
}
