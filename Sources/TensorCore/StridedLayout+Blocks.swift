/// Copying a part of a tensor's elements in the order that memory likes.
extension StridedLayout {
    /// Copies a part of the elements in row-major order, whole steps of an axis at a time: of a transposed tensor a
    /// strip is read as one block.
    /// - Parameters:
    ///   - elements: in `0..<count`, counted in row-major order.
    ///   - storage: at least `requiredElements · width` bytes.
    ///   - width: bytes an element.
    ///   - target: exactly `elements.count · width` bytes.
    package func gatherBlocks(
        _ elements: Range<Int>, from storage: UnsafeRawBufferPointer, width: Int,
        into target: UnsafeMutableRawBufferPointer
    ) {
        guard !elements.isEmpty else { return }
        guard shape.count > 1, !isContiguous else {
            return gather(elements, from: storage, width: width, into: target)
        }
        if shape.contains(1) {
            // A file may give a tensor any number of such axes. Of others there are few, as each doubles the elements:
            // what follows calls itself once an axis.
            let axes = shape.indices.filter { shape[$0] != 1 }
            guard
                let layout = try? StridedLayout(
                    shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] }, offset: offset)
            else { return gather(elements, from: storage, width: width, into: target) }
            return layout.gatherBlocks(elements, from: storage, width: width, into: target)
        }
        let step = count / shape[0]
        // Whole steps of the first axis, and parts of those before and after.
        let firstWhole = (elements.lowerBound + step - 1) / step
        let whole = firstWhole..<max(firstWhole, elements.upperBound / step)
        var start = elements.lowerBound
        while start < elements.upperBound {
            let isWhole = whole.contains(start / step)
            let steps = isWhole ? whole : start / step..<start / step + 1
            let end = min(steps.upperBound * step, elements.upperBound)
            guard let part = block(steps) else { return }
            let bytes = (start - elements.lowerBound) * width..<(end - elements.lowerBound) * width
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[bytes])
            if isWhole {
                part.gather(from: storage, width: width, into: rest)
            } else {
                let first = start - steps.lowerBound * step
                part.gatherBlocks(first..<first + end - start, from: storage, width: width, into: rest)
            }
            start = end
        }
    }

    /// Some steps of the first axis; a single one is without that axis.
    private func block(_ steps: Range<Int>) -> StridedLayout? {
        let isSingle = steps.count == 1
        return try? StridedLayout(
            shape: (isSingle ? [] : [steps.count]) + shape.dropFirst(),
            strides: isSingle ? Array(strides.dropFirst()) : strides,
            offset: offset + steps.lowerBound * strides[0])
    }
}
