import CheckpointIO
import TensorCore

/// What a model of any kind computed on one input, as a checkpoint holds it.
///
/// Its tensors `output` or `output.<name>` are what the model gave, `layers.<path>` and `samples.<path>` what modules of
/// it did, and those of `output_float64`, `layers_float64` and `samples_float64` the same in double precision. `input` is
/// a tensor, several, or the text `seeded`.
package struct CapturedRun: Sendable {
    package enum Part: String, Sendable, CaseIterable {
        case output, layers, samples
    }

    /// A recorded tensor.
    package struct Entry: Sendable {
        package let part: Part
        /// The path of a module; of an output what follows `output.`, or nothing.
        package let path: String
        let tensor: LazyTensor
        /// The same in double precision, where it was recorded.
        var float64: LazyTensor?

        /// As the file has it: `layers.layer1.0`.
        package var name: String { path.isEmpty ? part.rawValue : "\(part.rawValue).\(path)" }
    }

    package let file: String
    /// What computed it.
    package let source: String?
    /// The entries in file order, the outputs first.
    package internal(set) var entries: [Entry]
    let inputs: [NamedTensor]
    /// What is said of an input that is not stored.
    var inputNote: String?

    /// - Throws: `VerificationError.golden` for a file without an output, and for tensors that are not real numbers.
    package init(_ checkpoint: Checkpoint) throws(VerificationError) {
        file = checkpoint.path
        var found: [Part: [Entry]] = [:]
        var doubles: [Part: [String: LazyTensor]] = [:]
        var inputs: [NamedTensor] = []
        for named in checkpoint.tensors {
            let key = named.key.text
            let head = String(key.prefix { $0 != "." })
            let path = String(key.dropFirst(head.count + 1))
            let isDouble = head.hasSuffix("_float64")
            guard let part = Part(rawValue: isDouble ? String(head.dropLast("_float64".count)) : head) else {
                if head == "input" { inputs.append(named) }
                continue
            }
            guard named.tensor.dtype.isReal, named.tensor.hasElements else {
                throw .golden(entry: key, "is \(named.tensor.dtype), of which no differences are taken")
            }
            try requireSingles(named.tensor.dtype, entry: key)
            if isDouble {
                doubles[part, default: [:]][path] = named.tensor
            } else {
                found[part, default: []].append(Entry(part: part, path: path, tensor: named.tensor))
            }
        }
        guard found[.output] != nil else {
            throw .golden(entry: "output", "is missing: it is the tensor to compare")
        }
        entries = Part.allCases.flatMap { part in
            (found[part] ?? []).map { entry in
                var entry = entry
                entry.float64 = doubles[part]?[entry.path]
                return entry
            }
        }
        self.inputs = inputs
        var source: String?
        var note: String?
        if case .dictionary(let dictionary) = checkpoint.root {
            if case .string(let text)? = dictionary["source"] { source = text }
            if case .string(let text)? = dictionary["input"] {
                note = text
                if case .sequence(let extents)? = dictionary["input_shape"] {
                    let shape = extents.elements.compactMap { if case .int(let extent) = $0 { extent } else { nil } }
                    note = "\(text) \(shape)"
                }
            }
        }
        self.source = source
        inputNote = note
    }
}

extension CapturedRun {
    /// The paths of the modules that it has layers of.
    package var modulePaths: [String] { entries.filter { $0.part != .output }.map(\.path) }
}

extension CapturedRun.Entry {
    /// Whether nothing of it is in double precision.
    package var isSinglePrecision: Bool { tensor.dtype != .float64 && float64 == nil }
}
