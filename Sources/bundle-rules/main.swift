import Foundation

/// bundle-rules OUT RULES…: writes the rule files into the Swift file OUT as `BundledRules.files`.
///
/// Each text is a raw string literal with more number signs than any run of them in the text.
let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else { fatalError("usage: bundle-rules OUT RULES…") }

func literal(_ text: String) -> String {
    let longest = text.split { $0 != "#" }.map(\.count).max() ?? 0
    let signs = String(repeating: "#", count: longest + 1)
    return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
}

let entries = try arguments.dropFirst().map { path in
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    return "(\(literal(URL(filePath: path).lastPathComponent)), \(literal(text))),"
}
let source = """
    extension BundledRules {
        /// File name → text, in alphabetical order.
        public static let files: [(name: String, text: String)] = [
    \(entries.joined(separator: "\n"))
        ]
    }

    """
try source.write(to: URL(filePath: output), atomically: true, encoding: .utf8)
