import CKernels

/// Where the buffers of a plan lie: those that are live at the same time do not overlap.
struct PlanMemory {
    let arena: AlignedBuffer
    /// `scratchCount` floats for each thread.
    let scratch: AlignedBuffer
    let zeros: AlignedBuffer
    /// The most floats that are live at once: `ArenaPlan.liveCount`.
    let liveCount: Int
    private let bases: [UnsafeMutablePointer<Float>]
    private let owners: [AlignedBuffer]

    /// - Parameters:
    ///   - kept: buffers that nothing may overwrite.
    ///   - poison: what fills the arena: tests pass NaN, so that padding which matters shows.
    init(_ builder: PlanBuilder, kept: Set<PlanBuffer>, poison: Float) {
        var lifetimes = [ClosedRange<Int>?](repeating: nil, count: builder.buffers.count)
        for (step, recipe) in builder.recipes.enumerated() {
            for buffer in recipe.reads + recipe.writes {
                let first = lifetimes[buffer.index]?.lowerBound ?? step
                lifetimes[buffer.index] = first...step
            }
        }
        for buffer in kept {
            lifetimes[buffer.index] = (lifetimes[buffer.index]?.lowerBound ?? 0)...builder.recipes.count
        }
        var requests: [ArenaPlan.Request] = []
        var positions = [Int?](repeating: nil, count: builder.buffers.count)
        for (index, kind) in builder.buffers.enumerated() {
            guard case .arena(let count) = kind, let lifetime = lifetimes[index] else { continue }
            positions[index] = requests.count
            requests.append(ArenaPlan.Request(count: count, lifetime: lifetime))
        }
        let plan = ArenaPlan(requests)
        liveCount = plan.liveCount
        let arena = AlignedBuffer(count: plan.count, filledWith: poison)
        self.arena = arena
        scratch = AlignedBuffer(count: builder.scratchCount * builder.threads, filledWith: poison)
        zeros = AlignedBuffer(count: builder.zerosCount, filledWith: 0)
        var owners: [AlignedBuffer] = []
        bases = builder.buffers.enumerated().map { index, kind in
            if case .owned(let memory) = kind {
                owners.append(memory)
                return memory.base
            }
            return arena.base + (positions[index].map { plan.offsets[$0] } ?? 0)
        }
        self.owners = owners
    }

    /// The first element of a view.
    func address(_ view: ValueView) -> UnsafeMutablePointer<Float> { bases[view.buffer.index] + view.offset }

    /// The first element of the first row.
    func address(_ rows: RowView) -> UnsafeMutablePointer<Float> { bases[rows.buffer.index] + rows.offset }

    /// The first float of a buffer.
    func address(_ buffer: PlanBuffer) -> UnsafeMutablePointer<Float> { bases[buffer.index] }
}
