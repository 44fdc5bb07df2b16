import Testing

@testable import CommandLineKit

@Suite struct ProgressLineTests {
    @Test("a progress line says how much of the work is done")
    func text() {
        var line = ProgressLine(label: "reading")
        line.update(2, of: 8)
        #expect(line.text() == "reading 2/8 (25 %)")
        line.update(0, of: 0)
        #expect(line.text() == "reading 0/0 (100 %)")
        var bytes = ProgressLine(label: "reading", unit: .bytes)
        bytes.update(1_190_000_000, of: 3_400_000_000)
        #expect(bytes.text() == "reading 1.2 GB/3.4 GB (35 %)")
        bytes.update(.max, of: .max)
        #expect(bytes.text() == "reading 9223.4 PB/9223.4 PB (100 %)")
    }

    @Test("work whose steps are not counted says how long it has taken")
    func elapsed() {
        let start = ContinuousClock.now
        let line = ProgressLine(label: "checking the model: running", start: start)
        #expect(line.text(at: start + .milliseconds(2900)) == "checking the model: running, 2 s")
    }

    @Test("the time that is left goes on while no step ends, down to nothing")
    func waiting() {
        let start = ContinuousClock.now
        var line = ProgressLine(label: "reading", start: start)
        line.update(0, of: 8, at: start)
        line.update(2, of: 8, at: start + .seconds(4))
        #expect(line.text(at: start + .seconds(4)) == "reading 2/8 (25 %), 12 s left")
        #expect(line.text(at: start + .seconds(9)) == "reading 2/8 (25 %), 7 s left")
        #expect(line.text(at: start + .seconds(60)) == "reading 2/8 (25 %), 0 s left")
    }

    @Test(
        "the time that is left is said in the two largest units",
        arguments: [(0, "0 s"), (59, "59 s"), (200, "3 min 20 s"), (3600, "1 h 0 min"), (7503, "2 h 5 min")])
    func timeLeft(seconds: Int, text: String) {
        #expect(ProgressLine.text(.seconds(seconds)) == text)
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
