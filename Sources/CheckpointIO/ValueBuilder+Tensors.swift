import Pickle
import TensorCore

/// Tensors and storages.
extension ValueBuilder {
    /// The tensor that `function` makes, or nil where its parts are of kinds that stay opaque.
    func tensor(
        _ function: TensorConstructor.Function, _ arguments: PickleItems, _ id: PickleNodeID
    ) throws(CheckpointError) -> LazyTensor? {
        switch function {
        case .version1, .version2, .version3:
            if isUnresolved(function, arguments) { return nil }
            return try strided(function, arguments, id, requiresGrad: nil, isParameter: false)
        case .parameter:
            guard arguments.count >= 2, let data = graph.object(arguments[0]),
                let inner = TensorConstructor.Function(graph.name(ofCallable: data.callable)), inner.isStrided,
                let innerArguments = graph.items(ofTuple: data.arguments), !isUnresolved(inner, innerArguments)
            else { return nil }
            let requiresGrad = try reading { () throws(TensorConstructor.Flaw) in
                try TensorConstructor.flag(arguments[1])
            }
            return try strided(
                inner, innerArguments, id, requiresGrad: requiresGrad, isParameter: true)
        case .fromType:
            guard arguments.count >= 3,
                let inner = graph.global(arguments[0]).flatMap({
                    TensorConstructor.Function($0.qualifiedName)
                }), inner.isStrided, let innerArguments = graph.items(ofTuple: arguments[2])
            else { return nil }
            let type = graph.global(arguments[1])?.qualifiedName
            return try strided(
                inner, innerArguments, id, requiresGrad: nil, isParameter: type == "torch.nn.parameter.Parameter")
        }
    }

    /// Whether the elements are still to be conjugated or negated: the metadata `{'conj': True}`, `{'neg': True}`
    /// behind the other arguments. Such a tensor stays opaque rather than showing wrong values.
    private func isUnresolved(_ function: TensorConstructor.Function, _ arguments: PickleItems) -> Bool {
        let position = function == .version3 ? 7 : 6
        guard arguments.count > position, let metadata = graph.entries(arguments[position]) else { return false }
        return metadata.contains { $0.value == .bool(true) }
    }

    private func strided(
        _ function: TensorConstructor.Function, _ arguments: PickleItems, _ id: PickleNodeID,
        requiresGrad: Bool?, isParameter: Bool
    ) throws(CheckpointError) -> LazyTensor {
        let parts = try reading { () throws(TensorConstructor.Flaw) in
            try TensorConstructor(function, arguments, in: graph)
        }
        guard let view = source.storages[parts.storage] else { throw flaw("its persistent id names no storage") }
        guard let dtype = parts.dtype ?? view.dtype else { throw flaw("nothing says its element type") }
        let layout: StridedLayout
        do throws(LayoutError) {
            guard parts.offset >= 0 else { throw .negative("storage offset", parts.offset) }
            let (offset, overflow) = parts.offset.addingReportingOverflow(view.offset)
            guard !overflow else { throw .overflow(shape: parts.shape) }
            layout = try StridedLayout(shape: parts.shape, strides: parts.strides, offset: offset)
        } catch {
            throw self.error(.layout(key: key, error))
        }
        let (needed, overflow) = layout.requiredElements.multipliedReportingOverflow(by: dtype.byteWidth)
        guard !overflow, !layout.count.multipliedReportingOverflow(by: dtype.byteWidth).overflow else {
            throw error(.layout(key: key, .overflow(shape: parts.shape)))
        }
        try check(view.storage, needed: needed)
        guard needed <= view.byteCount else {
            throw error(
                .shortStorage(key: key, storage: view.storage.name, needed: needed, held: view.byteCount))
        }
        return LazyTensor(
            dtype: dtype, layout: layout, storage: view.storage, requiresGrad: requiresGrad ?? parts.requiresGrad,
            isParameter: isParameter, node: reference(id))
    }

    /// Checks that the file holds the storage whole.
    private func check(_ storage: TensorStorage, needed: Int) throws(CheckpointError) {
        guard let held = storage.heldByteCount else {
            throw error(.missingStorage(key: key, storage: storage.name, needed: storage.byteCount))
        }
        guard held >= storage.byteCount else {
            throw error(
                .shortStorage(
                    key: key, storage: storage.name, needed: needed > held ? needed : storage.byteCount, held: held))
        }
    }

    /// A storage that stands by itself, or what another kind of persistent id stands for.
    mutating func value(
        ofPersistentID payload: PickleValue, _ id: PickleNodeID, _ count: inout Int
    ) throws(CheckpointError) -> CheckpointValue {
        if let view = source.storages[id] {
            try check(view.storage, needed: view.byteCount)
            let name = view.dtype.map { "torch.storage.TypedStorage[\($0)]" } ?? "torch.storage.UntypedStorage"
            return .object(
                CheckpointObject(
                    typeName: name,
                    arguments: [
                        .string(view.storage.name), .string(view.storage.device), .int(view.storage.byteCount),
                    ],
                    node: reference(id)))
        }
        if let items = graph.tuple(payload), items.count == 4, graph.text(items[0]) == "module" {
            return try build(items[1], total: &count)
        }
        let arguments = try elements([payload], &count)
        return .object(
            CheckpointObject(
                typeName: "persistent ID", arguments: arguments, node: reference(id),
                tensorCount: tensorCount(arguments)))
    }

    private func reading<Result>(
        _ body: () throws(TensorConstructor.Flaw) -> Result
    ) throws(CheckpointError) -> Result {
        do throws(TensorConstructor.Flaw) { return try body() } catch { throw flaw(error.text) }
    }

    private func flaw(_ text: String) -> CheckpointError { error(.tensor(key: key, text)) }
}
