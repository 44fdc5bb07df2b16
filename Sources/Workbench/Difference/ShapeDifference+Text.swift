import CommandLineKit
import TensorCore

extension ShapeDifference {
    /// - Parameters:
    ///   - file: the checkpoint.
    ///   - reference: what it is held against.
    ///   - hasValues: whether that has values, which are not compared.
    package func text(file: String, reference: String, hasValues: Bool = false, _ palette: Palette) -> String {
        let foundNames = Dictionary(renames.map { ($0.expected, $0.found) }, uniquingKeysWith: { first, _ in first })
        let expectedNames = Dictionary(renames.map { ($0.found, $0.expected) }, uniquingKeysWith: { first, _ in first })
        var text = "\(file) against \(reference): \(countText(matched.count, "tensor")) matched"
        let nothing = hasValues ? ", no key, shape or dtype differs" : ", nothing differs"
        text += isEmpty ? nothing + "\n" : "\n"
        text += section("missing", missing.map { Row($0, other: foundNames[$0.key]) }, .red, palette)
        text += section("unexpected", unexpected.map { Row($0, other: expectedNames[$0.key]) }, .yellow, palette)
        text += section("mismatched", mismatched.map(Row.init), .red, palette)
        return text
    }

    private func section(_ title: String, _ rows: [Row], _ style: Palette.Style, _ palette: Palette) -> String {
        guard !rows.isEmpty else { return "" }
        let lines = KeyPattern.groups(rows, by: \.group).map { group in
            "  \(palette(style, Row.keys(of: group)))\(Row.rest(of: group))\n"
        }
        return palette(.bold, "\(rows.count) \(title)") + "\n" + lines.joined()
    }
}

/// A tensor that differs, as text.
private struct Row {
    let key: Key
    /// The tensor's shape and type.
    let form: String
    /// What is probably the same tensor under another name.
    let other: Key?
    /// Both sides, where the key is on both.
    let mismatch: String?

    /// What the rows of a group have in common.
    struct Group: Hashable {
        let pattern: KeyPattern
        let other: KeyPattern?
        let mismatch: String?
    }

    init(_ signature: TensorSignature, other: Key?) {
        (key, form, mismatch, self.other) = (signature.key, signature.form, nil, other)
    }

    init(_ mismatch: ShapeDifference.Mismatch) {
        (key, form, other) = (mismatch.expected.key, "", nil)
        self.mismatch = "expected \(mismatch.expected.form), found \(mismatch.found.form)"
    }

    var group: Group? {
        let others = other.flatMap(KeyPattern.init)
        guard let pattern = KeyPattern(key), other == nil || others != nil else { return nil }
        return Group(pattern: pattern, other: others, mismatch: mismatch)
    }

    /// The key, or what those of a group have in common: `encoder.layer.{0..11}.attention.query.*`.
    static func keys(of rows: [Row]) -> String {
        guard rows.count > 1, let pattern = KeyPattern(rows[0].key) else { return rows[0].key.text.printable }
        return pattern.text(of: rows.map(\.key)).printable
    }

    /// ` (64, 3) float32  likely fc.bias`, or of a group `: 24 keys`, with what is true of all.
    static func rest(of rows: [Row]) -> String {
        let first = rows[0]
        var text = rows.count == 1 ? "" : ": \(rows.count) keys"
        if let mismatch = first.mismatch {
            return text + (rows.count == 1 ? " " : ", ") + mismatch
        }
        if Set(rows.map(\.form)).count == 1 { text += (rows.count == 1 ? " " : ", ") + first.form }
        let others = rows.compactMap(\.other)
        guard let other = others.first else { return text }
        let name = rows.count == 1 ? nil : KeyPattern(other)?.text(of: others)
        return text + "  likely " + (name ?? other.text).printable
    }
}

extension TensorSignature {
    /// `(64, 3) float32`
    fileprivate var form: String { "\(pythonTuple(shape)) \(dtype)" }
}
