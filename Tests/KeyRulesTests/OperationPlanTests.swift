import KeyRules
import TensorCore
import TensorOperations
import Testing

/// Lines of several tensors and of operations, as plans.
@Suite struct OperationPlanTests {
    /// `a.w [2, 3]` or `a.b float16 [2]`
    private func tensors(_ texts: [String]) -> [TensorSignature] {
        texts.map { text in
            let words = text.split(separator: " ", maxSplits: 1).map(String.init)
            let rest = words.count > 1 ? words[1] : "[2]"
            let dtype = DType(rawValue: String(rest.prefix { $0 != " " && $0 != "[" })) ?? .float32
            let digits = rest.drop { $0 != "[" }.dropFirst().dropLast()
            let shape = digits.split(separator: ",").compactMap { Int($0.drop { $0 == " " }) }
            return TensorSignature(key: Key(words[0]), dtype: dtype, shape: shape)
        }
    }

    private func plan(
        _ body: String, _ texts: [String], _ direction: Direction = .forward, named: [String: [String]] = [:],
        carrier: String? = nil, settings: [String: String] = [:]
    ) throws -> ConversionPlan {
        try RuleFileTests.parse(body).plan(
            PlanRequest(
                tensors: tensors(texts), carrier: carrier,
                named: named.sorted { $0.key < $1.key }.map { .init(name: $0.key, tensors: tensors($0.value)) },
                direction: direction, settings: settings))
    }

    /// `key ← sources : operations dtype shape`
    private func lines(_ plan: ConversionPlan) -> [String] {
        plan.entries.map { entry in
            let sources = entry.sources.map(\.text).joined(separator: ", ")
            let operations = entry.operations.map(\.description).joined(separator: "; ")
            return "\(entry.target) ← \(sources) : \(operations) \(entry.dtype) \(entry.shape)"
        }
    }

    /// Plans forward, compares, plans the result backward, and expects the tensors that it began with.
    private func expectBothWays(_ body: String, _ texts: [String], _ expected: [String]) throws {
        let plan = try plan(body, texts)
        #expect(plan.findings.filter { $0.severity == .error } == [])
        #expect(lines(plan) == expected)
        let results = plan.entries.map { "\($0.target) \($0.dtype)\($0.shape)" }
        let back = try self.plan(body, results, .reverse)
        #expect(back.errors == [], "\(body)")
        let found = Set(back.entries.map { "\($0.target) \($0.dtype) \($0.shape)" })
        #expect(found == Set(tensors(texts).map { "\($0.key) \($0.dtype) \($0.shape)" }))
    }

    @Test("a layout changes each tensor that the line takes")
    func layout() throws {
        try expectBothWays(
            "{m..}/kernel -> {m..}.weight : h w i o -> o i h w", ["a/b/kernel float32[3, 5, 7, 9]"],
            ["a/b.weight ← a/b/kernel : h w i o -> o i h w float32 [9, 7, 3, 5]"])
    }

    @Test("several tensors with the same captures become one, and one becomes several again")
    func concat() throws {
        try expectBothWays(
            "l.{i:int}.q.{p}, l.{i}.k.{p}, l.{i}.v.{p} -> m.{i}.qkv.{p} : concat 0",
            [
                "l.0.q.w [2, 4]", "l.1.v.w [2, 4]", "l.0.k.w [2, 4]", "l.0.v.w [2, 4]", "l.1.q.w [2, 4]",
                "l.1.k.w [2, 4]",
            ],
            [
                "m.0.qkv.w ← l.0.q.w, l.0.k.w, l.0.v.w : concat 0 float32 [6, 4]",
                "m.1.qkv.w ← l.1.q.w, l.1.k.w, l.1.v.w : concat 0 float32 [6, 4]",
            ])
        try expectBothWays(
            "a.qkv -> a.q, a.kv : split 0 2 4", ["a.qkv [6, 4]"],
            ["a.q ← a.qkv : split 0 2 4 float32 [2, 4]", "a.kv ← a.qkv : split 0 2 4 float32 [4, 4]"])
    }

    @Test("zeros are a part that goes backward only if it is zero")
    func zeros() throws {
        let body = "{m..}.q_bias, zeros, {m..}.v_bias -> {m..}.qkv.bias : concat 0"
        try expectBothWays(
            body, ["a.q_bias [3]", "a.v_bias [3]"], ["a.qkv.bias ← a.q_bias, a.v_bias : concat 0 float32 [9]"])
        let back = try plan(body, ["a.qkv.bias [9]"], .reverse)
        #expect(back.entries.map(\.checksZeros) == [true, false])
        #expect(back.entries.map(\.result) == [0, 2])
        #expect(back.entries[0].computation?.zeroResults == [1])
    }

    @Test("zeros on the right are a part that goes forward only if it is zero")
    func zeroResults() throws {
        let body = "{m..}.qkv.bias -> {m..}.q_bias, zeros, {m..}.v_bias : split 0 3"
        try expectBothWays(
            body, ["a.qkv.bias [9]"],
            ["a.q_bias ← a.qkv.bias : split 0 3 float32 [3]", "a.v_bias ← a.qkv.bias : split 0 3 float32 [3]"])
        let plan = try plan(body, ["a.qkv.bias [9]"])
        #expect(plan.entries.map(\.checksZeros) == [true, false])
        #expect(plan.entries.map(\.result) == [0, 2])
        #expect(plan.entries[0].computation?.zeroResults == [1])
        try expectBothWays("a -> zeros, b : split 0 2 3", ["a [5]"], ["b ← a : split 0 2 3 float32 [3]"])
        let back = try self.plan("a -> zeros, b : split 0 2 3", ["b [3]"], .reverse)
        #expect(back.entries.map(\.shape) == [[5]])
        #expect(back.entries[0].computation?.operands == [.zeros, .source(0)])
    }

    @Test("stack joins what a capture counts, in its order and without gap; unstack takes it apart")
    func stack() throws {
        let body = "e.{i:int}.{p} -> all.{p} : stack 0 i"
        try expectBothWays(
            body, ["e.2.w [5]", "e.0.w [5]", "e.1.w [5]"], ["all.w ← e.0.w, e.1.w, e.2.w : stack 0 i float32 [3, 5]"])
        try expectBothWays(
            "all -> e.{i}.w : unstack 1 i", ["all [5, 2]"],
            ["e.0.w ← all : unstack 1 i float32 [5]", "e.1.w ← all : unstack 1 i float32 [5]"])
        try expectBothWays(
            "{i:q|k|v}.w -> qkv : stack 0 i", ["v.w", "k.w", "q.w"], ["qkv ← q.w, k.w, v.w : stack 0 i float32 [3, 2]"])
        try expectBothWays(
            "all -> e.{i:1..2}.w : unstack 0 i", ["all [2, 5]"],
            ["e.1.w ← all : unstack 0 i float32 [5]", "e.2.w ← all : unstack 0 i float32 [5]"])
        let gap = try plan(body, ["e.2.w [5]", "e.0.w [5]"])
        #expect(gap.errors.map(\.description) == ["t.rules:2: 'e.2.w': the members have a gap: there is no 'e.1.w'"])
        let short = try plan("{i:q|k|v}.w -> qkv : stack 0 i", ["v.w", "q.w"])
        #expect(short.errors.map(\.code) == [.incompleteLine])
        let wrong = try plan("all -> e.{i:1..2}.w : unstack 0 i", ["all [3, 5]"])
        #expect(
            wrong.errors.map(\.message) == ["'all': 'unstack 0 i': the axis has 3 elements, the capture stands for 2"])
    }

    @Test("one tensor with several targets is the same tensor several times")
    func copies() throws {
        try expectBothWays(
            "embed -> wte, lm_head", ["embed [4, 2]"],
            ["wte ← embed : the same tensor float32 [4, 2]", "lm_head ← embed : the same tensor float32 [4, 2]"])
    }

    @Test("operations follow on each other; parameters fill them in")
    func several() throws {
        let body = """
            param heads = 2 | 4
            q, k -> qk : (h d) c -> h d c with h=$heads; stack0 -> stack0
            """
        #expect(RuleFileTests.errors(body).count == 1)
        try expectBothWays(
            "param heads = 2 | 3\nq, k -> qk : (h d) c -> h d c with h=$heads; concat 0; h d c -> h c d",
            ["q [9, 5]", "k [9, 5]"],
            ["qk ← q, k : (h d) c -> h d c with h=3; concat 0; h d c -> h c d float32 [6, 5, 3]"])
    }

    @Test("a line that lacks one of its tensors takes none, and says which")
    func companions() throws {
        let body = "{m..}.q, {m..}.k -> {m..}.qk : concat 0\n?{m..}.q -> {m..}.query"
        #expect(lines(try plan(body, ["a.q", "b.q", "b.k"])).map { $0.prefix(7) } == ["a.query", "b.qk ← "])
        let lacking = try plan(body, ["a.q", "a.k", "b.k"])
        #expect(
            lacking.errors.map(\.description)
                == ["t.rules:2: no rule takes 'b.k': the line needs 'b.q' too, which is not there"])
        let back = try plan("a -> b, c : split 0 2", ["b [1]"], .reverse)
        #expect(back.errors.first?.message == "no rule takes 'b': the line needs 'c' too, which is not there")
    }

    @Test("a tensor that another line takes is missed by its own")
    func stolen() throws {
        let plan = try plan("a.q -> b\n?{m}.q, {m}.k -> {m}.qk : concat 0", ["a.q", "a.k"])
        #expect(
            plan.errors.map(\.description) == ["t.rules:3: 'a.k': the line needs 'a.q' too, which another line takes"])
    }

    @Test("operations that do not fit are errors with line, key and figures")
    func misfits() throws {
        let concat = try plan("a, b -> c : concat 0", ["a [2, 3]", "b [2, 4]"])
        #expect(
            concat.errors.map(\.description)
                == ["t.rules:2: 'a': 'concat 0' of tensors that do not fit: float32 [2, 3] and float32 [2, 4]"])
        #expect(concat.errors[0].code == .operationMismatch)
        let split = try plan("a -> b, c : split 0 2", ["a [5]"])
        #expect(split.errors.map(\.message) == ["'a': 'split 0 2' of [5]: 5 is not divisible by 2"])
        let layout = try plan("a -> b : h w -> w h", ["a [5]"])
        #expect(layout.errors.map(\.message) == ["'a': 'h w -> w h' is for 2 dimensions, the tensor [5] has 1"])
    }

    @Test("parameters are deduced by what operations fit")
    func deduced() throws {
        let body = "param n = 2 | 3\na -> b, c : split 0 $n 4"
        let plan = try plan(body, ["a [7]"])
        #expect(plan.settings.map(\.value) == ["3"])
        #expect(lines(plan).first == "b ← a : split 0 3 4 float32 [3]")
    }

    @Test(
        "lines that lose something run forward only, which --reverse says",
        arguments: [
            ("a -> b : slice 0 1..", "'slice 0 1..' cannot be undone"), ("a, c -> b : add", "'add' cannot be undone"),
            ("a, c, d -> b : lora 2", "'lora 2' cannot be undone"),
            ("a -> b : cast float16", "'cast float16' does not say what it was cast from"),
            ("a -> b : h w -> (h w)", "the right side of 'h w -> (h w)' does not say how its axes are divided"),
            ("a -> b when has c", "its 'has' condition names no '~' key to look for"),
        ])
    func forwardOnly(_ body: String, _ reason: String) throws {
        let plan = try plan(body + "\nx -> y", ["b", "y"], .reverse)
        #expect(plan.findings.filter { $0.code == .forwardOnly }.map(\.rule?.line) == [2])
        #expect(plan.findings.contains { $0.message == "the line runs forward only: \(reason)" }, "\(plan.findings)")
        #expect(plan.errors.map(\.message) == ["no rule takes 'b': the line runs forward only: \(reason)"])
    }

    @Test("the members of a stack may be several tensors, joined before or after it, under a prefix too")
    func members() throws {
        let body = """
            under l.{n:int}. -> m.{n}.
              {e:int}.a, {e}.b -> ab : concat 0; stack 0 e
              {e:int}.c, {e}.d -> cd : stack 0 e; concat 1
            end
            """
        try expectBothWays(
            body,
            ["l.0.0.a [2, 3]", "l.0.1.b [2, 3]", "l.0.0.b [2, 3]", "l.0.1.a [2, 3]", "l.0.0.c [4]", "l.0.0.d [4]"],
            [
                "m.0.ab ← l.0.0.a, l.0.0.b, l.0.1.a, l.0.1.b : concat 0; stack 0 e float32 [2, 4, 3]",
                "m.0.cd ← l.0.0.c, l.0.0.d : stack 0 e; concat 1 float32 [1, 8]",
            ])
        let lacking = try plan(
            "{e:int}.a, {e}.b -> ab : concat 0; stack 0 e\n?{x..} -> y.{x..}", ["0.a", "0.b", "1.a", "2.a", "2.b"])
        #expect(lacking.errors.map(\.message) == ["'0.a': the members have a gap: there is no '1.a'"])
        try expectBothWays(
            "under all. -> l.{e:int}.\n  ab -> a, b : unstack 0 e; split 0 2\n  c -> c : unstack 0 e\nend",
            ["all.ab [2, 4]", "all.c [2]"],
            [
                "l.0.a ← all.ab : unstack 0 e; split 0 2 float32 [2]",
                "l.0.b ← all.ab : unstack 0 e; split 0 2 float32 [2]",
                "l.1.a ← all.ab : unstack 0 e; split 0 2 float32 [2]",
                "l.1.b ← all.ab : unstack 0 e; split 0 2 float32 [2]",
                "l.0.c ← all.c : unstack 0 e float32 []", "l.1.c ← all.c : unstack 0 e float32 []",
            ])
    }

    @Test("inputs may have any names and be any number; those that the rules read are listed where some lack")
    func manyInputs() throws {
        let ranks = (0..<8).map { "r\($0)" }
        let body = ranks.map { "\($0):{k..}.weight" }.joined(separator: ", ") + " -> {k..}.weight : concat 0"
        let others = Dictionary(uniqueKeysWithValues: ranks.dropFirst().map { ($0, ["a.weight [2, 3]"]) })
        let plan = try plan(body, ["a.weight [2, 3]"], named: others, carrier: "r0")
        #expect(plan.errors == [])
        #expect(plan.entries.map(\.shape) == [[16, 3]])
        #expect(plan.entries[0].sources.map(\.text) == ["a.weight"] + ranks.dropFirst().map { "\($0):a.weight" })

        let few = try self.plan("a_1:{k}, B2:{k}, c:{k} -> {k} : mean", ["x"], named: ["B2": ["x"]])
        #expect(
            few.errors.map(\.message) == ["the rules read the inputs a_1, B2, c: give a_1=FILE, c=FILE; given: B2"])
        let surplus = try self.plan("a:{k} -> {k}", ["x"], named: ["b": ["x"]], carrier: "a")
        #expect(surplus.errors.map(\.message) == ["no line reads the input 'b'; the rules read a"])
    }

    @Test("lines read named inputs; sides without a name read the carrier")
    func inputs() throws {
        let body = """
            base:{k..}, delta:{k..} -> m.{k..} : add
            ?delta:{k..} -> n.{k..}
            ?base:{k..} -> o.{k..}
            """
        let plan = try plan(body, ["x.w", "y.w"], named: ["delta": ["x.w", "z.w"]], carrier: "base")
        #expect(
            lines(plan) == [
                "m.x.w ← x.w, delta:x.w : add float32 [2]", "o.y.w ← y.w :  float32 [2]",
                "n.z.w ← delta:z.w :  float32 [2]",
            ])
        #expect(plan.entries.map(\.tensors) == [[0, 2], [1], [3]])
        #expect(plan.isExecutable)
        let without = try self.plan(body, ["x.w"])
        #expect(
            without.errors.map(\.description)
                == ["t.rules:2: the rules read the inputs base, delta: give base=FILE, delta=FILE"])
        let plain = try self.plan("{k} -> b.{k}\nlora:{k}.up -> b.{k}.up", ["a"], named: ["lora": ["a.up", "c"]])
        #expect(plain.errors.map(\.key?.text) == ["lora:c"])
        #expect(plain.errors[0].message.hasPrefix("no rule takes 'lora:c'"))
    }

    @Test("an already converted file and a wrapped one are recognised with operations too")
    func mistakes() throws {
        let body = "{m..}.q, {m..}.v -> {m..}.qv : concat 0\n{m..}.w0 -> {m..}.v.w : slice 0 1.."
        let keys = (0..<4).flatMap { ["l.\($0).qv [4]", "l.\($0).v.w [1]"] }
        #expect(try plan(body, keys).errors.map(\.code) == [.alreadyConverted])
        let flat = "l.{i:int}.q, l.{i:int}.v -> l.{i:int}.qv : concat 0"
        let wrapped = (0..<4).flatMap { ["module.l.\($0).q", "module.l.\($0).v"] }
        #expect(try plan(flat, wrapped).errors.map(\.code) == [.wrapperPrefix])
    }

    @Test("another input's keys that no line takes are no sign that the checkpoint is converted")
    func strangeInput() throws {
        let body = "base:{k..}.w, lora:{k}.down, lora:{k}.up -> {k..}.w : lora 1\nbase:{k..} -> {k..}"
        let strange = (0..<4).flatMap { ["l.\($0).a", "l.\($0).b"] }
        let plan = try plan(body, ["l.0.w [2, 2]"], named: ["lora": strange], carrier: "base")
        #expect(!plan.errors.map(\.code).contains(.alreadyConverted) && !plan.isExecutable, "\(plan.errors)")
        #expect(plan.errors.map(\.description).contains { $0.contains("lora:l.0.a") }, "\(plan.errors)")
    }

    @Test("a line that leaves keys as they are follows one that joins for good, and is refused where both make one key")
    func kept() throws {
        let body = "{k..}.weight_g, {k..}.weight_v -> {k..}.weight : weight_norm 0\n{k..} -> {k..}"
        let pair = ["a.weight_g [3, 1]", "a.weight_v [3, 2]"]
        let plan = try plan(body, pair + ["a.bias [3]", "b.weight [2, 2]"])
        #expect(plan.isExecutable && Set(plan.entries.map(\.target.text)) == ["a.weight", "a.bias", "b.weight"])
        let both = try self.plan(body, pair + ["a.weight [3, 2]"])
        #expect(both.errors.map(\.code) == [.sharedTarget], "\(both.errors)")
    }

    @Test("hostile lines are refused or planned", .timeLimit(.minutes(20)))
    func hostile() throws {
        let names = (0..<200).map { "a\($0)" }.joined(separator: " ")
        let deep = String(repeating: "(", count: 10_000)
        let sides = (0..<300).map { "a\($0)" }.joined(separator: ", ")
        let bodies = [
            "a -> b : \(names) -> \(names)", "a -> b : \(deep)a -> b", "a -> b : \(deep) -> \(deep)",
            "a -> b : (h w) -> w h with h=\(Int.max) w=\(Int.max)", "\(sides) -> b : concat 0",
            "a -> b : split 0 99999999", "a -> b : " + String(repeating: "add; ", count: 5000) + "add",
        ]
        for body in bodies {
            if let plan = try? plan(body, ["a [4]"]) { #expect(!plan.isExecutable, "\(body.prefix(40))") }
        }
        let huge = try plan("a, b -> c : concat 0", ["a [\(Int.max / 4)]", "b [\(Int.max / 4)]"])
        #expect(huge.errors.map(\.code) == [.operationMismatch])
    }
}
