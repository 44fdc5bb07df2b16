import CheckpointIO
import CommandLineKit
import JSON
import ModelGraph
import TensorCore

/// A checkpoint in a line or two: format, parameters, types, size, and what is in it beside the weights.
package struct CheckpointSummary: Sendable {
    package let file: String
    package let format: String
    /// Elements of the parameters, memory that several tensors see counted once. Buffers do not count where they can
    /// be told: by a module that the file holds whole, by a `Parameter`, by what a model says, else by their names.
    package let parameterCount: Int
    package let parameterTensorCount: Int
    package let bufferCount: Int
    /// Tensors that are the same elements as one before them; they are in no other count.
    package let tiedCount: Int
    /// Bytes of the elements that the state dict has, shared memory counted once.
    package let byteCount: Int
    /// The number of tensors of each type, the most frequent first.
    package let dtypes: [(dtype: DType, count: Int)]
    /// What stands beside the weights.
    package let parts: [TrainingParts.Part]

    /// - Parameter model: says which tensors are buffers.
    /// - Throws: `CheckpointError`, or what is wrong with the model.
    package init(of checkpoint: Checkpoint, stateKey: String? = nil, model: ModelSource? = nil) throws {
        file = checkpoint.path
        format = checkpoint.format.rawValue
        var tensors = checkpoint.tensors
        var parts: [TrainingParts.Part] = []
        var roles = try model.map { try TensorRoles(of: $0.description()) } ?? TensorRoles()
        if stateKey != nil || checkpoint.hasStateDict {
            let stateDict = try checkpoint.stateDict(at: stateKey, allowsTwins: true)
            if stateKey != nil || stateDict.module == nil || !stateDict.tensors.isEmpty {
                parts = TrainingParts(of: stateDict).parts
                let others = parts.filter { $0.kind != .set }.reduce(into: Set<Key>()) { $0.formUnion($1.ownKeys) }
                tensors = others.isEmpty ? stateDict.tensors : stateDict.tensors.filter { !others.contains($0.key) }
            }
        }
        if checkpoint.tensors.contains(where: \.tensor.isParameter) { roles.learn(from: checkpoint.tensors) }
        var seen: Set<ComputedTensor.Memory> = []
        var (parameters, parameterTensors, buffers, tied, bytes) = (0, 0, 0, 0, 0)
        var counts: [DType: Int] = [:]
        for named in tensors {
            let tensor = named.tensor
            if tensor.hasElements, tensor.layout.count > 0, !seen.insert(ComputedTensor.Memory(tensor)).inserted {
                tied += 1
                continue
            }
            bytes = bytes.addingSaturated(tensor.byteCount)
            counts[tensor.dtype, default: 0] += 1
            if roles.isBuffer(named) {
                buffers += 1
            } else {
                parameterTensors += 1
                let count = tensor.layout.count.multipliedSaturated(tensor.dtype.valuesPerElement)
                parameters = parameters.addingSaturated(count)
            }
        }
        (parameterCount, parameterTensorCount, bufferCount) = (parameters, parameterTensors, buffers)
        (tiedCount, byteCount) = (tied, bytes)
        dtypes = counts.map { (dtype: $0.key, count: $0.value) }.sorted {
            ($1.count, $0.dtype.rawValue) < ($0.count, $1.dtype.rawValue)
        }
        self.parts = parts
    }

    /// `resnet18.pth: torch zip, 11.69 M parameters (11,689,512) in 62 tensors, 60 buffers, float32 and int64, 46.8 MB`
    package func text(_ palette: Palette) -> String {
        var items = ["\(format)", parameterText + " in \(countText(parameterTensorCount, "tensor"))"]
        if bufferCount > 0 { items.append(countText(bufferCount, "buffer")) }
        if !dtypes.isEmpty { items.append(Self.list(dtypes.map(\.dtype.rawValue))) }
        items.append(byteText(byteCount))
        if tiedCount > 0 { items.append("\(groupedText(tiedCount)) tied \(tiedCount == 1 ? "tensor" : "tensors")") }
        var text = "\(palette(.bold, file.printable)): \(items.joined(separator: ", "))\n"
        for part in parts {
            text += palette(.dim, "  with \(part.kind.noun) \(part.text.printable)") + "\n"
        }
        return text
    }

    private var parameterText: String {
        let noun = parameterCount == 1 ? "parameter" : "parameters"
        guard let short = Self.shortText(parameterCount) else { return "\(groupedText(parameterCount)) \(noun)" }
        return "\(short) \(noun) (\(groupedText(parameterCount)))"
    }

    /// `11.69 M`; nil for less than ten thousand, which is short by itself.
    static func shortText(_ count: Int) -> String? {
        let units: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        guard count >= 10_000, let (divisor, sign) = units.first(where: { Double(count) >= 0.999995 * $0.0 }) else {
            return nil
        }
        return "\(fixedText(Double(count) / divisor, decimals: 2)) \(sign)"
    }

    private static func list(_ words: [String]) -> String {
        words.count < 3
            ? words.joined(separator: " and ")
            : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
    }

    var json: JSONValue {
        [
            "parameters": .int(parameterCount), "parameter_tensors": .int(parameterTensorCount),
            "buffers": .int(bufferCount), "tied": .int(tiedCount), "bytes": .int(byteCount),
            "dtypes": .object(dtypes.map { .init(name: $0.dtype.rawValue, value: .int($0.count)) }),
            "parts": .array(
                parts.map {
                    [
                        "name": .string($0.name), "kind": .string($0.kind.rawValue), "tensors": .int($0.tensorCount),
                        "bytes": .int($0.byteCount),
                    ]
                }),
        ]
    }
}

extension TrainingParts.Part.Kind {
    fileprivate var noun: String {
        switch self {
        case .weights: "second weights"
        case .set: "the weights"
        case .optimizer: "optimizer"
        case .other: "other tensors"
        }
    }
}
