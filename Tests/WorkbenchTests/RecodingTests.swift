import CheckpointIO
import TestSupport
import Testing

@testable import Workbench

struct RecodingTests {
    @Test("a TorchScript archive is written as the state dict of its module, which is said")
    func torchScript() throws {
        let recoding = try Recoding(ConversionOptions(inputs: [.init(path: fixture("modules/scripted.jit.pt"))]))
        #expect(
            recoding.checkpoint.notes == [
                "the file holds a module of the class __torch__.Scripted: what is used is its state dict, "
                    + "and nothing else of the file"
            ])
        #expect(recoding.checkpoint.tensors.count == 23)
        #expect(recoding.checkpoint.tensors.first?.key.text == "net.stem.scale")
    }

    @Test("a module that torch.save wrote stays one where nobody asks for its state dict")
    func module() throws {
        let recoding = try Recoding(ConversionOptions(inputs: [.init(path: fixture("modules/net.pt"))]))
        guard case .object = recoding.checkpoint.root else {
            Issue.record("the root is not an object")
            return
        }
    }
}
