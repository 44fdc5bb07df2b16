import Testing

@testable import YAML

@Suite struct YAMLEditorTests {
    /// The text after `key` of the mapping under `m` is set.
    private func edited(
        _ text: String, _ key: String, _ value: YAMLEditor.Value = .scalar("7"), after: [String] = []
    ) throws -> String {
        let bytes = Array(text.utf8)
        let root = try #require(try YAMLDocument(bytes, file: "a.yml").root)
        var editor = YAMLEditor(bytes)
        guard editor.set(key, to: value, in: try #require(root["m"]), after: after) else { return "refused" }
        let result = editor.result
        // What was asked for is there, whatever the text looked like.
        let again = try #require(try YAMLDocument(result, file: "a.yml").root?["m"])
        if case .scalar(let source) = value { #expect(again[key]?.scalar?.text == source) }
        return String(decoding: result, as: UTF8.self)
    }

    @Test(
        "a value is set in its place, a new key on a line of its own, and every other byte stays",
        arguments: [
            ("m:\n  a: 1 # one\n  # two\n  b: 2\n", "a", [], "m:\n  a: 7 # one\n  # two\n  b: 2\n"),
            ("m:\n  a: 1 # one\n  # two\n  b: 2\n", "c", ["a"], "m:\n  a: 1 # one\n  c: 7\n  # two\n  b: 2\n"),
            ("m:\n  a:\n  b: 2\n", "a", [], "m:\n  a: 7\n  b: 2\n"),
            ("m:\n  a: # later\n  b: 2\n", "a", [], "m:\n  a: 7 # later\n  b: 2\n"),
            ("m:\n  a: null\n", "a", [], "m:\n  a: 7\n"),
            ("m:\n  a: 1", "c", [], "m:\n  a: 1\n  c: 7"),
            ("m:\r\n  a: 1\r\nn: 2\r\n", "c", [], "m:\r\n  a: 1\r\n  c: 7\r\nn: 2\r\n"),
            ("m: {a: 1, b: 2} # x\n", "c", ["a"], "m: {a: 1, b: 2, c: 7} # x\n"),
            ("m:\n  a: |\n    x\n    y\nn: 2\n", "c", [], "m:\n  a: |\n    x\n    y\n  c: 7\nn: 2\n"),
            ("m:\n  a:\n    - x\n    - y # y\n\n# end\n", "c", [], "m:\n  a:\n    - x\n    - y # y\n  c: 7\n\n# end\n"),
            ("m:\n  a: x\n    y\nn: 2\n", "c", [], "m:\n  a: x\n    y\n  c: 7\nn: 2\n"),
            ("é: ü\nm:\n  a: 'ß'\n", "a", [], "é: ü\nm:\n  a: 7\n"),
            ("z: &z 1\nm:\n  a: *z\nn: 2\n", "c", [], "z: &z 1\nm:\n  a: *z\n  c: 7\nn: 2\n"),
        ] as [(String, String, [String], String)])
    func set(text: String, key: String, after: [String], expected: String) throws {
        #expect(try edited(text, key, after: after) == expected)
    }

    @Test("a mapping is written as lines, in braces inside of braces")
    func mapping() throws {
        let value = YAMLEditor.Value.mapping([("x", .scalar("1")), ("y", .scalar("2"))])
        #expect(try edited("m:\n  a: 1\n", "c", value) == "m:\n  a: 1\n  c:\n    x: 1\n    y: 2\n")
        #expect(try edited("m:\n  a: null # n\n", "a", value) == "m:\n  a:\n    x: 1\n    y: 2 # n\n")
        #expect(try edited("m:\n  a:\n  b: 1\n", "a", value) == "m:\n  a:\n    x: 1\n    y: 2\n  b: 1\n")
        #expect(try edited("m: {a: 1}\n", "c", value) == "m: {a: 1, c: {x: 1, y: 2}}\n")
    }

    @Test("what an alias repeats, and a collection, is not overwritten")
    func refused() throws {
        #expect(try edited("z: &z {a: 1}\nm: *z\n", "a") == "refused")
        #expect(try edited("m:\n  a: [1]\n", "a") == "refused")
        #expect(try edited("z: &z 1\nm:\n  a: *z\n", "a") == "refused")
    }

    @Test("a value is not set where its anchor would be lost, or where the key has no colon beside it")
    func refusedPlaces() throws {
        #expect(try edited("m:\n  a: &x 1\nn: *x\n", "a") == "refused")
        #expect(try edited("m:\n  a: &x\nn: *x\n", "a") == "refused")
        #expect(try edited("m: {a, b: 2}\n", "a") == "refused")
        #expect(try edited("m:\n  ? a\n  b: 2\n", "a") == "refused")
        #expect(try edited("m:\n  ? a\n  : 1\n  b: 2\n", "c", after: ["a"]) == "refused")
        #expect(try edited("m:\n  ? a\n  b: 2\n", "c", after: ["b"]) == "m:\n  ? a\n  b: 2\n  c: 7\n")
    }

    @Test("a key that an alias repeats is found where the alias is")
    func repeatedKeys() throws {
        #expect(try edited("&k a: 1\nm:\n  ? *k\n", "a") == "refused")
        #expect(try edited("&k a: 1\nm:\n  *k : 1\n", "a") == "&k a: 1\nm:\n  *k : 7\n")
        #expect(try edited("&k a: 1\nm:\n  *k : 1\n", "c") == "&k a: 1\nm:\n  *k : 1\n  c: 7\n")
        #expect(
            try edited("&k a: 1\nm:\n  *k :\n", "a", .mapping([("x", .scalar("1"))]))
                == "&k a: 1\nm:\n  *k :\n    x: 1\n")
        // A key of no text, repeated as the second key.
        let bytes = Array("&A:  *A\n? *A".utf8)
        var editor = YAMLEditor(bytes)
        let root = try #require(try YAMLDocument(bytes, file: "a.yml").root)
        let isSet = editor.set("", to: .scalar("7"), in: root, after: [])
        #expect(!isSet)
    }

    @Test(
        "a string is written so that it is read as itself",
        arguments: [
            "ConvNeXt", "https://a.b/c_d?x=1&y=2", "a: b", "a #b", "#a", "", " a", "a ", "null", "12", "1.5", "1e9",
            "yes",
            "- a", "'", "\"", "a'b", "a\nb", "\u{1}", "é", "{a}", "*a", "&a", "2022-01-01", "0o7", "a\u{2028}b", "😀",
            "~", "!x",
        ])
    func source(text: String) throws {
        let source = YAMLScalar.source(of: text)
        let root = try YAMLDocument(Array("a: \(source)\n".utf8), file: "a.yml").root
        #expect(root?["a"]?.value == .string(text), "\(source)")
    }
}
