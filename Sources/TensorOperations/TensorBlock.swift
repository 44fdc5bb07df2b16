import ByteIO
import TensorCore

/// How a run of indices along the first axis of a result is made, from as little of the sources as it takes: so a large
/// tensor is made block by block and never in memory as a whole.
indirect enum TensorBlock: Sendable {
    /// The same run along `axis` of an operand of the computation.
    case operand(Int, axis: Int)
    /// All of an operand, whatever the run.
    case whole(Int)
    /// All indices of what another block is of, whatever the run.
    case all(TensorBlock, extent: Int)
    /// The run so many indices further.
    case shifted(TensorBlock, by: Int)
    /// What follows when the operation is done to blocks.
    case result(TensorOperation, [TensorBlock])
    /// A part of each block along another axis.
    case part(TensorBlock, axis: Int, start: Int, size: Int)
    /// What stands at an index of another axis, which goes.
    case member(TensorBlock, axis: Int, index: Int)
    /// A run of a weight times those scales that it meets. The run is along `axis` of the whole, which has that shape.
    case scaled(weight: TensorBlock, scale: TensorBlock, BlockScale, axis: Int, shape: [Int])
    /// Blocks one after another along the run's axis, each with the indices that it has as a whole.
    case joined([(block: TensorBlock, extent: Int)], axis: Int)
}

extension TensorBlock {
    /// - Parameters:
    ///   - overflow: counts what a cast finds too large, and what a computation makes infinite.
    ///   - operand: gives a run of indices along an axis of an operand of the computation, or all of it.
    func view(
        _ run: Range<Int>, _ overflow: OverflowTally? = nil,
        _ operand: (_ index: Int, _ part: (axis: Int, run: Range<Int>)?) throws -> TensorView
    ) throws -> TensorView {
        switch self {
        case .operand(let index, let axis): return try operand(index, (axis, run))
        case .whole(let index): return try operand(index, nil)
        case .all(let block, let extent): return try block.view(0..<extent, overflow, operand)
        case .scaled(let weight, let scale, let blocks, let axis, let shape):
            let extent = blocks.extent(axis, shape)
            let met = run.lowerBound / extent..<(run.upperBound + extent - 1) / extent
            let (weight, scale) = try (weight.view(run, overflow, operand), scale.view(met, overflow, operand))
            let product = try blocks.product(
                weight, scale, shape: shape, axis: axis, phase: run.lowerBound % extent)
            try overflow?.add([product], from: [weight, scale])
            return product
        case .shifted(let block, let distance):
            return try block.view(run.lowerBound + distance..<run.upperBound + distance, overflow, operand)
        case .result(let operation, let blocks):
            return try operation.results(
                of: try blocks.map { try $0.view(run, overflow, operand) }, overflow: overflow)[0]
        case .part(let block, let axis, let start, let size):
            return try block.view(run, overflow, operand).part(axis: axis, start: start, size: size)
        case .member(let block, let axis, let index):
            return try block.view(run, overflow, operand).member(axis: axis, index: index)
        case .joined(let blocks, let axis):
            var views: [TensorView] = []
            var start = 0
            for (block, extent) in blocks {
                let inside = run.clamped(to: start..<start + extent)
                if !inside.isEmpty {
                    views.append(
                        try block.view(inside.lowerBound - start..<inside.upperBound - start, overflow, operand))
                }
                start += extent
            }
            if views.count == 1 { return views[0] }
            return try TensorOperation.concat(axis: axis, sizes: views.map { $0.shape[axis] }).results(of: views)[0]
        }
    }
}
