import Foundation
import TestSupport
import Testing

@testable import ModelZoo

/// Against what Python's `re.fullmatch` says (`scripts/makers/make_pattern_facts.py`).
@Suite struct ModulePatternTests {
    @Test("a pattern matches the paths that Python's re matches, and is refused where it is")
    func matches() throws {
        let lines = try String(contentsOfFile: fixture("zoo/patterns.tsv"), encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        let paths = try #require(lines.first)[1].split(separator: " ").map(String.init)
        #expect(lines.count > 30)
        for line in lines.dropFirst() {
            let (pattern, expected) = (line[0], line[1])
            guard let compiled = try? ModulePattern(pattern) else {
                #expect(expected == "error", "\(pattern)")
                continue
            }
            #expect(paths.filter(compiled.matches).joined(separator: " ") == expected, "\(pattern)")
        }
    }

    @Test("what is not built in is refused, with its place", arguments: ["(?=a)b", "(a)\\1", "a(?P<n>b)", "\\bqkv"])
    func refusals(pattern: String) {
        #expect(throws: ModulePattern.Problem.self) { try ModulePattern(pattern) }
    }

    @Test("a pattern that backtracking never ends on is matched at once")
    func hostile() throws {
        let path = String(repeating: "a", count: 200)
        #expect(try !ModulePattern("(a*)*(a|a)*(a*)*b").matches(path))
        #expect(throws: ModulePattern.Problem.self) { try ModulePattern(String(repeating: "(", count: 10_000)) }
    }
}
