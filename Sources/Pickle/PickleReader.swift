import ByteIO

/// Reads pickles into graphs without importing, calling or executing anything.
package enum PickleReader {
    /// Reads one pickle from `cursor`'s position and leaves the cursor after its STOP, where another pickle or
    /// other data may follow. Byte strings of the graph are slices of the input, not copies.
    /// - Throws: `PickleError`, whose offset counts from the start of the cursor's bytes; the cursor has not moved.
    package static func read(
        _ cursor: inout ByteCursor, limits: PickleLimits = PickleLimits()
    ) throws(PickleError) -> PickleGraph {
        var machine = PickleMachine(cursor.bytes, from: cursor.position, limits: limits)
        try machine.run()
        do throws(ByteError) {
            try cursor.seek(to: machine.position)
        } catch {
            throw .truncated(nil, offset: machine.position, needed: 0, remaining: cursor.remaining)
        }
        return machine.graph
    }

    /// Reads the pickle that `bytes` begin with; what follows its STOP is ignored.
    package static func read(_ bytes: Bytes, limits: PickleLimits = PickleLimits()) throws(PickleError) -> PickleGraph {
        var cursor = ByteCursor(bytes)
        return try read(&cursor, limits: limits)
    }
}
