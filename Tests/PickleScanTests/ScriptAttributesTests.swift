import ByteIO
import Testing

@testable import PickleScan

@Suite struct ScriptAttributesTests {
    private func offset(_ code: String) -> Int? {
        ScriptAttributes(["save", "from_file"], in: Bytes(utf8: code)).offsets["save"]
    }

    @Test(
        "an attribute is found however the lexer lets it be written",
        arguments: [
            "torch.save(x)", "torch . save(x)", "torch.\\\n  save(x)", "torch.  # .\n save(x)", "ops.aten.save(x)",
            "f = torch.save", "a = 'it\\'s'; torch.save(x)", "a = \"\"\"'\"\"\"\ntorch.save(x)",
            "a = 1 # \"\"\"\ntorch.save(x)", "a = '''b\\''' # '''\ntorch.save(x)", "a = 'b\\\\'\ntorch.save(x)",
            "a = 'b\ntorch.save(x)", "getattr(torch, 'save')", "getattr (torch, ('save'))",
            "getattr(torch, 'sa' \"ve\")",
            "getattr(torch, '''save''')", "getattr(torch, 's\\141ve')", "getattr(getattr(a, 'b'), 'save')",
            "getattr(torch, 'save", "getattr(  # (\n torch, 'save')",
        ])
    func found(_ code: String) { #expect(offset(code) != nil) }

    @Test(
        "a name in a text, in a comment or of something else is not",
        arguments: [
            "", "save(x)", "torch.saved", "torch.resave", "print('.save')", "print('''\ntorch.save\n''')",
            "# torch.save",
            "getattr(a, 'b'); print('save')", "print(getattr(a, 'b'), 'save')", "x.getattr('save')",
            "getattr(a, 'saves')", "getattr(a, 'a' 'save')", "'save'", "'", "'''", "'\\", "getattr('\\",
        ])
    func absent(_ code: String) { #expect(offset(code) == nil) }

    @Test("the offset is that of the first place, in the code")
    func offsets() {
        let code = "a.b(c) # torch.save\ngetattr(a, 'from_file')\nx.save; y.save"
        #expect(
            ScriptAttributes(["save", "from_file"], in: Bytes(utf8: code)).offsets == ["from_file": 31, "save": 46])
    }
}
