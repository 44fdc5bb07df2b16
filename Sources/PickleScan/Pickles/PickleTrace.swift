import ByteIO
import Pickle

/// What one pickle does, as far as it can be followed.
struct PickleTrace {
    /// Every object that was made, in the order of making; also those that were dropped again.
    let graph: PickleGraph
    /// Behind STOP, or where the reading ended.
    let end: Int
    let stops: Bool
    /// Why the pickle cannot be read, or not by every unpickler; nil for a sound one.
    let flaw: PickleError?
    /// The pickles that lie inside this one's stream, in arrays of objects.
    let inner: [PickleTrace]

    /// Reads the pickle at `start`: strictly, then, where that fails, as leniently as any unpickler does.
    ///
    /// - Parameter depth: how many pickles this one lies in.
    init(_ bytes: Bytes, from start: Int, limits: PickleLimits, depth: Int = 0) {
        var machine = PickleMachine(bytes, from: start, limits: limits)
        do {
            try machine.run()
            (graph, end, stops, flaw, inner) = (machine.graph, machine.position, true, nil, [])
        } catch {
            var lenient = PickleMachine(bytes, from: start, limits: limits, isLenient: true)
            var arrays = ArraysInPickle(depth: depth)
            do {
                while try lenient.run(through: .build) { try arrays.pass(&lenient, bytes, limits) }
                (stops, flaw) = (true, arrays.isFound ? nil : error)
            } catch let further {
                (stops, flaw) = (false, further)
            }
            (graph, end, inner) = (lenient.graph, lenient.position, arrays.pickles)
        }
    }
}
