import Foundation
import TestSupport
import Testing

@testable import TensorCore

@Suite struct SubstitutionTests {
    /// What `sed -E` printed, expression by expression.
    private static let facts: [String: [(key: String, result: String)]] = {
        let text = (try? String(contentsOfFile: fixture("edits/substitutions.tsv"), encoding: .utf8)) ?? ""
        var facts: [String: [(key: String, result: String)]] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            facts[fields[0], default: []].append((fields[1], fields[2]))
        }
        return facts
    }()

    @Test("keys become what GNU sed makes of them", arguments: facts.keys.sorted())
    func equalsSed(expression: String) throws {
        let substitution = try Substitution(expression)
        for fact in Self.facts[expression] ?? [] {
            #expect(substitution.apply(to: fact.key) ?? fact.key == fact.result, "\(expression) of \(fact.key)")
        }
    }

    @Test("there are facts to compare with")
    func factsExist() { #expect(Self.facts.count > 50) }

    @Test(
        "what is wrong with an edit is said with its place",
        arguments: [
            ("", 1, "an edit is written s/RE/TO/"), ("a/b/c/", 1, "an edit is written"), ("s", 1, "an edit is written"),
            ("s\\a\\b\\", 2, "cannot stand between"), ("s/a", 3, "no '/' ends this part"),
            ("s/a/b", 5, "no '/' ends this part"), ("s|a|b", 5, "no '|' ends this part"), ("s//b/", 3, "is empty"),
            ("s/a/b/x", 7, "'x' is not a flag here"), ("s/a/b/gg", 8, "is not a flag here"),
            ("s/a/b/;s/c/d/", 7, "another --rename"), ("s/(a/b/", 3, "nothing closes this '('"),
            ("s/a)/b/", 4, "nothing opens this ')'"), ("s/[a/b/", 3, "nothing closes this '['"),
            ("s/*a/b/", 3, "nothing stands before '*'"), ("s/a|+/b/", 5, "nothing stands before '+'"),
            ("s/a{x}/b/", 4, "this count is none"), ("s/a{3,2}/b/", 4, "ends before it begins"),
            ("s/a{256}/b/", 4, "counts go up to 255"), ("s/[z-a]/b/", 4, "runs backward"),
            ("s/[[:word:]]/b/", 4, "there is no class 'word'"), ("s/(a)\\1/b/", 6, "back-references"),
            ("s/\\d/b/", 3, "write [0-9]"), ("s/(a)/\\2/", 7, "there is no group 2"), ("s/a/\\U/", 5, "has no meaning"),
            ("s,x\\,(,y,", 6, "nothing closes this '('"),
            ("s/((((a{99}){99}){99}){99})/b/", 3, "more than 8192 steps"),
        ])
    func mistakes(text: String, column: Int, reason: String) {
        #expect {
            try Substitution(text)
        } throws: { error in
            guard let error = error as? ExpressionError else { return false }
            return error.position + 1 == column && error.reason.contains(reason)
        }
    }

    @Test("an expression that is too long or nests too deep is refused")
    func limits() {
        let long = String(repeating: "a", count: RegularExpression.maximumLength + 1)
        #expect(throws: ExpressionError.self) { try Substitution("s/\(long)/b/") }
        let deep = String(repeating: "(", count: 5000)
        #expect(throws: ExpressionError.self) { try Substitution("s/\(deep)/b/") }
    }

    @Test(
        "no expression is slow on a long key",
        arguments: [
            ("(a*)*b", nil), ("(a|aa)+$", "-"), ("((a?){20}){20}c", nil), ("(.*)(.*)(.*)x", nil),
            ("a{0}{255}{255}{255}{255}{255}b", nil),
        ] as [(String, String?)])
    func linear(expression: String, edited: String?) throws {
        let key = String(repeating: "a", count: Substitution.maximumKeyLength)
        #expect(try Substitution("s/\(expression)/-/").apply(to: key) == edited)
    }

    @Test("letters beyond ASCII are one character each, and stay apart by their normalisation")
    func unicode() throws {
        #expect(try Substitution("s/^.//").apply(to: "été") == "té")
        #expect(try Substitution("s/\u{e9}/e/").apply(to: "e\u{301}") == nil)
        #expect(try Substitution("s/(.)$/[\\1]/").apply(to: "層") == "[層]")
    }
}
