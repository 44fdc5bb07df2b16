import FoundationEssentials
import TestSupport
import Testing

@testable import PickleScan

@Suite struct CleanFormatTests {
    static let files = [
        "accelerate_optimizer.bin", "accelerate_pytorch_model.bin", "accelerate_random_states_0.pkl",
        "adapter_model.bin", "dcp/.metadata", "dcp/__0_0.distcp", "lightning.ckpt",
        "look_alikes.pth", "look_alikes_legacy.pth", "mmengine.pth", "omegaconf.pkl", "omegaconf.pth", "optimizer.pt",
        "peft_config.pth", "rng_state.pth", "scheduler.pt", "scikit_learn.pkl", "timm.pth.tar", "torchvision.pth",
        "transformer_engine.pt", "training_args.bin", "ultralytics.pt", "bert_whole.pt", "llama_whole.pt",
        "values.pth",
    ]

    /// Pickles with arrays in their midst.
    static let joblibFiles = ["arrays.joblib", "arrays_protocol_1.joblib", "arrays_zlib.joblib"]

    @Test("what a trainer writes is clean, without a word", arguments: files + joblibFiles)
    func clean(_ file: String) throws {
        let scan = try scan("scan/" + file)
        #expect(scan.findings.isEmpty, "\(scan.findings)")
        #expect(scan.verdict == .clean)
    }

    @Test("arrays of the types that ml_dtypes adds to NumPy are clean")
    func addedTypes() throws { #expect(try scan("field/jax.pkl").findings.isEmpty) }

    @Test(
        "what several ranks write is clean, file by file",
        arguments: [
            "distributed/dcp_fsdp", "distributed/ranks_fsdp1", "distributed/ranks_grid", "distributed/ranks_uneven",
            "deepspeed",
        ])
    func ranks(_ folder: String) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: fixture(folder))
        let pickles = files.filter { $0.hasSuffix(".pt") || $0.hasSuffix(".distcp") || $0.hasSuffix(".metadata") }
        #expect(pickles.count > 2)
        for file in pickles { #expect(try scan("\(folder)/\(file)").findings.isEmpty, "\(file)") }
    }

    @Test("a distributed checkpoint with one call is dangerous by that alone")
    func metadata() throws {
        #expect(try scan("hostile/scan/metadata.pkl").findings.map(\.global) == ["posix.system"])
    }

    @Test("a checkpoint in a tar archive, as NeMo has it, is clean; an archive across its files is not")
    func tar() throws {
        let checkpoint = Array(try Data(contentsOf: URL(filePath: fixture("zip/state_dict.pth"))))
        func member(_ name: String, _ data: [UInt8]) -> [UInt8] {
            func field(_ text: String, _ count: Int) -> [UInt8] {
                Array(text.utf8) + [UInt8](repeating: 0, count: count - text.utf8.count)
            }
            func octal(_ number: Int, _ digits: Int) -> String {
                let text = String(number, radix: 8)
                return String(repeating: "0", count: digits - text.count) + text
            }
            let head = field(name, 100) + field("0000644", 8) + field("0000000", 8) + field("0000000", 8)
            let rest = field("0", 101) + field("ustar", 6) + field("00", 249)
            let numbers = field(octal(data.count, 11), 12) + field(octal(0, 11), 12)
            let sum = (head + numbers + rest).reduce(8 * 32) { $0 + Int($1) }
            let padding = [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
            return head + numbers + field(octal(sum, 6), 8) + rest + data + padding
        }
        let end = [UInt8](repeating: 0, count: 1024)
        let plain = member("config.yaml", Array("a: 1".utf8)) + member("model_weights.ckpt", checkpoint) + end
        #expect(FileScan(pickle: plain, name: "a.nemo").findings.isEmpty)
        let half = checkpoint.count / 2
        let divided = member("a", Array(checkpoint[..<half])) + member("b", Array(checkpoint[half...])) + end
        #expect(FileScan(pickle: divided, name: "a.nemo").verdict != .clean)
    }

    @Test("archives one after the other are no more than that in a .distcp file only")
    func pieces() throws {
        let bytes = try Data(contentsOf: URL(filePath: fixture("scan/dcp/__0_0.distcp")))
        #expect(FileScan(pickle: Array(bytes), name: "x.distcp").findings.isEmpty)
        #expect(FileScan(pickle: Array(bytes), name: "x.pth").verdict == .review)
    }
}
