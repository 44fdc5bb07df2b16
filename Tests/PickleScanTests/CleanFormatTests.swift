import FoundationEssentials
import TestSupport
import Testing

@testable import PickleScan

@Suite struct CleanFormatTests {
    static let files = [
        "accelerate_optimizer.bin", "accelerate_pytorch_model.bin", "accelerate_random_states_0.pkl",
        "adapter_model.bin", "dcp/.metadata", "dcp/__0_0.distcp", "lightning.ckpt",
        "look_alikes.pth", "look_alikes_legacy.pth", "mmengine.pth", "omegaconf.pkl", "omegaconf.pth", "optimizer.pt",
        "peft_config.pth", "rng_state.pth", "scheduler.pt", "timm.pth.tar", "torchvision.pth",
        "transformer_engine.pt", "training_args.bin", "ultralytics.pt",
    ]

    @Test("what a trainer writes is clean, without a word", arguments: files)
    func clean(_ file: String) throws {
        let scan = try scan("scan/" + file)
        #expect(scan.findings.isEmpty, "\(scan.findings)")
        #expect(scan.verdict == .clean)
    }

    @Test("a distributed checkpoint with one call is dangerous by that alone")
    func metadata() throws {
        #expect(try scan("hostile/scan/metadata.pkl").findings.map(\.global) == ["posix.system"])
    }

    @Test("archives one behind the other are no more than that in a .distcp file only")
    func pieces() throws {
        let bytes = try Data(contentsOf: URL(filePath: fixture("scan/dcp/__0_0.distcp")))
        #expect(FileScan(pickle: Array(bytes), name: "x.distcp").findings.isEmpty)
        #expect(FileScan(pickle: Array(bytes), name: "x.pth").verdict == .review)
    }
}
