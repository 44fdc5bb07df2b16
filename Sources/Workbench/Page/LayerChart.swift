import PlatformC

/// The error of each layer over a logarithmic axis, with what is allowed, as an inline SVG.
struct LayerChart {
    struct Layer {
        let name: String
        /// nil where it could not be measured.
        let error: Double?
        let allowed: Double?
        let passed: Bool
    }

    /// The layers, in order of execution.
    let layers: [Layer]

    private static let size = (width: 1000.0, height: 260.0)
    private static let margin = (left: 56.0, right: 8.0, top: 10.0, bottom: 24.0)
    /// More powers of ten than these are not shown: what is smaller lies on the axis.
    private static let decadeLimit = 16

    /// Nothing for fewer than two layers.
    var html: String {
        guard layers.count > 1 else { return "" }
        let figures = layers.flatMap { [$0.error, $0.allowed].compactMap { $0 } }.filter { $0 > 0 && $0.isFinite }
        let top = figures.max().map { Int(log10($0).rounded(.up)) } ?? 0
        let bottom = max(
            min(figures.min().map { Int(log10($0).rounded(.down)) } ?? -1, top - 1), top - Self.decadeLimit)
        let plot = (
            width: Self.size.width - Self.margin.left - Self.margin.right,
            height: Self.size.height - Self.margin.top - Self.margin.bottom
        )
        func height(_ value: Double) -> Double {
            let share = value > 0 ? (log10(value) - Double(bottom)) / Double(top - bottom) : 0
            return Self.margin.top + plot.height * (1 - min(max(share, 0), 1))
        }
        let step = plot.width / Double(layers.count)
        var marks = ""
        for decade in stride(from: bottom, through: top, by: max(1, (top - bottom + 5) / 6)) {
            let y = Self.text(height(pow(10, Double(decade))))
            marks += "<line class=\"grid\" x1=\"\(Int(Self.margin.left))\" x2=\"1000\" y1=\"\(y)\" y2=\"\(y)\"/>"
            marks += "<text x=\"4\" y=\"\(y)\" dy=\"4\">1e\(decade)</text>\n"
        }
        for (index, layer) in layers.enumerated() {
            let left = Self.margin.left + step * Double(index)
            if let allowed = layer.allowed {
                let y = Self.text(height(allowed))
                marks +=
                    "<line class=\"limit\" x1=\"\(Self.text(left))\" x2=\"\(Self.text(left + step))\" y1=\"\(y)\" y2=\"\(y)\"/>"
            }
            let y = layer.error.map(height) ?? Self.margin.top
            let words = layer.error.map(shortText) ?? "not comparable"
            marks +=
                "<circle class=\"\(layer.passed ? "good" : "bad")\" cx=\"\(Self.text(left + step / 2))\" cy=\"\(Self.text(y))\""
                + " r=\"\(Self.text(min(4, max(1.5, step / 2))))\"><title>\(htmlText(layer.name)): \(words)"
                + "\(layer.allowed.map { ", allowed \(shortText($0))" } ?? "")</title></circle>\n"
        }
        let failed = layers.count { !$0.passed }
        let summary =
            "\(countText(layers.count, "layer")) in order of execution, "
            + (failed == 0 ? "none differs by more than is allowed" : "\(groupedText(failed)) by more than is allowed")
        return """
            <figure class="chart">
            <div class="frame" role="region" aria-label="Error per layer, a chart" tabindex="0">
            <svg viewBox="0 0 \(Int(Self.size.width)) \(Int(Self.size.height))" role="img" aria-label="\(summary)">
            \(marks)</svg>
            </div>
            <figcaption>Largest absolute error of each layer, from the first to the last; lines: what is allowed. \(summary).</figcaption>
            </figure>

            """
    }

    private static func text(_ coordinate: Double) -> String { fixedText(coordinate, decimals: 1) }
}
