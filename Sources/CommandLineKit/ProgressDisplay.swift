import Dispatch
import Synchronization

/// The line on standard error that says what a tool is doing, on a terminal and once that takes a second. It is rewritten
/// four times a second, also while no step ends, and gone before anything else is written.
final class ProgressDisplay: Sendable {
    private struct State {
        /// The work that goes on, each within the one before.
        var lines: [ProgressLine]
        var isShown = false
    }

    private let state: Mutex<State>
    private let start = ContinuousClock.now
    private let isOver = DispatchSemaphore(value: 0)

    private static let patience = Duration.seconds(1)
    private static let interval = DispatchTimeInterval.milliseconds(250)
    private static let erasure = "\r\u{1B}[K"

    /// - Parameter label: what is said of work that says nothing of itself.
    init(label: String) {
        state = Mutex(State(lines: [ProgressLine(label: label)]))
        DispatchQueue(label: "ProgressDisplay").async { [self] in
            while isOver.wait(timeout: .now() + Self.interval) == .timedOut { draw() }
        }
    }

    /// Removes the line for good.
    func end() {
        isOver.signal()
        state.withLock { state in
            state.lines = []
            Self.hide(&state)
        }
    }

    private func draw() {
        guard ContinuousClock.now - start >= Self.patience else { return }
        state.withLock { state in
            guard let line = state.lines.last else { return }
            // Standard error has no place to complain to when it is closed.
            try? StandardStream.error.write(Self.erasure + line.text())
            state.isShown = true
        }
    }

    /// Writes something else, without a line in its way.
    func clearing<Failure: Error>(_ write: () throws(Failure) -> Void) throws(Failure) {
        try state.withLock { (state) throws(Failure) in
            Self.hide(&state)
            try write()
        }
    }

    private static func hide(_ state: inout State) {
        guard state.isShown else { return }
        state.isShown = false
        try? StandardStream.error.write(erasure)
    }

    /// Begins work within what goes on, which `leave()` ends.
    func enter(_ line: ProgressLine) { state.withLock { $0.lines.append(line) } }

    func leave() { state.withLock { _ = $0.lines.popLast() } }

    /// Gives the innermost work another label. Its time is counted from its beginning.
    func rename(to label: String) {
        state.withLock { state in
            guard !state.lines.isEmpty else { return }
            state.lines[state.lines.count - 1].label = label
        }
    }

    /// Says that `count` of `total` steps of the innermost work are done.
    func update(_ count: Int, of total: Int) {
        state.withLock { state in
            guard !state.lines.isEmpty else { return }
            state.lines[state.lines.count - 1].update(count, of: total)
        }
    }
}
