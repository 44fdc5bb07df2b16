import Testing

@testable import YAML

@Suite struct YAMLReaderTests {
    private func root(_ text: String) throws -> YAMLNode? { try YAMLDocument(Array(text.utf8), file: "a.yml").root }

    private func error(_ text: [UInt8], _ limits: YAMLLimits = YAMLLimits()) -> String {
        do {
            _ = try YAMLDocument(text, file: "a.yml", limits: limits)
            return "read"
        } catch { return "\(error)" }
    }

    // What PyYAML 6.0.4 `yaml.safe_load` gives.
    @Test(
        "a plain scalar means what PyYAML takes it for",
        arguments: [
            ("12", .int(12)), ("-0", .int(0)), ("1_000", .int(1000)), ("0x1F", .int(31)), ("0b101", .int(5)),
            ("017", .int(15)), ("08", .string("08")), ("0o7", .string("0o7")), ("1:30", .int(90)),
            ("1:99", .string("1:99")),
            ("1.5", .float(1.5)), ("1e9", .string("1e9")), ("1.0e9", .string("1.0e9")), ("1.0e+9", .float(1e9)),
            (".5", .float(0.5)), ("5.", .float(5)), ("-.inf", .float(-.infinity)), ("~", .null), ("null", .null),
            ("", .null), ("yes", .bool(true)), ("OFF", .bool(false)), ("y", .string("y")), ("nUll", .string("nUll")),
            ("3.5.1", .string("3.5.1")), ("+12", .int(12)), ("1__0", .int(10)), ("-", .string("-")),
            (".", .string(".")), ("-.5", .string("-.5")), ("._5", .string("._5")), ("-.nan", .string("-.nan")),
            ("5._", .float(5)), ("1:_5", .string("1:_5")),
        ] as [(String, YAMLValue)])
    func plain(text: String, value: YAMLValue) { #expect(YAMLValue(plain: text) == value) }

    @Test("every node has its place, in bytes, lines and characters")
    func places() throws {
        let text = "a: é\n# c\nб:\n  - x\n  - 'y z'\n"
        let root = try #require(try root(text))
        let entries = try #require(root.entries)
        #expect(entries.map { $0.key.start.line } == [1, 3])
        #expect(entries[0].value.start == YAMLMark(offset: 3, line: 1, column: 4))
        #expect(entries[0].value.end.offset == 5)
        let list = try #require(entries[1].value.elements)
        #expect(list[1].start == YAMLMark(offset: 24, line: 5, column: 5))
        #expect(Array(text.utf8)[list[1].start.offset..<list[1].end.offset].elementsEqual("'y z'".utf8))
    }

    @Test("a byte order mark counts in offsets and nowhere else")
    func byteOrderMark() throws {
        let root = try #require(try root("\u{FEFF}a: 1\n"))
        #expect(root["a"]?.start == YAMLMark(offset: 6, line: 1, column: 4))
    }

    @Test("quotes, tags, aliases and merge keys mean what PyYAML makes of them")
    func forms() throws {
        let root = try #require(try root("a: &x {b: 1, c: '2'}\nd:\n  <<: *x\n  b: 3\ne: !!str 4\nf: *x\n"))
        #expect(root["a"]?["c"]?.value == .string("2"))
        #expect(root["d"]?.entries?.map { $0.key.scalar?.text } == ["b", "c"])
        #expect(root["d"]?["b"]?.int == 3)
        #expect(root["e"]?.value == .string("4"))
        #expect(root["f"]?.mark == YAMLMark(offset: 54, line: 6, column: 4))
        #expect(root["f"]?["b"]?.int == 1)
    }

    @Test(
        "of equal keys that merge keys bring, the one that PyYAML takes counts",
        arguments: [("<<: [{b: 1}, {b: 2}]", 1), ("<<: {b: 1, b: 2}", 2), ("{<<: {b: 1}, <<: {b: 2}}", 2)])
    func merging(text: String, value: Int) throws { #expect(try root(text)?["b"]?.int == value) }

    @Test("a text without a document has no root")
    func empty() throws {
        for text in ["", "\n\n", "# only a comment\n"] { #expect(try root(text) == nil) }
    }

    @Test(
        "what is not YAML is one error with line and column",
        arguments: [
            ("a: [1, 2\nb: 3\n", "a.yml:2:2: did not find expected ',' or ']' while parsing a flow sequence"),
            ("a: 'x\n", "a.yml:2:1: found unexpected end of stream while scanning a quoted scalar"),
            (
                "a:\n\tb: 1\n",
                "a.yml:2:1: found character that cannot start any token while scanning for the next token"
            ),
            ("a: *b\n", "a.yml:1:4: no anchor 'b' precedes its alias"),
            ("a: &b [*b]\n", "a.yml:1:8: the anchor 'b' contains its own alias"),
            (
                "a: !!python/object/apply:os.system [x]\n",
                "a.yml:1:4: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not plain data"
            ),
            ("a: !x 1\n", "a.yml:1:4: the tag '!x' is not plain data"),
            ("a: 1\n---\nb: 2\n", "a.yml:2:1: a second document begins; one is read"),
            ("? [a]\n: b\n", "a.yml:1:3: a key of a mapping is a collection; it must be a scalar"),
            ("<<: 1\n", "a.yml:1:5: '<<' takes a mapping or a list of mappings"),
        ])
    func refused(text: String, message: String) { #expect(error(Array(text.utf8)) == message) }
}

@Suite struct YAMLHostileInputTests {
    private func error(_ text: some Sequence<UInt8>, _ limits: YAMLLimits = YAMLLimits()) -> String {
        do {
            _ = try YAMLDocument(Array(text), file: "a.yml", limits: limits)
            return "read"
        } catch { return "\(error)" }
    }

    @Test("aliases of aliases (a billion laughs) end at the limit of values")
    func laughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        #expect(error(text.utf8).hasSuffix("there are more than 200000 values"))
    }

    @Test("aliases that lead ever deeper end at the limit of levels")
    func deepAliases() {
        var text = "a0: &a0 [x]\n"
        for level in 1...100 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(error(text.utf8) == "a.yml:64:12: there are more than 64 levels of collections")
    }

    @Test("brackets without end are an error, not a deep recursion", arguments: [66, 2_000, 100_000])
    func depth(count: Int) {
        #expect(error(String(repeating: "[", count: count).utf8).hasPrefix("a.yml:1:"))
    }

    @Test("a text past the limit of bytes is not parsed")
    func size() {
        var limits = YAMLLimits()
        limits.bytes = 4
        #expect(error("a: 1\n".utf8, limits) == "a.yml: there are more than 4 bytes")
    }

    @Test("bytes that are not UTF-8 are named by their offset")
    func encoding() {
        #expect(error([0x61, 0x3A, 0x20, 0xFF]) == "a.yml: byte 3 is not UTF-8")
        #expect(error([0x61, 0xE2, 0x82]) == "a.yml: byte 1 is not UTF-8")
        #expect(error([0xFF, 0xFE, 0x61, 0]) == "a.yml: byte 0 is not UTF-8")
        #expect(error([0x61, 0xC0, 0x80]) == "a.yml: byte 1 is not UTF-8")
    }

    @Test("every beginning of a text is read or is one error")
    func truncation() {
        let text = Array("a: &x {b: [1, \"é\\n\"], c: |\n  d\n}\ne: *x\n".utf8)
        for count in 0...text.count {
            let message = error(text[..<count])
            #expect(message == "read" || message.hasPrefix("a.yml:"), "\(count) bytes")
        }
    }
}
