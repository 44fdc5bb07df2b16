import ByteIO
import CheckpointIO
import JSON
import ModelGraph
import TensorCore

/// A program of `torch.export`: the graph of calls, and the file with its tensors.
package struct ExportedProgram: Sendable {
    /// The file: the program's weights and constants under their own names.
    package let checkpoint: Checkpoint
    let graph: ProgramGraph
    let signature: ProgramSignature
    /// Paths of all modules, a container before what is in it.
    let modules: [String]
    package let torchVersion: String?
    private let record: ProgramRecord

    /// - Throws: `ImportError` for a file that is not an exported program, or whose graph is not what it should be.
    package init(_ checkpoint: Checkpoint) throws(ImportError) {
        guard let record = checkpoint.program else { throw .notProgram(format: checkpoint.format.rawValue) }
        let reader: ProgramReader
        do throws(JSONError) {
            reader = try record.text.withUnsafeBytes { (text) throws(JSONError) in
                var reader = JSONReader(text, acceptsNonFinite: true)
                return try ProgramReader(&reader)
            }
        } catch {
            throw .json(record: record.name, error)
        }
        try reader.check()
        self.checkpoint = checkpoint
        self.record = record
        graph = reader.graph
        signature = reader.signature
        modules = reader.modules
        torchVersion = reader.torchVersion
    }

    /// The kinds of calls, each once, in the order in which they come.
    package var targets: [String] {
        var targets: [String] = []
        var known: Set<String> = []
        graph.forEachCall { if known.insert($0.target).inserted { targets.append($0.target) } }
        return targets
    }

    /// Where in the model's source a call is: the last frame of its stack trace, `FILE:LINE in FUNCTION: CODE`.
    func source(of call: ProgramCall) -> String? {
        guard let offset = call.stackTrace else { return nil }
        let text: String? = record.text.withUnsafeBytes { text in
            guard 0..<text.count ~= offset else { return nil }
            var reader = JSONReader(UnsafeRawBufferPointer(rebasing: text[offset...]))
            return try? reader.string()
        }
        guard let lines = text?.split(whereSeparator: \.isNewline),
            let last = lines.lastIndex(where: { $0.drop { $0 == " " }.hasPrefix("File \"") })
        else { return nil }
        let parts = lines[last].split(separator: "\"", maxSplits: 2)
        guard parts.count == 3 else { return nil }
        let place = parts[2].replacing(", line ", with: ":").replacing(", in ", with: " in ")
        let code = lines[(last + 1)...].first.map { ": \($0.drop { $0 == " " })" } ?? ""
        return "\(parts[1])\(place)\(code)"
    }
}

extension ProgramGraph {
    /// Calls `body` with every call, those of inner graphs included.
    func forEachCall(_ body: (ProgramCall) -> Void) {
        for call in calls {
            body(call)
            for case (_, .graph(let inner)) in call.inputs { inner.forEachCall(body) }
        }
    }
}

// MARK: - The state dict

extension ExportedProgram {
    /// One entry of the model's `state_dict()`, or a tensor that is not in it.
    struct Entry {
        let argument: String
        let key: Key
        let shape: [Int]
        let dtype: DType
        let kind: Kind

        enum Kind { case parameter, buffer, constant }
    }

    /// What the program's inputs stand for, but for the user's.
    /// - Throws: `ImportError.signature` for tensors without a type or of unknown extents.
    func entries() throws(ImportError) -> [Entry] {
        var entries: [Entry] = []
        for (number, input) in signature.inputs.enumerated() {
            let (argument, key, kind): (String, String, Entry.Kind)
            switch input {
            case .parameter(let name, let text): (argument, key, kind) = (name, text, .parameter)
            case .buffer(let name, let text, let isPersistent):
                (argument, key, kind) = (name, text, isPersistent ? .buffer : .constant)
            case .constant(let name, let text): (argument, key, kind) = (name, text, .constant)
            case .user, .fixed, .token: continue
            case .other(let kind): throw .signature("input \(number) of the program is a \(kind), which is not known")
            }
            guard let meta = graph.tensors[argument], let dtype = meta.dtype else {
                throw .signature("'\(key)' has no element type that is known")
            }
            let shape = meta.sizes.compactMap { $0 }
            guard shape.count == meta.sizes.count else { throw .signature("'\(key)' has extents that are not numbers") }
            entries.append(Entry(argument: argument, key: Key(key), shape: shape, dtype: dtype, kind: kind))
        }
        return entries
    }

    /// The entries of `state_dict()` in its order: module after module, of each the parameters before the buffers.
    ///
    /// A program that TorchDynamo traced takes no tensors that it does not use; its file has them.
    func stateDict(_ entries: [Entry]) -> [Entry] {
        let taken = Set(entries.map(\.key)).union(checkpoint.program?.constants ?? [])
        let unused = checkpoint.tensors.filter { !taken.contains($0.key) }.map {
            Entry(argument: "", key: $0.key, shape: $0.tensor.shape, dtype: $0.tensor.dtype, kind: .buffer)
        }
        let entries = entries + unused
        let positions = Dictionary(modules.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        func rank(_ entry: Entry) -> (Int, Int) {
            (positions[entry.key.modulePath] ?? positions.count, entry.kind == .parameter ? 0 : 1)
        }
        return entries.filter { $0.kind != .constant }.enumerated()
            .sorted { left, right in
                let (a, b) = (rank(left.element), rank(right.element))
                return a != b ? a < b : left.offset < right.offset
            }
            .map(\.element)
    }
}
