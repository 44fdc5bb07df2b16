import Verification

/// What the pages of `verify` and `verify --compare` have of layers: a chart, and a tree with their figures.
struct LayerPage {
    struct Layer {
        let path: String
        let recordedAs: String
        let deviation: Deviation?
        let tolerance: Double?
        let passed: Bool
        let finding: String?
    }

    /// The layers, in order of execution.
    let layers: [Layer]
    /// Whose names the layers were recorded under.
    var truth = Truth.golden

    var chart: String {
        let chart = LayerChart(
            layers: layers.map {
                LayerChart.Layer(name: $0.path, error: $0.deviation?.max, allowed: $0.tolerance, passed: $0.passed)
            }
        ).html
        return chart.isEmpty ? "" : "<h2>Error per layer</h2>\n" + chart
    }

    /// nil where there are no layers.
    var view: TreeView? {
        guard !layers.isEmpty else { return nil }
        let isRenamed = layers.contains { $0.path != $0.recordedAs }
        var columns = [
            TreeView.Column(title: "Error", kind: .magnitude), TreeView.Column(title: "Allowed", kind: .number),
            TreeView.Column(title: "RMS", kind: .number), TreeView.Column(title: "Relative", kind: .number),
            TreeView.Column(title: "Cosine", kind: .text), TreeView.Column(title: "Finding", kind: .text),
        ]
        if isRenamed { columns.append(.init(title: "In the \(truth)", kind: .text)) }
        return TreeView(
            id: "layers", title: "Layers", noun: "layer", columns: columns,
            rows: layers.map { layer in
                let figures = [layer.deviation?.max, layer.tolerance, layer.deviation?.rms, layer.deviation?.relative]
                var cells: [TreeView.Cell] = figures.map { $0.map { .number($0) } ?? .text("") }
                cells.append(.text(layer.deviation.map { "\($0.cosine)" } ?? ""))
                cells.append(.text(layer.finding == nil ? "" : "differs"))
                if isRenamed { cells.append(.text(layer.recordedAs)) }
                return TreeView.Row(key: layer.path, cells: cells, isBad: !layer.passed)
            })
    }
}

extension ModelVerification {
    /// - Throws: `IOError`, or `WorkbenchError` for a path that is an input.
    package func writeHTML(to path: String) throws {
        let original = options.original
        let inputs = [options.checkpoint, options.golden, original?.checkpoint, original?.rules, options.rules]
        try html.write(to: path, keeping: inputs.compactMap { $0 } + options.images)
    }

    var html: HTMLPage {
        var facts: [(name: String, value: String)] = [("model", model)]
        if !report.module.isEmpty { facts.append(("module", report.module)) }
        if let source { facts.append((truth.description, source)) }
        if let alignment { facts.append(("images", alignment.images.joined(separator: ", "))) }
        facts.append(("precision", report.precision.rawValue))
        facts += outputFacts(
            report.output, floor: report.noiseFloor, tolerance: report.tolerance,
            isGiven: options.judgement.tolerance != nil)
        if let golden = report.golden, let engine = report.engine {
            facts.append(("from float64", "\(truth) \(shortText(golden.max)), this engine \(shortText(engine.max))"))
        }
        if let top1 = report.top1Equal, let top5 = report.top5Equal, report.module.isEmpty {
            facts.append(("classes", "best \(top1 ? "equal" : "differs"), best five \(top5 ? "equal" : "differ")"))
        }
        if let layerRules { facts.append(("layers by", layerRules)) }
        let layers = LayerPage(
            layers: report.layers.map { layer in
                LayerPage.Layer(
                    path: layer.module, recordedAs: layer.recordedAs, deviation: layer.deviation,
                    tolerance: layer.tolerance, passed: layer.passed, finding: layer.finding?.text(truth))
            }, truth: truth)
        let view = layers.view
        var body = HTMLPage.list("Findings", findings, className: "bad") + HTMLPage.facts(facts) + layers.chart
        body += view?.html ?? ""
        body += HTMLPage.list("Modules that only the \(truth) has", report.unknownLayers)
        body += HTMLPage.list("Notes", notes)
        return HTMLPage(
            title: "\(options.checkpoint) as \(model)", verdict: (passed ? "passed" : "failed", passed), body: body,
            data: view.map { [($0.id, $0.json)] } ?? [], scripts: view == nil ? [] : [TreeView.script])
    }
}

/// What is said of an output.
private func outputFacts(
    _ output: Deviation?, floor: NoiseFloor?, tolerance: Double?, isGiven: Bool
) -> [(name: String, value: String)] {
    var facts: [(name: String, value: String)] = []
    if let output {
        facts.append(
            (
                "difference",
                "max \(shortText(output.max)), rms \(shortText(output.rms)), relative \(shortText(output.relative)), "
                    + "cosine \(output.cosine)"
            ))
    }
    if let floor { facts.append(("noise floor", "max \(shortText(floor.max)), rms \(shortText(floor.rms))")) }
    if let tolerance {
        let origin =
            isGiven
            ? "--tolerance" : floor == nil ? "storing the numbers" : "\(shortText(NoiseFloor.allowance)) × the floor"
        facts.append(("allowed", "max \(shortText(tolerance)) (\(origin))"))
    }
    return facts
}

extension GoldenComparison {
    /// - Throws: `IOError`, or `WorkbenchError` for a path that is an input.
    package func writeHTML(to path: String) throws {
        let inputs = [options.left, options.right, options.truth, options.rules]
        try html.write(to: path, keeping: inputs.compactMap { $0 })
    }

    var html: HTMLPage {
        var facts: [(name: String, value: String)] = []
        if let leftSource { facts.append(("first", leftSource)) }
        if let rightSource { facts.append(("second", rightSource)) }
        if comparison.inputEqual == true { facts.append(("input", "equal")) }
        for output in comparison.items where output.part == .output {
            if !output.path.isEmpty { facts.append(("output", output.path)) }
            facts += outputFacts(
                output.deviation, floor: output.noiseFloor, tolerance: output.tolerance,
                isGiven: options.tolerance != nil)
            if let first = output.leftError, let second = output.rightError {
                facts.append(("from float64", "first \(shortText(first.max)), second \(shortText(second.max))"))
            }
            if let top1 = output.top1Equal, let top5 = output.top5Equal {
                facts.append(("classes", "best \(top1 ? "equal" : "differs"), best five \(top5 ? "equal" : "differ")"))
            }
        }
        let layers = LayerPage(
            layers: comparison.layers.map { layer in
                LayerPage.Layer(
                    path: layer.path, recordedAs: layer.leftPath, deviation: layer.deviation,
                    tolerance: layer.tolerance, passed: layer.passed, finding: layer.finding)
            })
        let view = layers.view
        var body = HTMLPage.list("Findings", comparison.findings, className: "bad") + HTMLPage.facts(facts)
        body += layers.chart + (view?.html ?? "")
        body += HTMLPage.list("Only in the first", comparison.onlyLeft)
        body += HTMLPage.list("Only in the second", comparison.onlyRight)
        body += HTMLPage.list("Notes", notes)
        return HTMLPage(
            title: "\(options.left) against \(options.right)", verdict: (passed ? "passed" : "failed", passed),
            body: body, data: view.map { [($0.id, $0.json)] } ?? [], scripts: view == nil ? [] : [TreeView.script])
    }
}
