/// The argument of `--color`.
package enum ColorMode: String, Sendable, CaseIterable {
    case auto, always, never

    /// - Parameters:
    ///   - isTerminal: whether the stream is one.
    ///   - environment: reads a variable; see <https://no-color.org>: `NO_COLOR` counts when it is not empty.
    func allowsColor(isTerminal: Bool, environment: (String) -> String?) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto: isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
        }
    }
}
