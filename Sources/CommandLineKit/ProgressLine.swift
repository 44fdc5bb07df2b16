/// What progress counts.
package enum ProgressUnit: Sendable {
    case steps
    case bytes
}

/// What a line on standard error says of work that goes on.
package struct ProgressLine: Sendable {
    var label: String
    /// How many steps there are; nil until that is known.
    private(set) var total: Int?
    let unit: ProgressUnit
    private var count = 0
    private var pace = ProgressPace()
    private let start: ContinuousClock.Instant

    init(label: String, total: Int? = nil, unit: ProgressUnit = .steps, start: ContinuousClock.Instant = .now) {
        self.label = label
        self.total = total
        self.unit = unit
        self.start = start
    }

    /// Says that `count` of `total` steps are done.
    mutating func update(_ count: Int, of total: Int, at now: ContinuousClock.Instant = .now) {
        self.count = count
        self.total = total
        pace.note(count, at: now)
    }

    /// `reading 1.2 GB/3.4 GB (35 %), 12 s left`; without a total `reading, 3 s`.
    func text(at now: ContinuousClock.Instant = .now) -> String {
        guard let total else { return "\(label), \(Self.text(now - start))" }
        // In floating point: a hundred times as many bytes may be too many for an integer.
        let percent = total > 0 ? Int(100 * (Double(count) / Double(total))) : 100
        let amounts =
            switch unit {
            case .steps: "\(count)/\(total)"
            case .bytes: "\(Self.text(ofBytes: count))/\(Self.text(ofBytes: total))"
            }
        let share = "\(label) \(amounts) (\(percent) %)"
        return share + (pace.time(for: total - count, at: now).map { ", \(Self.text($0)) left" } ?? "")
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

    /// How long so many steps will take after what has passed since the last one; nil while that cannot be told.
    func time(for steps: Int, at now: ContinuousClock.Instant? = nil) -> Duration? {
        guard let older, let last, last.count > older.count, last.time - older.time >= .seconds(1) else { return nil }
        let whole = (last.time - older.time) * (Double(steps) / Double(last.count - older.count))
        return max(.zero, whole - (now.map { $0 - last.time } ?? .zero))
    }
}
