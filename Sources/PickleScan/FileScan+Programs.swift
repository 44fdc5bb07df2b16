import ByteIO
import JSON

/// Exported programs: JSON, whose expressions PyTorch gives to SymPy, which evaluates them as Python.
///
/// Source: `_parse_sym_expr` and `deserialize_operator` in `torch/_export/serde/serialize.py` of PyTorch 2.15.
extension FileScan {
    /// The longest program that is looked at.
    private static let longestProgram = 1 << 28

    mutating func scanProgram(_ part: ScanPart) {
        guard part.bytes.count <= Self.longestProgram else {
            return add(.limit, .review, part, "is a program of more bytes than are looked at")
        }
        let parsed: JSONValue? = part.bytes.withUnsafeBytes { text in
            var reader = JSONReader(text, maximumDepth: 512, acceptsNonFinite: true)
            guard let value = try? reader.value(), (try? reader.finish()) != nil else { return nil }
            return value
        }
        guard let parsed else {
            return add(.code, .review, part, "is a program whose JSON cannot be read")
        }
        scan(parsed, part)
    }

    private mutating func scan(_ value: JSONValue, _ part: ScanPart) {
        switch value {
        case .array(let elements): for element in elements { scan(element, part) }
        case .object(let fields):
            for field in fields {
                switch (field.name, field.value) {
                case ("expr_str", .string(let text)):
                    if let (verdict, reason) = SymbolicExpression(text).judgement { add(.code, verdict, part, reason) }
                case ("target", .string(let text)): scanTarget(text, part)
                default: scan(field.value, part)
                }
            }
        default: break
        }
    }

    /// What a node calls: a path of attributes from `torch` on.
    private mutating func scanTarget(_ target: String, _ part: ScanPart) {
        let steps = GlobalCatalog.steps(of: target)
        guard steps.first == "torch", let step = steps.dropFirst().first(where: GlobalCatalog.gateways.contains) else {
            return
        }
        add(.code, .dangerous, part, "calls \(target.prefix(100)), which reaches the module \(step)")
    }
}
