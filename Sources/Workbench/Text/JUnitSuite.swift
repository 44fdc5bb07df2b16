import ByteIO

/// A JUnit test suite, as continuous integration reads it.
struct JUnitSuite {
    enum Outcome {
        case passed
        /// What was found.
        case failed(String)
        /// Why it could not run.
        case error(String)
        case skipped(String)
    }

    struct Case {
        var name: String
        var outcome: Outcome
        var seconds: Double?
        /// Numbers by name, in their order.
        var properties: [(name: String, value: String)] = []
        /// Further lines of what was found.
        var details: [String] = []
    }

    var name: String
    var cases: [Case] = []
    var properties: [(name: String, value: String)] = []

    /// The document, in XML 1.0.
    var text: String {
        func count(_ isCounted: (Outcome) -> Bool) -> Int { cases.count { isCounted($0.outcome) } }
        let counts =
            "tests=\"\(cases.count)\" failures=\"\(count { if case .failed = $0 { true } else { false } })\" "
            + "errors=\"\(count { if case .error = $0 { true } else { false } })\" "
            + "skipped=\"\(count { if case .skipped = $0 { true } else { false } })\""
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
        text += "  <testsuite name=\"\(xmlEscaped(name))\" \(counts)>\n"
        text += Self.element(properties, indent: "    ")
        for item in cases { text += element(item) }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    private func element(_ item: Case) -> String {
        var head = "    <testcase classname=\"\(xmlEscaped(name))\" name=\"\(xmlEscaped(item.name))\""
        if let seconds = item.seconds { head += " time=\"\(fixedText(seconds, decimals: 3))\"" }
        var body = Self.element(item.properties, indent: "      ")
        func outcome(_ tag: String, _ message: String) {
            let lines = ([message] + item.details).map(xmlEscaped).joined(separator: "\n")
            body += "      <\(tag) message=\"\(xmlEscaped(message))\">\(lines)</\(tag)>\n"
        }
        switch item.outcome {
        case .passed: break
        case .failed(let message): outcome("failure", message)
        case .error(let message): outcome("error", message)
        case .skipped(let message): body += "      <skipped message=\"\(xmlEscaped(message))\"/>\n"
        }
        return body.isEmpty ? head + "/>\n" : head + ">\n" + body + "    </testcase>\n"
    }

    private static func element(_ properties: [(name: String, value: String)], indent: String) -> String {
        guard !properties.isEmpty else { return "" }
        let lines = properties.map {
            "\(indent)  <property name=\"\(xmlEscaped($0.name))\" value=\"\(xmlEscaped($0.value))\"/>\n"
        }
        return "\(indent)<properties>\n" + lines.joined() + "\(indent)</properties>\n"
    }

    /// - Throws: `IOError`.
    func write(to path: String) throws(IOError) {
        try AtomicFile.write(Array(text.utf8), to: path)
    }
}
