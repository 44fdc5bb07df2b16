/// A number of bytes as people write it: `5GB`, `500 MB`, `1.5GiB`, `4096`. KB to TB are powers of ten, as
/// huggingface_hub takes them, KiB to TiB powers of two; either case.
/// - Returns: nil for text of another form and for what no `Int` holds.
package func byteCount(_ text: String) -> Int? {
    let units = [
        ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40),
        ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("tb", 1_000_000_000_000), ("b", 1),
    ]
    let lowercased = text.lowercased()
    let (suffix, factor) = units.first { lowercased.hasSuffix($0.0) } ?? ("", 1)
    let digits = lowercased.dropLast(suffix.count).filter { $0 != " " }
    guard digits.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    if let whole = Int(digits) {
        let (count, overflow) = whole.multipliedReportingOverflow(by: factor)
        return overflow ? nil : count
    }
    return Double(digits).flatMap { Int(exactly: ($0 * Double(factor)).rounded(.towardZero)) }
}
