import CheckpointIO
import KeyRules
import TestSupport
import Testing

@testable import Workbench

@Suite struct ConversionTests {
    @Test("the versions of modules follow their tensors to the modules' new names")
    func metadata() throws {
        let rules = """
            rules net: a test
            root state_dict
            conv1.{p} -> stem.conv.{p}
            bn1.{p} -> stem.bn.{p}
            layer1.{n:int}.{p} -> blocks.{n+1}.{p}
            fc.{p} -> head.fc.{p}
            """
        let conversion = try Conversion(
            ConversionOptions(inputs: [.init(path: fixture("checkpoints/mmengine.pth"))]),
            rules: RuleSource(text: rules, name: "net.rules", note: nil))
        #expect(conversion.plan.errors == [])
        let versions = { (items: [StateDict.Metadata]) in items.map { "\($0.module) \($0.value.pythonRepr)" } }
        #expect(
            versions(conversion.stateDict.metadata) == [
                " {'version': 1}", "conv1 {'version': 1}", "bn1 {'version': 2}", "layer1 {'version': 1}",
                "layer1.0 {'version': 1}", "layer1.1 {'version': 2}", "fc {'version': 1}",
            ])
        #expect(
            versions(conversion.metadata) == [
                " {'version': 1}", "stem.conv {'version': 1}", "stem.bn {'version': 2}", "blocks.1 {'version': 1}",
                "blocks.2 {'version': 2}", "head.fc {'version': 1}",
            ])
    }

    @Test("a plan with errors is not carried out")
    func errors() throws {
        let conversion = try Conversion(
            ConversionOptions(inputs: [.init(path: fixture("checkpoints/state_dict.pth"))]), rules: "vgg")
        let count = conversion.plan.errors.count
        #expect(count > 0)
        #expect(
            throws: WorkbenchError.notConvertible(
                file: fixture("checkpoints/state_dict.pth"), errors: count, output: "/nonexistent/out.pth")
        ) { try conversion.output(to: "/nonexistent/out.pth", ConversionOptions(inputs: [])) }
    }

    @Test("without rules, tensors whose paths join to one key are written as they were read")
    func collidingPaths() throws {
        let options = ConversionOptions(inputs: [.init(path: fixture("checkpoints/colliding.pth"))])
        try withTemporaryFolder { (folder) throws in
            let path = folder + "/out.pth"
            #expect(try Recoding(options).output(to: path, options).write().map(\.path) == [path])
            #expect(try Checkpoint.open(path).tensors.map(\.tensor.shape) == [[2], [3]])
        }
    }

    @Test("without rules, several inputs or one with a name are refused")
    func inputs() {
        let options = ConversionOptions(
            inputs: ["base=a.pth", "delta=b.pth"].map { ConversionOptions.Input(word: $0, names: ["base", "delta"]) })
        #expect(throws: WorkbenchError.namedInputs(reader: "convert without --rules")) { try Recoding(options) }
    }

    @Test(
        "a word is a named input where a name that the rules read stands before its equals sign",
        arguments: [
            ("base=a=b.pth", "base", "a=b.pth"), ("a.pth", nil, "a.pth"), ("./x=y.pth", nil, "./x=y.pth"),
            ("=a", nil, "=a"), ("é=a", nil, "é=a"), ("epoch=3-step=9.ckpt", nil, "epoch=3-step=9.ckpt"),
        ] as [(String, String?, String)])
    func words(word: String, name: String?, path: String) {
        #expect(ConversionOptions.Input(word: word, names: ["base"]) == ConversionOptions.Input(name: name, path: path))
    }
}
