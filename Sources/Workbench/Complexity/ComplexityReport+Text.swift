import CommandLineKit
import JSON

extension ComplexityReport {
    /// The closing lines of `get_flops.py`, before them the modules if asked for.
    package func text(layers: Bool) -> String {
        let rule = String(repeating: "=", count: 30)
        return (layers ? layerTable : "") + """
            \(rule)
            Input shape: \(inputShapes.map(pythonTuple).joined(separator: ", "))
            Flops: \(unitText(flops))
            Params: \(unitText(parameters))
            Activation: \(unitText(activations))
            \(rule)

            """
    }

    /// A line a model.
    static func table(_ reports: [ComplexityReport]) -> String {
        let heading = ["model", "input", "flops", "parameters", "activations"]
        return aligned(
            [heading]
                + reports.map { report in
                    [
                        report.model.printable,
                        report.inputShapes[0].dropFirst().map(String.init).joined(separator: "×"),
                        groupedText(report.flops), groupedText(report.parameters), groupedText(report.activations),
                    ]
                })
    }

    private var layerTable: String {
        let heading = ["module", "parameters", "flops", "activations"]
        return Self.aligned(
            [heading]
                + modules.map { module in
                    [
                        module.path.printable, groupedText(module.parameters), groupedText(module.flops),
                        groupedText(module.activations),
                    ]
                })
    }

    /// Columns, the first to the left and the others to the right.
    private static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.first?.count ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    package func json(layers: Bool) -> JSONValue {
        [
            "model": .string(model),
            "input_shape": .ints(inputShapes[0]),
            "input_shapes": .array(inputShapes.map { .ints($0) }),
            "flops": .int(flops),
            "parameters": .int(parameters),
            "activations": .int(activations),
            "modules": .array(
                layers
                    ? modules.map { module in
                        [
                            "module": .string(module.path), "parameters": .int(module.parameters),
                            "flops": .int(module.flops), "activations": .int(module.activations),
                        ]
                    } : []),
        ]
    }
}

/// A count with mmengine's unit: `4.109G`, `25.557M`; three decimals at most.
///
/// Source: `_format_size` in `mmengine/analysis/print_helper.py`.
func unitText(_ count: Int) -> String {
    let units: [(limit: Double, divisor: Double, sign: String)] = [
        (1e14, 1e15, "P"), (1e11, 1e12, "T"), (1e8, 1e9, "G"), (1e5, 1e6, "M"), (1e2, 1e3, "K"),
    ]
    guard let unit = units.first(where: { Double(count.magnitude) > $0.limit }) else { return "\(count)" }
    var text = fixedText(Double(count) / unit.divisor, decimals: 3)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text + unit.sign
}
