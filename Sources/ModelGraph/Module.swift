/// A part of a model that takes one value and gives one: constructing it declares its parameters, calling it records
/// its operations.
package protocol Module: Stage {
    /// Records the module's operations on `input` and returns its output.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value
}

/// A backbone, neck or head: takes and gives features.
package protocol Stage {
    /// Records the stage's operations and returns what it gives.
    func features(_ input: Features) throws(GraphError) -> Features
}

/// What one stage of a classifier hands to the next: MMPreTrain's tuple of stage outputs.
package struct Features: Sendable, Hashable {
    /// One entry for each output index, each of one value, or of several where the stage gives a tuple there.
    package var levels: [[Value]]

    /// - Precondition: there is a level, and each has a value.
    package init(_ levels: [[Value]]) {
        precondition(!levels.isEmpty && levels.allSatisfy { !$0.isEmpty }, "features without a value")
        self.levels = levels
    }

    /// One level of one value.
    package init(_ value: Value) { levels = [[value]] }

    /// The values of the last level, which a head reads.
    package var last: [Value] { levels[levels.count - 1] }
    /// The first value of the last level.
    package var value: Value { last[0] }
    /// Everything, in order.
    package var values: [Value] { levels.flatMap { $0 } }
}

extension Module {
    /// The module's output for the first value of the last level.
    package func features(_ input: Features) throws(GraphError) -> Features { Features(try self(input.value)) }
}

/// `torch.nn.Sequential`: each module takes the output of the one before.
package struct Sequential: Module {
    private let scope: Scope
    private let modules: [any Module]

    /// - Parameter modules: constructed in child scopes of `scope`.
    package init(_ scope: Scope, _ modules: [any Module]) {
        self.scope = scope
        self.modules = modules
    }

    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        var value = input
        for module in modules { value = try module(value) }
        return scope.output(value)
    }
}
