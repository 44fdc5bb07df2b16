import ModelGraph
import TensorCore

/// What a node works on, in double precision.
struct ReferenceOperands {
    let inputs: [DenseTensor<Double>]
    let weights: [ReferenceWeight]
    /// The output's shape.
    let shape: [Int]
    let pool: ThreadPool

    /// The first input's elements.
    var elements: [Double] { inputs[0].scalars }

    /// The elements of each input, spread to the output's shape.
    var spreadElements: [[Double]] { inputs.map { $0.spread(to: shape) } }

    /// Calls `body` with a pointer to the first input and to the output.
    func withInput(
        _ output: inout [Double], _ body: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
    ) {
        inputs[0].scalars.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                guard let input = input.baseAddress, let output = output.baseAddress else { return }
                body(input, output)
            }
        }
    }

    /// Copies a strided view of the first input, in row-major order of the view.
    func gather(_ shape: [Int], strides: [Int], offset: Int = 0, into output: inout [Double]) {
        withInput(&output) { input, output in
            var next = output
            StridedWalk(shape: shape, strides: strides).forEachRow { first, length, step in
                let source = input + offset + first
                if step == 1 {
                    next.update(from: source, count: length)
                } else {
                    for index in 0..<length { next[index] = source[index * step] }
                }
                next += length
            }
        }
    }
}

extension DenseTensor<Double> {
    /// The elements spread to `target` as in NumPy: aligned at the end, an extent of 1 repeats.
    func spread(to target: [Int]) -> [Double] {
        guard shape != target else { return scalars }
        var elements: [Double] = []
        elements.reserveCapacity(target.reduce(1, *))
        StridedWalk(shape: target, strides: StridedWalk.broadcast(shape, to: target))
            .forEachRow { first, length, step in
                if step == 1 {
                    elements += scalars[first..<first + length]
                } else {
                    for index in 0..<length { elements.append(scalars[first + index * step]) }
                }
            }
        return elements
    }
}

/// A weight in double precision, valid while it is borrowed.
struct ReferenceWeight {
    let shape: [Int]
    let elements: UnsafeBufferPointer<Double>
}

/// The elements of a strided view in row-major order, row by row. Strides may be 0.
struct StridedWalk {
    let shape: [Int]
    let strides: [Int]

    func forEachRow(_ body: (_ first: Int, _ length: Int, _ step: Int) -> Void) {
        guard let length = shape.last, let step = strides.last else { return body(0, 1, 1) }
        let rows = shape.dropLast().reduce(1, *)
        var position = [Int](repeating: 0, count: shape.count)
        var first = 0
        for _ in 0..<rows {
            body(first, length, step)
            var axis = shape.count - 2
            while axis >= 0 {
                position[axis] += 1
                first += strides[axis]
                if position[axis] < shape[axis] { break }
                first -= strides[axis] * shape[axis]
                position[axis] = 0
                axis -= 1
            }
        }
    }

    /// Strides with which a value of `shape` spreads to `target`, aligned at the end.
    static func broadcast(_ shape: [Int], to target: [Int]) -> [Int] {
        let rowMajor = rowMajorStrides(shape)
        return target.indices.map { axis in
            let own = axis - target.count + shape.count
            return own < 0 || shape[own] == 1 ? 0 : rowMajor[own]
        }
    }
}

/// Strides of a tensor without gaps.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
}
