import ByteIO
import JSON
import PythonSyntax

/// Exported programs: JSON, whose expressions PyTorch gives to SymPy, which evaluates them as Python.
///
/// Source: `_parse_sym_expr` and `deserialize_operator` in `torch/_export/serde/serialize.py` of PyTorch 2.15.
extension FileScan {
    /// The longest program that is looked at.
    private static let longestProgram = 1 << 28
    private static let longestTarget = 1 << 12
    /// Of Python's `operator` what calls or takes attributes.
    private static let callers: Set<String> = ["attrgetter", "itemgetter", "methodcaller", "call"]

    mutating func scanProgram(_ part: ScanPart) {
        guard part.bytes.count <= Self.longestProgram else {
            return add(.limit, .review, part, "is a program of more bytes than are looked at")
        }
        let isRead = part.bytes.withUnsafeBytes { text in
            var reader = JSONReader(text, maximumDepth: 512, acceptsNonFinite: true)
            return (try? scan(&reader, part)) != nil && (try? reader.finish()) != nil
        }
        if !isRead { add(.code, .review, part, "is a program whose JSON cannot be read") }
    }

    /// Looks into the next value. Of fields that have one name all count.
    private mutating func scan(_ reader: inout JSONReader, _ part: ScanPart) throws(JSONError) {
        switch reader.valueStart() {
        case UInt8(ascii: "["):
            try reader.beginArray()
            while try reader.nextElement() { try scan(&reader, part) }
        case UInt8(ascii: "{"):
            try reader.beginObject()
            while let name = try reader.nextName() {
                let isText = reader.valueStart() == UInt8(ascii: "\"")
                if isText, name == "expr_str" {
                    if let (verdict, reason) = SymbolicExpression(try reader.string()).judgement {
                        add(.code, verdict, part, reason)
                    }
                } else if isText, name == "target" || name == "as_operator" {
                    scanTarget(try reader.string(), part)
                } else if name == "guards_code", reader.valueStart() == UInt8(ascii: "[") {
                    try scanGuards(&reader, part)
                } else {
                    try scan(&reader, part)
                }
            }
        default: try reader.skipValue()
        }
    }

    private mutating func scanGuards(_ reader: inout JSONReader, _ part: ScanPart) throws(JSONError) {
        try reader.beginArray()
        while try reader.nextElement() {
            guard reader.valueStart() == UInt8(ascii: "\"") else {
                try scan(&reader, part)
                continue
            }
            if let (verdict, reason) = ProgramGuard(try reader.string()).judgement { add(.code, verdict, part, reason) }
        }
    }

    /// What a node calls: a path of attributes from `torch` on.
    private mutating func scanTarget(_ target: String, _ part: ScanPart) {
        let shown = PythonText.string(target, limit: 100)
        guard target.utf8.count <= Self.longestTarget else {
            return add(.code, .review, part, "calls \(shown), which is longer than any name")
        }
        let steps = GlobalCatalog.steps(of: target)
        if steps.first == "_operator", let last = steps.last, Self.callers.contains(last) {
            return add(.code, .dangerous, part, "calls \(shown), which calls what it is given")
        }
        if target.utf8.starts(with: "torch.ops.".utf8),
            let file = ["from_file", "save"].first(where: { steps.contains($0) })
        {
            add(.code, .review, part, "calls \(shown), which reads or writes files: \(file)")
        }
        guard steps.first == "torch", let step = steps.dropFirst().first(where: GlobalCatalog.gateways.contains) else {
            return
        }
        add(.code, .dangerous, part, "calls \(shown), which reaches the module \(step)")
    }
}
