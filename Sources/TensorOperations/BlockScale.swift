import ByteIO
import TensorCore

/// A weight of few bits times the scale that each of its blocks has, as DeepSeek's fp8 checkpoints and the MX formats
/// keep it.
///
/// Computed in float32 and given as float32; in float64 for scales of that type. The last block of an axis may be cut.
/// Source: DeepSeek-V3 `inference/fp8_cast_bf16.py` and `weight_dequant_kernel`.
struct BlockScale {
    /// The extents of a block by axis, nil for all of an axis; one for all axes.
    let blocks: [Int?]

    init(_ blocks: [Int?]) { self.blocks = blocks }

    /// The extent of a block along an axis of a tensor of that shape.
    func extent(_ axis: Int, _ shape: [Int]) -> Int {
        (blocks.count == 1 ? blocks[0] : blocks[axis]) ?? max(shape[axis], 1)
    }

    func type(_ operands: [TensorType], _ name: String) throws(OperationError) -> TensorType {
        guard operands.count == 2 else {
            throw .syntax("'\(name)' takes a weight and its scales, there are \(operands.count) tensors")
        }
        let (weight, scale) = (operands[0], operands[1])
        guard weight.dtype.isInteger || ElementCast.isEncodable(weight.dtype) else { throw .dtype(name, weight.dtype) }
        guard scale.dtype.isFloatingPoint, scale.dtype != .float4_e2m1fn_x2 else { throw .dtype(name, scale.dtype) }
        guard blocks.count == 1 || blocks.count == weight.shape.count else {
            throw .rank(name, expected: blocks.count, shape: weight.shape)
        }
        let expected = weight.shape.indices.map { axis in
            let extent = extent(axis, weight.shape)
            return weight.shape[axis] / extent + (weight.shape[axis].isMultiple(of: extent) ? 0 : 1)
        }
        guard scale.shape == expected else {
            throw .scales(name, weight: weight.shape, expected: expected, found: scale.shape)
        }
        return TensorType(scale.dtype.isDouble ? .float64 : .float32, weight.shape)
    }

    /// - Parameters:
    ///   - weight: a run along `axis` of the whole that begins `phase` into a block, or all of it.
    ///   - scale: of the blocks that the run meets.
    ///   - shape: of the whole.
    func product(
        _ weight: TensorView, _ scale: TensorView, shape: [Int], axis: Int = 0, phase: Int = 0
    ) throws -> TensorView {
        func product<Real: RealElement>(_ dtype: DType, _: Real.Type) throws -> TensorView {
            var values: [Real] = try weight.values()
            let scales: [Real] = try scale.values()
            let strides = StridedLayout.contiguousStrides(of: scale.shape)
            let extents = shape.indices.map { extent($0, shape) }
            let phases = shape.indices.map { $0 == axis ? phase : 0 }
            let columns = weight.shape.last ?? 1
            var index = [Int](repeating: 0, count: shape.count)
            var start = 0
            while start < values.count {
                var row = 0
                for axis in shape.indices.dropLast() {
                    row += (index[axis] + phases[axis]) / extents[axis] * strides[axis]
                }
                for column in 0..<columns {
                    let block = shape.isEmpty ? 0 : (column + (phases.last ?? 0)) / (extents.last ?? 1)
                    values[start + column] *= scales[row + block]
                }
                start += columns
                for axis in shape.indices.dropLast().reversed() {
                    index[axis] += 1
                    if index[axis] < weight.shape[axis] { break }
                    index[axis] = 0
                }
            }
            return try TensorView(values, TensorType(dtype, weight.shape))
        }
        return scale.dtype.isDouble ? try product(.float64, Double.self) : try product(.float32, Float.self)
    }
}
