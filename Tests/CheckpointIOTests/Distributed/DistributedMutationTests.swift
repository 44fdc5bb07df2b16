import FoundationEssentials
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct DistributedMutationTests {
    @Test(
        "a changed byte of any file is an error or a checkpoint, never a crash",
        arguments: [
            ("distributed/dcp_grid", ".metadata"), ("distributed/dcp_fsdp", ".metadata"),
            ("distributed/ranks_grid", "model_world_size_4_rank_1.pt"),
            ("deepspeed/zero2_frozen", "global_step1/mp_rank_00_model_states.pt"),
            ("deepspeed/zero3_frozen", "global_step1/zero_pp_rank_0_mp_rank_00_model_states.pt"),
            ("deepspeed/zero3_bf16", "global_step1/bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt"),
        ])
    func changed(_ folder: String, _ file: String) throws {
        try withTemporaryFolder { target in
            let copy = target + "/copy"
            try FileManager.default.copyItem(atPath: fixture(folder), toPath: copy)
            let url = URL(fileURLWithPath: copy + "/" + file)
            let original = try Data(contentsOf: url)
            var random = SplitMix64(seed: 5)
            for _ in 0..<60 {
                var changed = original
                let index = Int(random.next() % UInt64(changed.count))
                changed[index] = changed[index] ^ UInt8(truncatingIfNeeded: 1 + random.next() % 255)
                // A new file: one that is mapped stays as it was.
                try FileManager.default.removeItem(at: url)
                try changed.write(to: url)
                guard let checkpoint = try? Checkpoint.open(copy) else { continue }
                for entry in checkpoint.tensors where entry.tensor.hasElements {
                    guard let bytes = try? entry.tensor.contiguousBytes() else { continue }
                    #expect(bytes.count == entry.tensor.byteCount)
                }
            }
        }
    }
}
