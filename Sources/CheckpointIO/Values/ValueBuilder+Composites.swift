import ByteIO
import Pickle
import TensorCore

/// Tensors without elements of their own: those made of other tensors, and those that have a shape only. And tensors
/// of devices that PyTorch pickles by way of the CPU.
extension ValueBuilder {
    mutating func sparse(
        _ arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count == 2, let form = layoutName(arguments[0]).flatMap(TensorForm.init(rawValue:)),
            let names = form.partNames
        else { throw flaw("its layout is not a sparse one") }
        guard let data = graph.tuple(arguments[1]), data.count > names.count else {
            throw flaw(
                "a tensor of the layout \(form.rawValue) is made of \(names.joined(separator: ", ")) and its size")
        }
        var parts = try attributes(names, data, &count)
        guard let values = parts.last?.value.tensor, parts.allSatisfy({ $0.value.tensor != nil }) else {
            throw flaw("its \(names.joined(separator: ", ")) are not all tensors")
        }
        if data.count > names.count + 1, case .bool(let flag) = data[names.count + 1] {
            parts.append(CheckpointAttribute(name: "is_coalesced", value: .bool(flag)))
        }
        let shape = try reading { () throws(TensorConstructor.Flaw) in
            try TensorConstructor.integers(data[names.count], "size", in: graph)
        }
        let tensor = try composite(form, values.dtype, shape, parts, values.device, id, traits)
        if form == .sparseCOO { try checkCOO(shape, parts) } else { try checkCompressed(form, shape, parts) }
        return tensor
    }

    mutating func nested(
        _ arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count == 4 else { return nil }
        let parts = try attributes(["buffer", "sizes", "strides", "storage_offsets"], Array(arguments), &count)
        guard let buffer = parts[0].value.tensor, let sizes = parts[1].value.tensor, let number = sizes.shape.first
        else { return nil }
        return try composite(.nested, buffer.dtype, [number], parts, buffer.device, id, traits)
    }

    mutating func jagged(
        _ arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count == 1, graph.entries(arguments[0]) != nil else { return nil }
        let parts = try attributes([arguments[0]], &count)
        func part(_ name: String) -> LazyTensor? { parts.first { $0.name == name }?.value.tensor }
        guard let values = part("values"), let bounds = part("offsets")?.shape.first, bounds > 0 else { return nil }
        var traits = traits
        // The state repeats what the tensor is made with.
        traits.attributes = []
        return try composite(.jagged, values.dtype, [bounds - 1], parts, values.device, id, traits)
    }

    func meta(
        _ arguments: PickleItems, _ id: PickleNodeID, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count == 4 else {
            throw flaw("its constructor takes 4 arguments, found \(arguments.count)")
        }
        let (dtype, shape, strides, requiresGrad) = try reading { () throws(TensorConstructor.Flaw) in
            (
                try TensorConstructor.dtype(arguments[0], in: graph),
                try TensorConstructor.integers(arguments[1], "size", in: graph),
                try TensorConstructor.integers(arguments[2], "stride", in: graph),
                try TensorConstructor.flag(arguments[3])
            )
        }
        let layout = try checkingLayout { () throws(LayoutError) in
            try StridedLayout(shape: shape, strides: strides)
        }
        return shapeOnly(.strided, dtype, layout, requiresGrad, device: "meta", id, traits)
    }

    func wrapper(
        _ arguments: PickleItems, _ id: PickleNodeID, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count == 8 else { return nil }
        let (dtype, shape, requiresGrad) = try reading { () throws(TensorConstructor.Flaw) in
            (
                try TensorConstructor.dtype(arguments[1], in: graph),
                try TensorConstructor.integers(arguments[2], "size", in: graph),
                try TensorConstructor.flag(arguments[7])
            )
        }
        let layout = try checkingLayout { () throws(LayoutError) in try StridedLayout(contiguous: shape) }
        var traits = traits
        traits.typeName = traits.typeName ?? graph.global(arguments[0])?.qualifiedName
        return shapeOnly(.wrapper, dtype, layout, requiresGrad, device: deviceName(arguments[6]) ?? "", id, traits)
    }

    // MARK: Devices

    mutating func deviceTensor(
        ofTensor arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count == 4, traits.depth < TensorTraits.maximumDepth,
            let data = graph.object(arguments[0]), data.construction == .reduce,
            let function = callee(data.callable).tensorFunction,
            let innerArguments = graph.items(ofTuple: data.arguments),
            let dtype = graph.global(arguments[1]).flatMap({ DType(torchName: $0.qualifiedName) })
        else { return nil }
        var traits = traits
        traits.depth += 1
        traits.origin = .device
        traits.device = traits.device ?? deviceName(arguments[2])
        traits.requiresGrad = traits.requiresGrad ?? (arguments[3] == .bool(true))
        let tensor = try tensor(function, innerArguments, id, &count, traits)
        return tensor?.dtype == dtype ? tensor : nil
    }

    /// `torch.from_numpy(array).to(dtype, device)`. NumPy has no bfloat16: such tensors come as float32.
    mutating func deviceTensor(
        ofArray arguments: PickleItems, _ id: PickleNodeID, _ count: inout Int, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        guard arguments.count == 4, let device = deviceName(arguments[2]),
            let dtype = graph.global(arguments[1]).flatMap({ DType(torchName: $0.qualifiedName) }),
            let data = try child(arguments[0], "data", &count).tensor, data.origin == .array
        else { return nil }
        let source = data.dtype == dtype ? data : data.rounded(to: dtype)
        guard let source else { return nil }
        let storage = TensorStorage(
            id: nextStorageID(), name: "", dtype: dtype, device: device, byteCount: source.storage.byteCount,
            declaredType: dtype, content: source.storage.content)
        return LazyTensor(
            dtype: dtype, layout: source.layout, storage: storage,
            requiresGrad: traits.requiresGrad ?? (arguments[3] == .bool(true)), isParameter: traits.isParameter,
            node: reference(id), typeName: traits.typeName, attributes: traits.attributes, origin: .device)
    }

    /// The arguments are those of `_rebuild_tensor_v2`, followed by the NPU's own layout.
    mutating func npuTensor(
        _ arguments: PickleItems, _ id: PickleNodeID, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor? {
        if arguments.count > 6, let format = graph.sequence(arguments[6])?.first.flatMap({ graph.integer($0) }),
            !Self.plainFormats.contains(format)
        {
            throw flaw("its NPU format \(format) is not row-major")
        }
        var traits = traits
        traits.origin = .device
        return try strided(.version2, arguments, id, traits)
    }

    /// `aclFormat`: undefined, NCHW, NHWC, ND, NCDHW: all others lay elements out in blocks.
    private static let plainFormats: Set<Int64> = [-1, 0, 1, 2, 30]

    // MARK: Parts

    /// Builds the first of `values` under `names`.
    private mutating func attributes(
        _ names: [String], _ values: [PickleValue], _ count: inout Int
    ) throws(CheckpointError) -> [CheckpointAttribute] {
        var attributes: [CheckpointAttribute] = []
        for (name, value) in zip(names, values) {
            attributes.append(CheckpointAttribute(name: name, value: try child(value, name, &count)))
        }
        return attributes
    }

    private func composite(
        _ form: TensorForm, _ dtype: DType, _ shape: [Int], _ parts: [CheckpointAttribute], _ device: String,
        _ id: PickleNodeID, _ traits: TensorTraits
    ) throws(CheckpointError) -> LazyTensor {
        var traits = traits
        traits.attributes = parts + traits.attributes
        let layout = try checkingLayout { () throws(LayoutError) in try StridedLayout(contiguous: shape) }
        return shapeOnly(form, dtype, layout, false, device: device, id, traits)
    }

    private func shapeOnly(
        _ form: TensorForm, _ dtype: DType, _ layout: StridedLayout, _ requiresGrad: Bool, device: String,
        _ id: PickleNodeID, _ traits: TensorTraits
    ) -> LazyTensor {
        LazyTensor(
            dtype: dtype, layout: layout, storage: .absent(dtype: dtype, device: traits.device ?? device),
            requiresGrad: traits.requiresGrad ?? requiresGrad, isParameter: traits.isParameter, node: reference(id),
            form: form, typeName: traits.typeName, attributes: traits.attributes)
    }

    /// `sparse_csr` of `torch.serialization._get_layout('torch.sparse_csr')`.
    private func layoutName(_ value: PickleValue) -> String? {
        var name = graph.global(value)?.qualifiedName
        if let object = graph.object(value), let argument = graph.arguments(of: object).first,
            graph.callee(of: object)?.qualifiedName == "torch.serialization._get_layout"
        {
            name = graph.text(argument)
        }
        guard let name, name.hasPrefix("torch.") else { return nil }
        return String(name.dropFirst("torch.".count))
    }

    /// `cuda:0` of text, or of `torch.device('cuda', 0)`.
    private func deviceName(_ value: PickleValue) -> String? {
        if let text = graph.text(value) { return text }
        guard let object = graph.object(value), graph.callee(of: object)?.qualifiedName == "torch.device" else {
            return nil
        }
        let arguments = graph.arguments(of: object)
        guard let kind = arguments.first.flatMap({ graph.text($0) }) else { return nil }
        guard arguments.count > 1, let index = graph.integer(arguments[1]) else { return kind }
        return "\(kind):\(index)"
    }
}

extension CheckpointValue {
    var tensor: LazyTensor? { if case .tensor(let tensor) = self { tensor } else { nil } }
}
