import Pickle
import TensorCore

/// What the calls around a tensor's constructor add to it, the outermost first.
struct TensorTraits {
    var requiresGrad: Bool?
    var isParameter = false
    var typeName: String?
    var device: String?
    var attributes: [CheckpointAttribute] = []
    var origin = LazyTensor.Origin.storage
    /// How many calls are around.
    var depth = 0

    /// Calls around a constructor beyond which an object stays opaque.
    static let maximumDepth = 16
}

/// Tensors of a storage, and the calls around them.
extension ValueBuilder {
    /// What all but a few tensors are: the result of one call, and nothing else. Nil for anything else.
    mutating func plainTensor(_ id: PickleNodeID, count: inout Int) throws(CheckpointError) -> LazyTensor? {
        guard let call = graph.plainCall(id), let function = tensorFunction(call.callable),
            let arguments = graph.items(ofTuple: call.arguments)
        else { return nil }
        return try tensor(function, arguments, id, &count)
    }

    /// The tensor that `function` makes, or nil where its parts are of kinds that stay opaque.
    mutating func tensor(
        _ function: TensorFunction, _ arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int,
        _ traits: TensorTraits = TensorTraits()
    ) throws(CheckpointError) -> LazyTensor? {
        switch function {
        case .version1, .version2, .version3:
            guard let bits = bits(function, arguments) else { return nil }
            return try strided(function, arguments, id, traits, bits)
        case .quantized: return try quantized(arguments, id, &count, traits)
        case .sparse: return try sparse(arguments, id, &count, traits)
        case .nested: return try nested(arguments, id, &count, traits)
        case .jagged: return try jagged(arguments, id, &count, traits)
        case .meta: return try meta(arguments, id, traits)
        case .wrapper: return try wrapper(arguments, id, traits)
        case .deviceFromCPU: return try deviceTensor(ofTensor: arguments, id, &count, traits)
        case .deviceFromNumPy: return try deviceTensor(ofArray: arguments, id, &count, traits)
        case .npu: return try npuTensor(arguments, id, traits)
        case .parameter: return try parameter(arguments, id, &count, traits)
        case .fromType: return try instance(arguments, id, &count, traits)
        }
    }

    // MARK: Around a constructor

    private mutating func parameter(
        _ arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count >= 2, traits.depth < TensorTraits.maximumDepth,
            let data = graph.object(arguments[0]), data.construction == .reduce,
            let innerArguments = graph.items(ofTuple: data.arguments),
            let inner = callee(data.callable).tensorFunction
        else { return nil }
        var traits = traits
        traits.depth += 1
        traits.isParameter = true
        if traits.requiresGrad == nil {
            traits.requiresGrad = try reading { () throws(TensorConstructor.Flaw) in
                try TensorConstructor.flag(arguments[1])
            }
        }
        if arguments.count > 3 { traits.attributes += try attributes([arguments[3]], &count) }
        return try tensor(inner, innerArguments, id, &count, traits)
    }

    /// A tensor of a subclass, or one with attributes.
    private mutating func instance(
        _ arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count >= 3, traits.depth < TensorTraits.maximumDepth,
            let inner = graph.global(arguments[0]).flatMap({ TensorFunction($0.qualifiedName) }),
            let innerArguments = graph.items(ofTuple: arguments[2])
        else { return nil }
        var traits = traits
        traits.depth += 1
        switch graph.global(arguments[1])?.qualifiedName {
        case "torch.nn.parameter.Parameter": traits.isParameter = true
        case "torch.Tensor", "torch._tensor.Tensor", "torch.tensor.Tensor", nil: break
        case let name: traits.typeName = traits.typeName ?? name
        }
        if arguments.count > 3, arguments[3] != .none { traits.attributes += try attributes([arguments[3]], &count) }
        // A subclass's instance that was made a Parameter.
        if case .bool(true)? = traits.attributes.first(where: { $0.name == "_is_param" })?.value {
            traits.isParameter = true
        }
        return try tensor(inner, innerArguments, id, &count, traits)
    }

    /// What is left to do to the elements in the storage.
    struct Bits {
        var isConjugated = false
        var isNegated = false
    }

    /// What the metadata after the other arguments says: `{'conj': True}`, `{'neg': True}`.
    /// - Returns: nil for metadata of another kind.
    private func bits(_ function: TensorFunction, _ arguments: PickleItems) -> Bits? {
        var bits = Bits()
        let position = function == .version3 ? 7 : 6
        guard arguments.count > position, let metadata = graph.entries(arguments[position]) else { return bits }
        for entry in metadata {
            switch (graph.text(entry.key), entry.value) {
            case ("conj", .bool(let flag)): bits.isConjugated = flag
            case ("neg", .bool(let flag)): bits.isNegated = flag
            default: return nil
            }
        }
        return bits
    }

    // MARK: Of a storage

    /// - Returns: nil for a negative of elements without a sign.
    mutating func strided(
        _ function: TensorFunction, _ arguments: PickleItems, _ id: PickleNodeID, _ traits: TensorTraits,
        _ bits: Bits = Bits()
    ) throws(CheckpointError) -> LazyTensor? {
        let parts: TensorConstructor
        do throws(TensorConstructor.Flaw) {
            parts = try TensorConstructor(function, arguments, in: graph, &integers)
        } catch {
            throw flaw(error.text)
        }
        var found = storages[parts.storage]
        var origin = traits.origin
        if found == nil {
            found = try embeddedStorage(parts.storage)
            origin = origin == .storage ? .embedded : origin
        }
        guard let view = found else {
            guard graph.payload(ofPersistentID: parts.storage) != nil else {
                throw flaw("its storage is not a persistent id")
            }
            throw flaw("its persistent id names no storage")
        }
        guard let dtype = parts.dtype ?? view.dtype else { throw flaw("nothing says its element type") }
        if bits.isNegated, !dtype.isComplex, !dtype.isFloatingPoint || dtype.byteWidth < 2 { return nil }
        let layout = try layout(shape: parts.shape, strides: parts.strides, offset: parts.offset, in: view)
        let needed = try byteCount(needed: layout, dtype)
        try check(view.storage, needed: needed)
        guard needed <= view.byteCount else {
            throw error(
                .shortStorage(key: key, storage: view.storage.name, needed: needed, held: view.byteCount))
        }
        return LazyTensor(
            dtype: dtype, layout: layout, storage: view.storage,
            requiresGrad: traits.requiresGrad ?? parts.requiresGrad, isParameter: traits.isParameter,
            node: reference(id), device: traits.device, isConjugated: bits.isConjugated,
            isNegated: bits.isNegated, typeName: traits.typeName, attributes: traits.attributes, origin: origin)
    }

    private func layout(
        shape: [Int], strides: [Int], offset: Int, in view: StorageTable.View
    ) throws(CheckpointError) -> StridedLayout {
        try checkingLayout { () throws(LayoutError) in
            guard offset >= 0 else { throw .negative("storage offset", offset) }
            let (first, overflow) = offset.addingReportingOverflow(view.offset)
            guard !overflow else { throw .offset(offset) }
            return try StridedLayout(shape: shape, strides: strides, offset: first)
        }
    }

    /// The bytes that a storage must hold for a tensor.
    private func byteCount(needed layout: StridedLayout, _ dtype: DType) throws(CheckpointError) -> Int {
        let packing = dtype.elementsPerByte
        if packing > 1 {
            if layout.isContiguous, layout.offset == 0, let bytes = dtype.byteCount(ofShape: layout.shape) {
                return bytes
            }
            return layout.requiredElements / packing + (layout.requiredElements.isMultiple(of: packing) ? 0 : 1)
        }
        let (needed, overflow) = layout.requiredElements.multipliedReportingOverflow(by: dtype.byteWidth)
        guard !layout.count.multipliedReportingOverflow(by: dtype.byteWidth).overflow else {
            throw error(.layout(key: key, .overflow(shape: layout.shape)))
        }
        guard !overflow else {
            throw error(
                .layout(key: key, .reach(shape: layout.shape, strides: layout.strides, offset: layout.offset)))
        }
        return needed
    }

    private mutating func quantized(
        _ arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count >= 7, let quantizer = graph.tuple(arguments[4]), (3...4).contains(quantizer.count),
            let scheme = graph.global(quantizer[0])
        else { throw flaw("its quantizer is not a scheme with its parameters") }
        let names = quantizer.count == 3 ? ["scale", "zero_point"] : ["scales", "zero_points", "axis"]
        var parts = [CheckpointAttribute(name: "scheme", value: .string(scheme.name))]
        for (name, value) in zip(names, quantizer.dropFirst()) {
            parts.append(CheckpointAttribute(name: name, value: try child(value, name, &count)))
        }
        var traits = traits
        traits.attributes = parts + traits.attributes
        let tensor = try strided(.quantized, arguments, id, traits)
        if let tensor { try checkQuantized(tensor, scheme: scheme.name, parts) }
        return tensor
    }

    // MARK: Errors

    func reading<Result>(
        _ body: () throws(TensorConstructor.Flaw) -> Result
    ) throws(CheckpointError) -> Result {
        do throws(TensorConstructor.Flaw) { return try body() } catch { throw flaw(error.text) }
    }

    func checkingLayout(
        _ body: () throws(LayoutError) -> StridedLayout
    ) throws(CheckpointError) -> StridedLayout {
        do throws(LayoutError) { return try body() } catch { throw self.error(.layout(key: key, error)) }
    }

    func flaw(_ text: String) -> CheckpointError { error(.tensor(key: key, text)) }
}
