extension Side {
    /// Longer keys match no rule, which bounds the time that a hostile key takes.
    static let longestKey = 4_096

    /// Finds the values of the captures under which this side spells the whole key.
    ///
    /// Where a key can be read in several ways, the first capture takes as little as possible.
    /// - Parameters:
    ///   - values: by capture; a value that is already known must be met. On success all of this side's are set.
    ///   - domains: by capture.
    func match(_ key: KeyText, domains: [CaptureDomain], values: inout [KeyText?]) -> Bool {
        guard key.count <= Self.longestKey else { return false }
        var failures: Failures?
        return match(from: 0, key, key.startIndex, domains, &values, &failures)
    }

    /// Where captures are known not to fit: with several in a segment the same place is come to again and again.
    private struct Failures {
        private struct Place: Hashable {
            let step: Int
            let start: Int
        }

        private var places: Set<Place> = []
        /// By step, the places of a segment from the first that failed.
        private var tails: [Int: Range<Int>] = [:]

        func contains(_ step: Int, _ start: Int) -> Bool {
            tails[step]?.contains(start) ?? false || places.contains(Place(step: step, start: start))
        }

        mutating func insert(_ step: Int, _ start: Int) { places.insert(Place(step: step, start: start)) }

        mutating func insert(_ step: Int, tail: Range<Int>) { tails[step] = tail }
    }

    /// - Parameter failures: nil while no capture before `first` could end at another place.
    private func match(
        from first: Int, _ key: KeyText, _ start: Int, _ domains: [CaptureDomain], _ values: inout [KeyText?],
        _ failures: inout Failures?
    ) -> Bool {
        guard first < steps.count else { return start == key.endIndex }
        switch steps[first] {
        case .literal(let literal):
            guard Self.stands(literal, in: key, at: start) else { return false }
            return match(from: first + 1, key, start + literal.count, domains, &values, &failures)
        case .capture(let index, let view):
            guard failures?.contains(first, start) != true else { return false }
            let known = values[index]
            let isOpen = failures != nil || hasSeveralEnds(first, view, domains[index])
            let occursAgain = isOpen && occurs(index, after: first)
            /// Goes on where the capture's text ends at `end`.
            func isMatch(_ end: Int) -> Bool {
                guard let value = view.value(of: key[start..<end]), domains[index].contains(value),
                    known.map({ $0 == value }) ?? true
                else { return false }
                values[index] = value
                // With another value of it other places fail.
                if isOpen, failures == nil || occursAgain { failures = Failures() }
                return match(from: first + 1, key, end, domains, &values, &failures)
            }
            if forEachEnd(after: first, view, domains[index], key, start, until: isMatch) { return true }
            values[index] = known
            guard failures != nil else { return false }
            // Any text fits: what begins further on in the segment can end at no other place.
            if case .segment = domains[index], case .value = view, known == nil, !occursAgain {
                let end = key[start...].firstIndex(where: Separator.contains) ?? key.endIndex
                failures?.insert(first, tail: start..<end)
            } else {
                failures?.insert(first, start)
            }
            return false
        }
    }

    /// Whether the capture at `step` may end at several places of one key.
    private func hasSeveralEnds(_ step: Int, _ view: CaptureView, _ domain: CaptureDomain) -> Bool {
        guard step + 1 < steps.count else { return false }
        if case .literal(let literal) = steps[step + 1], let next = literal.first, Separator.contains(next) {
            if case .lookup = view { return true }
            return switch domain {
            case .path, .words: true
            case .segment, .integer: false
            }
        }
        return true
    }

    private func occurs(_ capture: Int, after step: Int) -> Bool {
        steps[(step + 1)...].contains { if case .capture(capture, _) = $0 { true } else { false } }
    }

    /// Tries the places where the text of the capture at `step` may end, until one is right.
    private func forEachEnd(
        after step: Int, _ view: CaptureView, _ domain: CaptureDomain, _ key: KeyText, _ start: Int,
        until isMatch: (Int) -> Bool
    ) -> Bool {
        let isLast = step + 1 == steps.count
        let next: UInt8? = if !isLast, case .literal(let literal) = steps[step + 1] { literal.first } else { nil }
        guard start < key.endIndex else { return false }
        if case .lookup(let lookup) = view {
            if isLast { return key.endIndex - start <= lookup.longestValue && isMatch(key.endIndex) }
            let last = min(start + lookup.longestValue, key.endIndex - 1)
            guard start < last else { return false }
            return (start + 1...last).contains { (next == nil || key[$0] == next) && isMatch($0) }
        }
        if case .value = view {
            switch domain {
            case .path:
                if isLast { return Self.isPath(key[start...]) && isMatch(key.endIndex) }
                return Self.forEachPathEnd(key, start, until: isMatch)
            case .words(let words):
                if isLast { return isMatch(key.endIndex) }
                if words.contains(where: Self.crossesSegments) {
                    return (start + 1..<key.endIndex).contains { (next == nil || key[$0] == next) && isMatch($0) }
                }
            default: break
            }
        }
        var end = start
        while end < key.endIndex, !Separator.contains(key[end]) { end += 1 }
        guard end > start else { return false }
        if isLast { return end == key.endIndex && isMatch(end) }
        if let next, Separator.contains(next) { return end < key.endIndex && key[end] == next && isMatch(end) }
        for position in start + 1...end where position < key.endIndex && (next == nil || key[position] == next) {
            if isMatch(position) { return true }
        }
        return false
    }

    private static func stands(_ literal: KeyText, in key: KeyText, at start: Int) -> Bool {
        guard key.endIndex - start >= literal.count else { return false }
        var position = start
        for byte in literal {
            guard key[position] == byte else { return false }
            position += 1
        }
        return true
    }

    private static func crossesSegments(_ word: KeyText) -> Bool { word.contains(where: Separator.contains) }

    /// One or more segments, none of them empty.
    private static func isPath(_ text: KeyText) -> Bool {
        var isInside = false
        for byte in text {
            if !Separator.contains(byte) { isInside = true } else if isInside { isInside = false } else { return false }
        }
        return isInside
    }

    /// Tries the ends of the first, the first two, … segments from `start`, until one is right.
    private static func forEachPathEnd(_ key: KeyText, _ start: Int, until isMatch: (Int) -> Bool) -> Bool {
        var isInside = false
        for position in start..<key.endIndex {
            guard Separator.contains(key[position]) else {
                isInside = true
                continue
            }
            guard isInside else { return false }
            if isMatch(position) { return true }
            isInside = false
        }
        return false
    }
}
