import KeyRules
import TensorCore
import Testing

/// What is said of a rule file before any checkpoint is seen.
@Suite struct RuleFileTests {
    /// Parses `body` below a title, so that its first line is line 2.
    static func parse(_ body: String) throws -> RuleFile {
        try RuleFile.parse("rules test\n" + body, name: "t.rules")
    }

    /// The errors of `body`, none if it parses.
    static func errors(_ body: String) -> [String] {
        do {
            _ = try parse(body)
            return []
        } catch let errors as RuleErrors {
            return errors.errors.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test("title, roots, parameters and models are there for whoever asks")
    func declarations() throws {
        let file = try RuleFile.parse(
            """
            # a comment first
            rules vgg: torchvision -> MMPreTrain   # and one behind
            root state_dict model
            param depth = 11 | 13|16
            model vgg$depth_x (depth=11|13) optional head.{x..}
            a$depth.{p} -> b.{p}
            """, name: "vgg.rules")
        #expect(file.title == "vgg: torchvision -> MMPreTrain")
        #expect(file.roots == ["state_dict", "model"])
        #expect(file.parameters.map(\.name) == ["depth"])
        #expect(file.parameters[0].values == ["11", "13", "16"])
        #expect(file.parameters[0].location == RuleLocation(file: "vgg.rules", line: 4))
        #expect(file.models == ["vgg11_x", "vgg13_x"])
    }

    @Test(
        "a syntax error names its line and column",
        arguments: [
            ("a.{x -> b", "t.rules:2:3: '{' without '}'"),
            ("a.x} -> b", "t.rules:2:4: '}' without '{'"),
            ("a.{} -> b", "t.rules:2:4: a capture name is expected in '{}'"),
            ("a.{x:} -> b.{x}", "t.rules:2:6: int, param, 2..17 or a|b is expected after ':'"),
            ("a.{x:9..2} -> b.{x}", "t.rules:2:6: 9..2 contains no number"),
            ("a.{x+one} -> b.{x}", "t.rules:2:6: a number is expected after 'x+'"),
            ("  a  b", "t.rules:2:6: '->' is expected in place of 'b'"),
            ("a ->", "t.rules:2:5: a side is expected here"),
            ("a -> b c", "t.rules:2:8: the line must end before 'c'"),
            ("drop a", "t.rules:2:7: 'because' is expected here"),
            ("absent a", "t.rules:2:9: 'because' is expected here"),
            ("absent a when has b because c", "t.rules:2:10: what is absent depends on parameters only"),
            ("drop a because", "t.rules:2:15: the reason is expected after 'because'"),
            ("? drop a", "t.rules:2:9: 'because' is expected here"),
            ("? drop", "t.rules:2:7: '->' is expected here"),
            ("? make a = int64 0 for b", "t.rules:2:8: '->' is expected in place of 'a'"),
            ("a.{x}{y} -> b.{x}.{y}", "t.rules:2:1: two captures in 'a.{x}{y}' need a text between them"),
            (
                "{x..}.{y..} -> {x..}.{y..}",
                "t.rules:2:1: '{x..}.{y..}' has two captures of several segments, one is the limit"
            ),
            ("a{x..} -> b{x..}", "t.rules:2:1: '{x..}' in 'a{x..}' must be whole segments"),
            ("$z.a -> b", "t.rules:2:1: there is no parameter 'z'"),
            ("a -> b when bn", "t.rules:2:13: PARAMETER=value is expected in place of 'bn'"),
            ("under a. -> b.\n  c -> d", "t.rules:2:1: 'under' without 'end'"),
            ("a -> b\nend", "t.rules:3:1: 'end' without 'under'"),
            ("a -> b\nor a. -> b.", "t.rules:3:1: 'or' follows 'under' or 'or'"),
            ("under a. -> b.\n c -> d\n or e. -> f.\nend", "t.rules:4:2: 'or' follows 'under' or 'or'"),
            ("runs r = 1 x", "t.rules:2:12: 'x' is not a number"),
            ("make a = int7000 0 for b", "t.rules:2:10: 'int7000' is not a dtype"),
            ("make a = int64 0.5 for b", "t.rules:2:16: '0.5' is not a value of int64"),
            ("rules again", "t.rules:2:1: 'rules' is already declared in line 1"),
            ("", "t.rules:1:1: the file has no rule"),
        ])
    func syntax(body: String, expected: String) {
        let errors = Self.errors(body)
        #expect(errors.contains(expected), "\(body): \(errors)")
    }

    @Test("a line that cannot be read is not also missed")
    func oneMistake() {
        #expect(Self.errors("{x -> {x}") == ["t.rules:2:1: '{' without '}'"])
        #expect(Self.errors("param bn = no | yes\na -> b when bn~no").count == 1)
    }

    @Test("a byte order mark and the line ends of Windows are not text")
    func windows() throws {
        let file = try RuleFile.parse("\u{FEFF}rules test\r\na -> b\r\n", name: "t.rules")
        #expect(file.title == "test")
    }

    @Test("the first statement says what the file converts")
    func title() {
        #expect(throws: RuleErrors.self) { try RuleFile.parse("a -> b", name: "t.rules") }
        #expect(throws: RuleErrors.self) { try RuleFile.parse("", name: "t.rules") }
    }

    @Test(
        "names must fit each other",
        arguments: [
            ("a.{x} -> b", "t.rules:2:4: capture 'x' stands on one side only"),
            ("a -> b.{x}", "t.rules:2:9: capture 'x' stands on one side only"),
            ("make a.{x} = int64 0 for b", "t.rules:2:9: capture 'x' stands on one side only"),
            ("a -> b when bn=yes", "t.rules:2:13: there is no parameter 'bn'"),
            (
                "param bn = no | yes\na -> b when bn=maybe",
                "t.rules:3:13: 'maybe' is not a value of 'bn', which is no | yes"
            ),
            ("param bn = no | yes\na -> b", "t.rules:2:1: no line depends on parameter 'bn'"),
            ("param bn = no | yes\nparam bn = 1\na -> b when bn=no", "t.rules:3:1: 'bn' is already declared in line 2"),
            ("a.{x} -> b.{t[x]}", "t.rules:2:13: there is no table or runs 't'"),
            ("table t 0 1 -> 0\na.{x} -> b.{t[x]}", "t.rules:2:1: the table has 2 values on the left, 1 on the right"),
            ("table t 0 0 -> 1 2\na.{x} -> b.{t[x]}", "t.rules:2:1: '0' stands twice on one side of 't'"),
            ("table t 0 1 -> 2 2\na.{x} -> b.{t[x]}", "t.rules:2:1: '2' stands twice on one side of 't'"),
            (
                "table t 0 -> 1\nruns t = 1 1\na.{x} -> b.{t[x]}",
                "t.rules:3:1: 't' is already defined for some of these parameter values in line 2"
            ),
            ("a.{x:1..3} -> b.{x:5..9}", "t.rules:2:18: no text fits all uses of capture 'x'"),
            (
                "table t a b -> c d\na.{x:int} -> b.{t[x]}",
                "t.rules:3:17: no text fits all uses of capture 'x'"
            ),
        ])
    func names(body: String, expected: String) {
        #expect(Self.errors(body).contains(expected), "\(body): \(Self.errors(body))")
    }

    @Test("every wrong line is reported, in order")
    func several() {
        let errors = Self.errors("a.{x -> b\nc -> d\ne.{y} -> f\ndrop g")
        #expect(errors.map { $0.prefix(9) } == ["t.rules:2", "t.rules:4", "t.rules:5"])
    }

    @Test("more combinations than the limit is an error, not a long wait")
    func combinations() {
        let values = (0..<50).map(String.init).joined(separator: " | ")
        let body = (0..<12).map { "param p\($0) = \(values)" }.joined(separator: "\n") + "\na -> b when p0=1"
        #expect(Self.errors(body).contains { $0.contains("combinations of parameter values, the limit is 65536") })
    }

    static let excesses: [(what: String, body: String, expected: String)] = {
        let bits = (0..<16).map { "param p\($0) = a|b\n" }.joined()
        let uses = (0..<16).map { "a\($0) -> b\($0) when p\($0)=a\n" }.joined()
        let alternatives = "under a -> b\n" + (1..<1000).map { "or a\($0) -> b\($0)\n" }.joined()
        return [
            (
                "lines times combinations of values", bits + uses + String(repeating: "c$p0 -> d\n", count: 100),
                "combinations of parameter values over all lines, the limit is 4194304"
            ),
            (
                "a line of many names", bits + "c" + (0..<16).map { "$p\($0)" }.joined() + " -> d",
                "combinations of parameter values over all lines"
            ),
            (
                "parameters", (0..<2000).map { "param p\($0) = a\n" }.joined() + "a -> b",
                "2000 parameters, the limit is 256"
            ),
            (
                "values, each looked up",
                "param p = " + (0..<60_000).map(String.init).joined(separator: "|")
                    + "\ntable T (p=" + [String](repeating: "59999", count: 60_000).joined(separator: "|")
                    + ") a -> b\na$p -> b$p", ""
            ),
            (
                "prefixes times lines", alternatives + String(repeating: "zeros -> a\n", count: 1000) + "end",
                "rules with the prefixes around them, the limit is 20000"
            ),
            (
                "runs", (0..<40).map { "runs R\($0) = 99999\n" }.joined() + "a -> b",
                "199998 numbers in all runs, the limit is 100000"
            ),
            (
                "captures", "a" + (0..<5000).map { "{c\($0)}." }.joined() + " -> b",
                "257 captures on one side, the limit is 256"
            ),
            ("one name, often", "param a = b\nk" + String(repeating: "$a", count: 100_000) + " -> z", ""),
            (
                "code bases", "param p = a\n" + (0..<2000).map { "codebase c\($0) (p=a)\n" }.joined() + "a$p -> b$p",
                "1001 code bases, the limit is 1000"
            ),
        ]
    }()

    @Test("what no file needs is an error, or is read in no time", arguments: excesses)
    func excess(what: String, body: String, expected: String) {
        let errors = Self.errors(body)
        #expect(errors.count < 2000)
        if !expected.isEmpty { #expect(errors.contains { $0.contains(expected) }, "\(errors.prefix(3))") }
    }

    @Test("numbers that no file needs are errors, not memory")
    func largeNumbers() {
        #expect(Self.errors("runs r = 99999999999999\na.{x} -> b.{x@r}").contains { $0.contains("go up to 100000") })
        #expect(Self.errors("runs r from 9223372036854775807 group 1 = 2\na -> b").count == 1)
        #expect(Self.errors("a.{x:0..9223372036854775807} -> b.{x+9223372036854775807}") == [])
        #expect(Self.errors("a.{x:0..9223372036854775806} -> b.{x}") == [])
    }
}
