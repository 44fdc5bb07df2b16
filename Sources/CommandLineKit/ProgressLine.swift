/// A line on standard error that is rewritten as work proceeds, and gone when it is done. Shown on a terminal only.
public struct ProgressLine: Sendable {
    let label: String
    let total: Int
    let isShown: Bool
    private var shownAt: ContinuousClock.Instant?
    private let start = ContinuousClock.now
    private var pace = ProgressPace()

    init(label: String, total: Int, isShown: Bool) {
        self.label = label
        self.total = total
        self.isShown = isShown
    }

    /// Says that `count` of `total` steps are done; at most ten times a second, and not in the first half second.
    public mutating func update(_ count: Int) {
        guard isShown else { return }
        let now = ContinuousClock.now
        pace.note(count, at: now)
        guard now - (shownAt ?? start) >= (shownAt == nil ? .milliseconds(500) : .milliseconds(100)) else { return }
        shownAt = now
        try? StandardStream.error.write("\r\u{1B}[K" + text(count, timeLeft: pace.time(for: total - count)))
    }

    func text(_ count: Int, timeLeft: Duration? = nil) -> String {
        let share = "\(label) \(count)/\(total) (\(total > 0 ? 100 * count / total : 100) %)"
        return share + (timeLeft.map { ", \(Self.text($0)) left" } ?? "")
    }

    /// `45 s`, `3 min 20 s`, `2 h 5 min`
    static func text(_ time: Duration) -> String {
        let seconds = Int(clamping: time.components.seconds)
        if seconds < 60 { return "\(seconds) s" }
        return seconds < 3600
            ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }

    /// Removes the line.
    public mutating func clear() {
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
