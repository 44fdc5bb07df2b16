import TestSupport
import Testing

@Suite struct ReparameterizeToolTests {
    @Test(
        "a wrong command line is one sentence and no file",
        arguments: [
            (["configs/repvgg-A9_8xb32_in1k.py", "in.pth", "OUT"], "configs/repvgg-A9_8xb32_in1k.py"),
            (["a.py", "in.pth", "OUT", "--model", "repvgg-A0"], "--model and the config 'a.py' exclude each other"),
            (["a.py", "in.pth"], "OUT is missing"),
            (["in.pth", "OUT"], "--model NAME or CONFIG.py is missing"),
            (["in.pth", "--model", "repvgg-A0"], "OUT is missing"),
            (["a.pth", "b.pth", "OUT", "--model", "repvgg-A0"], "unexpected argument"),
            (["in.pth", "OUT", "--model", "repvgg-A9_8xb32_in1k"], "repvgg-A0_8xb32_in1k"),
            (["in.pth", "OUT", "--model", "vgg16"], "has no branches to fold"),
            (["in.pth", "OUT", "--model", "repvgg-A0"], "No such file"),
            ([fixture("publication/bare.pth"), "OUT", "--model", "repvgg-A0"], "does not fit the model"),
        ])
    func refused(words: [String], message: String) throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun(
            "reparameterize", words.map { $0 == "OUT" ? folder.path + "/out.pth" : $0 }, folder: folder.path)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(try folder.names.isEmpty)
    }
}
