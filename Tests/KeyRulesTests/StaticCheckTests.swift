import KeyRules
import TensorCore
import Testing

/// Lines that no key reaches and targets that meet, found without a checkpoint.
@Suite struct StaticCheckTests {
    private func reasons(_ body: String) -> [RuleError.Reason] {
        do {
            _ = try RuleFileTests.parse(body)
            return []
        } catch let errors as RuleErrors {
            return errors.errors.map(\.reason)
        } catch {
            Issue.record(error)
            return []
        }
    }

    private func line(_ number: Int) -> RuleLocation { RuleLocation(file: "t.rules", line: number) }

    @Test(
        "a line whose keys are all taken above is unreachable",
        arguments: [
            ("a.{x} -> b.{x}\na.0 -> c", [2]),
            ("{x..} -> b.{x..}\na.{x:int}.w -> c.{x}", [2]),
            ("a.{x:0..4} -> b.{x}\na.{x:5..9} -> c.{x}\na.{x:3..7} -> d.{x}", [2, 3]),
            ("a.{x:int} -> b.{x}\na.{x+1} -> c.{x}", [2]),
            ("a.{p:weight|bias} -> b.{p}\na.weight -> c", [2]),
            ("a.{x}_{y} -> b.{x}.{y}\na.q_{y} -> c.{y}", [2]),
            ("table t 1 2 -> p q\na.{x:int} -> b.{x}\na.{x} -> c.{t[x]}", [3]),
            ("drop a.{x} because old\na.1 -> b", [2]),
            ("under a. -> b.\nor c. -> d.\n{x} -> {x}\nend\nc.w -> e", [4]),
        ])
    func unreachable(body: String, by lines: [Int]) {
        let last = body.split(separator: "\n").count + 1
        #expect(reasons(body) == [.unreachable(by: lines.map(line))], "\(body)")
        #expect(RuleFileTests.errors(body)[0].hasPrefix("t.rules:\(last):1: no key reaches this line"))
    }

    @Test(
        "a line that some key reaches is fine",
        arguments: [
            "a.0 -> c\na.{x} -> b.{x}",
            "a.{x:int} -> b.{x}\na.{x} -> c.{x}",
            "a.{x:0..4} -> b.{x}\na.{x:5..9} -> c.{x}\na.{x:3..10} -> d.{x}",
            "a.{x:int} -> b.{x}\na.00 -> c",
            "a.{x} -> b.{x}\na.{x}.{y} -> c.{x}.{y}",
            "param bn = no | yes\na.{x} -> b.{x} when bn=no\na.0 -> c when bn=yes",
            "param bn = no | yes\na.{x} -> b.{x} when bn=no\na.0 -> c",
            "a.{x} -> b.{x} when has q\na.0 -> c",
        ])
    func reachable(body: String) {
        #expect(reasons(body) == [], "\(body)")
    }

    @Test("a condition that holds for both lines does not save the second")
    func sameCondition() {
        #expect(reasons("a.{x} -> b.{x} when has q\na.0 -> c when has q") == [.unreachable(by: [line(2)])])
    }

    @Test(
        "two lines whose targets meet are an error with a witness",
        arguments: [
            ("a.{x} -> c.{x}\nb.{x} -> c.{x}", "c.x", "b.x", "a.x"),
            ("a.{x} -> c.{x}\nb -> c.w", "c.w", "b", "a.w"),
            ("a.{x:int} -> c.{x}\nb.{x:int} -> c.{x+3}", "c.3", "b.0", "a.3"),
            ("a.{x:2..5} -> c.{x}\nb.{x:5..9} -> c.{x}", "c.5", "b.5", "a.5"),
            ("runs r from 1 group 1 = 1 2\na.{x} -> c.{x@r}\nb.{y} -> c.2.{y}", "c.2.0", "b.0", "a.2"),
            ("{x..}.g -> {x..}.w\na.h -> a.w", "a.w", "a.h", "a.g"),
            ("table t 0 1 -> p q\na.{x} -> c.{t[x]}\nb -> c.q", "c.q", "b", "a.1"),
            ("a.{n} -> c.{n} when hasnt b.{n}\nd.{m} -> c.{m}", "c.x", "d.x", "a.x"),
            ("a.{n:int} -> c.{n} when hasnt b.{n}\nb.{m:int} -> c.{m+1}", "c.1", "b.0", "a.1"),
            ("a.{n:0|1} -> c.{n} when hasnt b.0\nb.{m:0|1} -> c.{m}", "c.1", "b.1", "a.1"),
        ])
    func meeting(body: String, target: String, source: String, other: String) {
        let last = body.split(separator: "\n").count + 1
        let expected = RuleError.Reason.targetsMeet(
            other: line(last - 1), target: Key(target), source: Key(source), otherSource: Key(other))
        #expect(reasons(body) == [expected], "\(body)")
    }

    @Test("the witness is a key that its own line takes, not one that a line above takes")
    func shadowedWitness() {
        // b.0 … b.9 and b.x are taken above; b.10 is the first key that reaches the last line.
        let body = "b.{x:0..9} -> d.{x}\nb.{x:q|x} -> e.{x}\na.{x} -> c.{x}\nb.{x} -> c.{x}"
        guard case .targetsMeet(let other, let target, let source, let otherSource)? = reasons(body).first else {
            Issue.record("no meeting")
            return
        }
        #expect(other == line(4))
        #expect(!["b.q", "b.x"].contains(source.text) && !(0...9).map { "b.\($0)" }.contains(source.text))
        #expect(target.text == "c." + source.text.dropFirst(2) && otherSource.text == "a." + source.text.dropFirst(2))
    }

    @Test(
        "targets that only seem to meet are fine",
        arguments: [
            "a.0 -> b.first\na.{x} -> b.{x}.rest",
            "a.{x:int} -> d.{x}\na.{x} -> c.{x}\nb.{x:int} -> c.{x}",
            "a.{x:0..4} -> c.{x}\nb.{x:5..9} -> c.{x}",
            "param bn = no | yes\na -> c when bn=no\nb -> c when bn=yes",
            "a -> c when has q\nb -> c when hasnt q",
            "a.{n} -> c.{n} when hasnt b.{n}\nb.{m} -> c.{m}",
            "b.{m} -> c.{m}\na.{n} -> c.{n} when hasnt b.{n}",
            "a.{n}.w -> c.{n} when has a.{n}.q\nb.{n}.w -> c.{n} when hasnt a.{n}.q",
            "a.{n:int} -> c.{n+1} when hasnt b.{n}\nb.{m} -> c.{m+1}",
            "a.{n:0|1} -> c.{n} when hasnt b.{n}\nb.{m:0|1}, d.{m} -> c.{m} : add",
            "table t 0 1 -> p q\na.{x} -> c.{t[x]}\nb -> c.r",
            "runs r from 1 group 1 = 1 2\na.{x} -> c.{x@r}\nb.{y:int} -> c.2.{y+2}",
            "a.{x} -> c.{x}\nb.{x}.{y} -> c.{x}.{y}",
        ])
    func apart(body: String) {
        #expect(reasons(body) == [], "\(body)")
    }

    @Test(
        "thousands of entangled lines are read to the end, and what is checked first is still found",
        .timeLimit(.minutes(20)))
    func entangled() throws {
        let body = "a -> b\na -> c\n" + (0..<3000).map { "{x}.a\($0).{y} -> b\($0).{x}.{y}\n" }.joined()
        #expect(reasons(body) == [.unreachable(by: [line(2)])])
    }

    @Test("of thousands of lines that spell their keys out, the last is checked, too", .timeLimit(.minutes(20)))
    func spelledOut() {
        let body = (0..<6000).map { "layers.\($0).w -> blocks.\($0).weight\n" }.joined()
        #expect(reasons(body) == [])
        #expect(reasons(body + "layers.5.w -> x\n") == [.unreachable(by: [line(7)])])
        guard case .targetsMeet(let other, let target, _, _)? = reasons(body + "y -> blocks.7.weight\n").first else {
            Issue.record("no meeting")
            return
        }
        #expect(other == line(9) && target.text == "blocks.7.weight")
    }

    @Test("a file of many lines and parameters is checked to the end", .timeLimit(.minutes(20)))
    func large() {
        var body = "param v = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7\nparam w = 0 | 1 | 2 | 3\n"
        for index in 0..<300 { body += "a\(index).{x}.{p} -> b\(index % 7).c\(index).{x}.{p} when v=\(index % 8)\n" }
        body += "z.{x} -> y.{x} when w=1\n"
        #expect(RuleFileTests.errors(body) == [])
    }
}
