import ModelGraph
import TensorCore

/// What one execution gave: the model's output and that of the modules that were asked for.
package struct Observation<Scalar: Sendable>: Sendable {
    package let output: DenseTensor<Scalar>
    /// By module path. A module that ran several times shows its last output, as a forward hook would.
    package let modules: [String: DenseTensor<Scalar>]
}

extension Graph {
    /// The value that each of these modules gives, the last one for a module that runs several times; at `output.N` the
    /// N-th that the whole gives.
    /// - Throws: `EngineError.unknownModule` for a path without an output.
    func outputs(ofModules paths: [String]) throws(EngineError) -> [String: Value] {
        var known = Dictionary(modules.map { ($0.path, $0.value) }) { _, last in last }
        for (index, value) in outputs.enumerated() where known["output.\(index)"] == nil {
            known["output.\(index)"] = value
        }
        var values: [String: Value] = [:]
        for path in paths {
            guard let value = known[path] else { throw .unknownModule(path) }
            values[path] = value
        }
        return values
    }
}
