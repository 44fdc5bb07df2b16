/// The shares of a whole as one bar with a legend, an inline SVG.
struct PartsBar {
    let label: String
    /// A name, its amount and how the amount is written.
    let parts: [(name: String, amount: Double, text: String)]

    /// The number of colours; the smallest parts are drawn as one.
    private static let limit = 6

    var html: String {
        let total = parts.reduce(0) { $0 + $1.amount }
        guard total > 0 else { return "" }
        var shown = parts.sorted { $0.amount > $1.amount }
        if shown.count > Self.limit {
            let rest = shown[(Self.limit - 1)...]
            let amount = rest.reduce(0) { $0 + $1.amount }
            shown =
                shown.prefix(Self.limit - 1)
                + [("\(rest.count) more", amount, "\(fixedText(100 * amount / total, decimals: 1)) %")]
        }
        var (segments, legend, left) = ("", "", 0.0)
        for (index, part) in shown.enumerated() {
            let width = 1000 * part.amount / total
            segments +=
                "<rect class=\"part\(index)\" x=\"\(fixedText(left, decimals: 1))\" width=\"\(fixedText(width, decimals: 1))\""
                + " height=\"20\"/>"
            legend +=
                "<li><svg viewBox=\"0 0 8 8\" aria-hidden=\"true\"><rect class=\"part\(index)\" width=\"8\" height=\"8\"/></svg>"
                + "\(htmlText(part.name)) <span class=\"quiet\">\(htmlText(part.text))</span></li>\n"
            left += width
        }
        return """
            <figure class="chart">
            <svg class="parts" viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label="\(htmlText(label))">\(segments)</svg>
            <ul class="legend">
            \(legend)</ul>
            </figure>

            """
    }
}
