import Testing

@testable import CommandLineKit

@Suite struct PrintableTextTests {
    @Test(
        "control characters are shown, not obeyed",
        arguments: [
            ("layer.0.weight", "layer.0.weight"), ("Größe 権重", "Größe 権重"), ("a\u{1B}[31mb", "a\\u{1b}[31mb"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"), ("a\r\nb", "a\\r\\nb"), ("\u{202E}txt", "\\u{202e}txt"),
            ("\u{85}", "\\u{85}"),
        ])
    func escapes(text: String, expected: String) {
        #expect(text.printable == expected)
    }

    @Test("a message of a megabyte becomes a line that shows how it begins and ends")
    func longLine() {
        let text = "begin" + String(repeating: "x", count: 1_000_000) + "end\n"
        #expect(text.line.hasPrefix("beginxxx") && text.line.hasSuffix("xxxend\\n"))
        #expect(text.line.count == 2003)
        #expect("short\n".line == "short\\n")
    }
}
