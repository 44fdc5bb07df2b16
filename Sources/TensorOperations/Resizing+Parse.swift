extension Resizing {
    /// - Parameter words: what follows `resize`, divided at blanks.
    /// - Throws: `OperationError.syntax`.
    init(words: ArraySlice<String>) throws(OperationError) {
        guard let with = words.firstIndex(of: "with") else {
            throw .syntax("'resize' says with which extents: resize 1 (1 + h w) c with h=24 w=24")
        }
        var extents: [String: Extent] = [:]
        var method = ResamplingMethod.bicubic
        for (index, word) in words[(with + 1)...].enumerated() {
            if index > 0, with + index + 2 == words.endIndex, let named = ResamplingMethod(rawValue: word) {
                method = named
                continue
            }
            let (name, extent) = try Self.extent(word)
            guard extents.updateValue(extent, forKey: name) == nil else {
                throw .syntax("the extent of axis '\(name)' is stated twice")
            }
        }
        guard !extents.isEmpty else { throw .syntax("axis=extent is expected after 'with'") }
        let axes = try Self.axes(words[..<with].joined(separator: " "))
        let names = axes.flatMap(\.names)
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted { throw .syntax("axis '\(name)' stands twice") }
        for name in extents.keys.sorted() where !seen.contains(name) {
            throw .syntax("there is no axis '\(name)' to resize")
        }
        guard axes.count(where: { $0.leading + $0.trailing > 0 }) < 2 else {
            throw .syntax("one axis of 'resize' may have elements that are kept")
        }
        if let kept = axes.first(where: { $0.leading + $0.trailing > 0 }),
            let name = extents.keys.sorted().first(where: { !kept.names.contains($0) })
        {
            throw .syntax("elements that are kept cannot have another extent along axis '\(name)'")
        }
        self.axes = axes
        self.extents = extents
        self.method = method
    }

    /// `h=24`, `h=14..24`
    private static func extent(_ word: String) throws(OperationError) -> (String, Extent) {
        let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            let ends = parts[1].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if ends.count == 1, let to = Int(ends[0]), to > 0 { return (parts[0], Extent(from: nil, to: to)) }
            if ends.count == 3, ends[1].isEmpty, let from = Int(ends[0]), let to = Int(ends[2]), from > 0, to > 0 {
                return (parts[0], Extent(from: from, to: to))
            }
        }
        let methods = ResamplingMethod.allCases.map(\.rawValue).joined(separator: ", ")
        throw .syntax("axis=extent is expected in place of '\(word)', or at last one of \(methods)")
    }

    private static func axes(_ text: String) throws(OperationError) -> [Axis] {
        var spaced = ""
        for character in text { spaced += "()+".contains(character) ? " \(character) " : "\(character)" }
        let tokens = spaced.split(separator: " ").map(String.init)
        guard tokens.count <= 4 * Rearrangement.axisLimit else {
            throw .syntax("'resize' has at most \(Rearrangement.axisLimit) axes")
        }
        var axes: [Axis] = []
        var next = tokens.startIndex
        while next < tokens.endIndex {
            guard tokens[next] == "(" else {
                axes.append(Axis(names: tokens[next] == "1" ? [] : [try name(tokens[next])]))
                next += 1
                continue
            }
            guard let end = tokens[next...].firstIndex(of: ")") else { throw .syntax("'(' without ')'") }
            axes.append(try axis(tokens[(next + 1)..<end]))
            next = end + 1
        }
        guard axes.count <= Rearrangement.axisLimit else {
            throw .syntax("'resize' has at most \(Rearrangement.axisLimit) axes")
        }
        return axes
    }

    /// What stands in parentheses: `1 + h w`, `h w + 3`.
    private static func axis(_ tokens: ArraySlice<String>) throws(OperationError) -> Axis {
        var axis = Axis()
        for (index, part) in tokens.split(separator: "+", omittingEmptySubsequences: false).enumerated() {
            if part.count == 1, let token = part.first, let count = Int(token), count > 0, count < 1 << 32 {
                if axis.names.isEmpty, index == 0 {
                    axis.leading = count
                } else if axis.trailing == 0, !axis.names.isEmpty {
                    axis.trailing = count
                } else {
                    throw .syntax(
                        "'(1 + h w)' or '(h w + 3)' is expected in place of '(\(tokens.joined(separator: " ")))'")
                }
                continue
            }
            guard axis.names.isEmpty, !part.isEmpty else {
                throw .syntax("'(1 + h w)' or '(h w + 3)' is expected in place of '(\(tokens.joined(separator: " ")))'")
            }
            for token in part { axis.names.append(try name(token)) }
        }
        guard !axis.names.isEmpty else { throw .syntax("parentheses of 'resize' name axes") }
        return axis
    }

    private static func name(_ text: String) throws(OperationError) -> String {
        guard Rearrangement.isName(text) else { throw .syntax("'\(text)' is not a name of an axis") }
        return text
    }
}
