/// What a step of a pipeline made: the array as MMPreTrain holds it.
package struct PipelineArray: Sendable, Equatable {
    package enum Element: String, Sendable {
        case uint8, float32
    }

    /// `2:CenterCrop`: the step, counted from 0; `tensor` for what the preprocessor makes.
    package let step: String
    package let shape: [Int]
    package let element: Element
    /// Whether the channels come first, as models take them.
    package let isPacked: Bool
    /// The elements in row-major order, little-endian.
    package let bytes: [UInt8]
}

/// What a model takes: float32 `[1, channels, height, width]`.
package struct InputTensor: Sendable, Equatable {
    package let shape: [Int]
    package let values: [Float]

    /// Little-endian.
    package var bytes: [UInt8] { values.withUnsafeBytes(Array.init) }
}
