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
        return match(from: 0, key, key.startIndex, domains, &values)
    }

    private func match(
        from first: Int, _ key: KeyText, _ start: Int, _ domains: [CaptureDomain], _ values: inout [KeyText?]
    ) -> Bool {
        guard first < steps.count else { return start == key.endIndex }
        switch steps[first] {
        case .literal(let literal):
            guard Self.stands(literal, in: key, at: start) else { return false }
            return match(from: first + 1, key, start + literal.count, domains, &values)
        case .capture(let index, let view):
            let known = values[index]
            for end in ends(after: first, view, domains[index], key, start) {
                guard let value = view.value(of: key[start..<end]), domains[index].contains(value),
                    known.map({ $0 == value }) ?? true
                else { continue }
                values[index] = value
                if match(from: first + 1, key, end, domains, &values) { return true }
            }
            values[index] = known
            return false
        }
    }

    /// Where the text of the capture at `step` may end, in the order to be tried.
    private func ends(
        after step: Int, _ view: CaptureView, _ domain: CaptureDomain, _ key: KeyText, _ start: Int
    ) -> [Int] {
        let next: UInt8? =
            if step + 1 < steps.count, case .literal(let literal) = steps[step + 1] { literal.first } else { nil }
        let isLast = step + 1 == steps.count
        if case .value = view, domain == .path {
            if isLast { return Self.isPath(key[start...]) ? [key.endIndex] : [] }
            return Self.pathEnds(key, start)
        }
        if case .lookup(let lookup) = view {
            return (start...min(start + lookup.longestValue, key.endIndex)).dropFirst().reversed()
                .filter { $0 == key.endIndex ? isLast : next == nil || key[$0] == next }
        }
        if case .value = view, case .words(let words) = domain, words.contains(where: Self.crossesSegments) {
            return Array((start...key.endIndex).dropFirst())
        }
        let end = key[start...].firstIndex(where: Separator.contains) ?? key.endIndex
        guard end > start else { return [] }
        if isLast { return end == key.endIndex ? [end] : [] }
        if let next, Separator.contains(next) { return end < key.endIndex && key[end] == next ? [end] : [] }
        return (start + 1...end).filter { $0 < key.endIndex && (next == nil || key[$0] == next) }
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

    /// The ends of the first, the first two, … segments from `start`.
    private static func pathEnds(_ key: KeyText, _ start: Int) -> [Int] {
        var ends: [Int] = []
        var isInside = false
        for position in start..<key.endIndex {
            guard Separator.contains(key[position]) else {
                isInside = true
                continue
            }
            guard isInside else { return ends }
            ends.append(position)
            isInside = false
        }
        return ends
    }
}
