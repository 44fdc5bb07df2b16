import Pickle
import TensorCore

/// Puts the state dicts of modules in the place of the modules that the dictionaries, lists and tuples of a file hold
/// whole, as in `{"generator": generator, "discriminator": discriminator}`.
struct ContainedModules {
    private let source: CheckpointSource
    private var output: OutputGraph
    private var found: [StateDict.Module] = []
    /// What stands for each container that was looked at; nil for one that holds no module.
    private var images: [PickleNodeID: PickleValue?] = [:]

    /// - Returns: nil where no container holds a module with tensors.
    static func checkpoint(
        replacingIn root: CheckpointValue, of source: CheckpointSource
    ) throws(CheckpointError) -> Checkpoint? {
        guard source.holdsPickle else { return nil }
        var modules = ContainedModules(source)
        guard let image = modules.image(of: root, path: "") else { return nil }
        modules.output.graph.root = image
        return try Checkpoint(source.replacing(modules.output.graph, notes: [modules.note]))
    }

    /// Whether a dictionary or sequence of `source` holds a module with tensors, at any depth.
    static func areIn(_ value: CheckpointValue, of source: CheckpointSource) -> Bool {
        guard source.holdsPickle else { return false }
        if case .object = value { return false }
        var modules = ContainedModules(source)
        return modules.image(of: value, path: "") != nil
    }

    private init(_ source: CheckpointSource) {
        self.source = source
        output = OutputGraph(source)
    }

    /// What stands for a container or a module; nil for a value that stays as it is.
    ///
    /// The tree of values is of bounded depth, and a container that stands at several places is looked at once.
    private mutating func image(of value: CheckpointValue, path: String) -> PickleValue? {
        guard value.tensorCount > 0 else { return nil }
        switch value {
        case .dictionary(let dictionary) where dictionary.node.source === source && !dictionary.isFlat:
            return image(of: dictionary.node.node) { modules in
                let inner = dictionary.entries.map { modules.image(of: $0.value, path: Self.join(path, $0.name)) }
                guard inner.contains(where: { $0 != nil }) else { return nil }
                let entries = zip(dictionary.entries, inner).map { entry, image in
                    PickleEntry(modules.output.value(entry.key), image ?? modules.output.value(entry.value))
                }
                return modules.output.graph.dict(entries)
            }
        case .sequence(let sequence) where sequence.node.source === source:
            return image(of: sequence.node.node) { modules in
                let inner = sequence.elements.enumerated().map { index, element in
                    modules.image(of: element, path: Self.join(path, String(index)))
                }
                guard inner.contains(where: { $0 != nil }) else { return nil }
                return modules.output.graph.list(
                    zip(sequence.elements, inner).map { $1 ?? modules.output.value($0) })
            }
        case .object(let object) where object.node.source === source:
            // One that packs its tensors stays whole, so that it loses none.
            guard ModuleStateDict.packed(in: object, source.scriptClasses, path: path) == nil,
                let node = ModuleStateDict.node(of: object, in: source, &output.graph)
            else { return nil }
            found.append(StateDict.Module(path: path, className: object.typeName))
            return .node(node)
        default: return nil
        }
    }

    private mutating func image(
        of container: PickleNodeID, _ compose: (inout ContainedModules) -> PickleValue?
    ) -> PickleValue? {
        if let known = images[container] { return known }
        let image = compose(&self)
        images[container] = .some(image)
        return image
    }

    private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private var note: String {
        let names = OutputLosses.listed(found.map { "'\($0.path)' (\($0.className))" })
        return found.count == 1
            ? "\(names) is a module: what is used is its state dict"
            : "\(names) are modules: what is used is their state dicts"
    }
}

extension Checkpoint {
    /// The checkpoint with state dicts for the modules that its dictionaries and sequences hold; itself where a module
    /// is its only one.
    package func withStateDictsOfModules() throws(CheckpointError) -> Checkpoint {
        guard ContainedModules.areIn(root, of: source), let found = try? stateDict(allowsTwins: true),
            found.module == nil
        else { return self }
        return try ContainedModules.checkpoint(replacingIn: root, of: source) ?? self
    }
}
