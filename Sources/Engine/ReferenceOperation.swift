import ModelGraph
import TensorCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A weight in double precision, valid while it is borrowed.
struct ReferenceWeight {
    let shape: [Int]
    let elements: UnsafeBufferPointer<Double>
}

/// One node of a graph with its operands at hand: the textbook definition of each operation.
struct ReferenceOperation {
    let node: Node
    let inputs: [DenseTensor<Double>]
    let weights: [ReferenceWeight]
    let pool: ThreadPool

    /// - Parameter output: zeros, `node.shape` elements.
    func evaluate(into output: inout [Double]) {
        switch node.operation {
        case .input:
            break
        case .conv2d(let geometry):
            convolve(geometry, into: &output)
        case .batchNorm2d(let epsilon):
            normalize(epsilon, into: &output)
        case .activation(let activation):
            for (index, x) in inputs[0].scalars.enumerated() { output[index] = activation.reference(x) }
        case .add:
            for index in output.indices { output[index] = inputs[0].scalars[index] + inputs[1].scalars[index] }
        case .multiply:
            let area = inputs[0].scalars.count / max(1, inputs[1].scalars.count)
            for index in output.indices {
                output[index] = inputs[0].scalars[index] * inputs[1].scalars[index / area]
            }
        case .maxPool2d(let geometry):
            maxPool(geometry, into: &output)
        case .averagePool2d(let geometry, let countIncludePad):
            averagePool(geometry, countIncludePad: countIncludePad, into: &output)
        case .adaptiveAveragePool2d:
            adaptiveAveragePool(into: &output)
        case .flatten:
            output = inputs[0].scalars
        case .linear:
            multiplyMatrix(into: &output)
        }
    }

    private func normalize(_ epsilon: Double, into output: inout [Double]) {
        let (weight, bias) = (weights[0].elements, weights[1].elements)
        let (mean, variance) = (weights[2].elements, weights[3].elements)
        let (channels, area) = (node.shape[1], node.shape[2] * node.shape[3])
        for plane in 0..<node.shape[0] * channels {
            let channel = plane % channels
            let deviation = (variance[channel] + epsilon).squareRoot()
            for index in plane * area..<(plane + 1) * area {
                output[index] =
                    (inputs[0].scalars[index] - mean[channel]) / deviation * weight[channel] + bias[channel]
            }
        }
    }

    private func multiplyMatrix(into output: inout [Double]) {
        let (weight, outputs) = (weights[0].elements, node.shape[node.shape.count - 1])
        let features = inputs[0].shape[inputs[0].shape.count - 1]
        for index in output.indices {
            let (row, column) = (index / outputs * features, index % outputs)
            var sum = weights.count > 1 ? weights[1].elements[column] : 0
            for feature in 0..<features {
                sum += inputs[0].scalars[row + feature] * weight[column * features + feature]
            }
            output[index] = sum
        }
    }
}

extension Activation {
    /// The activation's value at `x`, in double precision.
    func reference(_ x: Double) -> Double {
        switch self {
        case .relu: x < 0 ? 0 : x
        case .relu6: x < 0 ? 0 : x > 6 ? 6 : x
        case .sigmoid: 1 / (1 + exp(-x))
        }
    }
}
