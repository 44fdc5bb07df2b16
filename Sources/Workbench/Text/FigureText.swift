import CheckpointIO
import CommandLineKit
import PlatformC

/// A shape as Python prints a tuple: `()`, `(3,)`, `(64, 3)`.
func pythonTuple(_ numbers: [Int]) -> String {
    "(" + numbers.map(String.init).joined(separator: ", ") + (numbers.count == 1 ? ",)" : ")")
}

/// Bytes in the largest decimal unit that leaves at least one: `96 B`, `3.5 kB`, `1.2 GB`.
package func byteText(_ count: Int) -> String { ProgressLine.text(ofBytes: count) }

/// Four significant digits, as C's `%.4g`.
func shortText(_ value: Double) -> String { formatted("%.4g", [value]) }

/// As C's `%.3f`, for three decimals.
func fixedText(_ value: Double, decimals: Int) -> String { formatted("%.*f", [CInt(decimals), value]) }

private func formatted(_ format: String, _ values: [any CVarArg]) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    let length = withVaList(values) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(max(length, 0))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// `1 tensor`, `1,234 tensors`.
func countText(_ count: Int, _ noun: String) -> String {
    "\(groupedText(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// `1234567` as `1,234,567`.
package func groupedText(_ count: Int) -> String { grouped(count) }
