import ByteIO
import CommandLineKit

/// A web page that is one file: it loads nothing, and its policy forbids it to.
struct HTMLPage {
    var title: String
    /// What the page says first: a word and whether it is good; nil where nothing is judged.
    var verdict: (word: String, passed: Bool)?
    /// One sentence each, below the title.
    var leads: [String] = []
    /// HTML of the page's main part.
    var body: String
    /// What the scripts show, by the identifiers of the elements that they show it in.
    var data: [(id: String, json: String)] = []
    /// JavaScript that follows the frame's own.
    var scripts: [String] = []

    var text: String {
        let verdict = verdict.map { word, passed in
            ": <span class=\"\(passed ? "PASS" : "FAIL")\">\(htmlText(word))</span>"
        }
        let data = data.map { "<script type=\"application/json\" id=\"\($0.id)-data\">\($0.json)</script>\n" }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(htmlText(title))\(self.verdict.map { ": \(htmlText($0.word))" } ?? "")</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <header>
            <h1>\(htmlText(title))\(verdict ?? "")</h1>
            <button type="button" id="scheme" hidden></button>
            </header>
            <main>
            \(leads.map { "<p class=\"quiet\">\(htmlText($0))</p>\n" }.joined())\(body)
            </main>
            <footer class="quiet">Checkpoint workbench \(workbenchVersion). This page is one file and loads nothing.</footer>
            \(data.joined())<script>
            \(([Self.script] + scripts).joined(separator: "\n"))
            </script>
            </body>
            </html>

            """
    }

    /// Writes the page, or nothing.
    /// - Parameter inputs: files that it must not replace.
    /// - Throws: `IOError`, or `WorkbenchError.unsupportedOutput`.
    func write(to path: String, keeping inputs: [String] = []) throws {
        if FileIdentity.isShared(by: path, and: inputs) {
            throw WorkbenchError.unsupportedOutput(path: path, reason: "is an input, which --html would replace")
        }
        try AtomicFile.write(Array(text.utf8), to: path)
    }
}

/// Text from anywhere as the content or an attribute of HTML: marks that turn the direction of writing are shown as
/// escapes.
func htmlText(_ text: String) -> String { xmlEscaped(text.printable) }

extension HTMLPage {
    /// A list of figures, each with what it is.
    static func sums(_ figures: [(value: String, name: String)]) -> String {
        let items = figures.map { "<li><b>\(htmlText($0.value))</b> \(htmlText($0.name))</li>\n" }
        return "<ul class=\"sums\">\n\(items.joined())</ul>\n"
    }

    /// A list of sentences under a heading, folded where it is long; nothing where there are none.
    static func list(_ title: String, _ sentences: [String], className: String = "") -> String {
        guard !sentences.isEmpty else { return "" }
        let items = sentences.map { "<li>\(htmlText($0))</li>\n" }.joined()
        var text = "<ul>\n\(items)</ul>\n"
        if sentences.count > 10 {
            text = "<details><summary>\(groupedText(sentences.count)) lines</summary>\n\(text)</details>\n"
        }
        return "<section class=\"list \(className)\">\n<h2>\(htmlText(title))</h2>\n\(text)</section>\n"
    }

    /// A table of names and values.
    static func facts(_ rows: [(name: String, value: String)]) -> String {
        let lines = rows.map { "<tr><th scope=\"row\">\(htmlText($0.name))</th><td>\(htmlText($0.value))</td></tr>\n" }
        return "<table class=\"facts\">\n<tbody>\n\(lines.joined())</tbody>\n</table>\n"
    }
}
