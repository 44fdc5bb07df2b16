import CommandLineKit
import TensorCore

extension ValueComparison {
    /// The report for people.
    /// - Parameter top: how many tensors are listed of those that changed, and of those of one file; nil for all.
    package func text(top: Int?, _ palette: Palette) -> String {
        let changes = ModuleChange.all(pairs)
        let (first, second) = (options.left.printable, options.right.printable)
        var text = "\(first) against \(second)\n"
        text += "  \(counts.map { "\(groupedText($0.count)) \($0.words)" }.joined(separator: ", "))\n"
        var left = top ?? Int.max
        for module in changes where left > 0 {
            text +=
                palette(.bold, module.path.isEmpty ? "top level" : module.path.printable) + "  \(summary(of: module))\n"
            for pair in module.pairs.prefix(left) { text += "  \(line(for: pair, palette))\n" }
            left -= min(left, module.pairs.count)
        }
        let more = changes.reduce(0) { $0 + $1.pairs.count } - (top ?? Int.max)
        if more > 0 {
            text += "and \(countText(more, "more tensor")); --top says how many are listed\n"
        }
        text += section("only in \(first)", onlyLeft, top: top, palette)
        text += section("only in \(second)", onlyRight, top: top, palette)
        return text
    }

    /// How many pairs there are of each outcome, of those that occur.
    var counts: [(count: Int, words: String)] {
        var (identical, changed, retyped, shapes, bytes, absent) = (0, 0, 0, 0, 0, 0)
        for pair in pairs {
            switch pair.outcome {
            case .identical: identical += 1
            case .compared(let figures):
                if figures.changed == 0 { retyped += 1 } else { changed += 1 }
            case .otherShape: shapes += 1
            case .otherBytes: bytes += 1
            case .withoutElements: absent += 1
            }
        }
        let all = [
            (identical, "identical"), (changed, "changed"), (retyped, "equal in another dtype"),
            (shapes, "of another shape"), (bytes, "with other bytes"), (absent, "without elements"),
            (onlyLeft.count, "only in the first"), (onlyRight.count, "only in the second"),
        ]
        let found = all.filter { $0.0 > 0 }
        return (found.isEmpty ? [(0, "tensors")] : found).map { (count: $0.0, words: $0.1) }
    }

    private func summary(of module: ModuleChange) -> String {
        let figures = module.pairs.compactMap(\.figures)
        let count = countText(module.pairs.count, "tensor")
        guard !figures.isEmpty else { return count }
        return "\(count), relative \(module.relative.map(shortText) ?? "–"), max \(shortText(module.max))"
    }

    private func line(for pair: Pair, _ palette: Palette) -> String {
        let key = palette(isFinding(pair.outcome) ? .red : .green, pair.key.text.printable)
        let types =
            pair.left.dtype == pair.right.dtype ? "\(pair.left.dtype)" : "\(pair.left.dtype) → \(pair.right.dtype)"
        let form = "\(key) \(pythonTuple(pair.left.shape)) \(types)"
        switch pair.outcome {
        case .identical(let nonFinite): return "\(form)  identical, \(groupedText(nonFinite)) NaN or infinite"
        case .withoutElements: return "\(form)  no elements"
        case .otherBytes: return "\(form)  other bytes"
        case .otherShape: return "\(form)  has the shape \(pythonTuple(pair.right.shape)) in the second"
        case .compared(let figures):
            guard figures.changed > 0 else { return "\(form)  equal numbers" }
            var words = [
                "max \(shortText(figures.max)) at \(pythonTuple(figures.place))", "rms \(shortText(figures.rms))",
                "relative \(figures.relative.map(shortText) ?? "–")", "cosine \(figures.cosine.map(cosineText) ?? "–")",
            ]
            if figures.changed < figures.count {
                words.append("\(groupedText(figures.changed)) of \(groupedText(figures.count))")
            }
            if figures.nonFiniteLeft + figures.nonFiniteRight > 0 {
                words.append("NaN or infinite: \(figures.nonFiniteLeft) and \(figures.nonFiniteRight)")
            }
            return "\(form)  \(words.joined(separator: ", "))"
        }
    }

    /// The cosine with so many digits that only 1 reads 1.
    private func cosineText(_ cosine: Double) -> String { cosine == 1 ? "1" : fixedText(cosine, decimals: 9) }

    private func section(_ title: String, _ tensors: [TensorSignature], top: Int?, _ palette: Palette) -> String {
        guard !tensors.isEmpty else { return "" }
        let listed = KeyPattern.groups(tensors) { KeyPattern($0.key) }.prefix(top ?? Int.max)
        let rest = tensors.count - listed.reduce(0) { $0 + $1.count }
        return palette(.bold, "\(groupedText(tensors.count)) \(title)") + "\n"
            + listed.map { "  \(line(for: $0, palette))\n" }.joined()
            + (rest > 0 ? "  and \(groupedText(rest)) more\n" : "")
    }

    /// A tensor, or keys of one kind: `encoder.layer.{0..11}.attention.query.*: 24 keys`.
    private func line(for group: [TensorSignature], _ palette: Palette) -> String {
        let forms = Set(group.map { "\(pythonTuple($0.shape)) \($0.dtype)" })
        let form = forms.count == 1 ? forms.first ?? "" : ""
        guard group.count > 1, let pattern = KeyPattern(group[0].key) else {
            return "\(palette(.yellow, group[0].key.text.printable)) \(form)"
        }
        let keys = palette(.yellow, pattern.text(of: group.map(\.key)).printable)
        return "\(keys): \(groupedText(group.count)) keys" + (form.isEmpty ? "" : ", \(form)")
    }
}
