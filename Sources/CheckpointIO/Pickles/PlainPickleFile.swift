import ByteIO
import Pickle

/// A pickle by itself, as `pickle.dump` writes it: detectron2's and Caffe2's `.pkl`, Paddle's `.pdparams` and
/// `.pdopt`, state dicts that the plain `pickle` module wrote, `.metadata` of `torch.distributed.checkpoint`.
///
/// Its tensors are NumPy arrays of numbers, and PyTorch's own, whose storages lie in `torch.save` files inside the pickle.
struct PlainPickleFile {
    /// The extensions that writers give such files: below protocol 2 nothing else identifies them.
    private static let suffixes = [".pkl", ".pickle", ".pdparams", ".pdopt", ".pdstates", ".metadata"]

    /// - Parameter path: decides for protocols 0 and 1, whose pickles begin like any text.
    static func hasSignature(_ bytes: Bytes, path: String) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        if first == 0x80, bytes.count > 2 { return (2...5).contains(bytes[1]) }
        guard suffixes.contains(where: path.lowercased().hasSuffix) else { return false }
        return last == UInt8(ascii: ".") && "(]}[{cNIFVSU)l".utf8.contains(first)
    }

    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> CheckpointSource {
        var cursor = ByteCursor(bytes)
        let graph: PickleGraph
        do throws(PickleError) {
            graph = try PickleReader.read(&cursor)
        } catch {
            if ForeignFile.isJoblib(bytes) {
                let text = "is a file of joblib whose arrays lie between the pickle's opcodes, which is not read"
                throw CheckpointError(path, .notCheckpoint(text + ": save them with numpy.savez"))
            }
            switch error {
            case .truncated, .unterminated: throw CheckpointError(path, .cutPickle(entry: "the pickle", error))
            default: throw CheckpointError(path, .pickle(entry: "the pickle", error))
            }
        }
        let rest = grouped(cursor.remaining)
        guard cursor.remaining == 0 || holdsValues(graph) else {
            let text = "begins with a pickle of a single value, and \(rest) bytes follow"
            throw CheckpointError(
                path, .notCheckpoint(text + ": several pickles in a row, or a torch legacy stream with a damaged start")
            )
        }
        let notes = cursor.remaining == 0 ? [] : ["\(rest) bytes follow the pickle, which nothing reads"]
        let survey = try StorageSurvey(graph, path: path, entry: "the pickle")
        let storages = try StorageTable(survey) { (_) throws(CheckpointError) in .missing }
        return CheckpointSource(path: path, format: .pickle, graph: graph, storages: storages, notes: notes)
    }

    /// Whether the root can hold tensors.
    private static func holdsValues(_ graph: PickleGraph) -> Bool {
        guard case .node(let root) = graph.root else { return false }
        return switch graph[root] {
        case .tuple, .list, .dict, .set, .frozenSet, .object: true
        default: false
        }
    }
}
