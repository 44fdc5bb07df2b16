import CommandLineKit
import TensorCore

extension ShapeDifference {
    /// - Parameters:
    ///   - file: the checkpoint.
    ///   - reference: what it is held against.
    ///   - hasValues: whether that has values, which are not compared.
    public func text(file: String, reference: String, hasValues: Bool = false, _ palette: Palette) -> String {
        let foundNames = Dictionary(renames.map { ($0.expected, $0.found) }, uniquingKeysWith: { first, _ in first })
        let expectedNames = Dictionary(renames.map { ($0.found, $0.expected) }, uniquingKeysWith: { first, _ in first })
        var text = "\(file) against \(reference): \(countText(matched.count, "tensor")) matched"
        let nothing = hasValues ? ", no key, shape or dtype differs" : ", nothing differs"
        text += isEmpty ? nothing + "\n" : "\n"
        text += section("missing", missing, palette) { tensor in
            tensor.text(palette, .red) + (foundNames[tensor.key].map { "  likely \($0.text.printable)" } ?? "")
        }
        text += section("unexpected", unexpected, palette) { tensor in
            tensor.text(palette, .yellow) + (expectedNames[tensor.key].map { "  likely \($0.text.printable)" } ?? "")
        }
        text += section("mismatched", mismatched, palette) { mismatch in
            let (expected, found) = (mismatch.expected, mismatch.found)
            return palette(.red, expected.key.text.printable)
                + " expected \(expected.form), found \(found.form)"
        }
        return text
    }

    private func section<Item>(
        _ title: String, _ items: [Item], _ palette: Palette, _ line: (Item) -> String
    ) -> String {
        guard !items.isEmpty else { return "" }
        return palette(.bold, "\(items.count) \(title)") + "\n" + items.map { "  \(line($0))\n" }.joined()
    }
}

extension TensorSignature {
    /// `(64, 3) float32`
    fileprivate var form: String { "\(pythonTuple(shape)) \(dtype)" }

    fileprivate func text(_ palette: Palette, _ style: Palette.Style) -> String {
        "\(palette(style, key.text.printable)) \(form)"
    }
}
