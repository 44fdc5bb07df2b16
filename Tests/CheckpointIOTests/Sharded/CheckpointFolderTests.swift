import FoundationEssentials
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct CheckpointFolderTests {
    private func folder(of files: [String: String], _ body: (String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            for (name, source) in files {
                try FileManager.default.copyItem(
                    atPath: fixture(source), toPath: folder + "/" + name)
            }
            try body(folder)
        }
    }

    @Test(
        "a folder stands for its only weights, whatever a training run left beside them",
        arguments: [
            (["net.pth": "checkpoints/tensor.pth", "readme.md": "README.md"], "torch zip"),
            (
                ["a.safetensors": "safetensors/types.safetensors", "optimizer.pt": "checkpoints/tensor.pth"],
                "safetensors"
            ),
            (["model.safetensors": "safetensors/types.safetensors", "b.pth": "checkpoints/tensor.pth"], "safetensors"),
            (
                [
                    "model.safetensors": "safetensors/types.safetensors",
                    "model.safetensors.index.json": "sharded/safetensors/model.safetensors.index.json",
                ], "safetensors"
            ),
        ])
    func only(_ files: [String: String], _ format: String) throws {
        try folder(of: files) { folder in
            let checkpoint = try Checkpoint.open(folder)
            #expect(checkpoint.format.rawValue == format)
        }
    }

    @Test("a folder of several checkpoints or of none says so")
    func ambiguous() throws {
        try folder(of: ["a.pth": "checkpoints/tensor.pth", "b.pt": "checkpoints/tensor.pth"]) { folder in
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder) }
            #expect(error?.description == folder + " is a folder of 2 checkpoints: name one of a.pth, b.pt")
        }
        try folder(of: ["last.pth.tar": "checkpoints/tensor.pth", "1.pth.tar": "checkpoints/tensor.pth"]) { folder in
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder) }
            #expect(error?.description == folder + " is a folder of 2 checkpoints: name one of 1.pth.tar, last.pth.tar")
        }
        try folder(of: ["readme.md": "README.md"]) { folder in
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder) }
            #expect(error?.description == folder + " is a folder without a file that looks like weights")
        }
    }

    @Test("a folder whose weights are in folders of its own, as a pipeline's are, names these")
    func inner() throws {
        try folder(of: ["model_index.json": "README.md"]) { folder in
            for (name, source) in [
                ("scheduler/scheduler_config.json", "README.md"), ("unet/net.pth", "checkpoints/tensor.pth"),
                ("vae/diffusion_pytorch_model.safetensors", "safetensors/types.safetensors"),
            ] {
                let path = folder + "/" + name
                let parent = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: fixture(source), toPath: path)
            }
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder) }
            let hint = "; there is one in 'unet' and 'vae': name one of them"
            #expect(error?.description == folder + " is a folder without a file that looks like weights" + hint)
        }
    }

    @Test(
        "the name of one of a numbered set tells the others",
        arguments: [
            ("model-00002-of-00003.safetensors", 2, "model-00001-of-00003.safetensors"),
            ("a-b-1-of-2.bin", 1, "a-b-1-of-2.bin"),
        ])
    func names(_ name: String, _ number: Int, _ first: String) {
        #expect(ShardName(name)?.number == number)
        #expect(ShardName(name)?.set.name(of: 1) == first)
    }

    @Test(
        "other names are of no set",
        arguments: [
            "model.bin", "model-1-of-x.bin", "model-3-of-2.bin", "model-0-of-2.bin", "model-01-of-2.bin", "1-of-2.bin",
        ])
    func otherNames(_ name: String) { #expect(ShardName(name) == nil) }
}
