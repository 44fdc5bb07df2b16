import KeyRules
import TensorCore
import Testing

/// What the statements of the language do to a checkpoint.
@Suite struct PlannerTests {
    private func tensors(_ keys: [String]) -> [TensorSignature] {
        keys.map { TensorSignature(key: Key($0), dtype: .float32, shape: [2]) }
    }

    private func plan(
        _ body: String, _ keys: [String], _ direction: Direction = .forward, settings: [String: String] = [:],
        allow: [String] = []
    ) throws -> ConversionPlan {
        try RuleFileTests.parse(body).plan(
            PlanRequest(
                tensors: tensors(keys), direction: direction, settings: settings, allowUnmatched: allow.map { Glob($0) }
            ))
    }

    @Test(
        "a capture takes what its form says",
        arguments: [
            ("a.{x} -> b.{x}", "a.w", "b.w"), ("a.{x} -> b.{x}", "a.w.v", nil), ("a.{x} -> b.{x}", "a.", nil),
            ("a.{x}.c -> b.{x}", "a.w.c", "b.w"), ("a/{x}:0 -> b.{x}", "a/w:0", "b.w"),
            ("a.{x:int} -> b.{x}", "a.10", "b.10"), ("a.{x:int} -> b.{x}", "a.01", nil),
            ("a.{x:int} -> b.{x}", "a.-1", nil), ("a.{x:int} -> b.{x}", "a.99999999999999999999", nil),
            ("a.{x:2..17} -> b.{x}", "a.17", "b.17"), ("a.{x:2..17} -> b.{x}", "a.18", nil),
            ("a.{x:p|q} -> b.{x}", "a.q", "b.q"), ("a.{x:p|q} -> b.{x}", "a.pq", nil),
            ("a.{x:param} -> b.{x}", "a.running_var", "b.running_var"), ("a.{x:param} -> b.{x}", "a.gamma", nil),
            ("{x..} -> b.{x..}", "a.b/c", "b.a.b/c"), ("a.{x..}.w -> {x..}", "a.b.c.w", "b.c"),
            ("a.{x..}.w -> {x..}", "a.w", nil), ("a.{x..} -> {x}.z", "a.b.c", "b.c.z"),
            ("a.{x+1} -> b.{x}", "a.1", "b.0"), ("a.{x+1} -> b.{x}", "a.0", nil),
            ("a.{x-1} -> b.{x}", "a.0", "b.1"), ("a.{x:int} -> b.{x-1}", "a.0", nil),
            ("layer{n:int}_{m} -> {m}.{n}", "layer3_q", "q.3"), ("l{n}_w -> {n}", "l_w", nil),
            ("a.{x}.{x} -> b.{x}", "a.c.c", "b.c"), ("a.{x}.{x} -> b.{x}", "a.c.d", nil),
            ("table T x y -> p p.q\na.{T[n]}.{k..} -> b.{n}/{k..}", "a.p.q.r", "b.x/q.r"),
            ("é.{x} -> ü.{x}", "é.ö", "ü.ö"), ("a -> b", "a.c", nil), ("a -> b", "xa", nil),
        ] as [(String, String, String?)])
    func captures(body: String, key: String, expected: String?) throws {
        let plan = try plan(body, [key])
        #expect(plan.entries.first?.target.text == expected, "\(body): \(key): \(plan.findings)")
        #expect(plan.isExecutable == (expected != nil))
        guard let expected else { return }
        let back = try self.plan(body, [expected], .reverse)
        #expect(back.entries.map(\.target.text) == [key], "\(body): \(back.findings)")
    }

    @Test("a checkpoint of which the rules take no key is one error, with the nearest line")
    func foreignCheckpoint() throws {
        let plan = try plan("conv.{i:int}.weight -> c.{i}.weight", ["conv.x.weight", "output", "layers.conv1"])
        #expect(plan.errors.map(\.code) == [.foreignCheckpoint])
        #expect(plan.errors[0].key == "conv.x.weight")
        #expect(plan.errors[0].rule?.line == 2)
    }

    @Test("runs turn a flat index into group.offset and back")
    func runs() throws {
        let body = "runs stage from 1 group 1 = 1 2 3 4 3 3 1\nf.{n@stage}.w -> x.{n}\n"
        let flat = "runs stage from 1 group 1 = 1 2 3 4 3 3 1\nx.{n} -> f.{n@stage}.w"
        let keys = (1...17).map { "x.\($0)" }
        let expected = [
            "1.0", "2.0", "2.1", "3.0", "3.1", "3.2", "4.0", "4.1", "4.2", "4.3", "5.0", "5.1", "5.2", "6.0", "6.1",
            "6.2", "7.0",
        ].map { "f.\($0).w" }
        #expect(try plan(flat, keys).entries.map(\.target.text) == expected)
        #expect(try plan(flat, expected, .reverse).entries.map(\.target.text) == keys)
        #expect(try plan(body, expected).entries.map(\.target.text) == keys)
        #expect(try plan(flat, keys + ["x.18"]).errors.map(\.key?.text) == ["x.18"])
    }

    @Test("the first line that matches takes the key, in both directions")
    func firstMatch() throws {
        let body = "a.0 -> b.first\na.{x} -> b.{x}.rest"
        #expect(try plan(body, ["a.1", "a.0"]).entries.map(\.target) == ["b.1.rest", "b.first"])
        let back = try plan(body, ["b.1.rest", "b.first"], .reverse)
        #expect(back.entries.map(\.target) == ["a.1", "a.0"])
        // Forward, a.0 never becomes b.0.rest; so backward, b.0.rest is nobody's.
        let stray = try plan(body, ["b.0.rest", "b.1.rest", "b.first"], .reverse)
        #expect(stray.errors.map(\.key) == ["b.0.rest"])
    }

    @Test("backward, a line does not spell a key that it reads in another way forward")
    func ambiguous() throws {
        let body = "{a}_{b}.w -> {a}.{b}.w"
        #expect(try plan(body, ["x_y_z.w"]).entries.map(\.target) == ["x.y_z.w"])
        let back = try plan(body, ["x.y_z.w", "x_y.z.w"], .reverse)
        #expect(back.entries.map(\.target) == ["x_y_z.w"])
        #expect(back.errors.map(\.key) == ["x_y.z.w"])
    }

    @Test("prefixes nest, and each alternative of 'or' is one")
    func under() throws {
        let body = """
            under m.{s:int}. -> n.{s}.
            or o.{s:int}. -> p.{s}.
              under q. -> r.
                w -> v
              end
              x -> y
            end
            z -> z
            """
        let plan = try plan(body, ["m.0.q.w", "o.3.x", "z", "m.1.x"])
        #expect(plan.entries.map(\.target) == ["n.0.r.v", "p.3.y", "z", "n.1.y"])
        #expect(plan.entries.map(\.rule.line) == [5, 7, 9, 7])
        #expect(plan.entries[1].captures.map { "\($0.name)=\($0.text)" } == ["s=3"])
        #expect(plan.isExecutable)
    }

    @Test("a dropped key is gone with its reason, and does not come back")
    func drop() throws {
        let body = "drop {m..}.mask because the model computes it\n{x..} -> b.{x..}"
        let plan = try plan(body, ["a.mask", "a.w"])
        #expect(plan.dropped.map(\.key) == ["a.mask"])
        #expect(plan.dropped.map(\.reason) == ["the model computes it"])
        #expect(plan.dropped.map(\.rule?.line) == [2])
        #expect(plan.entries.map(\.target) == ["b.a.w"])
        let back = try self.plan(body, ["b.a.w"], .reverse)
        #expect(back.isExecutable)
        #expect(back.findings.map(\.code) == [.forwardOnly])
        #expect(back.findings.map(\.rule?.line) == [2])
        // What would come back as a dropped key cannot.
        #expect(try self.plan(body, ["b.a.w", "b.a.mask"], .reverse).errors.map(\.key) == ["b.a.mask"])
    }

    @Test("a line that matches nothing is an error, but for '?'")
    func unused() throws {
        let plan = try plan("a -> b\nc -> d\n?e -> f\n? g -> h", ["a"])
        #expect(plan.errors.map(\.code) == [.unusedRule])
        #expect(plan.errors.map(\.rule?.line) == [3])
        #expect(plan.errors[0].description == "t.rules:3: no key of the checkpoint matches 'c -> d'")
    }

    @Test("'? drop' takes what is there, and may match nothing")
    func optionalDrop() throws {
        let body = "a -> b\n? drop mask when has a because the model computes it\n? drop -> c"
        let without = try plan(body, ["a"])
        #expect(without.findings == [])
        #expect(without.isExecutable)
        let with = try plan(body, ["mask", "drop", "a"])
        #expect(with.findings == [])
        #expect(with.dropped.map(\.key) == ["mask"])
        #expect(with.dropped.map(\.reason) == ["the model computes it"])
        #expect(with.dropped.map(\.rule?.line) == [3])
        // A rule for a key of that name is a rule.
        #expect(with.entries.map(\.target) == ["c", "b"])
        #expect(try plan("a -> b\ndrop mask because old", ["a"]).errors.map(\.code) == [.unusedRule])
    }

    @Test("keys that the user allows are left out and listed")
    func allowed() throws {
        let plan = try plan("a -> b", ["a", "ema.x", "ema.y"], allow: ["ema.*"])
        #expect(plan.isExecutable)
        #expect(plan.dropped.map(\.key) == ["ema.x", "ema.y"])
        #expect(plan.dropped.map(\.rule) == [nil, nil])
        #expect(try !self.plan("a -> b", ["a", "emb.x"], allow: ["ema.*"]).isExecutable)
    }

    @Test("'has' asks for a companion key: the left one forward, the one after '~' backward")
    func presence() throws {
        let body = """
            {m..}.bias -> {m..}.shift when has {m}.norm ~ {m}.gain
            {m..}.bias -> {m..}.offset when hasnt {m}.norm ~ {m}.gain
            {m..}.norm -> {m..}.gain
            """
        let plan = try plan(body, ["a.bias", "b.bias", "a.norm"])
        #expect(plan.entries.map(\.target) == ["a.shift", "b.offset", "a.gain"])
        let back = try self.plan(body, ["a.shift", "b.offset", "a.gain"], .reverse)
        #expect(back.entries.map(\.target) == ["a.bias", "b.bias", "a.norm"])
        #expect(back.findings == [])
    }

    @Test("'has' without '~' cannot run backward, which is said")
    func presenceWithoutReverse() throws {
        let body = "a -> b when has c.{x}\nc.{x} -> d.{x}"
        #expect(try plan(body, ["a", "c.0"]).isExecutable)
        let back = try plan(body, ["b", "d.0"], .reverse)
        #expect(back.findings.map(\.code) == [.unmatchedKey, .forwardOnly])
        #expect(back.findings.map(\.rule?.line) == [2, 2])
    }

    @Test("parameters are deduced, or taken as given")
    func parameters() throws {
        let body = """
            param kind = new | old
            param depth = 1 | 2
            table t (depth=1) 0 -> 5
            table t (depth=2) 0 1 -> 7 8
            $kind.{n} -> x.{t[n]} when kind=new|old
            """
        let plan = try plan(body, ["old.0", "old.1"])
        #expect(plan.settings.map(\.value) == ["old", "2"])
        #expect(plan.entries.map(\.target) == ["x.7", "x.8"])
        let given = try self.plan(body, ["old.0"], settings: ["depth": "2"])
        #expect(given.settings.map(\.origin) == [.deduced, .given])
        #expect(given.entries.map(\.target) == ["x.7"])
        let either = "param a = 1 | 2\nx -> y.$a"
        let undecided = try self.plan(either, ["x"])
        #expect(undecided.errors.map(\.code) == [.undecidedSettings])
        #expect(undecided.errors[0].message.contains("a=1, a=2"))
    }

    @Test("where the keys fit longer runs too, the runs that they fill are meant, in both directions")
    func wholeTables() throws {
        let body = """
            param blocks = 3 | 5 | 6
            runs stage (blocks=3) from 0 group 1 = 1 2
            runs stage (blocks=5) from 0 group 1 = 2 3
            runs stage (blocks=6) from 0 group 1 = 2 4
            stem -> stem
            block.{i:int}.w -> stage.{i@stage}.w
            ? block.{i:int}.b -> stage.{i@stage}.b
            """
        func keys(_ count: Int) -> [String] { ["stem"] + (0..<count).map { "block.\($0).w" } + ["block.0.b"] }
        for (count, last) in [(3, "stage.2.1.w"), (5, "stage.2.2.w"), (6, "stage.2.3.w")] {
            let plan = try plan(body, keys(count))
            #expect(plan.settings.map(\.value) == ["\(count)"])
            #expect(plan.entries.dropLast().last?.target.text == last)
            let back = try self.plan(body, plan.entries.map(\.target.text), .reverse)
            #expect(back.settings.map(\.value) == ["\(count)"])
            #expect(back.entries.map(\.target.text) == keys(count))
        }
        // Four blocks fill none.
        let four = try plan(body, keys(4))
        #expect(four.errors.map(\.code) == [.undecidedSettings])
        #expect(four.errors[0].message.contains("blocks=5, blocks=6"))
    }

    @Test("a setting that the file does not know is an error that lists what it knows")
    func unknownSettings() throws {
        let body = "param bn = no | yes\na -> b when bn=no\nc -> d when bn=yes"
        #expect(
            try plan(body, ["a"], settings: ["nb": "no"]).errors[0].message == "there is no parameter 'nb'; there is bn"
        )
        #expect(
            try plan(body, ["a"], settings: ["bn": "maybe"]).errors[0].description
                == "t.rules:2: 'maybe' is not a value of 'bn', which is no | yes")
    }

    @Test("many parameters are deduced without trying every combination key by key")
    func manyCombinations() throws {
        var body = ""
        for index in 0..<8 {
            body += "param p\(index) = a | b | c | d\n"
            body += "k\(index).a.{x} -> o\(index).{x} when p\(index)=a\n"
            body += "k\(index).b.{x} -> o\(index).{x} when p\(index)=b\n"
            body += "k\(index).c.{x} -> o\(index).{x} when p\(index)=c\n"
            body += "k\(index).d.{x} -> o\(index).{x} when p\(index)=d\n"
        }
        let keys = (0..<8).flatMap { index in (0..<50).map { "k\(index).\(["a", "b", "c", "d"][index % 4]).\($0)" } }
        let plan = try plan(body, keys)
        #expect(plan.isExecutable)
        #expect(plan.settings.map(\.value) == ["a", "b", "c", "d", "a", "b", "c", "d"])
    }

    @Test("two sources of one target are an error with both")
    func sharedTarget() throws {
        let plan = try plan("q.{a}.{b} -> {a}_{b}", ["q.a_b.c", "q.a.b_c"])
        #expect(plan.errors.map(\.code) == [.sharedTarget])
        #expect(
            plan.errors[0].description
                == "t.rules:2: 'q.a.b_c' and 'q.a_b.c' (line 2) both become 'a_b_c'")
    }

    @Test("the nearest pattern is offered for a key that nothing matches")
    func nearest() throws {
        let body = "head.fc.{p} -> head.{p}\nlayer{s:1..4}.{b:int}.conv{c:1..3}.weight -> l{s}.{b}.{c}"
        let keys = ["head.fc.w", "layer1.0.conv1.weight"]
        for key in ["layer5.0.conv1.weight", "layer1.0.conv1.wieght", "layer1.conv1.weight", "layer1.x.conv1.weight"] {
            let plan = try plan(body, keys + [key])
            #expect(plan.errors.map(\.rule?.line) == [3], "\(key)")
            #expect(plan.errors[0].message.contains("'layer{s:1..4}.{b:int}.conv{c:1..3}.weight'"))
        }
        #expect(try plan(body, keys + ["optimizer.state"]).errors.map(\.rule) == [nil])
    }

    @Test("constants are made for matching targets, and accounted for backward")
    func constants() throws {
        let body = "{m..}.var -> b.{m..}.var\nmake b.{m..}.count = int64 7 for b.{m..}.var"
        let plan = try plan(body, ["x.var", "y.var"])
        #expect(plan.entries.map(\.target) == ["b.x.var", "b.y.var", "b.x.count", "b.y.count"])
        #expect(plan.entries[2].operations == [.constant(.int64, value: "7", shape: [])])
        #expect(plan.entries[2].dtype == .int64 && plan.entries[2].shape == [])
        #expect(plan.entries[2].captures.map(\.text) == ["x"])
        let back = try self.plan(body, ["b.x.var", "b.x.count"], .reverse)
        #expect(back.isExecutable)
        #expect(back.dropped.map(\.key) == ["b.x.count"])
        #expect(back.dropped.map(\.rule?.line) == [3])
    }

    @Test("a constant that several keys ask for is made once")
    func sharedConstant() throws {
        let plan = try plan("{k..} -> {k..}\nmake {m}.count = int64 0 for {m}.{p}", ["x.var", "x.mean", "y.var"])
        #expect(plan.entries.dropFirst(3).map(\.target) == ["x.count", "y.count"])
        #expect(plan.isExecutable)
    }

    @Test("what is absent from every source is not missed, all of it or none, and left out backward")
    func absent() throws {
        var request = PlanRequest(tensors: tensors(["a.0.w", "a.1.w"]))
        request.model = PlanRequest.Model(
            name: "m", tensors: tensors(["t.0.w", "t.1.w", "t.0.index", "t.1.index"]))
        let rules = try RuleFileTests.parse(
            "param s = a|b\n$s.{i:int}.w -> t.{i}.w\nabsent t.{i:int}.index when s=a because it is computed")
        let plan = rules.plan(request)
        #expect(plan.isExecutable)
        #expect(plan.findings.map(\.message) == ["'t.{i:int}.index' (2 tensors) is not made: it is computed"])
        #expect(plan.findings.map(\.rule?.line) == [4])
        #expect(plan.optionalGroups.map(\.missing) == [["t.0.index", "t.1.index"]])
        request.model = nil
        #expect(rules.plan(request).findings.map(\.message) == ["'t.{i:int}.index' is not made: it is computed"])
        request = PlanRequest(tensors: tensors(["t.0.w", "t.0.index"]), direction: .reverse, settings: ["s": "a"])
        let back = rules.plan(request)
        #expect(back.isExecutable)
        #expect(back.entries.map(\.target) == ["a.0.w"])
        #expect(back.dropped.map(\.key) == ["t.0.index"])
        #expect(back.dropped.map(\.reason) == ["it is computed"])
        request.settings = ["s": "b"]
        #expect(rules.plan(request).errors.map(\.key) == ["t.0.index"])
    }

    @Test("an empty checkpoint is an error")
    func empty() throws {
        #expect(try plan("a -> b", []).errors.map(\.code) == [.emptyCheckpoint])
    }

    @Test("keys that differ in normalisation only stay apart")
    func normalisation() throws {
        let plan = try plan("a.{x} -> b.{x}", ["a.e\u{301}", "a.\u{e9}"])
        #expect(plan.isExecutable)
        #expect(plan.entries.map(\.target) == [Key("b.e\u{301}"), Key("b.\u{e9}")])
        #expect(plan.entries[0].target != plan.entries[1].target)
    }

    @Test("a key that would take long to match is refused instead")
    func longKey() throws {
        let key = String(repeating: "a.", count: 500_000) + "w"
        let plan = try plan("?{a}_{b}_{c}.w -> n.{a}.{b}.{c}.z\n{x..}.w -> {x..}.v", ["q.w", key])
        #expect(plan.errors.map(\.code) == [.unmatchedKey])
    }
}
