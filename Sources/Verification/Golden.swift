import ModelGraph
import TensorCore

/// What another implementation computed for one input: the truth that `verify` holds a model against.
public struct Golden: Sendable {
    /// `[N, C, H, W]`.
    public let input: DenseTensor<Float>
    /// Logits or features.
    public let output: RecordedTensor
    /// The same output computed in double precision, where the golden has it.
    public let outputFloat64: RecordedTensor?
    /// Of a model that gives several tensors the N-th, by N; `output` is the last of them.
    public let outputs: [Int: RecordedTensor]
    /// The module whose output this is: a dotted path, "" for the whole model; nil where the golden does not say.
    public let module: String?
    /// In the golden's order.
    public let layers: [Layer]
    /// The weights that computed it: `seeded`, or the name of a file.
    public let weights: String?
    /// What computed it, e.g. `resnet50_8xb32_in1k, torch 2.15.0, float32, cpu`.
    public let source: String?
    /// The names of the images that the input was made of, in its order; empty where the golden does not say.
    public let images: [String]
    /// What each step made of each image, in their order; empty where the golden does not say.
    public let steps: [[Step]]
    /// How far apart float32 evaluations of what computed it lie; nil where that was not measured.
    public let noiseFloor: NoiseFloor?

    public init(
        input: DenseTensor<Float>, output: RecordedTensor, outputFloat64: RecordedTensor? = nil,
        outputs: [Int: RecordedTensor] = [:], module: String? = nil, layers: [Layer] = [], weights: String? = nil,
        source: String? = nil, images: [String] = [], steps: [[Step]] = [], noiseFloor: NoiseFloor? = nil
    ) {
        self.input = input
        self.output = output
        self.outputFloat64 = outputFloat64
        self.outputs = outputs
        self.module = module
        self.layers = layers
        self.weights = weights
        self.source = source
        self.images = images
        self.steps = steps
        self.noiseFloor = noiseFloor
    }

    /// What a step of the image's preparation made.
    public struct Step: Sendable, Hashable {
        /// `1:ResizeEdge`
        public let name: String
        /// Of the array's contiguous little-endian bytes, 64 hexadecimal digits.
        public let sha256: String

        public init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// The recorded output of one module.
    public struct Layer: Sendable {
        /// Dotted path of the module.
        public let path: String
        /// True when the record holds some elements only, those at
        /// splitmix64(fnv1a64(utf8(path)) + i) mod (number of elements).
        public let isSample: Bool
        /// As `Golden.noiseFloor`, of this module's output.
        public let noiseFloor: NoiseFloor?
        /// Reads the record.
        public let read: @Sendable () throws -> RecordedTensor

        public init(
            path: String, isSample: Bool = false, noiseFloor: NoiseFloor? = nil,
            read: @escaping @Sendable () throws -> RecordedTensor
        ) {
            self.path = path
            self.isSample = isSample
            self.noiseFloor = noiseFloor
            self.read = read
        }
    }
}

/// A tensor as a golden holds it: its values, and the type that they were rounded to.
public struct RecordedTensor: Sendable, Equatable {
    public let dtype: DType
    public let shape: [Int]
    /// Row-major.
    public let scalars: [Double]

    /// - Precondition: `scalars.count` is the product of `shape`.
    public init(dtype: DType = .float32, shape: [Int], scalars: [Double]) {
        precondition(shape.reduce(1, *) == scalars.count, "\(scalars.count) elements for shape \(shape)")
        self.dtype = dtype
        self.shape = shape
        self.scalars = scalars
    }
}
