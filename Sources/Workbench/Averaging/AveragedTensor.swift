import ByteIO
import CheckpointIO
import TensorCore
import TensorOperations

/// One tensor of an average: its counterpart in each checkpoint, in their order.
struct AveragedTensor: Sendable {
    let signature: TensorSignature
    let members: [LazyTensor]
    /// What each member counts with; nil for equal weights.
    private let factors: [Double]?
    /// The type of the real numbers that the elements are made of; nil for a tensor that is not averaged.
    private let real: DType?
    /// Whether it is not averaged although the checkpoints differ in it.
    let isOfLast: Bool
    /// Nil where it may not share its result with a tensor of the same memory.
    private var memory: ComputedTensor.Memory?

    var last: LazyTensor { members[members.count - 1] }
    var isAveraged: Bool { real != nil }

    /// Numbers that are summed at a time.
    private static let blockSize = 1 << 16

    /// The tensors of the last state dict with those of the same keys in the others.
    /// - Throws: `WorkbenchError.noAverage` for the first key, shape or type that differs; `CheckpointError`.
    static func all(of stateDicts: [StateDict], factors: [Double]?) throws -> [AveragedTensor] {
        let last = stateDicts[stateDicts.count - 1]
        let tables = try stateDicts.map { other in
            let table = Dictionary(other.tensors.map { ($0.key, $0.tensor) }, uniquingKeysWith: { first, _ in first })
            try compare(other, table, with: last)
            return table
        }
        guard !last.tensors.isEmpty else {
            throw WorkbenchError.noAverage(file: last.checkpoint.path, reason: "there is no tensor to average")
        }
        var averaged = try last.tensors.map { named in
            try AveragedTensor(named.signature, tables.compactMap { $0[named.key] }, factors, last.checkpoint.path)
        }
        shareMemory(&averaged)
        return averaged
    }

    /// - Throws: `WorkbenchError.noAverage` for a key that only one of them has.
    private static func compare(_ other: StateDict, _ table: [Key: LazyTensor], with last: StateDict) throws {
        let (file, reference) = (other.checkpoint.path, last.checkpoint.path)
        for tensor in last.tensors {
            guard let found = table[tensor.key] else {
                throw WorkbenchError.noAverage(file: file, reason: "it lacks '\(tensor.key)', which \(reference) has")
            }
            guard found.shape == tensor.tensor.shape else {
                throw WorkbenchError.noAverage(
                    file: file,
                    reason:
                        "'\(tensor.key)' is \(pythonTuple(found.shape)), in \(reference) \(pythonTuple(tensor.tensor.shape))"
                )
            }
            guard found.dtype == tensor.tensor.dtype else {
                throw WorkbenchError.noAverage(
                    file: file, reason: "'\(tensor.key)' is \(found.dtype), in \(reference) \(tensor.tensor.dtype)")
            }
        }
        guard table.count > last.tensors.count else { return }
        let known = Set(last.tensors.map(\.key))
        if let strange = other.tensors.first(where: { !known.contains($0.key) }) {
            throw WorkbenchError.noAverage(file: file, reason: "it has '\(strange.key)', which \(reference) lacks")
        }
    }

    private init(_ signature: TensorSignature, _ members: [LazyTensor], _ factors: [Double]?, _ file: String) throws {
        self.signature = signature
        self.members = members
        self.factors = factors
        real = signature.dtype.realPart
        let isKnown = real.map { FloatCast(from: .float64, to: $0) != nil } ?? signature.dtype.isReal
        guard members.allSatisfy(\.hasElements), isKnown else {
            throw WorkbenchError.noAverage(
                file: file, reason: "'\(signature.key)' is \(signature.dtype), which cannot be averaged")
        }
        isOfLast = try real == nil && !Self.areEqual(members)
    }

    /// Lets tensors share their average where every checkpoint has one memory for them.
    private static func shareMemory(_ tensors: inout [AveragedTensor]) {
        var partners: [ComputedTensor.Memory: [ComputedTensor.Memory]] = [:]
        var torn: Set<ComputedTensor.Memory> = []
        for tensor in tensors {
            let all = tensor.members.map { ComputedTensor.Memory($0) }
            if let known = partners.updateValue(all, forKey: all[all.count - 1]), known != all {
                torn.insert(all[all.count - 1])
            }
        }
        for index in tensors.indices where tensors[index].members.allSatisfy(\.isVerbatim) {
            let memory = ComputedTensor.Memory(tensors[index].last)
            if !torn.contains(memory) { tensors[index].memory = memory }
        }
    }

    /// Where its bytes come from.
    func source(_ overflow: OverflowReport) -> TensorSource {
        guard let real else { return .stored(last) }
        let key = signature.key
        let parts: ComputedTensor.Parts = { take in
            try overflow.tallying(key, to: real) { tally in try self.forEachBlock(tally, take) }
        }
        let byteCount = last.byteCount
        return .computed(
            ComputedTensor(
                dtype: signature.dtype, shape: signature.shape, isParameter: last.isParameter, memory: memory,
                parts: byteCount > TensorComputation.wholeSize ? parts : nil
            ) {
                var elements: [UInt8] = []
                elements.reserveCapacity(byteCount)
                try parts { elements.append(contentsOf: $0) }
                return Bytes(elements)
            })
    }

    /// Calls `take` with the average, block by block.
    private func forEachBlock(_ tally: OverflowTally, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let real, let rounding = FloatCast(from: .float64, to: real) else { return }
        let readers = try members.map { try ElementReader($0) }
        let total = last.byteCount / real.byteWidth
        let size = min(Self.blockSize, total)
        let sums = UnsafeMutableBufferPointer<Double>.allocate(capacity: size)
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: size)
        let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: size * real.byteWidth, alignment: 64)
        defer {
            sums.deallocate()
            values.deallocate()
            raw.deallocate()
        }
        var done = 0
        while done < total {
            let count = min(size, total - done)
            let sum = UnsafeMutableBufferPointer(rebasing: sums[..<count])
            let value = UnsafeMutableBufferPointer(rebasing: values[..<count])
            let block = UnsafeMutableRawBufferPointer(rebasing: raw[..<(count * real.byteWidth)])
            sum.update(repeating: 0)
            for (index, reader) in readers.enumerated() {
                try reader.read(into: block)
                try real.decode(UnsafeRawBufferPointer(block), into: value)
                if let factor = factors?[index] {
                    for position in 0..<count { sum[position] += factor * value[position] }
                } else {
                    for position in 0..<count { sum[position] += value[position] }
                }
            }
            if factors == nil {
                let divisor = Double(members.count)
                for position in 0..<count { sum[position] /= divisor }
            }
            try rounding.cast(UnsafeRawBufferPointer(sum), tally).withUnsafeBytes(take)
            done += count
        }
    }

    private static func areEqual(_ members: [LazyTensor]) throws -> Bool {
        let readers = try members.map { try ElementReader($0) }
        let total = members[0].byteCount
        let first = UnsafeMutableRawBufferPointer.allocate(byteCount: min(blockSize, total), alignment: 64)
        let other = UnsafeMutableRawBufferPointer.allocate(byteCount: min(blockSize, total), alignment: 64)
        defer {
            first.deallocate()
            other.deallocate()
        }
        var done = 0
        while done < total {
            let count = min(first.count, total - done)
            let block = UnsafeMutableRawBufferPointer(rebasing: first[..<count])
            try readers[0].read(into: block)
            for reader in readers.dropFirst() {
                let part = UnsafeMutableRawBufferPointer(rebasing: other[..<count])
                try reader.read(into: part)
                guard part.elementsEqual(block) else { return false }
            }
            done += count
        }
        return true
    }
}

extension DType {
    /// The type itself if it is a floating-point type, of a complex type that of its parts, else nil.
    fileprivate var realPart: DType? {
        switch self {
        case .complex32: .float16
        case .complex64: .float32
        case .complex128: .float64
        default: isFloatingPoint ? self : nil
        }
    }
}
