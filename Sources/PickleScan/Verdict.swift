/// What is to be thought of a global, a finding or a file.
package enum Verdict: String, Sendable, Comparable, CaseIterable {
    /// Nothing that could run code of the file's choosing.
    case clean
    /// Not known to be harmless: somebody should look before Python loads it.
    case review
    /// Python would run what the file wants, reach out of the process, or hide what it does.
    case dangerous

    private var rank: Int {
        switch self {
        case .clean: 0
        case .review: 1
        case .dangerous: 2
        }
    }

    package static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }
}
