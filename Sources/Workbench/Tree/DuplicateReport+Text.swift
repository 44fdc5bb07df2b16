import CommandLineKit
import JSON
import TensorCore

extension DuplicateReport {
    /// Members beyond these are counted, not listed.
    private static let listedMembers = 8

    package func text(_ palette: Palette) -> String {
        var text = "\(file.printable): \(countText(tensorCount, "tensor"))"
        if tied.isEmpty, equal.isEmpty, shared.isEmpty { return text + ", all different\n" }
        text += redundantBytes > 0 ? ", \(byteText(redundantBytes)) in duplicates\n" : "\n"
        section("tied: the same elements under several keys", tied.map(joined), &text, palette)
        section("equal bytes in several places", equal.filter { !$0.isConstant }.map(line), &text, palette)
        section("equal, and all elements of one value", equal.filter(\.isConstant).map(line), &text, palette)
        section("parts of one storage", shared.map(line), &text, palette)
        return text
    }

    private func section(_ title: String, _ lines: [String], _ text: inout String, _ palette: Palette) {
        guard !lines.isEmpty else { return }
        text += palette(.blue, title) + "\n"
        for line in lines { text += "  \(line)\n" }
    }

    private func joined(_ keys: [Key]) -> String { keys.map(\.text.printable).joined(separator: " = ") }

    /// `3 × 2.4 MB (1024, 1024) float32: a, b, c`
    private func line(_ group: Group) -> String {
        let first = group.members[0]
        let kind = { (member: Group.Member) in "\(pythonTuple(member.shape)) \(member.dtype)" }
        let names = group.members.prefix(Self.listedMembers).map { member in
            joined(member.keys) + (kind(member) == kind(first) ? "" : " \(kind(member))")
        }
        return "\(group.members.count) × \(byteText(group.byteCount)) \(kind(first)): "
            + names.joined(separator: ", ") + more(group.members.count)
    }

    /// `1.2 MB, overlapping: a [0, 400), b [200, 600)`
    private func line(_ storage: SharedStorage) -> String {
        let names = storage.members.prefix(Self.listedMembers).map { key, range in
            "\(key.text.printable) [\(groupedText(range.lowerBound)), \(groupedText(range.upperBound)))"
        }
        return byteText(storage.byteCount) + (storage.overlaps ? ", overlapping: " : ": ")
            + names.joined(separator: ", ") + more(storage.members.count)
    }

    private func more(_ count: Int) -> String {
        count > Self.listedMembers ? " and \(groupedText(count - Self.listedMembers)) more" : ""
    }

    /// `{file, tensors, redundant_bytes, tied: [[key]], equal: [{sha256, bytes, constant, members: [{keys, dtype, shape}]}],
    /// shared: [{bytes, overlapping, members: [{key, begin, end}]}]}`
    package var json: JSONValue {
        [
            "file": .string(file), "tensors": .int(tensorCount), "redundant_bytes": .int(redundantBytes),
            "tied": .array(tied.map { .strings($0) }),
            "equal": .array(
                equal.map { group in
                    [
                        "sha256": .string(group.digest), "bytes": .int(group.byteCount),
                        "constant": .bool(group.isConstant),
                        "members": .array(
                            group.members.map {
                                [
                                    "keys": .strings($0.keys), "dtype": .string($0.dtype.rawValue),
                                    "shape": .ints($0.shape),
                                ]
                            }),
                    ]
                }),
            "shared": .array(
                shared.map { storage in
                    [
                        "bytes": .int(storage.byteCount), "overlapping": .bool(storage.overlaps),
                        "members": .array(
                            storage.members.map {
                                [
                                    "key": .string($0.key.text), "begin": .int($0.range.lowerBound),
                                    "end": .int($0.range.upperBound),
                                ]
                            }),
                    ]
                }),
        ]
    }
}
