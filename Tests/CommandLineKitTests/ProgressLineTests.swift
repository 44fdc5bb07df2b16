import Testing

@testable import CommandLineKit

@Suite struct ProgressLineTests {
    @Test("a progress line says how much of the work is done")
    func text() {
        #expect(ProgressLine(label: "reading", total: 8, isShown: false).text(2) == "reading 2/8 (25 %)")
        #expect(ProgressLine(label: "reading", total: 0, isShown: false).text(0) == "reading 0/0 (100 %)")
    }
}
