/// Changes single values in the text of a document. Every other byte stays, comments and order included.
package struct YAMLEditor {
    private let text: [UInt8]
    /// By offset; those at one offset in the order in which they were asked for.
    private var edits: [(range: Range<Int>, replacement: String)] = []
    private let lineBreak: String

    package init(_ text: [UInt8]) {
        self.text = text
        let first = text.firstIndex(of: UInt8(ascii: "\n"))
        lineBreak = first.map { $0 > 0 && text[$0 - 1] == UInt8(ascii: "\r") ? "\r\n" : "\n" } ?? "\n"
    }

    /// The text with all changes.
    package var result: [UInt8] {
        var result: [UInt8] = []
        var position = 0
        for edit in edits.enumerated().sorted(by: {
            ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
        }) {
            result += text[position..<edit.element.range.lowerBound]
            result += Array(edit.element.replacement.utf8)
            position = edit.element.range.upperBound
        }
        return result + text[position...]
    }

    /// What stands under a key of a mapping that is not an alias.
    package indirect enum Value {
        /// The source of a scalar.
        case scalar(String)
        case mapping([(key: String, value: Value)])
    }

    /// Sets the value of a key: in its place if the mapping has it with a scalar, else on a line of its own after the
    /// nearest of `predecessors` that there is, or after the mapping's first key.
    /// - Parameter predecessors: the keys that come before, in their order.
    /// - Returns: false where that cannot be done: the mapping is repeated by an alias or empty, the value there is a
    ///   collection or has an anchor or a tag, or no colon follows the key on its line.
    package mutating func set(
        _ key: String, to value: Value, in mapping: YAMLNode, after predecessors: [String]
    ) -> Bool {
        guard mapping.aliasMark == nil, let entries = mapping.entries?.filter({ !$0.isMerged }),
            let first = entries.first
        else { return false }
        if let entry = entries.last(where: { $0.key.scalar?.text == key }) {
            return replace(entry, with: value, isFlow: mapping.isFlow)
        }
        if mapping.isFlow {
            guard let last = entries.last else { return false }
            insert(", \(key): \(Self.flow(value))", at: end(of: last))
            return true
        }
        let anchor =
            predecessors.reversed().lazy.compactMap { name in entries.last { $0.key.scalar?.text == name } }.first
            ?? first
        guard hasColon(anchor.key) else { return false }
        var offset = end(of: anchor)
        // What follows the value on its line is a comment.
        if !(offset > 0 && text[offset - 1] == UInt8(ascii: "\n")) {
            while offset < text.count, text[offset] != UInt8(ascii: "\n") { offset += 1 }
            if offset < text.count { offset += 1 }
        }
        let isWhole = offset == 0 || text[offset - 1] == UInt8(ascii: "\n")
        let lines = block(key, value, indent: anchor.key.mark.column - 1)
        // A last line without a line break stays without one.
        insert(isWhole ? lines : lineBreak + lines.dropLast(lineBreak.count), at: offset)
        return true
    }

    private mutating func replace(_ entry: YAMLEntry, with value: Value, isFlow: Bool) -> Bool {
        guard entry.value.aliasMark == nil, let scalar = entry.value.scalar, scalar.style != .block else {
            return false
        }
        let range = entry.value.start.offset..<entry.value.end.offset
        // The range includes an anchor, which an alias further on may need, or a tag.
        if let first = text[range].first, first == UInt8(ascii: "&") || first == UInt8(ascii: "!") { return false }
        guard hasColon(entry.key) else { return false }
        switch value {
        case .scalar(let source): edits.append((range, (range.isEmpty ? " " : "") + source))
        case .mapping where isFlow: edits.append((range, (range.isEmpty ? " " : "") + Self.flow(value)))
        case .mapping(let entries):
            let indent = entry.key.mark.column + 1
            let lines = entries.map { block($0.key, $0.value, indent: indent) }.joined()
            // `Key: null` leaves `Key:`.
            var blank = range.lowerBound
            while blank > 0, text[blank - 1] == UInt8(ascii: " ") { blank -= 1 }
            edits.append((blank..<range.upperBound, lineBreak + lines.dropLast(lineBreak.count)))
        }
        return true
    }

    /// Whether a colon follows the key on its line. `? a` has none there, and `{a}` has none at all.
    private func hasColon(_ key: YAMLNode) -> Bool {
        text[end(of: key)...].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } == UInt8(ascii: ":")
    }

    private mutating func insert(_ source: String, at offset: Int) { edits.append((offset..<offset, source)) }

    /// After the last byte of an entry's value.
    private func end(of entry: YAMLEntry) -> Int { end(of: entry.value) }

    private func end(of node: YAMLNode) -> Int {
        if let alias = node.aliasMark {
            var offset = alias.offset
            repeat { offset += 1 } while offset < text.count && Self.isNameByte(text[offset])
            return offset
        }
        switch node.content {
        case .scalar: return node.end.offset
        case .sequence(let elements): return node.isFlow ? node.end.offset : elements.last.map(end) ?? node.end.offset
        case .mapping(let entries):
            let last = entries.last { !$0.isMerged }
            return node.isFlow ? node.end.offset : last.map(end) ?? node.end.offset
        }
    }

    /// Whether libyaml takes a byte for a part of an anchor's name: in `*a: 1` the colon is none.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private func block(_ key: String, _ value: Value, indent: Int) -> String {
        let lead = String(repeating: " ", count: indent) + key + ":"
        switch value {
        case .scalar(let source): return lead + " " + source + lineBreak
        case .mapping(let entries):
            return lead + lineBreak + entries.map { block($0.key, $0.value, indent: indent + 2) }.joined()
        }
    }

    private static func flow(_ value: Value) -> String {
        switch value {
        case .scalar(let source): source
        case .mapping(let entries): "{" + entries.map { "\($0.key): \(flow($0.value))" }.joined(separator: ", ") + "}"
        }
    }
}
