/// A line on standard error that is rewritten as work proceeds, and gone when it is done. Shown on a terminal only.
public struct ProgressLine: Sendable {
    let label: String
    let total: Int
    let isShown: Bool
    private var shownAt: ContinuousClock.Instant?
    private let start = ContinuousClock.now

    init(label: String, total: Int, isShown: Bool) {
        self.label = label
        self.total = total
        self.isShown = isShown
    }

    /// Says that `count` of `total` steps are done; at most ten times a second, and not in the first half second.
    public mutating func update(_ count: Int) {
        guard isShown else { return }
        let now = ContinuousClock.now
        guard now - (shownAt ?? start) >= (shownAt == nil ? .milliseconds(500) : .milliseconds(100)) else { return }
        shownAt = now
        try? StandardStream.error.write("\r\u{1B}[K" + text(count))
    }

    func text(_ count: Int) -> String {
        "\(label) \(count)/\(total) (\(total > 0 ? 100 * count / total : 100) %)"
    }

    /// Removes the line.
    public mutating func clear() {
        guard shownAt != nil else { return }
        shownAt = nil
        try? StandardStream.error.write("\r\u{1B}[K")
    }
}
