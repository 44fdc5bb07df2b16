import ByteIO
import Pickle
import TensorCore

/// The pickle of a file that is being written: that of a checkpoint that was read, edited.
struct OutputGraph {
    var graph: PickleGraph
    /// What each persistent id names, from `resolveStorages()` on.
    var storages: [PickleNodeID: OutputStorage] = [:]

    private let base: CheckpointSource
    /// What was made for tensors that the file does not hold as calls of PyTorch, by tensor, storage and memory.
    private var plainCalls: [ObjectIdentifier: PickleValue] = [:]
    private var plainStorages: [ObjectIdentifier: OutputStorage] = [:]
    private var computedCalls: [ComputedTensor.Memory: PickleValue] = [:]
    /// Other checkpoints that values come from.
    private var imports: [ObjectIdentifier: (source: CheckpointSource, values: PickleImport)] = [:]

    init(_ base: CheckpointSource) {
        self.base = base
        self.graph = base.graph
    }

    // MARK: Values

    /// The value of a state dict's entry.
    mutating func value(of entry: CheckpointOutput.Entry) -> PickleValue {
        switch entry.source {
        case .stored(let tensor): return value(tensor)
        case .computed(let tensor): return constructorCall(tensor, entry.key)
        case .value(let value): return self.value(value)
        }
    }

    /// A value of this or another checkpoint.
    mutating func value(_ value: CheckpointValue) -> PickleValue {
        switch value {
        case .none, .recursion: .none
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(Int64(number))
        case .bigInteger(let number): .node(graph.append(.bigInteger(number)))
        case .float(let number): .float(number)
        case .string(let text): graph.string(text)
        case .bytes(let bytes): .node(graph.append(.bytes(bytes)))
        case .tensor(let tensor): self.value(tensor)
        case .dictionary(let dictionary): self.value(dictionary.node)
        case .sequence(let sequence): self.value(sequence.node)
        case .object(let object): self.value(object.node)
        case .global(let name): .node(graph.global(qualifiedName: name))
        }
    }

    private mutating func value(_ reference: NodeReference) -> PickleValue {
        let source = reference.source
        guard source !== base else { return .node(reference.node) }
        let identity = ObjectIdentifier(source)
        var (_, values) = imports.removeValue(forKey: identity) ?? (source, PickleImport(from: source.graph))
        let image = values.bring(.node(reference.node), into: &graph)
        imports[identity] = (source, values)
        return image
    }

    /// The tensor as the file has it, or as a tensor of PyTorch if the file has something else.
    private mutating func value(_ tensor: LazyTensor) -> PickleValue {
        guard tensor.origin != .storage else { return value(tensor.node) }
        let identity = ObjectIdentifier(tensor)
        if let known = plainCalls[identity] { return known }
        let call = plainCall(tensor)
        plainCalls[identity] = call
        return call
    }

    /// The call that makes a tensor of a storage on the CPU.
    private mutating func plainCall(_ tensor: LazyTensor) -> PickleValue {
        let globals = TensorGlobals(tensor.dtype, in: &graph)
        let identity = ObjectIdentifier(tensor.storage)
        let storage =
            plainStorages[identity] ?? OutputStorage(OutputBytes(tensor.storage), unit: globals.storageUnit)
        plainStorages[identity] = storage
        let node = graph.storage(of: globals)
        storages[node] = storage
        let call = graph.tensor(
            globals, of: node, shape: tensor.shape, strides: tensor.layout.strides, offset: tensor.layout.offset,
            requiresGrad: tensor.requiresGrad && !tensor.isParameter)
        return .node(tensor.isParameter ? graph.parameter(call, requiresGrad: tensor.requiresGrad) : call)
    }

    /// Replaces what stands for tensors in the file by tensors of PyTorch.
    mutating func replace(_ tensors: some Sequence<LazyTensor>) {
        for tensor in tensors where tensor.origin != .storage && tensor.node.source === base {
            let image = value(tensor)
            guard let call = graph[image] else { continue }
            graph.replace(tensor.node.node, with: call)
        }
    }

    /// The call that makes a new contiguous tensor.
    private mutating func constructorCall(_ tensor: ComputedTensor, _ key: Key) -> PickleValue {
        if let memory = tensor.memory, let known = computedCalls[memory] { return known }
        let call = newConstructorCall(tensor, key)
        if let memory = tensor.memory { computedCalls[memory] = call }
        return call
    }

    private mutating func newConstructorCall(_ tensor: ComputedTensor, _ key: Key) -> PickleValue {
        let globals = TensorGlobals(tensor.dtype, in: &graph)
        let storage = graph.storage(of: globals)
        storages[storage] = OutputStorage(.computed(key, tensor), unit: globals.storageUnit)
        let strides = StridedLayout.contiguousStrides(of: tensor.shape)
        let call = graph.tensor(globals, of: storage, shape: tensor.shape, strides: strides)
        return .node(tensor.isParameter ? graph.parameter(call) : call)
    }
}

// MARK: - Storages

/// A storage to write. Tensors share memory where theirs is the same instance.
final class OutputStorage: Sendable {
    let bytes: OutputBytes
    /// Bytes an element by the storage's class: 1 for an untyped one.
    let unit: Int

    init(_ bytes: OutputBytes, unit: Int) {
        self.bytes = bytes
        self.unit = unit
    }
}

extension OutputGraph {
    /// Finds out what every persistent id names. Nothing of another checkpoint may come in afterwards.
    mutating func resolveStorages() {
        decodePython2Text()
        useCommonNames()
        let views = storageViews()
        resolve(views)
        var known: [ObjectIdentifier: OutputStorage] = [:]
        known.reserveCapacity(views.count)
        storages.reserveCapacity(storages.count + views.count)
        for (node, view) in views {
            let identity = ObjectIdentifier(view.storage)
            let storage = known[identity] ?? OutputStorage(OutputBytes(view.storage), unit: view.storage.declaredWidth)
            known[identity] = storage
            storages[node] = storage
        }
    }

    /// Numbers the storages in the order in which a pickler meets them, and gives every persistent id the form
    /// `('storage', class, number, location, element count)`, with the sharing of strings that PyTorch's has.
    /// - Returns: the storages by their numbers.
    mutating func numberStorages(path: String) throws(CheckpointError) -> [OutputStorage] {
        var numbered: [OutputStorage] = []
        var numbers: [ObjectIdentifier: Int] = [:]
        numbers.reserveCapacity(storages.count)
        var names: [PickleValue] = []
        var kind: PickleValue?
        // What the last one says; mostly the same objects again.
        var storageClass: (old: PickleValue, new: PickleValue)?
        var location: (old: PickleValue, new: PickleValue)?
        var cpu: PickleValue?
        for id in graph.persistentIDs() {
            guard let payload = graph.payload(ofPersistentID: id), var items = graph.tuple(payload) else {
                throw CheckpointError(path, .unknownPersistentID)
            }
            guard let storage = storages[id] else {
                guard items.count == 4, graph.text(items[0]) == "module", let module = graph[items[1]] else {
                    throw CheckpointError(path, .unknownPersistentID)
                }
                // A class with its source code, which only legacy streams carry.
                graph.replace(id, with: module)
                continue
            }
            let number = numbers[ObjectIdentifier(storage)] ?? numbered.count
            if number == numbered.count {
                numbered.append(storage)
                names.append(graph.string(String(number)))
                numbers[ObjectIdentifier(storage)] = number
            }
            items.removeLast(max(items.count - 5, 0))
            items[0] = kind ?? items[0]
            kind = items[0]
            if storageClass?.old != items[1] { storageClass = (items[1], currentClass(items[1])) }
            items[1] = storageClass?.new ?? items[1]
            items[2] = names[number]
            if location?.old != items[3] {
                let isCPU = graph.text(items[3]) == "cpu"
                location = (items[3], isCPU ? cpu ?? items[3] : items[3])
                if isCPU { cpu = location?.new }
            }
            items[3] = location?.new ?? items[3]
            items[4] = .int(Int64(storage.bytes.count / storage.unit))
            graph.replace(id, with: .persistentID(graph.tuple(items)))
        }
        return numbered
    }

    /// What the persistent ids of all checkpoints that take part name.
    private mutating func storageViews() -> [(node: PickleNodeID, view: StorageTable.View)] {
        var views = base.storages.views
        for (source, values) in imports.values {
            var values = values
            for (node, view) in source.storages.views {
                if case .node(let image) = values.bring(.node(node), into: &graph) { views.append((image, view)) }
            }
        }
        return views
    }

    /// Lets tensors that count from the start of a part of a storage count from the start of the whole: only
    /// legacy streams name parts.
    private mutating func resolve(_ views: [(node: PickleNodeID, view: StorageTable.View)]) {
        let parts = views.filter { $0.view.offset > 0 }
        guard !parts.isEmpty else { return }
        let offsets = Dictionary(parts.map { ($0.node, $0.view.offset) }) { $1 }
        for id in graph.ids {
            guard case .tuple(var items) = graph[id], items.count >= 4, case .node(let storage) = items[0],
                let start = offsets[storage], let offset = graph.integer(items[1])
            else { continue }
            items[1] = .int(offset + Int64(start))
            graph.replace(id, with: .tuple(items))
        }
    }

    /// The class that today's PyTorch names: `torch.FloatStorage` for `torch.cuda.FloatStorage`.
    private mutating func currentClass(_ value: PickleValue) -> PickleValue {
        guard let global = graph.global(value), global.module == "torch.cuda" else { return value }
        return .node(graph.global(module: "torch", name: global.name))
    }
}

extension PickleGraph {
    /// The global of a qualified name, split at its last dot.
    fileprivate mutating func global(qualifiedName: String) -> PickleNodeID {
        let dot = qualifiedName.lastIndex(of: ".") ?? qualifiedName.startIndex
        return global(
            module: String(qualifiedName[..<dot]), name: String(qualifiedName[dot...].drop { $0 == "." }))
    }
}
