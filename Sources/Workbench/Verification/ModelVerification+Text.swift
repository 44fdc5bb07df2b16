import CommandLineKit
import Verification

extension ModelVerification {
    package func text(_ palette: Palette) -> String {
        let verdict = passed ? palette(.green, "passed") : palette(.red, "failed")
        let part = report.module.isEmpty ? "" : ", output of \(report.module.printable)"
        var text = "\(options.checkpoint.printable) as \(model.printable)\(part): \(verdict)\n"
        let name = truth.description
        if let source { text += "  \(name)\(String(repeating: " ", count: 17 - name.count))\(source.printable)\n" }
        if let alignment { text += alignment.text(palette) }
        if let deviation = together?.deviation {
            let best = together?.top1Equal.map { ", best class \($0 ? "equal" : "differs")" } ?? ""
            text += "  image to output  max \(shortText(deviation.max)) from the golden's output\(best)\n"
        }
        if alignment != nil { text += "on the golden's input:\n" }
        text += "  precision        \(report.precision.rawValue)\n"
        if let output = report.output {
            text +=
                "  difference       max \(shortText(output.max)), rms \(shortText(output.rms)),"
                + " relative \(shortText(output.relative)), cosine \(output.cosine)\n"
        }
        text +=
            "  noise floor      max \(shortText(report.noiseFloor.max)), rms \(shortText(report.noiseFloor.rms))"
            + " (what rounding alone moves the output by, measured)\n"
        text +=
            "  allowed          max \(shortText(report.tolerance))"
            + (options.judgement.tolerance == nil
                ? " (\(shortText(NoiseFloor.allowance)) × the floor)" : " (--tolerance)")
            + "\n"
        if let golden = report.golden, let engine = report.engine {
            text += "  from float64     \(truth) \(shortText(golden.max)), this engine \(shortText(engine.max))\n"
        }
        if let top1 = report.top1Equal, let top5 = report.top5Equal, report.module.isEmpty {
            text += "  classes          best \(top1 ? "equal" : "differs"), best five \(top5 ? "equal" : "differ")\n"
        }
        for finding in report.findings { text += "  \(palette(.red, finding.text(truth).printable))\n" }
        if let layer = report.firstDivergingLayer {
            text += "  first diverging layer: \(palette(.red, layer.module.printable))\n"
        }
        return text + layerTable(palette)
    }

    private func layerTable(_ palette: Palette) -> String {
        guard !report.layers.isEmpty || !report.unknownLayers.isEmpty else { return "" }
        let width = report.layers.map(\.module.count).max() ?? 0
        let origin = layerRules.map { ", by \($0.printable)" } ?? ""
        var text = report.layers.isEmpty ? "" : "layers, in order of execution\(origin):\n"
        for layer in report.layers {
            let padding = String(repeating: " ", count: width - layer.module.count)
            let difference = layer.deviation.map { "max \(shortText($0.max))" } ?? "-"
            text +=
                "  \(palette(layer.passed ? .green : .red, layer.module.printable))\(padding)  \(difference)"
                + "  allowed \(shortText(layer.tolerance))"
                + (layer.recordedAs == layer.module ? "" : palette(.dim, "  \(layer.recordedAs.printable)")) + "\n"
        }
        return text + unknownLayers
    }

    /// A line for the modules that only the original has.
    private var unknownLayers: String {
        let unknown = report.unknownLayers
        guard !unknown.isEmpty else { return "" }
        let named = unknown.prefix(3).map(\.printable).joined(separator: ", ")
        return
            "  \(countText(unknown.count, "module")) of the \(truth) not compared, the model has no counterpart: \(named)"
            + (unknown.count > 3 ? " …" : "") + "\n"
    }
}

extension InputAlignment {
    fileprivate func text(_ palette: Palette) -> String {
        var text = "images: \(images.map(\.printable).joined(separator: ", "))\n"
        if let finding { return text + "  \(palette(.red, finding.printable))\n" }
        let words =
            switch verdict {
            case .equal: "equal, every bit"
            case .rounding: "the same pixels; normalised in another order of operations"
            case .oneLevel: "equal but for 1 of 255 in \(shortText(100 * (share ?? 0))) % of its values"
            case .differs: "differs"
            }
        text += "  input            \(words)\n"
        return text
    }
}
