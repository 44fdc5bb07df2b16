import Testing

/// Lines of several tensors and of operations, as they are checked before there is a checkpoint.
@Suite struct OperationCheckTests {
    @Test(
        "lines whose tensors and operations do not go together are refused where they stand",
        arguments: [
            ("a, b -> c", "t.rules:2:1: 2 tensors on the left need an operation that joins them"),
            ("a, b -> c, d : concat 0", "t.rules:2:16: the operations make 1 of the 2 tensors on the right"),
            ("a -> b : concat 0", "t.rules:2:10: 'concat 0' joins several tensors, there is one"),
            ("a, b -> c : split 0 2", "t.rules:2:13: 'split 0 2' takes one tensor, there are 2"),
            ("a, b -> c : concat 0 1 2 3", "t.rules:2:13: 'concat 0 1 2 3' states the extents of other than 2 tensors"),
            ("zeros -> c : cast float16", "t.rules:2:1: 'zeros' takes its shape from a tensor beside it"),
            ("a -> b, zeros", "t.rules:2:1: 'zeros' on the right is a part that 'split' makes"),
            ("a -> zeros : split 0 1", "t.rules:2:1: 'zeros' on the right is a part that 'split' makes"),
            ("a, zeros -> c : add", "t.rules:2:1: 'zeros' is a part of what 'concat' makes"),
            ("a.{x}, b -> c.{x} : concat 0", "t.rules:2:4: capture 'x' stands on one side only"),
            ("a.{x} -> b : stack 0 y", "t.rules:2:14: there is no capture 'y' on the left"),
            ("a -> b.{x} : stack 0 x", "t.rules:2:14: there is no capture 'x' on the left"),
            ("a.{i:param} -> b : stack 0 i", "t.rules:2:4: the members of '{i}' are numbers or listed words: {i:a|b}"),
            ("a.{i}, c.{i} -> b : stack 0 i", "t.rules:2:21: the operations make 2 of the 1 tensors on the right"),
            ("a.{i}, c -> b : concat 0; stack 0 i", "t.rules:2:17: there is no capture 'i' on the left"),
            (
                "a.{i}, zeros -> b : concat 0; stack 0 i",
                "t.rules:2:21: 'zeros' is not a member of a 'stack' or 'unstack'"
            ),
            ("a, b -> c : mean; mean", "t.rules:2:13: 'mean' takes several tensors, there is one"),
            ("a, b -> c : add 1 2 3", "t.rules:2:13: 'add 1 2 3' has 3 weights for 2 tensors"),
            ("a, b, c -> d : multiply", "t.rules:2:16: 'multiply' takes two tensors, there are 3"),
            (
                "a, b, c -> d : lora alpha/rank",
                "t.rules:2:16: 'lora alpha/rank' takes base, down, up and alpha, there are 3 tensors"
            ),
            ("a -> b : lora 1", "t.rules:2:10: 'lora 1' takes base, down and up, there are 1 tensors"),
            ("a -> b : turn 1", "t.rules:2:10: there is no operation 'turn'"),
            ("a -> b : {x}", "t.rules:2:11: operations have no captures"),
            ("make b = int8 300 for a\na -> a", "t.rules:2:15: '300' is not a value of int8"),
        ])
    func refused(_ body: String, _ message: String) {
        #expect(RuleFileTests.errors(body) == [message], "\(body)")
    }

    @Test(
        "targets that meet and lines that nothing reaches are found with several tensors to a line",
        arguments: [
            (
                "a.{x}, b.{x} -> c.{x} : concat 0\nd.{x} -> c.{x}",
                "t.rules:3:1: 'd.x' becomes 'c.x', as does 'a.x' by line 2"
            ),
            ("d.{x} -> c.{x}\na -> b, c.q : split 0 2", "t.rules:3:1: 'a' becomes 'c.q', as does 'd.q' by line 2"),
            (
                "{x}.q, {x}.k -> {x}.w : concat 0\n{x}.{y} -> {x}.{y}",
                "t.rules:3:1: 'x.w' becomes 'x.w', as does 'x.q' by line 2"
            ),
            ("a -> b, b : split 0 2", "t.rules:2:1: 'a' becomes 'b', as does 'a' by line 2"),
            (
                "b.{x} -> c.{x}\na.{x}, b.{x} -> d.{x} : concat 0",
                "t.rules:3:1: no key reaches this line: all it matches is taken by line 2"
            ),
            (
                "a.{x}, b.{x} -> c.{x} : concat 0\nb.{x}, a.{x} -> d.{x} : concat 0",
                "t.rules:3:1: no key reaches this line: all it matches is taken by line 2"
            ),
        ])
    func statics(_ body: String, _ message: String) {
        #expect(RuleFileTests.errors(body) == [message], "\(body)")
    }

    @Test(
        "lines that share tensors only where they cannot meet are fine",
        arguments: [
            "{m}.q, {m}.k -> {m}.qk : concat 0\n{m}.q -> {m}.query",
            "base:{k} -> a.{k}\ndelta:{k} -> b.{k}",
            "{k..}.weight_g, {k..}.weight_v -> {k..}.weight : weight_norm 0\n{k..}.weight -> {k..}.weight\n{k..} -> {k..}",
            "e.{i:int}.w -> all.w : stack 0 i\ne.{i:int}.b -> all.b : stack 0 i",
        ])
    func fine(_ body: String) { #expect(RuleFileTests.errors(body) == []) }
}
