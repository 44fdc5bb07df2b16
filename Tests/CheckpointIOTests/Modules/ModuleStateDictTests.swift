import ByteIO
import Pickle
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct ModuleStateDictTests {
    @Test(
        "a module that a file holds whole has the state dict that PyTorch gives, key by key in its order",
        arguments: ModuleFixture.pickled + ModuleFixture.scripted)
    func stateDict(name: String) throws {
        let stateDict = try Checkpoint.open(ModuleFixture.path(name)).stateDict()
        #expect(try ModuleFixture.Facts.all(of: stateDict.tensors) == ModuleFixture.facts(name))
        #expect(stateDict.path.isEmpty)
    }

    static let origins: [(String, String, String)] = [
        ("net", "", "__main__.Net"), ("net_legacy", "", "__main__.Net"),
        ("data_parallel", "", "torch.nn.parallel.data_parallel.DataParallel"), ("training", "model", "__main__.Net"),
        ("compiled", "", "torch._dynamo.eval_frame.OptimizedModule"), ("averaged", "ema", "__main__.Net"),
        ("scripted.jit", "", "__torch__.Scripted"),
    ]

    @Test("a state dict says which module it was taken from", arguments: origins)
    func origin(name: String, path: String, className: String) throws {
        let stateDict = try Checkpoint.open(ModuleFixture.path(name)).stateDict()
        #expect(stateDict.module == StateDict.Module(path: path, className: className))
    }

    @Test("a module inside a file has its state dict under its path")
    func path() throws {
        let training = try Checkpoint.open(ModuleFixture.path("training"))
        #expect(try training.stateDict(at: "ema").tensors.count == training.stateDict(at: "model").tensors.count)
        let head = try training.stateDict(at: "model._modules.head")
        #expect(head.tensors.map(\.key.text) == ["weight", "bias"])
        #expect(try Checkpoint.open(Fixture(name: "state_dict").path).stateDict().module == nil)
    }

    @Test("tied parameters share their memory, and none is a Parameter that asks for gradients")
    func tied() throws {
        for name in ["net", "scripted.jit"] {
            let tensors = try Checkpoint.open(ModuleFixture.path(name)).stateDict().tensors
            func tensor(_ suffix: String) throws -> LazyTensor {
                try #require(tensors.first { $0.key.text.hasSuffix(suffix) }).tensor
            }
            #expect(try tensor("tied.weight").storage === tensor("head.weight").storage)
            #expect(try tensor("shared.bias").storage === tensor("head.bias").storage)
            #expect(!tensors.contains { $0.tensor.isParameter || $0.tensor.requiresGrad })
        }
    }

    @Test("a state dict of a module is written alone, and reads the same", arguments: ["training", "scripted.jit"])
    func written(name: String) throws {
        let stateDict = try Checkpoint.open(ModuleFixture.path(name)).stateDict()
        try withTemporaryFolder { folder in
            let path = folder + "/out.pth"
            let entries = stateDict.tensors.map { CheckpointOutput.Entry(key: $0.key, source: .stored($0.tensor)) }
            try CheckpointOutput(replacing: stateDict, with: entries, metadata: []).write(to: path)
            let written = try Checkpoint.open(path)
            guard case .dictionary(let root) = written.root else {
                Issue.record("the root is not a dictionary")
                return
            }
            #expect(root.typeName == "collections.OrderedDict")
            #expect(try ModuleFixture.Facts.all(of: written.tensors) == ModuleFixture.facts(name))
        }
    }

    @Test("an object that is not a module has no state dict")
    func noModule() throws {
        #expect(throws: CheckpointError.self) { try Checkpoint.open(Fixture(name: "object").path).stateDict(at: "box") }
    }

    @Test("two modules that nobody names are not chosen from")
    func twoModules() throws {
        var graph = PickleGraph()
        func module() -> PickleValue {
            let name = graph.global(module: "m", name: "Net")
            let state = graph.dict(
                ["_parameters", "_modules"].map { PickleEntry(graph.string($0), graph.dict([])) })
            return .node(graph.object(calling: name, [], state: state))
        }
        graph.root = graph.dict([
            PickleEntry(graph.string("generator"), module()), PickleEntry(graph.string("critic"), module()),
        ])
        let storages = StorageTable(storages: [], views: [], nodeCount: graph.count)
        let source = CheckpointSource(path: "gan.pth", format: .torchZip, graph: graph, storages: storages)
        #expect(try Checkpoint(source).stateDict().module == nil)
        #expect(try Checkpoint(source).stateDict(at: "critic").module?.path == "critic")
    }
}
