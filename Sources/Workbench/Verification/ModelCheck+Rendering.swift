import ByteIO
import CommandLineKit
import JSON

extension ModelCheck {
    /// What is said where other reports name the checkpoint.
    static let noWeights = "no weights"

    package func text(_ palette: Palette) -> String {
        let verdict = passed ? palette(.green, "passed") : palette(.red, "failed")
        let model = self.model.printable
        let head = weights.map { "\($0.printable) as \(model)" } ?? "\(model), \(Self.noWeights)"
        var text = "\(head): \(verdict)\n"
        func line(_ name: String, _ found: String, passed: Bool = true) {
            let padding = String(repeating: " ", count: max(0, 16 - name.count))
            text += "  \(passed ? name : palette(.red, name))\(padding) \(found.printable)\n"
        }
        line("input", pythonTuple(inputShape) + ", " + (image ?? "seeded"))
        for item in items { line(item.name, item.found, passed: item.passed) }
        line("flops", groupedText(flops))
        line("parameters", groupedText(parameters))
        line("time", "\(fixedText(milliseconds, decimals: 1)) ms")
        return text
    }

    package var json: JSONValue {
        let note: [JSONValue.Field] = weights == nil ? [.init(name: "note", value: .string(Self.noWeights))] : []
        let report: JSONValue = [
            "passed": .bool(passed),
            "model": .string(model),
            "weights": .optional(weights.map(JSONValue.string)),
            "image": .optional(image.map(JSONValue.string)),
            "input_shape": .ints(inputShape),
            "checks": .array(
                items.map { ["name": .string($0.name), "passed": .bool($0.passed), "found": .string($0.found)] }),
            "flops": .int(flops),
            "parameters": .int(parameters),
            "time_ms": .number(milliseconds),
            "notes": .strings(notes),
        ]
        return report.adding(note)
    }

    /// Writes the report as a JUnit test suite named after the model, a case for each check.
    /// - Throws: `IOError`.
    package func writeJUnit(to path: String) throws(IOError) {
        var suite = JUnitSuite(name: weights.map { "\($0) as \(model)" } ?? "\(model), \(Self.noWeights)")
        suite.cases = items.map { item in
            JUnitSuite.Case(name: item.name, outcome: item.passed ? .passed : .failed(item.found))
        }
        suite.properties = [("flops", "\(flops)"), ("parameters", "\(parameters)"), ("time_ms", "\(milliseconds)")]
        try suite.write(to: path)
    }
}
