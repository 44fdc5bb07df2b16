extension Operation {
    /// `torch.nn.functional.grid_sample` of maps. Inputs: maps `[N, C, H, W]` and places `[N, h, w, 2]`, x before
    /// y, −1 and 1 being the edges, or in elements from the first one's centre.
    package struct GridSample: OperationDefinition {
        package static let name = "grid_sampler"
        /// The raw values are PyTorch's numbers.
        package enum Mode: Int, Sendable, Hashable, CaseIterable { case bilinear, nearest, bicubic }
        /// What is outside of a map: zeros, its border, or its reflection. In the order of PyTorch's numbers.
        package enum Padding: Int, Sendable, Hashable, CaseIterable { case zeros, border, reflection }
        package var mode: Mode
        package var padding: Padding
        /// Whether −1 and 1 are the centres of the outermost elements, in place of their outer edges.
        package var alignCorners: Bool
        /// Whether places are positions of elements, 0 being the first, as deformable convolutions have them.
        package var isInElements: Bool

        package init(
            _ mode: Mode, padding: Padding = .zeros, alignCorners: Bool = false, isInElements: Bool = false
        ) {
            self.mode = mode
            self.padding = padding
            self.alignCorners = alignCorners
            self.isInElements = isInElements
        }

        /// `[N, C, h, w]`
        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.require(inputs: 2)
            let (maps, places) = (operands.inputs[0], operands.inputs[1])
            for shape in [maps, places] where shape.count != 4 { throw .rank(expected: 4, found: shape) }
            let expected = [maps[0], places[1], places[2], 2]
            guard places == expected else { throw .unequal(expected, places) }
            return [maps[0], maps[1], places[1], places[2]]
        }
    }
}
