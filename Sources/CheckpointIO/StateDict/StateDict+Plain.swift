import ByteIO
import Pickle
import TensorCore

extension StateDict {
    /// The tensors alone: a dictionary of them as tensors of PyTorch on the CPU, which `torch.load` opens with
    /// `weights_only=True` wherever it is. Memory that they share stays shared. Parameters become tensors, subclasses
    /// lose their class, and arrays and what only another device could make become tensors.
    ///
    /// Sparse and quantized tensors stay as they are.
    /// - Throws: `CheckpointError.Reason.tensorWithoutElements` for a tensor that has none, such as one on the device
    ///   `meta` or a nested one, which `weights_only` refuses; `.notHeld` for values that hold numbers without being tensors.
    package func plain() throws(CheckpointError) -> StateDict {
        let beside = others.compactMap { entry in
            entry.value.foreignNumbers.map { CheckpointError.Unheld(key: Key(entry.name), what: $0) }
        }
        let foreign = beside + hiddenNumbers
        guard foreign.isEmpty else {
            throw CheckpointError(checkpoint.path, .notHeld(format: "a dictionary of tensors", foreign))
        }
        var dictionary = PlainDictionary(checkpoint.source)
        for tensor in tensors { try dictionary.add(tensor) }
        let plain = try Checkpoint(dictionary.source)
        return try plain.stateDict(at: "")
    }

    /// The dictionary as a checkpoint of its own: with its other values, but without what is around it.
    package func alone() throws(CheckpointError) -> StateDict {
        guard !path.isEmpty else { return self }
        let source = checkpoint.source
        var graph = source.graph
        graph.root = .node(container.node.node)
        return try Checkpoint(source.replacing(graph)).stateDict(at: "")
    }
}

extension StateDict {
    /// Whether `plain()` has each of the tensors, and nothing else that holds numbers is left out.
    var hasPlain: Bool {
        guard hiddenNumbers.isEmpty, others.allSatisfy({ $0.value.foreignNumbers == nil }) else { return false }
        return tensors.allSatisfy { $0.tensor.obstacleToPlain == nil || $0.tensor.wholeLocalTensor($0.key) != nil }
    }
}

extension LazyTensor {
    /// Why a plain tensor of the CPU cannot take its place; nil where one can, or where it is sparse, which stays so.
    fileprivate var obstacleToPlain: UnreadableTensor? { form.partNames == nil ? unreadable : nil }
}

/// Composes the graph of tensors that are calls of PyTorch on storages of the CPU.
private struct PlainDictionary {
    private let base: CheckpointSource
    private var graph: PickleGraph
    private var entries: [PickleEntry] = []
    private var added: [(node: PickleNodeID, storage: TensorStorage)] = []
    private var known: [Memory: (node: PickleNodeID, globals: TensorGlobals)] = [:]
    private var values: [ObjectIdentifier: PickleNodeID] = [:]
    /// Keeps the tensors alive, so that no other one takes the identity of one of them.
    private var kept: [LazyTensor] = []

    /// A storage as tensors of one type see it: PyTorch names the type with the storage.
    private struct Memory: Hashable {
        let storage: ObjectIdentifier
        let dtype: DType
    }

    init(_ source: CheckpointSource) {
        base = source
        graph = source.graph
    }

    mutating func add(_ tensor: NamedTensor) throws(CheckpointError) {
        let value = try node(of: tensor.tensor, tensor.key)
        entries.append(PickleEntry(graph.string(tensor.key.text), .node(value)))
    }

    private mutating func node(of tensor: LazyTensor, _ key: Key) throws(CheckpointError) -> PickleNodeID {
        let identity = ObjectIdentifier(tensor)
        if let known = values[identity] { return known }
        let node = try newNode(of: tensor, key)
        values[identity] = node
        kept.append(tensor)
        return node
    }

    private mutating func newNode(of tensor: LazyTensor, _ key: Key) throws(CheckpointError) -> PickleNodeID {
        if let whole = tensor.wholeLocalTensor(key) { return try node(of: whole, key) }
        if let obstacle = tensor.obstacleToPlain {
            throw CheckpointError(base.path, .tensorWithoutElements(key: key, obstacle))
        }
        guard tensor.form == .strided, !tensor.dtype.isQuantized else { return tensor.node.node }
        var layout = tensor.layout
        var content = tensor.storage.content
        var byteCount = tensor.storage.byteCount
        var memory = Memory(storage: ObjectIdentifier(tensor.storage), dtype: tensor.dtype)
        if !tensor.isVerbatim {
            do throws(LayoutError) {
                layout = try StridedLayout(contiguous: tensor.shape)
            } catch {
                throw CheckpointError(base.path, .layout(key: key, error))
            }
            byteCount = tensor.byteCount
            content = .deferred(
                DeferredBytes(count: byteCount) { () throws(CheckpointError) in try tensor.contiguousBytes() })
            memory = Memory(storage: ObjectIdentifier(tensor), dtype: tensor.dtype)
        }
        let storage: (node: PickleNodeID, globals: TensorGlobals)
        if let known = known[memory] {
            storage = known
        } else {
            let globals = TensorGlobals(tensor.dtype, in: &graph)
            storage = (graph.storage(of: globals), globals)
            known[memory] = storage
            let new = TensorStorage(
                id: base.storages.storages.count + added.count, name: tensor.storage.name, dtype: tensor.dtype,
                device: "cpu", byteCount: byteCount, declaredType: globals.declaredType, content: content)
            added.append((storage.node, new))
        }
        return graph.tensor(
            storage.globals, of: storage.node, shape: layout.shape, strides: layout.strides, offset: layout.offset)
    }

    var source: CheckpointSource {
        var graph = graph
        graph.root = .node(graph.orderedDict(entries))
        return base.replacing(graph, added: added)
    }
}
