import Testing

@testable import TensorCore

@Suite struct KeyEditsTests {
    private let keys: [Key] = ["backbone.conv.weight", "backbone.conv.bias", "head.fc.weight", "head.fc.bias"]

    private func edits(_ change: (inout KeyEdits) throws -> Void) throws -> KeyEdits {
        var edits = KeyEdits()
        try change(&edits)
        return edits
    }

    @Test("what is kept loses what is dropped, then renames follow in their order, then the prefix")
    func order() throws {
        let edits = try edits {
            $0.keeps = [Glob("backbone.*"), Glob("*.fc.weight")]
            $0.drops = [Glob("*.bias")]
            $0.renames = [try Substitution("s/^backbone\\.//"), try Substitution("s/^conv/stem/")]
            $0.prefix = "model"
        }
        let outcomes = try edits.outcomes(of: keys)
        #expect(outcomes.map { $0.target?.text } == ["model.stem.weight", nil, "model.head.fc.weight", nil])
        #expect(
            outcomes[0].edits == [
                "--rename 's/^backbone\\.//'", "--rename 's/^conv/stem/'", "--add-prefix 'model'",
            ])
        #expect(outcomes[1].edits == ["--drop '*.bias'"])
    }

    @Test("two keys that become one are an error that names both")
    func collision() throws {
        let edits = try edits { $0.renames = [try Substitution("s/backbone.conv|head.fc/x/")] }
        #expect(
            throws: KeyEditError.collision("backbone.conv.weight", "head.fc.weight", target: "x.weight")
        ) { try edits.outcomes(of: keys) }
    }

    @Test("keys that trade places do not collide")
    func swap() throws {
        let edits = try edits {
            $0.renames = [try Substitution("s/^(b)$/_/"), try Substitution("s/^a$/b/"), try Substitution("s/^_$/a/")]
        }
        #expect(try edits.outcomes(of: ["a", "b"]).map(\.target) == ["b", "a"])
    }

    @Test("what matches no key is an error, and so is an edit that leaves nothing")
    func nothing() throws {
        let first: Key = "backbone.conv.weight"
        #expect(throws: KeyEditError.unusedGlob(option: "drop", "neck.*", example: first)) {
            try edits { $0.drops = [Glob("head.*"), Glob("neck.*")] }.outcomes(of: keys)
        }
        #expect(throws: KeyEditError.unusedGlob(option: "keep", "neck.*", example: first)) {
            try edits { $0.keeps = [Glob("neck.*")] }.outcomes(of: keys)
        }
        #expect(throws: KeyEditError.unusedRename("s/neck/x/", example: first)) {
            try edits { $0.renames = [try Substitution("s/neck/x/")] }.outcomes(of: keys)
        }
        #expect(throws: KeyEditError.nothingLeft(count: 4)) {
            try edits { $0.drops = [Glob("*")] }.outcomes(of: keys)
        }
        #expect(throws: KeyEditError.empty("head.fc.bias", edit: "--rename 's/head.fc.bias//'")) {
            try edits { $0.renames = [try Substitution("s/head.fc.bias//")] }.outcomes(of: keys)
        }
    }

    @Test("a prefix takes a dot after a name, and none after a separator")
    func prefix() {
        #expect(KeyEdits.prefix("backbone") == "backbone.")
        #expect(KeyEdits.prefix("backbone.") == "backbone.")
        #expect(KeyEdits.prefix("ema_") == "ema_")
        #expect(KeyEdits.prefix("stage2") == "stage2.")
    }
}
