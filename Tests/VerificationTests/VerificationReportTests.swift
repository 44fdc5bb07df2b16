import FoundationEssentials
import TensorCore
import Testing

@testable import Verification

@Suite struct VerificationReportTests {
    private static let floor = NoiseFloor(max: 1e-6, rms: 5e-7)
    private static let finding = VerificationFinding.differs(
        .layer("a<b>&\"c\""), Deviation(of: [2], from: [1], negligible: 0), noiseFloor: floor, tolerance: 4e-6)

    private func report(_ findings: [VerificationFinding], output: Deviation?) -> VerificationReport {
        VerificationReport(
            module: "neck", precision: .float32, output: output, golden: nil, engine: nil, noiseFloor: Self.floor,
            tolerance: 4e-6, top1Equal: output == nil ? nil : true, top5Equal: output == nil ? nil : true,
            layers: [
                LayerReport(
                    module: "conv", deviation: Deviation(of: [1], from: [1], negligible: 0), noiseFloor: Self.floor,
                    tolerance: 4e-6, finding: nil),
                LayerReport(
                    module: "a<b>&\"c\"", deviation: nil, noiseFloor: Self.floor, tolerance: 4e-6,
                    finding: Self.finding),
            ], unknownLayers: [], findings: findings)
    }

    @Test("the JUnit file fails the case that a finding belongs to, and escapes what XML keeps for itself")
    func junit() throws {
        let nonFinite = VerificationFinding.nonFinite(
            of: "the golden's output", try #require(NonFinite(in: [Double.nan])))
        let xml = report([nonFinite, Self.finding], output: nil).junit(name: "out & in.pth")
        #expect(xml.contains("<testsuite name=\"out &amp; in.pth\" tests=\"3\" failures=\"2\" errors=\"0\">"))
        #expect(xml.contains("name=\"output of 'neck'\">\n      <failure message=\"the golden's output: 1 of 1"))
        #expect(xml.contains("name=\"conv\"/>"))
        #expect(xml.contains("name=\"a&lt;b&gt;&amp;&quot;c&quot;\">"))
        #expect(!xml.contains("a<b>"))
    }

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
