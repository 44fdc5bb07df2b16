import CKernels
import ModelGraph
import TensorCore

/// Lowers fused steps: each appends what the kernels are to do, and asks for the buffers that this takes.
///
/// Where the buffers lie is decided when all is lowered (`PlanMemory`); the operations are made then.
struct PlanBuilder {
    /// An operation to be: what it reads and writes, and how it is made once the addresses are known.
    struct Recipe {
        let reads: [PlanBuffer]
        let writes: [PlanBuffer]
        /// The last of the nodes that it computes, or that it lays out something for.
        let node: Int
        let make: (PlanMemory) -> PlanStep
    }

    /// What a buffer is.
    enum BufferKind {
        /// Floats that live as long as something reads them.
        case arena(Int)
        /// Constants, which the plan keeps.
        case owned(AlignedBuffer)
    }

    let graph: PlanGraph
    let source: any ParameterSource
    let kernels: OpaquePointer
    /// Folds and packs the weights.
    let pool: ThreadPool
    /// How many threads run the plan.
    let threads: Int
    private let reserve: BufferReserve?
    private(set) var buffers: [BufferKind] = []
    private(set) var recipes: [Recipe] = []
    /// Bytes of packed weights and constants.
    private(set) var packedBytes = 0
    /// Floats that each thread works in.
    private(set) var scratchCount = 0
    /// Zeros that stand for what lies in the padding.
    private(set) var zerosCount = 64
    private var views: [Int: ValueView] = [:]
    /// Values that lie in rows, their channels anywhere in them.
    private var lists: [Int: ListedRows] = [:]
    let places: ConcatPlaces
    /// Buffers of concatenations, by `ConcatPlaces.Place.whole`.
    var wholes: [Int: ValueView] = [:]
    /// Nodes of the parts that are in their concatenation's buffer already.
    var placed: Set<Int> = []
    /// The node that is being lowered.
    private var node = 0

    init(
        graph: PlanGraph, source: any ParameterSource, kernels: OpaquePointer, pool: ThreadPool, threads: Int,
        reserve: BufferReserve?
    ) throws {
        self.graph = graph
        self.source = source
        self.kernels = kernels
        self.pool = pool
        self.threads = threads
        self.reserve = reserve
        let units = graph.units(of: graph.fusedSteps())
        places = ConcatPlaces(graph, units)
        for unit in units {
            node = unit.output.node
            try lower(unit)
        }
        for value in graph.kept.sorted(by: { $0.node < $1.node }) { define(value, strided(view(of: value))) }
    }

    // MARK: Steps

    /// Appends an operation.
    /// - Parameter packedBytes: of the weights that it holds.
    mutating func append(
        reads: [PlanBuffer], writes: [PlanBuffer], packedBytes bytes: Int = 0,
        _ make: @escaping (PlanMemory) -> PlanStep
    ) {
        recipes.append(Recipe(reads: reads, writes: writes, node: node, make: make))
        packedBytes += bytes
    }

    /// Memory for packed weights, which holds anything at first.
    func memory(_ count: Int) -> AlignedBuffer { AlignedBuffer(uninitialized: count, from: reserve) }

    /// Makes sure that each thread has this many floats to work in.
    mutating func needScratch(_ count: Int) { scratchCount = max(scratchCount, count) }

    /// Makes sure that there are this many zeros.
    mutating func needZeros(_ count: Int) { zerosCount = max(zerosCount, count) }

    /// How many of `count` rows make a task, so that there are some 8 tasks per thread.
    func chunk(_ count: Int) -> Int { max(1, (count + threads * 8 - 1) / (threads * 8)) }

    /// Rows of a product that make a task of one panel.
    ///
    /// Few chunks per thread keep rows where the layer before wrote them; large weights are read once per chunk, and
    /// with few rows the threads share the panels instead. The rows that several panels read stay in the second-level
    /// cache meanwhile.
    /// - Parameter inputBytes: what each of the panels reads of a row's input, if several read the same; otherwise 0.
    func productChunk(_ rows: Int, inputBytes: Int, weightBytes: Int, panels: Int) -> Int {
        let chunksPerThread = weightBytes <= 512 << 10 ? 4 : weightBytes <= 1 << 20 ? 2 : 1
        var chunks = rows <= 64 ? 1 : threads * chunksPerThread
        if chunks * panels < threads * 2 { chunks = threads * 2 }
        let cachedRows = inputBytes > 0 ? max(100, (400 << 10) / inputBytes) : rows
        let cachedChunks = (rows + cachedRows - 1) / cachedRows
        if cachedChunks > chunks { chunks = (cachedChunks + threads - 1) / threads * threads }
        return max(12, (rows + chunks - 1) / chunks)
    }

    // MARK: Values

    func shape(of value: Value) -> [Int] { graph[value].shape }

    /// Whether the value is the graph's input, not laid out yet.
    func isInput(_ value: Value) -> Bool { graph[value].operation == .input }

    /// Where a value lies. A constant, and the graph's input, are laid out when first asked for.
    mutating func view(of value: Value) -> ValueView {
        if let view = views[value.node] { return view }
        let view: ValueView
        if let constant = graph.constants[value.node] {
            view = appendConstant(constant)
        } else if isInput(value) {
            view = appendInterleavedInput(value)
        } else if let list = lists[value.node] {
            view = appendSelection(list, shape: shape(of: value))
        } else {
            preconditionFailure("a value is read before it is computed")
        }
        views[value.node] = view
        return view
    }

    /// States where a value lies.
    mutating func define(_ value: Value, _ view: ValueView) { views[value.node] = view }

    /// States that a map `[N, C, H, W]` lies in such rows.
    mutating func define(_ value: Value, _ list: ListedRows) { lists[value.node] = list }

    /// The rows of a map whose channels lie anywhere in them; nil for one that has been put together.
    func list(of value: Value) -> ListedRows? { views[value.node] == nil ? lists[value.node] : nil }

    /// A buffer for a value of this shape.
    /// - Parameter order: its axes from the outermost to the innermost in memory, of which the last is padded to whole
    ///   blocks; by default as they are.
    mutating func allocate(_ shape: [Int], order: [Int]? = nil) -> ValueView {
        let order = order ?? Array(shape.indices)
        var strides = [Int](repeating: 0, count: shape.count)
        var next = 1
        for (position, axis) in order.reversed().enumerated() {
            strides[axis] = next
            next *= position == 0 ? ValueView.padded(shape[axis]) : shape[axis]
        }
        return ValueView(buffer: buffer(max(next, Int(CK_BLOCK))), offset: 0, shape: shape, strides: strides)
    }

    /// A buffer of so many floats, and a block more, for loads of whole blocks.
    mutating func buffer(_ count: Int) -> PlanBuffer {
        buffers.append(.arena(ValueView.padded(count) + Int(CK_BLOCK)))
        return PlanBuffer(index: buffers.count - 1)
    }

    /// A constant in rows of its last axis.
    private mutating func appendConstant(_ constant: DenseTensor<Double>) -> ValueView {
        let channels = constant.shape.last ?? 1
        let stride = constant.shape.isEmpty ? 1 : ValueView.padded(channels)
        let rows = constant.scalars.count / max(1, channels)
        let memory = AlignedBuffer(count: max(1, rows) * stride + Int(CK_BLOCK))
        for row in 0..<rows {
            for channel in 0..<channels {
                memory.base[row * stride + channel] = Float(constant.scalars[row * channels + channel])
            }
        }
        buffers.append(.owned(memory))
        packedBytes += memory.bytes
        var strides = [Int](repeating: 1, count: constant.shape.count)
        var next = stride
        for axis in constant.shape.indices.dropLast().reversed() {
            strides[axis] = next
            next *= constant.shape[axis]
        }
        return ValueView(
            buffer: PlanBuffer(index: buffers.count - 1), offset: 0, shape: constant.shape, strides: strides)
    }

    /// The graph's input with its channels innermost: axis 1 of `[N, C, …]`, or the last axis.
    private mutating func appendInterleavedInput(_ value: Value) -> ValueView {
        let shape = shape(of: value)
        let isMap = shape.count > 2
        let order = isMap ? [0] + Array(2..<shape.count) + [1] : Array(shape.indices)
        let view = allocate(shape, order: order)
        let (batch, channels) = isMap ? (shape[0], shape[1]) : (shape.dropLast().reduce(1, *), shape.last ?? 1)
        let area = isMap ? shape[2...].reduce(1, *) : 1
        append(reads: [], writes: [view.buffer]) { memory in
            PlanStep(
                ck_interleave_f32(
                    input: nil, batch: batch, channels: channels, height: 1, width: area, top: 0, bottom: 0, left: 0,
                    right: 0, output: memory.address(view), stride: ValueView.padded(channels)),
                tasks: ck_interleave_f32_tasks, ck_interleave_f32_task)
        }
        return view
    }
}
