/// Hash values in the order in which a libstdc++ `std::unordered_set` iterates over their elements.
///
/// All elements are in one list. A bucket's elements lie together in it; a new one goes to the front of its
/// bucket, or to the front of the list if the bucket is empty. More buckets relink the list in its own order.
/// Source: `bits/hashtable.h` and `src/c++11/hashtable_c++0x.cc` of GCC 13.
struct UnorderedHashes {
    /// Node 0 stands before the first element; it has no hash.
    private var hashes: [UInt64] = [0]
    /// The node that follows each node; 0 at the end of the list.
    private var next: [Int] = [0]
    /// The node before the first element of each bucket, or nil for an empty bucket.
    private var buckets: [Int?] = []

    /// The bucket counts that `_Prime_rehash_policy` takes in turn, from the first insertion on.
    private static let bucketCounts = [
        13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229, 172_933, 351_061, 712_697,
        1_447_153, 2_938_679, 5_967_347, 12_117_689, 24_607_243, 49_969_847, 101_473_717, 206_062_531,
    ]

    /// Adds the hash of an element that the set doesn't hold yet.
    mutating func insert(_ hash: UInt64) {
        if hashes.count > buckets.count, let count = Self.bucketCounts.first(where: { $0 > buckets.count }) {
            rehash(bucketCount: count)
        }
        hashes.append(hash)
        next.append(0)
        link(hashes.count - 1)
    }

    /// All hashes in iteration order.
    var ordered: [UInt64] {
        sequence(first: next[0]) { next[$0] }.prefix { $0 != 0 }.map { hashes[$0] }
    }

    private func bucket(of node: Int) -> Int { Int(hashes[node] % UInt64(buckets.count)) }

    private mutating func link(_ node: Int) {
        let bucket = bucket(of: node)
        if let before = buckets[bucket] {
            next[node] = next[before]
            next[before] = node
        } else {
            next[node] = next[0]
            next[0] = node
            if next[node] != 0 { buckets[self.bucket(of: next[node])] = node }
            buckets[bucket] = 0
        }
    }

    private mutating func rehash(bucketCount: Int) {
        let order = Array(sequence(first: next[0]) { [next] in next[$0] }.prefix { $0 != 0 })
        buckets = Array(repeating: nil, count: bucketCount)
        next[0] = 0
        for node in order { link(node) }
    }
}
