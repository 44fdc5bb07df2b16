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
    /// The pickles that lie inside this one's stream, in arrays of objects; and the pickle that this one is for who takes
    /// the elements of arrays for opcodes.
    let inner: [PickleTrace]
    /// Whether there are arrays of joblib's of which it is not known where they end.
    let hasUnclearArrays: Bool
    /// How much was read, in bytes; a pickle costs something by itself.
    let work: Int

    private static let least = 1 << 12

    /// Reads the pickle at `start`: strictly, then, where that fails, as leniently as any unpickler does.
    ///
    /// - Parameter depth: how many pickles this one lies in.
    init(_ bytes: Bytes, from start: Int, limits: PickleLimits, depth: Int = 0) {
        var machine = PickleMachine(bytes, from: start, limits: limits)
        var arrays = ArraysInPickle(depth: depth)
        do {
            // Where an array lies, opcodes may seem to go on: those of the pickle that the array is, in another memo.
            while try machine.run(through: .build) { try arrays.pass(&machine, bytes, limits) }
            (graph, end, stops, flaw) = (machine.graph, machine.position, true, nil)
        } catch {
            var lenient = PickleMachine(bytes, from: start, limits: limits, isLenient: true)
            arrays = ArraysInPickle(depth: depth)
            do {
                while try lenient.run(through: .build) { try arrays.pass(&lenient, bytes, limits) }
                (stops, flaw) = (true, arrays.isFound ? nil : error)
            } catch let further {
                (stops, flaw) = (false, further)
            }
            (graph, end) = (lenient.graph, lenient.position)
        }
        hasUnclearArrays = arrays.isUnclear
        let plain = arrays.first.flatMap { PickleTrace(bytes, from: start, limits: limits, passingOver: $0) }
        inner = arrays.pickles + (plain.map { [$0] } ?? [])
        work = Self.least + 2 * (end - start) + inner.reduce(0) { $0 + $1.work }
    }

    /// The pickle as `pickle.load` reads it, which knows no arrays between opcodes.
    /// - Parameter array: where the first of them lies.
    /// - Returns: nil where nothing is imported after that.
    private init?(_ bytes: Bytes, from start: Int, limits: PickleLimits, passingOver array: Int) {
        var machine = PickleMachine(bytes, from: start, limits: limits, isLenient: true)
        do {
            try machine.run()
            (stops, flaw) = (true, nil)
        } catch {
            (stops, flaw) = (false, error)
        }
        (graph, end, inner, hasUnclearArrays) = (machine.graph, machine.position, [], false)
        work = Self.least + end - start
        let graph = graph
        guard graph.imports.contains(where: { graph.offset(of: $0) ?? 0 >= array && Self.isNamed($0, graph) }) else {
            return nil
        }
    }

    /// Whether this is a pickle and not data that happens to read as the beginning of one: it comes to its end, to a
    /// global with a name, or farther than is followed.
    var isConvincing: Bool {
        if case .limit? = flaw { return true }
        return stops
            || graph.imports.contains { Self.isNamed($0, graph) }
    }

    private static func isNamed(_ id: PickleNodeID, _ graph: PickleGraph) -> Bool {
        guard let global = graph.importedGlobal(id) else { return false }
        return global.module != PickleGlobal.undetermined && global.name != PickleGlobal.undetermined
    }

    /// Whether it is the number that PyTorch's legacy files begin with, 0x1950a86a20f9469cfc6c.
    var isLegacyMagic: Bool {
        guard case .bigInteger(let integer)? = graph[graph.root] else { return false }
        return integer.bytes == [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    }
}
