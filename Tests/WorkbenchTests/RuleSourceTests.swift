import KeyRules
import TestSupport
import Testing

@testable import Workbench

@Suite struct RuleSourceTests {
    @Test("bundled rules are found with and without their extension", arguments: ["vgg", "vgg.rules"])
    func bundled(name: String) throws {
        let source = try RuleSource(name)
        #expect(source.file.name == "vgg.rules")
        #expect(source.note == nil)
        #expect(source.text(at: RuleLocation(file: "vgg.rules", line: 1))?.hasPrefix("rules vgg") == true)
        #expect(source.text(at: RuleLocation(file: "vgg.rules", line: 100_000)) == nil)
        #expect(source.text(at: RuleLocation(file: "other.rules", line: 1)) == nil)
    }

    @Test("a line is quoted without its comment, which begins with a word")
    func comment() throws {
        let source = try RuleSource(text: "rules t: t\n  a#b ->  c#d # a#b\n", name: "t.rules", note: nil)
        #expect(source.text(at: RuleLocation(file: "t.rules", line: 2)) == "a#b -> c#d")
    }

    @Test("an unknown name is told the nearest one")
    func unknown() throws {
        let error = #expect(throws: WorkbenchError.self) { try RuleSource("mobilenetv2") }
        let start = "there is no rule file 'mobilenetv2'; did you mean 'mobilenet_v2'"
        #expect(error?.description.hasPrefix(start) == true)
    }

    @Test("a file that is not text is not read as rules")
    func binary() {
        let path = fixture("checkpoints/state_dict.pth")
        #expect(throws: WorkbenchError.unreadableRules(path: path, reason: "is not a rule file: not UTF-8 text")) {
            try RuleSource(path)
        }
    }
}
