import ByteIO
import CheckpointIO
import ImagePipeline
import JSON
import KeyRules
import ModelConfig
import Pickle
import PickleScan
import TarArchive
import TensorCore
import TensorFlowBundle
import YAML
import ZipArchive

/// A reader that libFuzzer feeds. Each takes any bytes; an error of the reader is a right answer, a crash, a hang or
/// too much memory is not, and neither is a broken promise: see `broken`.
enum FuzzTarget: String, CaseIterable {
    case zip, tar, json, pickle, tensorflow, legacy, safetensors, numpy, checkpoint, scan, config, yaml
    case archive, torchscript, output, tarstorages, tartensors, npz, bundle, sharded, shares
    case distributed, ranks, deepspeed, zero2, zero2states, rules, expressions, program, calls
    case jpeg, png, webp, bmp, pnm

    /// The one that the environment variable `FUZZ_TARGET` names.
    static var named: FuzzTarget? { environment("FUZZ_TARGET").flatMap(FuzzTarget.init) }

    /// Whether an input begins with a pickle.
    var takesPickles: Bool {
        switch self {
        case .pickle, .legacy, .scan, .archive, .torchscript, .output, .tarstorages, .tartensors, .distributed, .ranks,
            .deepspeed, .zero2, .zero2states:
            true
        default: false
        }
    }

    func run(_ bytes: Bytes) {
        switch self {
        case .zip: readZip(bytes)
        case .tar: readTar(bytes)
        case .pickle: readPickle(bytes)
        case .tensorflow: readBundle(bytes)
        case .json: readJSON(bytes)
        // Told apart by their seeds: the opener judges by content.
        case .legacy, .safetensors, .numpy, .checkpoint: readCheckpoint(bytes)
        case .archive: readCheckpoint(FuzzPickle(bytes).archive())
        case .torchscript: readCheckpoint(FuzzPickle(bytes).script())
        case .output: writeCheckpoint(FuzzPickle(bytes).archive())
        case .tarstorages: readCheckpoint(FuzzTar.legacy.bytes(bytes, inPlaceOf: "storages"))
        case .tartensors: readCheckpoint(FuzzTar.legacy.bytes(bytes, inPlaceOf: "tensors"))
        case .npz: readCheckpoint(Bytes(StoredArchive([("a.npy", Array(bytes)), ("b", Array(bytes))]).finished()))
        case .bundle: readCheckpoint(in: .bundle, Self.withBlockChecksums(bytes))
        case .sharded: readCheckpoint(in: .sharded, bytes)
        case .shares: readCheckpoint(in: .shares, bytes)
        case .distributed: readCheckpoint(in: .distributed, bytes)
        case .ranks: readCheckpoint(in: .ranks, bytes)
        case .deepspeed: readCheckpoint(in: .deepSpeed, bytes)
        case .zero2: readCheckpoint(in: .zero2, bytes)
        case .zero2states: readCheckpoint(in: .zero2States, bytes)
        case .rules: readRules(bytes)
        case .expressions: edit(bytes)
        case .program: readProgram(FuzzFolder.program.bytes(bytes))
        case .calls: if let program = EditableProgram.bytes(bytes) { readProgram(program) }
        case .config: readConfig(bytes)
        case .png: decode(Self.withChecksums(bytes))
        case .jpeg, .webp, .bmp, .pnm: decode(bytes)
        case .yaml: readYAML(bytes)
        case .scan: _ = FileScan(bytes, name: "fuzz.pth").verdict
        }
    }

    private func readZip(_ bytes: Bytes) {
        guard let archive = try? ZipArchive(bytes) else { return }
        for entry in archive.entries {
            guard let data = try? archive.data(of: entry) else { continue }
            if data.count != entry.size { broken("\(entry.name) has \(data.count) bytes, not \(entry.size)") }
            _ = try? archive.verifyChecksum(of: entry)
        }
    }

    /// What was read can be written, and what was written is written as the same once it is read.
    private func readPickle(_ bytes: Bytes) {
        guard let graph = try? PickleReader.read(bytes) else { return }
        _ = PickleDescription(depth: 8, length: 64).text(graph.root, in: graph)
        guard let first = try? PickleWriter.write(graph, protocol: 4) else { return }
        // The first writing joins what is the same in all but its place: two mentions of one global.
        guard let second = rewritten(first), let third = rewritten(second) else { return }
        if third != second { broken("\(second) was written, and is written again as \(third)") }
    }

    /// Nil where buffers would change their order, which is refused: those of a global's states, which are joined with it.
    private func rewritten(_ pickle: [UInt8]) -> [UInt8]? {
        do {
            return try PickleWriter.write(PickleReader.read(Bytes(pickle)), protocol: 4)
        } catch .unwritable("an out-of-band buffer", _, _) {
            return nil
        } catch {
            broken("\(pickle) was written and does not come back: \(error)")
        }
    }

    private func readTar(_ bytes: Bytes) {
        let salvaged = TarArchive(salvaging: bytes)
        for entry in salvaged.entries where salvaged.data(of: entry).count != entry.size {
            broken("\(entry.name) has not the \(entry.size) bytes that it says")
        }
        guard let whole = try? TarArchive(bytes) else { return }
        if whole.entries != salvaged.entries { broken("a whole archive is salvaged as another") }
    }

    /// A value's place is inside the text, and a value that is changed reads back as changed.
    private func readYAML(_ bytes: Bytes) {
        let text = Array(bytes)
        guard let root = try? YAMLDocument(text, file: "fuzz.yml").root, let entry = root.entries?.first,
            let key = entry.key.scalar, key.style == .plain, !key.text.contains("\n")
        else { return }
        if !(0...text.count).contains(entry.value.end.offset) { broken("a value ends past the text") }
        var editor = YAMLEditor(text)
        guard editor.set(key.text, to: .scalar("7"), in: root, after: []) else { return }
        let again = try? YAMLDocument(editor.result, file: "fuzz.yml").root
        if again?[key.text]?.value != .int(7) { broken("a changed value is not read back") }
    }

    private func readBundle(_ bytes: Bytes) {
        let bytes = Self.withBlockChecksums(bytes)
        guard let index = try? BundleIndex(bytes) else { return }
        for entry in index.entries {
            guard let data = try? entry.data(in: bytes) else { continue }
            _ = try? entry.verify(data)
            _ = try? entry.strings(data, index.byteOrder)
        }
    }

    /// Checksums would keep nearly every input from being looked at: they are set right before.
    private static func withBlockChecksums(_ bytes: Bytes) -> Bytes {
        var bytes = bytes
        for _ in 0..<8 {
            do throws(BundleError) {
                _ = try BundleIndex(bytes)
                return bytes
            } catch .block(let offset, let size, .checksum(_, let found)) {
                var mended = Array(bytes)
                withUnsafeBytes(of: found.littleEndian) { checksum in
                    mended.replaceSubrange(offset + size + 1..<offset + size + 5, with: checksum)
                }
                bytes = Bytes(mended)
            } catch {
                return bytes
            }
        }
        return bytes
    }

    /// Every error has its place in the text.
    private func readRules(_ bytes: Bytes) {
        guard let text = bytes.utf8Text else { return }
        do throws(RuleErrors) {
            _ = try RuleFile.parse(text, name: "fuzz.rules")
        } catch {
            let lines = text.count(where: \.isNewline) + 1
            for error in error.errors where !(1...lines).contains(error.location.line) {
                broken("an error outside of the text: \(error)")
            }
        }
    }

    /// The first line is an edit, the second a key. No expression takes long.
    private func edit(_ bytes: Bytes) {
        guard let text = bytes.utf8Text, let end = text.unicodeScalars.firstIndex(of: "\n") else { return }
        let key = text.unicodeScalars[end...].dropFirst().prefix(256)
        _ = (try? Substitution(String(text.unicodeScalars[..<end])))?.apply(to: String(key))
    }

    /// Decoding twice gives the same pixels: no uninitialised memory is handed out.
    private func decode(_ bytes: Bytes) {
        guard let image = try? Image(decoding: bytes) else { return }
        guard let again = try? Image(decoding: bytes) else { broken("an image decodes once only") }
        if image != again { broken("an image decodes to other pixels the second time") }
    }

    /// Corrects the checksums of a PNG's chunks: otherwise the decoder would reject nearly every input.
    private static func withChecksums(_ bytes: Bytes) -> Bytes {
        var file = Array(bytes)
        var offset = 8
        while offset <= file.count - 12 {
            let length = file[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= file.count - offset - 12 else { break }
            var checksum = CRC32()
            file.withUnsafeBytes {
                checksum.update(UnsafeRawBufferPointer(rebasing: $0[offset + 4..<offset + 8 + length]))
            }
            withUnsafeBytes(of: checksum.value.bigEndian) {
                file.replaceSubrange(offset + 8 + length..<offset + 12 + length, with: $0)
            }
            offset += 12 + length
        }
        return Bytes(file)
    }

    /// A value that is written reads as itself.
    private func readJSON(_ bytes: Bytes) {
        let value = bytes.withUnsafeBytes { try? JSONValue(parsing: $0) }
        guard let text = value?.text else { return }
        guard let again = try? JSONValue(parsing: text).text else { broken("\(text) does not read") }
        if again != text { broken("\(text) was written, and reads as \(again)") }
    }

    /// The text of a config loads to its values.
    private func readConfig(_ bytes: Bytes) {
        var options = ModelConfig.Options()
        options.limits.steps = 100_000
        options.limits.elements = 100_000
        options.limits.textBytes = 1 << 20
        options.files = FuzzFiles(config: Array(bytes))
        guard let values = try? ModelConfig.load("config.py", options).values,
            let text = try? ConfigText.text(values)
        else { return }
        options.files = FuzzFiles(config: Array(text.utf8))
        options.limits = ConfigLimits()
        do throws(ConfigError) {
            let again = try ConfigText.text(try ModelConfig.load("config.py", options).values)
            if again != text { broken("\(text) was printed, and reads as \(again)") }
        } catch {
            broken("\(text) was printed and does not load: \(error)")
        }
    }
}

/// One config; every other file is a base that it may inherit from.
private struct FuzzFiles: ConfigFiles {
    let config: [UInt8]

    func contents(of path: String, limit: Int) -> [UInt8]? {
        path == "config.py"
            ? config : Array("model = dict(type='A', a=[1, (2,)], b=dict(c=1.5))\npipeline = [model]\n".utf8)
    }

    var currentFolder: String { "/fuzz" }
}
