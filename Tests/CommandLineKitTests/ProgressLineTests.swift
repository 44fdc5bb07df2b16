import Testing

@testable import CommandLineKit

@Suite struct ProgressLineTests {
    @Test("a progress line says how much of the work is done")
    func text() {
        #expect(ProgressLine(label: "reading", total: 8, isShown: false).text(2) == "reading 2/8 (25 %)")
        #expect(ProgressLine(label: "reading", total: 0, isShown: false).text(0) == "reading 0/0 (100 %)")
        let bytes = ProgressLine(label: "reading", total: 3_400_000_000, unit: .bytes, isShown: false)
        #expect(bytes.text(1_190_000_000) == "reading 1.2 GB/3.4 GB (35 %)")
        #expect(bytes.text(0, timeLeft: .seconds(12)) == "reading 0 B/3.4 GB (0 %), 12 s left")
        let all = ProgressLine(label: "reading", total: .max, unit: .bytes, isShown: false)
        #expect(all.text(.max) == "reading 9223.4 PB/9223.4 PB (100 %)")
    }

    @Test(
        "the time that is left is said in the two largest units",
        arguments: [(0, "0 s"), (59, "59 s"), (200, "3 min 20 s"), (3600, "1 h 0 min"), (7503, "2 h 5 min")])
    func timeLeft(seconds: Int, text: String) {
        let line = ProgressLine(label: "reading", total: 8, isShown: false)
        #expect(line.text(2, timeLeft: .seconds(seconds)) == "reading 2/8 (25 %), \(text) left")
    }

    @Test("the time that is left follows from the steps of the last seconds, not from what was done at once before")
    func pace() throws {
        let start = ContinuousClock.now
        var pace = ProgressPace()
        #expect(pace.time(for: 10) == nil)
        pace.note(5000, at: start)
        #expect(pace.time(for: 10) == nil)
        for second in 1...60 { pace.note(5000 + 4 * second, at: start + .seconds(second)) }
        #expect(try #require(pace.time(for: 40)) == .seconds(10))
        // Slower from now on.
        for second in 61...90 { pace.note(5180 + second, at: start + .seconds(second)) }
        #expect(try #require(pace.time(for: 40)) == .seconds(40))
    }
}
