/// Which tensors go into which file when a state dict is split.
///
/// In their order, tensors fill a file until the next would exceed the limit; one that exceeds it alone has a file
/// of its own, and the file in progress goes on after it. Tensors that share memory are in one file.
/// Source: `split_state_dict_into_shards_factory` in `huggingface_hub/serialization/_base.py`, 2.4.
struct ShardSplit {
    struct Item {
        /// What the tensor's memory adds to a file.
        let size: Int
        /// Equal for tensors that share memory.
        let memory: Memory
    }

    enum Memory: Hashable {
        case storage(ObjectIdentifier)
        /// The tensor's alone: its position.
        case own(Int)
        /// All tensors without elements count as one memory, as they have the null address.
        case empty
    }

    /// For each file the positions of its items: those that brought their memory there, in order, then the others.
    private(set) var shards: [[Int]] = []
    /// The size of all memory, each counted once.
    private(set) var totalSize = 0

    init(_ items: [Item], limit: Int) {
        var shardOfMemory: [Memory: Int] = [:]
        var followers: [(memory: Memory, position: Int)] = []
        var order: [Memory: Int] = [:]
        // The file in progress gets its place among the others when it is full.
        var current: [Int] = []
        var currentSize = 0
        for (position, item) in items.enumerated() {
            guard order[item.memory] == nil else {
                followers.append((item.memory, position))
                continue
            }
            order[item.memory] = order.count
            totalSize += item.size
            if item.size > limit {
                shards.append([position])
                continue
            }
            if currentSize + item.size > limit {
                shards.append(current)
                current = []
                currentSize = 0
            }
            current.append(position)
            currentSize += item.size
        }
        // No tensors are a file, too.
        if !current.isEmpty || shards.isEmpty { shards.append(current) }
        for (shard, positions) in shards.enumerated() {
            for position in positions { shardOfMemory[items[position].memory] = shard }
        }
        followers.sort { (order[$0.memory] ?? 0, $0.position) < (order[$1.memory] ?? 0, $1.position) }
        for follower in followers {
            if let shard = shardOfMemory[follower.memory] { shards[shard].append(follower.position) }
        }
    }
}
