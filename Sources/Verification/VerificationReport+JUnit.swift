extension VerificationReport {
    /// The report as a JUnit test suite, as continuous integration reads it: one case for the output, one for
    /// each layer; findings that belong to no layer fail the output's case.
    /// - Parameter name: of the suite, e.g. the checkpoint's file name.
    public func junit(name: String) -> String {
        let layerFindings = layers.compactMap(\.finding)
        let ownFindings = findings.filter { !layerFindings.contains($0) }
        let cases =
            [junitCase("output of \(stageName(module))", in: name, failures: ownFindings)]
            + layers.map { junitCase($0.module, in: name, failures: [$0.finding].compactMap { $0 }) }
        let failures = layerFindings.count + (ownFindings.isEmpty ? 0 : 1)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
              <testsuite name="\(xmlEscaped(name))" tests="\(cases.count)" failures="\(failures)" errors="0">
            \(cases.joined(separator: "\n"))
              </testsuite>
            </testsuites>

            """
    }
}

private func junitCase(_ name: String, in suite: String, failures: [VerificationFinding]) -> String {
    let head = "    <testcase classname=\"\(xmlEscaped(suite))\" name=\"\(xmlEscaped(name))\""
    guard let first = failures.first else { return head + "/>" }
    let lines = failures.map { xmlEscaped($0.description) }.joined(separator: "\n")
    return head + ">\n      <failure message=\"\(xmlEscaped(first.description))\">\(lines)</failure>\n    </testcase>"
}

/// Text for XML content and attributes. Characters that XML 1.0 cannot hold become U+FFFD.
package func xmlEscaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "\t", "\n", "\r": result += "&#\(scalar.value);"
        case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
