import KeyRules
import TensorCore
import Testing

/// `caveat`: what computes something else although every tensor is right.
@Suite struct CaveatTests {
    private func caveats(_ body: String, _ keys: [String], _ direction: Direction = .forward) throws -> [String] {
        let tensors = keys.map { TensorSignature(key: Key($0), dtype: .float32, shape: [2]) }
        let plan = try RuleFileTests.parse(body).plan(PlanRequest(tensors: tensors, direction: direction))
        #expect(plan.errors == [])
        return plan.caveats.map { "\($0.rule.line): \($0.text)" }
    }

    private let spelled = """
        param by = one | two
        caveat when by=one "one pools first"
        caveat when by=two "two pools last"
        caveat always said, with or without marks
        a.{x} -> c.{x} when by=one
        b.{x} -> c.{x} when by=two
        """

    @Test("a caveat is said under the parameters that it names, or always")
    func parameters() throws {
        #expect(try caveats(spelled, ["a.w"]) == ["3: one pools first", "5: always said, with or without marks"])
        #expect(try caveats(spelled, ["b.w"]) == ["4: two pools last", "5: always said, with or without marks"])
    }

    @Test("a caveat about keys looks into the checkpoint, and backward only where it says at what")
    func keys() throws {
        let body = """
            caveat when has a.{n:int}.scale ~ c.{n}.scale "scaled"
            caveat when hasnt a.norm "not normalised"
            a.{x..} -> c.{x..}
            """
        #expect(try caveats(body, ["a.3.scale"]) == ["2: scaled", "3: not normalised"])
        #expect(try caveats(body, ["a.norm"]) == [])
        #expect(try caveats(body, ["c.3.scale"], .reverse) == ["2: scaled"])
        #expect(try caveats(body, ["c.norm"], .reverse) == [])
    }

    @Test(
        "a caveat without words, or about what is not there, is an error",
        arguments: [
            ("caveat\na -> b", "t.rules:2:7: a text is expected that says what is computed differently"),
            ("caveat \"\"\na -> b", "t.rules:2:10: a text is expected that says what is computed differently"),
            ("caveat when x=1 text\na -> b", "t.rules:2:13: there is no parameter 'x'"),
            ("under a. -> b.\ncaveat text\nx -> y\nend", "t.rules:3:1: only rules may stand between 'under' and 'end'"),
        ])
    func errors(body: String, message: String) {
        #expect(RuleFileTests.errors(body) == [message])
    }
}
