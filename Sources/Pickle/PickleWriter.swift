/// Writes graphs as CPython's C pickler writes objects: the same opcodes, memo numbers and batches.
package enum PickleWriter {
    /// The pickle of what `graph.root` reaches.
    ///
    /// At protocol 2, which `torch.save` uses, a graph that was read from CPython's protocol 2 gives the bytes
    /// that it was read from. A node that the protocol cannot hold raises it: NEWOBJ_EX, items of
    /// ADDITEMS or a string of 4 GiB need 4, an out-of-band buffer 5. No frames are written; no unpickler needs them.
    /// - Parameter version: 2 … 5.
    /// - Throws: `PickleError.tooDeep`, `.tooLong` or `.unwritable`.
    package static func write(
        _ graph: PickleGraph, protocol version: Int = 2, limits: PickleLimits = PickleLimits()
    ) throws(PickleError) -> [UInt8] {
        var version = min(max(version, 2), 5)
        while true {
            var emitter = PickleEmitter(graph, protocol: version, limits: limits)
            try emitter.run()
            if emitter.neededVersion <= version { return emitter.output }
            version = emitter.neededVersion
        }
    }
}
