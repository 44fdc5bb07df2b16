import ModelGraph
import TensorCore

/// What another implementation computed for one input: the truth that `verify` holds a model against.
package struct Golden: Sendable {
    /// What the model is given: `[N, C, H, W]` of images; several inputs one after the other, as `Graph.inputShape` says.
    package let input: DenseTensor<Float>
    /// The tensors that `input` is made of.
    package let inputs: [GraphInput]
    /// Logits or features.
    package private(set) var output: RecordedTensor
    /// The same output computed in double precision, where the golden has it.
    package private(set) var outputFloat64: RecordedTensor?
    /// The N-th tensor of a model that gives several, by N; `output` is the last of them.
    package private(set) var outputs: [Int: RecordedTensor]
    /// The module whose output this is: a dotted path, "" for the whole model; nil where the golden does not say.
    package let module: String?
    /// The layers, in the golden's order.
    package private(set) var layers: [Layer]
    /// Modules that were recorded or run and that the model has no counterpart of, as far as `naming` told.
    package private(set) var strayLayers: [String] = []
    /// The weights that computed it: `seeded`, or the name of a file.
    package let weights: String?
    /// What computed it, e.g. `resnet50_8xb32_in1k, torch 2.15.0, float32, cpu`.
    package let source: String?
    /// The names of the images that the input was made of, in its order; empty where the golden does not say.
    package let images: [String]
    /// What each step made of each image, in their order; empty where the golden does not say.
    package let steps: [[Step]]
    /// The same as `outputs` in double precision, where the golden has them.
    package private(set) var outputsFloat64: [Int: RecordedTensor]
    /// How far apart float32 evaluations of what computed it lie; nil where that was not measured.
    package let noiseFloor: NoiseFloor?
    /// How far from `output`, which is in double precision, a float32 evaluation of what computed it lies; nil where that
    /// was not measured.
    package let float32Error: NoiseFloor?
    /// Whether the numbers were recorded, or computed by the original itself.
    package let truth: Truth

    package init(
        input: DenseTensor<Float>, inputs: [GraphInput]? = nil, output: RecordedTensor,
        outputFloat64: RecordedTensor? = nil,
        outputs: [Int: RecordedTensor] = [:], outputsFloat64: [Int: RecordedTensor] = [:], module: String? = nil,
        layers: [Layer] = [], weights: String? = nil,
        source: String? = nil, images: [String] = [], steps: [[Step]] = [], noiseFloor: NoiseFloor? = nil,
        float32Error: NoiseFloor? = nil, truth: Truth = .golden
    ) {
        self.input = input
        self.inputs = inputs ?? [GraphInput(input.shape)]
        self.output = output
        self.outputFloat64 = outputFloat64
        self.outputs = outputs
        self.outputsFloat64 = outputsFloat64
        self.module = module
        self.layers = layers
        self.weights = weights
        self.source = source
        self.images = images
        self.steps = steps
        self.noiseFloor = noiseFloor
        self.float32Error = float32Error
        self.truth = truth
    }

    /// What a step of the image's preparation made.
    package struct Step: Sendable, Hashable {
        /// `1:ResizeEdge`
        package let name: String
        /// The digest of the array's contiguous little-endian bytes, 64 hexadecimal digits.
        package let sha256: String

        package init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// The recorded output of one module.
    package struct Layer: Sendable {
        /// Dotted path of the module in the model that is held against the golden.
        package let path: String
        /// What the golden calls it: the same, unless layers were renamed.
        package let recordedPath: String
        /// The shape of the module's output; nil for a sample that does not say.
        package let shape: [Int]?
        /// Whether the module that has the layer's tensors may still end elsewhere than the original's.
        package let mayEndElsewhere: Bool
        /// True when the record holds some elements only, those at
        /// splitmix64(fnv1a64(utf8(recordedPath)) + i) mod (number of elements).
        package let isSample: Bool
        /// As `Golden.noiseFloor`, of this module's output.
        package let noiseFloor: NoiseFloor?
        /// Reads the record.
        package let read: @Sendable () throws -> RecordedTensor

        package init(
            path: String, isSample: Bool = false, noiseFloor: NoiseFloor? = nil,
            read: @escaping @Sendable () throws -> RecordedTensor
        ) {
            self.init(
                path: path, recordedPath: path, shape: nil, isSample: isSample, noiseFloor: noiseFloor, read: read)
        }

        package init(
            path: String, recordedPath: String, shape: [Int]?, mayEndElsewhere: Bool = false, isSample: Bool,
            noiseFloor: NoiseFloor?, read: @escaping @Sendable () throws -> RecordedTensor
        ) {
            self.path = path
            self.recordedPath = recordedPath
            self.shape = shape
            self.mayEndElsewhere = mayEndElsewhere
            self.isSample = isSample
            self.noiseFloor = noiseFloor
            self.read = read
        }
    }
}

/// What a model is held against.
package enum Truth: String, Sendable, CustomStringConvertible {
    /// What another implementation recorded.
    case golden
    /// The model that the weights were converted from, which is run.
    case original

    package var description: String { rawValue }
}

/// A tensor as a golden holds it: its values, and the type that they were rounded to.
package struct RecordedTensor: Sendable, Equatable {
    package let dtype: DType
    package let shape: [Int]
    /// Row-major.
    package let scalars: [Double]

    /// - Precondition: `scalars.count` is the product of `shape`.
    package init(dtype: DType = .float32, shape: [Int], scalars: [Double]) {
        precondition(shape.reduce(1, *) == scalars.count, "\(scalars.count) elements for shape \(shape)")
        self.dtype = dtype
        self.shape = shape
        self.scalars = scalars
    }
}

extension Golden {
    /// The golden of one of a model's outputs.
    /// - Parameter index: from 0. A golden of a model that gives one tensor stays as it is.
    /// - Throws: `VerificationError.golden` for an output that the golden does not have.
    package func ofOutput(_ index: Int) throws(VerificationError) -> Golden {
        guard !outputs.isEmpty else { return self }
        guard let output = outputs[index] else {
            throw .golden(entry: "output.\(index)", "is missing, or not of floats")
        }
        var golden = self
        (golden.output, golden.outputFloat64) = (output, outputsFloat64[index])
        (golden.outputs, golden.outputsFloat64) = ([:], [:])
        return golden
    }

    /// The golden with its layers under the model's names for them.
    /// - Parameters:
    ///   - names: the golden's paths and the model's. Layers without a name become stray.
    ///   - shapes: of the outputs of the model's modules.
    ///   - containers: the model's modules that have modules with tensors in them: they may end elsewhere, before or after
    ///     an addition, than the original's do.
    ///   - stray: further modules that the model has no counterpart of.
    package func naming(
        _ names: [String: String], shapes: [String: [Int]], containers: Set<String>, stray: [String] = []
    ) -> Golden {
        var golden = self
        golden.layers = []
        golden.strayLayers += stray
        for layer in layers {
            guard let name = names[layer.path], let shape = shapes[name],
                layer.shape.map({ LayerLayout(of: $0, for: shape) != nil }) ?? true
            else {
                golden.strayLayers.append(layer.path)
                continue
            }
            golden.layers.append(
                Layer(
                    path: name, recordedPath: layer.path, shape: layer.shape,
                    mayEndElsewhere: name != layer.path && containers.contains(name), isSample: layer.isSample,
                    noiseFloor: layer.noiseFloor, read: layer.read))
        }
        return golden
    }
}
