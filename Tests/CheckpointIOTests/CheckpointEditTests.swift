import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

struct CheckpointEditTests {
    private func open(_ name: String) throws -> Checkpoint { try Checkpoint.open(fixture(name)) }

    private func root(_ checkpoint: Checkpoint) throws -> CheckpointDictionary {
        guard case .dictionary(let root) = checkpoint.root else { throw NoDictionary() }
        return root
    }

    private struct NoDictionary: Error {}

    private func rootNames(_ checkpoint: Checkpoint) throws -> [String] { try root(checkpoint).entries.map(\.name) }

    @Test("an entry that is set keeps its place, a new one comes last, a removed one is gone")
    func setsAndRemoves() throws {
        let checkpoint = try open("checkpoints/mmengine.pth")
        #expect(try rootNames(checkpoint) == ["meta", "state_dict", "message_hub"])
        let edited = try checkpoint.edited { edit in
            edit.remove([Key("message_hub"), Key("never there")], from: try root(checkpoint))
            edit.set(
                [("meta", .text("none")), ("more", .dictionary([("a", .tuple([.text("x"), .text("x")]))]))],
                in: try root(checkpoint))
        }
        #expect(try rootNames(edited) == ["meta", "state_dict", "more"])
        #expect(try root(edited)["meta"]?.isString("none") == true)
        guard case .dictionary(let more)? = try root(edited)["more"], case .sequence(let items)? = more["a"] else {
            Issue.record("'more' is not a dictionary with a tuple")
            return
        }
        #expect(items.typeName == "tuple" && items.elements.allSatisfy { $0.isString("x") })
        let kept = checkpoint.tensors.filter { !$0.key.text.hasPrefix("message_hub.") }
        #expect(edited.tensors.map(\.signature) == kept.map(\.signature))
    }

    @Test("the state dict keeps its kind and its metadata when one of its tensors is set")
    func keepsMetadata() throws {
        let checkpoint = try open("checkpoints/state_dict.pth")
        let first = try #require(checkpoint.tensors.first)
        let last = try #require(checkpoint.tensors.last)
        let edited = try checkpoint.edited { edit in
            edit.set([(last.key.text, .kept(.tensor(first.tensor)))], in: try root(checkpoint))
        }
        #expect(try root(edited).typeName == root(checkpoint).typeName)
        #expect(try edited.stateDict().metadata.map(\.module) == checkpoint.stateDict().metadata.map(\.module))
        #expect(edited.tensors.map(\.key) == checkpoint.tensors.map(\.key))
        #expect(edited.tensors.last?.tensor.storage === first.tensor.storage)
    }

    @Test("a checkpoint put under a key of a new root is written so, whatever format it came from")
    func wraps() throws {
        for name in ["checkpoints/state_dict.pth", "checkpoints/parameters.pth", "safetensors/types.safetensors"] {
            let checkpoint = try open(name)
            let wrapped = try checkpoint.edited { edit in
                edit.setRoot(to: .dictionary([("state_dict", .kept(checkpoint.root))]))
            }
            try withTemporaryFolder { folder in
                try wrapped.write(to: folder + "/out.pth")
                let written = try Checkpoint.open(folder + "/out.pth")
                #expect(try rootNames(written) == ["state_dict"], "\(name)")
                #expect(try written.stateDict().tensors.map(\.signature) == checkpoint.tensors.map(\.signature))
            }
        }
    }
}

/// What is known of a file beside its values stays known when its graph is edited.
struct EditedSourceTests {
    @Test("an edited checkpoint keeps the file's checksums")
    func checksums() throws {
        let checkpoint = try Checkpoint.open(fixture("tensorflow/saver"))
        #expect(!checkpoint.source.checksums.isEmpty)
        let edited = try checkpoint.edited { $0.setRoot(to: .dictionary([("model", .kept(checkpoint.root))])) }
        #expect(edited.source.checksums.count == checkpoint.source.checksums.count)
    }

    @Test("an exported program stays one when its dictionary is edited, and so does its plain form")
    func program() throws {
        let checkpoint = try Checkpoint.open(fixture("programs/mmpretrain-resnet18.pt2"))
        #expect(checkpoint.program != nil)
        let edited = try checkpoint.edited { $0.setRoot(to: .dictionary([("model", .kept(checkpoint.root))])) }
        #expect(edited.program != nil)
        #expect(try checkpoint.stateDict().plain().checkpoint.program != nil)
    }

    @Test("the state dict of a scripted module still knows the archive's classes")
    func scriptClasses() throws {
        let checkpoint = try Checkpoint.open(fixture("modules/scripted.jit.pt"))
        #expect(checkpoint.source.scriptClasses != nil)
        #expect(try checkpoint.stateDict().checkpoint.source.scriptClasses != nil)
    }

    @Test("notes of an edited file follow the file's own")
    func notes() throws {
        let checkpoint = try Checkpoint.open(fixture("modules/scripted.jit.pt"))
        let source = checkpoint.source
        #expect(source.replacing(source.graph, notes: ["more"]).notes == source.notes + ["more"])
    }
}
