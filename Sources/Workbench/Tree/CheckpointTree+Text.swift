import CommandLineKit
import TensorCore

extension CheckpointTree {
    /// The tree as MMPreTrain's `ckpt_tree.py` prints it, without its line wrapping at the width of the terminal.
    public func text(_ palette: Palette) -> String {
        var text = ""
        var number = 0
        for line in lines {
            if let width = numberWidth {
                if case .module = line.kind {
                    text += String(repeating: " ", count: width + 2)
                } else {
                    let digits = String(number)
                    let padding = String(repeating: " ", count: max(width - digits.count, 0))
                    text += palette(.red, "(\(digits)\(padding))")
                    number += 1
                }
            }
            text += line.lead
            text += line.prefix.printable
            text += label(of: line, palette)
            text += "\n"
        }
        if !values.isEmpty { text += "\n" }
        for item in values where !item.isModuleVersion {
            text += "\(palette(.blue, item.key.printable)): \(item.text.printable)\n"
        }
        let versionCount = values.count(where: \.isModuleVersion)
        if versionCount > 0 {
            text += palette(.dim, "_metadata: the versions of \(countText(versionCount, "module"))") + "\n"
        }
        return text
    }

    private func label(of line: Line, _ palette: Palette) -> String {
        let name = line.name.printable
        switch line.kind {
        case .value: return palette(.green, name)
        case .tensor(let facts): return details(of: facts).reduce(palette(.green, name)) { $0 + " " + $1 }
        case .module:
            guard options.showsSizes else { return palette(.blue, name) }
            let size = "\(byteText(line.byteCount)) in \(countText(line.tensorCount, "tensor"))"
            return [palette(.blue, name), palette(.dim, size)].filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    private func details(of facts: TensorFacts) -> [String] {
        let tensor = facts.tensor
        var details: [String] = []
        if options.showsShapes { details.append(pythonTuple(tensor.shape)) }
        if options.showsDTypes { details.append(tensor.dtype.rawValue) }
        if options.showsSizes { details.append(byteText(tensor.byteCount)) }
        if let statistics = facts.statistics { details.append(statistics.text) }
        if let digest = facts.digest { details.append(digest) }
        return details
    }
}

extension TensorStatistics {
    /// `min -1.25 max 3 mean 0.0125 std 0.5`, and the counts of what is not finite.
    var text: String {
        let parts = [("min", minimum), ("max", maximum), ("mean", mean), ("std", standardDeviation)]
        var text = parts.compactMap { name, value in value.map { "\(name) \(shortText($0))" } }
        if nanCount > 0 { text.append("nan \(nanCount)") }
        if infinityCount > 0 { text.append("inf \(infinityCount)") }
        return text.joined(separator: " ")
    }
}
