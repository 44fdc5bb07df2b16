/// A tensor in memory: row-major elements of one Swift type.
package struct DenseTensor<Scalar: Sendable>: Sendable {
    package let shape: [Int]
    /// Row-major; `scalars.count` is the product of `shape`.
    package var scalars: [Scalar]

    /// - Precondition: `scalars.count` is the product of `shape`.
    @inlinable
    package init(shape: [Int], scalars: [Scalar]) {
        precondition(shape.reduce(1, *) == scalars.count, "\(scalars.count) elements for shape \(shape)")
        self.shape = shape
        self.scalars = scalars
    }

    @inlinable  // Unspecialized, `Array` copies element by element, 5 ns each.
    package init(shape: [Int], repeating value: Scalar) {
        self.init(shape: shape, scalars: [Scalar](repeating: value, count: shape.reduce(1, *)))
    }
}

extension DenseTensor: Equatable where Scalar: Equatable {}
