import ByteIO
import Pickle
import ZipArchive

/// A reader that libFuzzer feeds. Each takes any bytes; an error of the reader is a right answer, a crash, a hang or
/// too much memory is not, and neither is a broken promise: see `broken`.
enum FuzzTarget: String, CaseIterable {
    case zip, pickle

    /// The one that the environment variable `FUZZ_TARGET` names.
    static var named: FuzzTarget? { environment("FUZZ_TARGET").flatMap(FuzzTarget.init) }

    func run(_ bytes: Bytes) {
        switch self {
        case .zip: readArchive(bytes)
        case .pickle: readPickle(bytes)
        }
    }

    private func readArchive(_ bytes: Bytes) {
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
        let second = rewritten(first)
        // The first writing joins what is the same in all but its place: two mentions of one global.
        let third = rewritten(second)
        if third != second { broken("\(second) was written, and is written again as \(third)") }
    }

    private func rewritten(_ pickle: [UInt8]) -> [UInt8] {
        do {
            return try PickleWriter.write(PickleReader.read(Bytes(pickle)), protocol: 4)
        } catch {
            broken("\(pickle) was written and does not come back: \(error)")
        }
    }
}
