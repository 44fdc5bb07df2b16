/// Tuples, lists, dicts and sets.
extension PickleEmitter {
    /// How the items of a container follow it: in runs of 1000 between a mark and a closing opcode.
    struct Batch {
        let single: PickleOpcode?
        let plural: PickleOpcode
        /// The C pickler knows the length of a real list or dict and of no other container: it then writes a
        /// single item only where that is all, and not where one is left over.
        let knowsCount: Bool
        /// An empty run follows a last run of exactly 1000: the C pickler asks a dict or set for more.
        let asksForMore: Bool

        static let list = Batch(single: .append, plural: .appends, knowsCount: true, asksForMore: false)
        static let dict = Batch(single: .setitem, plural: .setitems, knowsCount: true, asksForMore: true)
        static let set = Batch(single: nil, plural: .additems, knowsCount: true, asksForMore: true)
        static let objectItems = Batch(single: .append, plural: .appends, knowsCount: false, asksForMore: false)
        static let objectEntries = Batch(single: .setitem, plural: .setitems, knowsCount: false, asksForMore: false)

        static let size = 1000

        /// Whether item `index` of `count` is written without a mark.
        func isSingle(_ index: Int, of count: Int) -> Bool {
            single != nil && index == count - 1 && (knowsCount ? index == 0 : index.isMultiple(of: Self.size))
        }
    }

    /// Writes what stands between item `index − 1` and item `index`; at `count`, after the last one.
    private mutating func emitSeam(_ batch: Batch, before index: Int, of count: Int) {
        if index > 0 {
            if batch.isSingle(index - 1, of: count), let single = batch.single {
                emit(single)
            } else if index == count || index.isMultiple(of: Batch.size) {
                emit(batch.plural)
                if index == count, batch.asksForMore, index.isMultiple(of: Batch.size) {
                    emit(.mark)
                    emit(batch.plural)
                }
            }
        }
        if index < count, index.isMultiple(of: Batch.size), !batch.isSingle(index, of: count) { emit(.mark) }
    }

    mutating func resumeItems(_ items: [PickleValue], _ next: Int, _ batch: Batch) throws(PickleError) {
        emitSeam(batch, before: next, of: items.count)
        guard next < items.count else { return }
        try push(.items(items, next: next + 1, batch))
        try write(items[next])
    }

    mutating func resumeEntries(_ entries: [PickleEntry], _ next: Int, _ batch: Batch) throws(PickleError) {
        if next.isMultiple(of: 2) { emitSeam(batch, before: next / 2, of: entries.count) }
        guard next < 2 * entries.count else { return }
        try push(.entries(entries, next: next + 1, batch))
        try write(next.isMultiple(of: 2) ? entries[next / 2].key : entries[next / 2].value)
    }

    // MARK: Tuples

    mutating func writeTuple(_ items: PickleItems, _ id: PickleNodeID) throws(PickleError) {
        guard !items.isEmpty else { return emit(.emptyTuple) }
        if items.count > 3 { emit(.mark) }
        try push(.tuple(id, items, next: 0))
    }

    mutating func resumeTuple(_ id: PickleNodeID, _ items: PickleItems, _ next: Int) throws(PickleError) {
        if next < items.count {
            try push(.tuple(id, items, next: next + 1))
            return try write(items[next])
        }
        // A tuple that one of its own items refers to was finished while that item was written: the copy on
        // the stack is dropped.
        if isMemoized(id) {
            if items.count > 3 { emit(.popMark) } else { for _ in items { emit(.pop) } }
            return try write(.node(id))
        }
        switch items.count {
        case 1: emit(.tuple1)
        case 2: emit(.tuple2)
        case 3: emit(.tuple3)
        default: emit(.tuple)
        }
        memoize(id)
    }

    // MARK: Sets

    mutating func writeSet(_ items: [PickleValue], _ id: PickleNodeID) throws(PickleError) {
        if version >= 4 {
            emit(.emptySet)
            memoize(id)
            try push(.items(items, next: 0, .set))
        } else {
            try writeReducedSet(items, id, type: "set")
        }
    }

    mutating func writeFrozenSet(_ items: [PickleValue], _ id: PickleNodeID) throws(PickleError) {
        if version >= 4 {
            emit(.mark)
            try push(.frozenSet(id, items, next: 0))
        } else {
            try writeReducedSet(items, id, type: "frozenset")
        }
    }

    /// As `set(list)`.
    private mutating func writeReducedSet(
        _ items: [PickleValue], _ id: PickleNodeID, type: String
    ) throws(PickleError) {
        try emitGlobal(PickleGlobal(module: "builtins", name: type))
        emit(.emptyList)
        emitPut()
        try push(.reducedSet(id))
        try push(.items(items, next: 0, .list))
    }

    mutating func finishReducedSet(_ id: PickleNodeID) throws(PickleError) {
        emit(.tuple1)
        emitPut()
        emit(.reduce)
        try finish(id)
    }

    mutating func resumeFrozenSet(_ id: PickleNodeID, _ items: [PickleValue], _ next: Int) throws(PickleError) {
        if next < items.count {
            try push(.frozenSet(id, items, next: next + 1))
            return try write(items[next])
        }
        if isMemoized(id) {
            emit(.popMark)
            return try write(.node(id))
        }
        emit(.frozenset)
        memoize(id)
    }

    /// Memoizes what a call has made; drops it where it was finished while its own arguments were written.
    /// Returns whether it is the first.
    @discardableResult
    mutating func finish(_ id: PickleNodeID) throws(PickleError) -> Bool {
        guard isMemoized(id) else {
            memoize(id)
            return true
        }
        emit(.pop)
        try write(.node(id))
        return false
    }
}
