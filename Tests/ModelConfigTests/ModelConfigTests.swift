import TestSupport
import Testing

@testable import ModelConfig

@Suite struct ModelConfigTests {
    /// Files that mmengine refuses for the sake of its own checks only; they load here.
    private static let lenient = "configs/replknet/"
    /// mmengine takes a `_base_` after `with read_base():` for a value, which nobody means.
    private static let strict = "both styles in one file"

    @Test(
        "all configs of MMPreTrain load to what mmengine makes of them or are refused as there, and so does their text")
    func upstream() throws {
        let facts = ConfigFacts.files
        #expect(facts.count == 949)
        #expect(MemoryFiles.upstream.files.count == 949)
        for fact in facts {
            do {
                let config = try MemoryFiles.upstream.load(fact.path)
                let values = canonicalText(.dictionary(config.values))
                let text = try ConfigText.text(config.values)
                let again = try MemoryFiles(["a.py": Array(text.utf8)]).load("a.py")
                #expect(canonicalText(.dictionary(again.values)) == values, "\(fact.path)")
                let found = digest(of: values.utf8)
                #expect((config.refusal == nil) == (fact.digest != nil), "\(fact.path): \(config.refusal ?? "nil")")
                if let expected = fact.digest {
                    #expect(found == expected, "\(fact.path)")
                } else {
                    #expect(fact.path.hasPrefix(Self.lenient), "\(fact.path) loads, mmengine says \(fact.error ?? "")")
                }
            } catch {
                #expect(fact.digest == nil, "\(error)")
                #expect(error.position != nil, "\(error)")
            }
        }
    }

    @Test("small configs load to what mmengine makes of them", arguments: try ConfigFacts.all().cases)
    func cases(fact: ConfigFacts.Case) {
        var options = ModelConfig.Options()
        options.overrides = fact.overrides ?? []
        options.environment = { fact.environment?[$0] }
        let files = MemoryFiles(fact.files.mapValues { Array($0.utf8) })
        let found: String?
        do {
            found = canonicalText(.dictionary(try files.load(fact.path, options).values))
        } catch {
            found = nil
            #expect(fact.error != nil || fact.name == Self.strict, "\(error)")
            #expect(error.position != nil || fact.overrides != nil, "\(error)")
        }
        guard fact.name != Self.strict else {
            #expect(found == nil)
            return
        }
        #expect(found == fact.canonical, "mmengine: \(fact.canonical ?? fact.error ?? "")")
    }

    @Test("expressions have Python's values", arguments: try ConfigFacts.all().expressions)
    func expressions(fact: ConfigFacts.Source) {
        let found: String?
        do {
            let config = try MemoryFiles(["a.py": Array("x = \(fact.source)\n".utf8)]).load("a.py")
            found = config.values["x"].map(canonicalText)
        } catch {
            found = nil
            #expect(fact.error != nil, "\(error)")
        }
        #expect(found == fact.canonical, "Python: \(fact.canonical ?? fact.error ?? "")")
    }

    @Test(
        "a zero before the width of a format pads numbers after their sign and text on the right, as in CPython 3.11",
        arguments: [
            ("'{:05}'.format('a')", "a0000"), ("'{:05}'.format(-42)", "-0042"), ("'{:<05}'.format(5)", "50000"),
            ("'{:x<05}'.format(5)", "5xxxx"), ("'{:^05}'.format(5)", "00500"), ("f'{True:0}'", "1"),
            ("'%-05d|' % 5", "5    |"), ("'%05s|' % 'a'", "    a|"), ("'%-5s|' % 'a'", "a    |"),
            ("'%05.1f' % -2.5", "-02.5"),
        ])
    func zeroPadding(source: String, text: String) throws {
        let config = try MemoryFiles(["a.py": Array("x = \(source)\n".utf8)]).load("a.py")
        #expect(config.values["x"] == .string(text))
    }

    @Test("overrides have the values that mmengine gives them", arguments: try ConfigFacts.all().overrides)
    func overrides(fact: ConfigFacts.Source) {
        var options = ModelConfig.Options()
        options.overrides = ["x=" + fact.source]
        let found: String?
        do {
            found = try MemoryFiles(["a.py": []]).load("a.py", options).values["x"].map(canonicalText)
        } catch {
            found = nil
            #expect(fact.error != nil, "\(error)")
        }
        #expect(found == fact.canonical, "mmengine: \(fact.canonical ?? fact.error ?? "")")
    }
}
