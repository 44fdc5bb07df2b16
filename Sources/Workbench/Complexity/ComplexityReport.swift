import ModelGraph
import ModelZoo
import TensorCore

/// What one run of a model costs, as MMPreTrain's `get_flops.py` counts it: FLOPs and activations of backbone and neck,
/// parameters of the whole model.
package struct ComplexityReport: Sendable {
    package struct Options: Sendable {
        package var model: ModelSource
        /// Height and width of the image; nil for 224 × 224, or the model's own size where it refuses that.
        package var size: (height: Int, width: Int)?
        /// Whether fused attention counts as its two products.
        package var countsFusedAttention: Bool

        package init(model: ModelSource, size: (height: Int, width: Int)? = nil, countsFusedAttention: Bool = true) {
            self.model = model
            self.size = size
            self.countsFusedAttention = countsFusedAttention
        }
    }

    /// One module of backbone and neck.
    package struct ModuleFigures: Sendable {
        package let path: String
        package let parameters, flops, activations: Int
    }

    /// MMPreTrain's name of the model, or that of its config.
    package let model: String
    /// `[channels, height, width]` of the image. Of a program: each input without its first axis, a vector whole.
    package let inputShapes: [[Int]]
    /// Multiply-adds.
    package let flops: Int
    package let parameters: Int
    /// Elements that convolutions and products give.
    package let activations: Int
    /// The modules in the order of execution, a container before what is inside it.
    package let modules: [ModuleFigures]
    /// Why the size is not the one that upstream takes, and what else the model's user should know.
    package let notes: [String]

    /// - Throws: `ModelZooError`, `GraphError` for a size that the model refuses, or what is wrong with a config.
    package static func run(_ options: Options) throws -> ComplexityReport {
        if case .program(let program) = try options.model.description() {
            return try ComplexityReport(
                of: program, size: options.size, countsFusedAttention: options.countsFusedAttention)
        }
        return try ComplexityReport(
            of: options.model.definition(), size: options.size, countsFusedAttention: options.countsFusedAttention)
    }

    init(
        of definition: ModelDefinition, size: (height: Int, width: Int)?, countsFusedAttention: Bool
    ) throws {
        let graph: Graph
        var notes = definition.notes
        if let size {
            graph = try definition.featureGraph(height: size.height, width: size.width)
        } else {
            let own = definition.inputSize
            let isOwn = own == .square(224)
            do {
                graph = try definition.featureGraph(height: 224, width: 224)
                if !isOwn {
                    let shape = own.height == own.width ? "\(own.height)" : "\(own.height) \(own.width)"
                    notes.append(
                        "counted at 224 × 224, as get_flops.py counts; the model is tested at "
                            + "\(own.height) × \(own.width): --shape \(shape) counts that")
                }
            } catch {
                guard !isOwn else { throw error }
                graph = try definition.featureGraph(height: own.height, width: own.width)
                notes.append(
                    "\(definition.name) refuses 224 × 224 (\(error)): counted at \(own.height) × \(own.width)")
            }
        }
        self.init(
            graph, model: definition.name,
            parameters: try definition.allParameters.filter { $0.role == .parameter }.reduce(0) { $0 + $1.count },
            notes: notes, countsFusedAttention)
    }

    /// The whole program, its classifier included, for one image.
    private init(
        of program: ProgramModel, size: (height: Int, width: Int)?, countsFusedAttention: Bool
    ) throws {
        let shapes = try program.inputs.map { input in
            var shape = input.shape.map { $0 ?? 1 }
            if let size, shape.count == 4 { shape.replaceSubrange(2..., with: [size.height, size.width]) }
            return shape
        }
        let graph = try program.graph(shapes: shapes)
        self.init(
            graph, model: program.name,
            parameters: try program.parameters.filter { $0.role == .parameter }.reduce(0) { $0 + $1.count },
            notes: ["the whole program is counted, its classifier included"], countsFusedAttention)
    }

    private init(_ graph: Graph, model: String, parameters: Int, notes: [String], _ countsFusedAttention: Bool) {
        let cost = graph.cost(countingAttention: countsFusedAttention)
        self.model = model
        self.parameters = parameters
        self.notes = notes
        inputShapes = graph.inputs.map { $0.shape.count > 1 ? Array($0.shape.dropFirst()) : $0.shape }
        flops = cost.total.flops
        activations = cost.total.activations
        modules = cost.modules.dropFirst().map {
            ModuleFigures(
                path: $0.path, parameters: $0.cost.parameters, flops: $0.cost.flops, activations: $0.cost.activations)
        }
    }
}

extension ModelDefinition {
    /// Backbone and neck for one image, which is what `get_flops.py` counts.
    /// - Throws: `GraphError` for a size that the model refuses.
    func featureGraph(height: Int, width: Int) throws(GraphError) -> Graph {
        try graph(
            input: [1, inputChannels, height, width], endingAt: architecture.necks.isEmpty ? "backbone" : "neck")
    }
}
