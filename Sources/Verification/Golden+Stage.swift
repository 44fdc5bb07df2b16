import ModelGraph
import TensorCore

extension Golden {
    /// The part of `graph` that computes this golden's output: the module that the golden names; else the deepest
    /// stage (the whole model, or a module of it without a dot in its path) that gives an output of the golden's
    /// shape and that `parameters` has everything for.
    /// - Parameter graph: the whole model, recorded for `input.shape`.
    /// - Throws: `VerificationError.unknownModule`, `.outputShape`, `.parameters` or `.noStage`.
    package func part(of graph: Graph, for parameters: CheckpointParameters) throws -> GoldenPart {
        if let module {
            // Weights of another model say more than the shape that it gives.
            try parameters.check(Self.stage(module, of: graph).parameters)
            return try part(module, of: graph)
        }
        var rejections: [VerificationError.StageRejection] = []
        for path in graph.stages.reversed() {
            let stage = try graph.ending(at: path)
            let shape = stage.shape(of: stage.output)
            do throws(VerificationError) {
                try parameters.check(stage.parameters)
                if shape == output.shape { return GoldenPart(path: path, graph: stage) }
                rejections.append(.init(path: path, shape: shape, missing: 0))
            } catch {
                guard case .parameters(let problems) = error else { throw error }
                rejections.append(.init(path: path, shape: shape, missing: problems.count))
            }
        }
        throw VerificationError.noStage(shape: output.shape, stages: rejections)
    }

    /// The part of `graph` that computes the output of the module `path`.
    /// - Throws: `VerificationError.unknownModule` or `.outputShape`.
    package func part(_ path: String, of graph: Graph) throws -> GoldenPart {
        let part = try Self.stage(path, of: graph)
        let shape = part.shape(of: part.output)
        guard shape == output.shape else {
            throw VerificationError.outputShape(module: path, expected: shape, found: output.shape)
        }
        return GoldenPart(path: path, graph: part)
    }

    private static func stage(_ path: String, of graph: Graph) throws -> Graph {
        guard path.isEmpty || graph.modules.contains(where: { $0.path == path }) else {
            throw VerificationError.unknownModule(path)
        }
        return try graph.ending(at: path)
    }
}

/// The part of a model whose output a golden holds.
package struct GoldenPart: Sendable {
    /// Dotted path of the module that ends it; "" is the whole model.
    package let path: String
    package let graph: Graph
}

extension Graph {
    /// The model's top modules and the model itself ("", last), in execution order.
    fileprivate var stages: [String] {
        modules.map(\.path).filter { !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: ".")) } + [""]
    }
}
