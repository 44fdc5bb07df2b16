/// A line on standard error that is rewritten as work proceeds, and gone when it is done. Shown on a terminal only.
package struct ProgressLine: Sendable {
    /// What is counted.
    package enum Unit: Sendable {
        case steps
        case bytes
    }

    let label: String
    let total: Int
    let unit: Unit
    let isShown: Bool
    private var shownAt: ContinuousClock.Instant?
    private let start = ContinuousClock.now
    private var pace = ProgressPace()

    init(label: String, total: Int, unit: Unit = .steps, isShown: Bool) {
        self.label = label
        self.total = total
        self.unit = unit
        self.isShown = isShown
    }

    /// Says that `count` of `total` steps are done; at most ten times a second, and not in the first half second.
    package mutating func update(_ count: Int) {
        guard isShown else { return }
        let now = ContinuousClock.now
        pace.note(count, at: now)
        guard now - (shownAt ?? start) >= (shownAt == nil ? .milliseconds(500) : .milliseconds(100)) else { return }
        shownAt = now
        try? StandardStream.error.write("\r\u{1B}[K" + text(count, timeLeft: pace.time(for: total - count)))
    }

    func text(_ count: Int, timeLeft: Duration? = nil) -> String {
        // In floating point: a hundred times as many bytes may be too many for an integer.
        let percent = total > 0 ? Int(100 * (Double(count) / Double(total))) : 100
        let amounts =
            switch unit {
            case .steps: "\(count)/\(total)"
            case .bytes: "\(Self.text(ofBytes: count))/\(Self.text(ofBytes: total))"
            }
        let share = "\(label) \(amounts) (\(percent) %)"
        return share + (timeLeft.map { ", \(Self.text($0)) left" } ?? "")
    }

    /// `96 B`, `3.5 kB`, `1.2 GB`
    package static func text(ofBytes count: Int) -> String {
        guard count >= 1000 else { return "\(count) B" }
        var value = Double(count) / 1000
        var units = ["kB", "MB", "GB", "TB", "PB"][...]
        while value >= 999.95, units.count > 1 {
            value /= 1000
            units.removeFirst()
        }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units.first ?? "PB")"
    }

    /// `45 s`, `3 min 20 s`, `2 h 5 min`
    static func text(_ time: Duration) -> String {
        let seconds = Int(clamping: time.components.seconds)
        if seconds < 60 { return "\(seconds) s" }
        return seconds < 3600
            ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }

    /// Removes the line.
    package mutating func clear() {
        guard shownAt != nil else { return }
        shownAt = nil
        try? StandardStream.error.write("\r\u{1B}[K")
    }
}

/// How fast steps have been done lately: what was done at once, as by an earlier run, is soon forgotten.
struct ProgressPace: Sendable {
    private struct Mark {
        let count: Int
        let time: ContinuousClock.Instant
    }

    /// The pace is that since `older`, which is some 10 to 20 seconds ago.
    private var older: Mark?
    private var newer: Mark?
    private var last: Mark?

    private static let interval = Duration.seconds(10)

    mutating func note(_ count: Int, at time: ContinuousClock.Instant) {
        let mark = Mark(count: count, time: time)
        last = mark
        guard let newer else {
            older = mark
            self.newer = mark
            return
        }
        if time - newer.time >= Self.interval {
            older = newer
            self.newer = mark
        }
    }

    /// How long so many steps will take; nil while that cannot be told.
    func time(for steps: Int) -> Duration? {
        guard let older, let last, last.count > older.count, last.time - older.time >= .seconds(1) else { return nil }
        return (last.time - older.time) * (Double(steps) / Double(last.count - older.count))
    }
}
