/// What one module contributes to the state dict: its own tensors, then its modules, in the order of
/// `Module.state_dict()`. Read off the inert object that its pickle is.
struct ModuleContents {
    private(set) var tensors: [(name: String, value: CheckpointValue)] = []
    private(set) var modules: [(name: String, module: CheckpointObject)] = []

    /// - Parameter classes: of a TorchScript archive; nil for a pickled `torch.nn.Module`.
    /// - Returns: nil for an object that is not a module.
    init?(_ object: CheckpointObject, _ classes: ScriptClasses?) {
        if let classes {
            guard let declaration = classes[object.typeName] else { return nil }
            read(object, declaration, classes)
        } else if let compiled = Self.compiled(object) {
            modules = [("_orig_mod", compiled)]
        } else {
            guard let state = ModuleState(object) else { return nil }
            read(state)
        }
    }

    /// The module that `torch.compile` was given, where `object` is what came of it: PyTorch pickles that as a call.
    ///
    /// Source: `OptimizedModule.__reduce__` in `torch/_dynamo/eval_frame.py` of PyTorch 2.13.
    private static func compiled(_ object: CheckpointObject) -> CheckpointObject? {
        guard object.typeName == "torch._dynamo.eval_frame.OptimizedModule",
            case .object(let module)? = object.arguments.first, ModuleState(module) != nil
        else { return nil }
        return module
    }

    /// Source: `_save_to_state_dict` and `state_dict` in `torch/nn/modules/module.py` of PyTorch 2.15.
    private mutating func read(_ state: ModuleState) {
        for entry in state.parameters.entries { add(entry.name, entry.value) }
        for entry in state.buffers?.entries ?? [] where !state.isTransient(entry.name) { add(entry.name, entry.value) }
        for entry in state.modules.entries {
            if case .object(let module) = entry.value { modules.append((entry.name, module)) }
        }
    }

    /// Attributes keep the order of the class; parameters come before buffers. Where the code does not say which
    /// attributes are buffers, every other tensor is one.
    private mutating func read(
        _ object: CheckpointObject, _ declaration: ScriptClasses.Declaration, _ classes: ScriptClasses
    ) {
        let parameters = Set(declaration.parameters.map { Array($0.utf8) })
        let buffers = declaration.buffers.map { Set($0.map { Array($0.utf8) }) }
        for attribute in object.attributes where parameters.contains(Array(attribute.name.utf8)) {
            add(attribute.name, attribute.value)
        }
        for attribute in object.attributes {
            let name = Array(attribute.name.utf8)
            switch attribute.value {
            case .tensor where !parameters.contains(name) && buffers?.contains(name) ?? true:
                add(attribute.name, attribute.value)
            case .object(let module) where classes[module.typeName] != nil:
                modules.append((attribute.name, module))
            default: break
            }
        }
    }

    /// Parameters of PyTorch before 0.4 are objects around their tensor.
    private mutating func add(_ name: String, _ value: CheckpointValue) {
        switch value {
        case .none: break
        case .object(let object) where object.typeName == "torch.nn.parameter.Parameter":
            tensors.append((name, object.arguments.first { if case .tensor = $0 { true } else { false } } ?? value))
        default: tensors.append((name, value))
        }
    }
}

/// The parts of a pickled `torch.nn.Module` that its state dict comes from.
private struct ModuleState {
    let parameters: CheckpointDictionary
    let buffers: CheckpointDictionary?
    let modules: CheckpointDictionary
    private let transientBuffers: Set<[UInt8]>

    /// Nil for an object without these attributes. A `torch.fx.GraphModule` has them in the first argument of what
    /// makes it.
    init?(_ object: CheckpointObject) {
        func attribute(_ name: String) -> CheckpointValue? {
            if object.typeName.hasPrefix("torch.fx.graph_module."),
                case .dictionary(let state)? = object.arguments.first
            {
                return state[name]
            }
            return object.attributes.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
        }
        guard case .dictionary(let parameters)? = attribute("_parameters"),
            case .dictionary(let modules)? = attribute("_modules")
        else { return nil }
        self.parameters = parameters
        self.modules = modules
        if case .dictionary(let buffers)? = attribute("_buffers") { self.buffers = buffers } else { buffers = nil }
        var names: Set<[UInt8]> = []
        if case .sequence(let set)? = attribute("_non_persistent_buffers_set") {
            for case .string(let name) in set.elements { names.insert(Array(name.utf8)) }
        }
        transientBuffers = names
    }

    func isTransient(_ name: String) -> Bool { transientBuffers.contains(Array(name.utf8)) }
}
