/// One position of a pooling window along one axis.
struct PoolAxis: Equatable {
    /// The input positions under the window; empty when all of it is padding.
    let inside: Range<Int>
    /// Positions under the window, padding included, but not what `ceilMode` adds beyond the padding.
    let paddedCount: Int

    /// All positions of a strided window (`torch.nn.MaxPool2d`, `AvgPool2d`).
    static func strided(input: Int, output: Int, kernel: Int, stride: Int, padding: Int) -> [PoolAxis] {
        (0..<output).map { index in
            let start = index * stride - padding
            let end = min(start + kernel, input + padding)
            let first = min(max(start, 0), input)
            return PoolAxis(inside: first..<max(first, min(end, input)), paddedCount: end - start)
        }
    }

    /// All positions of `torch.nn.AdaptiveAvgPool2d`: ⌊i·n/m⌋ ..< ⌈(i+1)·n/m⌉ for n inputs and m outputs.
    static func adaptive(input: Int, output: Int) -> [PoolAxis] {
        (0..<output).map { index in
            let inside = index * input / output..<((index + 1) * input + output - 1) / output
            return PoolAxis(inside: inside, paddedCount: inside.count)
        }
    }
}
