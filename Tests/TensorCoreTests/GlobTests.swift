import TensorCore
import Testing

@Suite struct GlobTests {
    @Test(
        "a pattern covers the whole key",
        arguments: [
            ("*", "backbone.conv1.weight", true), ("*", "", true), ("", "", true), ("", "a", false),
            ("head.*", "head.fc.bias", true), ("head.*", "xhead.fc.bias", false), ("head.", "head.fc", false),
            ("*.num_batches_tracked", "a.b.num_batches_tracked", true),
            ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false), ("a*b", "a.b.c.b", true),
            ("layer?.0", "layer4.0", true), ("layer?.0", "layer10.0", false), ("?", "é", true),
            ("layer[1-3]", "layer2", true), ("layer[1-3]", "layer4", false),
            ("layer[!1-3]", "layer4", true), ("layer[^1-3]", "layer2", false),
            ("a[]]b", "a]b", true), ("a[b", "a[b", true), ("a[-z]", "a-", true),
            (#"a\*"#, "a*", true), (#"a\*"#, "ab", false), (#"a\"#, #"a\"#, true),
        ])
    func matching(pattern: String, key: String, expected: Bool) {
        #expect(Glob(pattern).matches(Key(key)) == expected, "\(pattern) ~ \(key)")
    }

    @Test("keys that differ in normalisation only are different")
    func normalisation() {
        #expect(Glob("e\u{301}").matches("e\u{301}"))
        #expect(!Glob("e\u{301}").matches("\u{e9}"))
    }

    @Test("many stars against a long key end quickly")
    func stars() {
        let key = Key(String(repeating: "a", count: 5_000))
        #expect(!Glob(String(repeating: "*a", count: 50) + "*b").matches(key))
    }
}
