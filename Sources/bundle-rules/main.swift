import Foundation

/// A raw string literal with more number signs than any run of them in the text.
func literal(_ text: String) -> String {
    let longest = text.split { $0 != "#" }.map(\.count).max() ?? 0
    let signs = String(repeating: "#", count: longest + 1)
    return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
}

/// Writes the rule files into a Swift file as `BundledRules.files`.
func bundle(_ paths: some Sequence<String>, into output: String) throws {
    let entries = paths.map { path in
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            fail("\(path): cannot be read as UTF-8")
        }
        return "(\(literal(URL(filePath: path).lastPathComponent)), \(literal(text))),"
    }
    let source = """
        extension BundledRules {
            /// File name → text, in alphabetical order.
            package static let files: [(name: String, text: String)] = [
        \(entries.joined(separator: "\n"))
            ]
        }

        """
    try source.write(to: URL(filePath: output), atomically: true, encoding: .utf8)
}

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("bundle-rules: \(message)\n".utf8))
    exit(2)
}

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else { fail("usage: bundle-rules OUT RULES…") }
do {
    try bundle(arguments.dropFirst(), into: output)
} catch {
    fail("\(output): \(error.localizedDescription)")
}
