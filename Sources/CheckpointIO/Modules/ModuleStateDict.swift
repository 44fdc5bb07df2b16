import Pickle
import TensorCore

/// The state dict of a module that a file holds whole, as a checkpoint of its own: the keys that
/// `module.state_dict()` has, in its order, with its tensors where they lie.
struct ModuleStateDict {
    private let source: CheckpointSource
    private var graph: PickleGraph
    private var entries: [PickleEntry] = []

    /// - Parameter note: is added to the file's.
    /// - Returns: nil for an object that is not a module.
    static func checkpoint(
        of module: CheckpointObject, in source: CheckpointSource, note: String
    ) throws(CheckpointError) -> Checkpoint? {
        var graph = source.graph
        guard let node = node(of: module, in: source, &graph) else { return nil }
        graph.root = .node(node)
        return try Checkpoint(source.replacing(graph, notes: [note]))
    }

    /// The state dict as a dictionary of `graph`, which is that of `source` or one that has grown from it.
    /// - Returns: nil for an object that is not a module.
    static func node(
        of module: CheckpointObject, in source: CheckpointSource, _ graph: inout PickleGraph
    ) -> PickleNodeID? {
        guard let contents = ModuleContents(module, source.scriptClasses) else { return nil }
        var builder = ModuleStateDict(source, graph)
        // Held once, the graph is not copied for each of many modules.
        graph = PickleGraph()
        builder.add(contents, prefix: "")
        let node = builder.graph.orderedDict(builder.entries)
        graph = builder.graph
        return node
    }

    /// The first module in `module`, itself included, that packs tensors into a state of its own, as those of
    /// `torch.ao.nn.quantized` and bitsandbytes do: only its class knows the names that its state dict gives them.
    /// - Parameter path: that of `module`.
    /// - Returns: nil where there is none.
    static func packed(
        in module: CheckpointObject, _ classes: ScriptClasses?, path: String
    ) -> StateDict.Module? {
        guard module.tensorCount > 0 else { return nil }
        guard let contents = ModuleContents(module, classes), !contents.isPacked, !module.packsTensors else {
            return StateDict.Module(path: path, className: module.typeName)
        }
        for (name, inner) in contents.modules {
            if let found = packed(in: inner, classes, path: path.isEmpty ? name : "\(path).\(name)") { return found }
        }
        return nil
    }

    private init(_ source: CheckpointSource, _ graph: PickleGraph) {
        self.source = source
        self.graph = graph
    }

    /// The tree of values is finite and bounded, so the recursion is.
    private mutating func add(_ contents: ModuleContents, prefix: String) {
        for (name, value) in contents.tensors {
            guard let value = self.value(value) else { continue }
            entries.append(PickleEntry(graph.string(prefix + name), value))
        }
        for (name, module) in contents.modules {
            guard let contents = ModuleContents(module, source.scriptClasses) else { continue }
            add(contents, prefix: prefix + name + ".")
        }
    }

    private mutating func value(_ value: CheckpointValue) -> PickleValue? {
        switch value {
        case .tensor(let tensor): detached(.node(tensor.node.node))
        case .object(let object): .node(object.node.node)
        default: nil
        }
    }

    /// A state dict holds the tensor of a parameter, not the parameter, and asks for no gradients.
    private mutating func detached(_ tensor: PickleValue) -> PickleValue {
        guard case .node(let node) = tensor, case .object(var object) = graph[node] else { return tensor }
        var arguments = graph.arguments(of: object)
        switch TensorFunction(graph.name(ofCallable: object.callable)) {
        case .parameter:
            return arguments.first.map { detached($0) } ?? tensor
        case .version2, .version3:
            guard arguments.count > 4, arguments[4] == .bool(true) else { return tensor }
            arguments[4] = .bool(false)
            object.arguments = graph.append(.tuple(arguments))
            return .node(graph.append(.object(object)))
        default: return tensor
        }
    }
}

extension CheckpointObject {
    /// Whether its pickled state is not a dictionary, or native code has it.
    fileprivate var packsTensors: Bool {
        attributes.contains { attribute in
            guard attribute.value.tensorCount > 0 else { return false }
            if case .object(let object) = attribute.value, object.typeName == "torch.ScriptObject" { return true }
            return attribute.name == "__state__"
        }
    }
}

extension ModuleContents {
    /// Whether a parameter needs tensors that are set on it, in an object, such as the scales of 4-bit weights.
    fileprivate var isPacked: Bool {
        tensors.contains { _, value in
            guard case .tensor(let tensor) = value, tensor.form == .strided else { return false }
            return tensor.attributes.contains { attribute in
                if case .object(let object) = attribute.value { object.tensorCount > 0 } else { false }
            }
        }
    }
}
