import ByteIO
import CheckpointIO
import PlatformC
import ZipArchive

/// A checkpoint of several files, one of which is the input: the others are a fixture's.
///
/// Where that one is an archive, the input is one record of it: the archive's checksums, set right around it, would
/// otherwise keep nearly every input from being looked at.
struct FuzzFolder {
    /// The folder's path in `fixtures`.
    let fixture: String
    /// What of the fixture the input takes the place of.
    let file: String
    /// The end of the name of the archive's record that the input takes the place of; nil where it is the whole file.
    var record: String? = "data.pkl"

    /// The metadata of PyTorch's distributed checkpoints.
    static let distributed = FuzzFolder(fixture: "distributed/dcp_fsdp", file: ".metadata", record: nil)
    /// A rank's file of DTensors.
    static let ranks = FuzzFolder(fixture: "distributed/ranks_grid", file: "model_world_size_4_rank_1.pt")
    /// A rank's share in safetensors.
    static let shares = FuzzFolder(
        fixture: "distributed/shares_grid", file: "shard-00002-model-00001-of-00002.safetensors", record: nil)
    /// A rank's optimizer of DeepSpeed, ZeRO-3.
    static let deepSpeed = FuzzFolder(
        fixture: "deepspeed/zero3_bf16/global_step1", file: "bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt")
    /// A rank's optimizer of DeepSpeed, ZeRO-2.
    static let zero2 = FuzzFolder(
        fixture: "deepspeed/zero2_frozen/global_step1", file: "bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt")
    /// The model of DeepSpeed, ZeRO-2.
    static let zero2States = FuzzFolder(
        fixture: "deepspeed/zero2_frozen/global_step1", file: "mp_rank_00_model_states.pt")
    /// The index of a TensorFlow checkpoint.
    static let bundle = FuzzFolder(fixture: "tensorflow/partitioned", file: "model.ckpt.index", record: nil)
    /// The index of several safetensors files.
    static let sharded = FuzzFolder(fixture: "sharded/safetensors", file: "model.safetensors.index.json", record: nil)

    /// The graph of an exported program.
    static let program = FuzzFolder(
        fixture: "programs/versions", file: "torch-2.15.0.pt2", record: "models/model.json")

    private var source: String { "fixtures/\(fixture)" }

    /// The file with the input in its place.
    func bytes(_ input: Bytes) -> Bytes {
        guard let record else { return input }
        // What storages there are, the pickle says.
        if record == "data.pkl" { return FuzzPickle(input).archive() }
        guard let original = try? MappedFile(path: "\(source)/\(file)").bytes, let zip = try? ZipArchive(original)
        else { broken("\(source)/\(file) is not an archive: run it from the repository's root") }
        var archive = StoredArchive()
        for entry in zip.entries {
            guard let data = try? zip.data(of: entry) else { broken("\(entry.name) of \(file) cannot be read") }
            archive.add(entry.name, entry.name.hasSuffix(record) ? Array(input) : Array(data))
        }
        return Bytes(archive.finished())
    }

    /// The folder, made once a process; its files but for the input's are links.
    func path(with input: Bytes) -> String {
        let path = "/tmp/fuzz-readers-\(getpid())"
        if mkdir(path, 0o700) == 0 {
            guard let listing = try? FolderListing(path: source), let root = realpath(source, nil) else {
                broken("there is no \(source): run it from the repository's root")
            }
            defer { free(root) }
            for name in listing.names where name != file {
                symlink("\(String(cString: root))/\(name)", "\(path)/\(name)")
            }
        }
        write(bytes(input), "\(path)/\(file)")
        return path
    }
}

/// Writes a file in place of what is there.
func write(_ bytes: Bytes, _ path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    if written != bytes.count { broken("\(path) cannot be written") }
}

/// A zip archive of stored entries, in memory.
struct StoredArchive {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    init(_ records: [(name: String, data: [UInt8])] = []) { for record in records { add(record.name, record.data) } }

    mutating func add(_ name: String, _ data: [UInt8]) {
        var checksum = CRC32()
        data.withUnsafeBytes { checksum.update($0) }
        let offset = UInt32(bytes.count)
        var common: [UInt8] = []
        common += little(UInt64(0)) + little(checksum.value) + little(UInt32(data.count)) + little(UInt32(data.count))
        common += little(UInt16(name.utf8.count))
        // Version 0, flags, method, time and date are the eight zeros; the extra field is empty.
        bytes += [0x50, 0x4B, 3, 4, 0, 0] + common + [0, 0] + Array(name.utf8) + data
        directory += [0x50, 0x4B, 1, 2, 0, 0, 0, 0] + common + [UInt8](repeating: 0, count: 12) + little(offset)
        directory += Array(name.utf8)
        count += 1
    }

    func finished() -> [UInt8] {
        bytes + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + little(count) + little(count)
            + little(UInt32(directory.count)) + little(UInt32(bytes.count)) + [0, 0]
    }

    private func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian, Array.init)
    }
}
