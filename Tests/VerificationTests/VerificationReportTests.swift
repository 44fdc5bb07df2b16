import Testing

@testable import Verification

@Suite struct VerificationReportTests {
    @Test(
        "a number is shown with three significant digits",
        arguments: [
            (0.0, "0"), (1, "1.00"), (-2.5, "-2.50"), (123.4, "123"), (0.01234, "0.0123"), (9.9999, "10.0"),
            (1.526e-7, "1.53e-07"), (-1.5e12, "-1.50e+12"), (.leastNonzeroMagnitude, "4.94e-324"), (.nan, "nan"),
        ])
    func figures(value: Double, text: String) {
        #expect(significant(value) == text)
    }
}
