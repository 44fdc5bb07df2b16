import CommandLineKit
import Verification

extension GoldenComparison {
    package func text(_ palette: Palette) -> String {
        let verdict = passed ? palette(.green, "passed") : palette(.red, "failed")
        var text = "\(options.left.printable) against \(options.right.printable): \(verdict)\n"
        func line(_ name: String, _ value: String) {
            text += "  \(name)\(String(repeating: " ", count: max(1, 17 - name.count)))\(value)\n"
        }
        if let leftSource { line("first", leftSource.printable) }
        if let rightSource { line("second", rightSource.printable) }
        if comparison.inputEqual == true { line("input", "equal") }
        for output in comparison.items where output.part == .output { append(output, line) }
        for finding in mainFindings { text += "  \(palette(.red, finding.printable))\n" }
        if let layer = comparison.firstDivergingLayer {
            text += "  first diverging layer: \(palette(.red, layer.path.printable))\n"
        }
        text += layerTable(palette)
        text += Self.remainder(comparison.onlyLeft, of: options.left)
        text += Self.remainder(comparison.onlyRight, of: options.right)
        return text
    }

    /// The findings, but only the first of those about layers: the ones that follow differ for the same reason.
    var mainFindings: [String] {
        let outputs = comparison.items.filter { $0.part == .output }.compactMap(\.finding)
        return [comparison.inputFinding, comparison.firstDivergingLayer?.finding].compactMap { $0 } + outputs
    }

    private func append(_ output: CaptureComparison.Item, _ line: (String, String) -> Void) {
        if !output.path.isEmpty { line("output", output.path.printable) }
        if let deviation = output.deviation {
            line(
                "difference",
                "max \(shortText(deviation.max)), rms \(shortText(deviation.rms)), "
                    + "relative \(shortText(deviation.relative)), cosine \(deviation.cosine)")
        }
        if let floor = output.noiseFloor {
            line(
                "noise floor",
                "max \(shortText(floor.max)), rms \(shortText(floor.rms)) (the distance from double precision)")
        }
        if let tolerance = output.tolerance {
            let origin =
                options.tolerance != nil
                ? "--tolerance"
                : output.noiseFloor == nil
                    ? "storing the numbers" : "\(shortText(NoiseFloor.allowance)) × the floor"
            line("allowed", "max \(shortText(tolerance)) (\(origin))")
        }
        if let first = output.leftError, let second = output.rightError {
            line("from float64", "first \(shortText(first.max)), second \(shortText(second.max))")
        }
        if let top1 = output.top1Equal, let top5 = output.top5Equal {
            line("classes", "best \(top1 ? "equal" : "differs"), best five \(top5 ? "equal" : "differ")")
        }
    }

    private func layerTable(_ palette: Palette) -> String {
        let layers = comparison.layers
        guard !layers.isEmpty else { return "" }
        let width = layers.map(\.path.count).max() ?? 0
        var text = "layers, in order of execution\(layerRules.map { ", by \($0.printable)" } ?? ""):\n"
        for layer in layers {
            let padding = String(repeating: " ", count: width - layer.path.count)
            let name = palette(layer.passed ? .green : .red, layer.path.printable)
            text += "  \(name)\(padding)  "
            if let deviation = layer.deviation {
                text += "max \(shortText(deviation.max)), relative \(shortText(deviation.relative))"
            } else {
                text += "-"
            }
            text += layer.tolerance.map { ", allowed \(shortText($0))" } ?? ""
            text += layer.leftPath == layer.path ? "\n" : palette(.dim, "  \(layer.leftPath.printable)") + "\n"
        }
        return text
    }

    private static func remainder(_ names: [String], of file: String) -> String {
        guard !names.isEmpty else { return "" }
        return "  only in \(file.printable): \(groupedText(names.count)): "
            + names.prefix(3).map(\.printable).joined(separator: ", ") + (names.count > 3 ? " …" : "") + "\n"
    }
}
