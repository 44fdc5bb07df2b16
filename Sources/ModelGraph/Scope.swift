import TensorCore

/// A place in the module tree: a dotted path under which layers declare parameters and record operations.
package struct Scope {
    let builder: GraphBuilder
    /// Dotted path of the module, "" for the model itself.
    package let path: String
    /// The adapters of the linear layers here and below; nil for none.
    private(set) var adapters: LowRankAdapters?

    init(builder: GraphBuilder, path: String) {
        self.builder = builder
        self.path = path
    }

    /// The scope of a child module.
    package func callAsFunction(_ name: String) -> Scope {
        var child = Scope(builder: builder, path: path.isEmpty ? name : path + "." + name)
        child.adapters = adapters
        return child
    }

    /// The same place, where linear layers may have low-rank products beside them.
    package func with(_ adapters: LowRankAdapters) -> Scope {
        var scope = self
        scope.adapters = adapters
        return scope
    }

    /// The scope of the child module `index` of a sequence.
    package func callAsFunction(_ index: Int) -> Scope { self(String(index)) }

    /// Declares a parameter or buffer of this module and returns its position in `Graph.parameters`.
    /// - Parameter first: the position of the same tensor under its first key.
    /// - Throws: `GraphError.declaredTwice` if the module already has one of that name; `GraphError.shape` for a shape
    ///   that no tensor can have.
    package func declare(
        _ name: String, _ shape: [Int], dtype: DType = .float32, role: ParameterSpec.Role = .parameter,
        sharing first: Int? = nil
    ) throws(GraphError) -> Int {
        try builder.declare(
            TensorSignature(key: key(name), dtype: dtype, shape: shape), role: role, sharing: first,
            isSaved: isSaved)
    }

    /// Whether the state dict has what is declared here.
    private var isSaved: Bool { adapters == nil || (path.split(separator: ".").last?.hasPrefix("lora_") ?? false) }

    /// Declares a buffer that the model computes, of the table's shape and type.
    /// - Parameter first: the position of the same tensor under its first key.
    /// - Throws: as `declare`.
    package func declare(
        _ name: String, computed table: ComputedTable, sharing first: Int? = nil
    ) throws(GraphError) -> Int {
        let signature = TensorSignature(key: key(name), dtype: table.dtype, shape: table.shape)
        return try builder.declare(signature, role: .buffer, computed: table, sharing: first, isSaved: isSaved)
    }

    private func key(_ name: String) -> Key { Key(path.isEmpty ? name : path + "." + name) }

    /// A declared parameter or buffer as a value.
    package func value(ofParameter position: Int) throws(GraphError) -> Value {
        try record(.parameter, weights: [position])
    }

    /// A table that is not in the state dict.
    /// - Parameter flops: multiply-adds of making it, where mmengine sees them.
    package func constant(_ table: ComputedTable, flops: Int = 0) throws(GraphError) -> Value {
        try record(.constant(.init(table, flops: flops)))
    }

    /// Records an operation of this module.
    /// - Parameter weights: positions from `declare`, in the order that `operation` states.
    /// - Throws: `GraphError.shape` if the operation does not accept these shapes.
    package func record(
        _ operation: Operation, _ inputs: Value..., weights: [Int] = []
    ) throws(GraphError) -> Value {
        try builder.record(operation, inputs, weights: weights, module: path)
    }

    /// As above, of any number of inputs.
    package func record(_ operation: Operation, of inputs: [Value]) throws(GraphError) -> Value {
        try builder.record(operation, inputs, weights: [], module: path)
    }

    /// States that `value` is the output of this module, and returns it.
    @discardableResult
    package func output(_ value: Value) -> Value {
        builder.mark(path, [value], .value)
        return value
    }

    /// States that this module gives its input, and returns it.
    package func unchanged(_ value: Value) -> Value {
        builder.mark(path, [value], .unchanged)
        return value
    }

    /// States that this module gives a tuple of these values.
    package func output(_ values: [Value]) { builder.mark(path, values, .tuple) }

    /// The shape of a recorded value.
    package func shape(of value: Value) -> [Int] { builder.shape(of: value) }
}
