import ModelGraph

/// Where a model's weights come from: a checkpoint, or a formula.
///
/// The buffer is valid during the call only; it holds `spec.count` row-major elements of shape `spec.shape`.
package protocol ParameterSource: Sendable {
    /// - Throws: whatever keeps the source from giving this parameter, naming its key.
    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result

    /// The same weights in double precision; float64 weights are not rounded on the way.
    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result
}
