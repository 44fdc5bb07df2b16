import ModelGraph
import PlatformC

extension Graph {
    /// The most bytes of values that are live at once while the nodes run one after the other; saturates at `Int.max`.
    /// - Parameters:
    ///   - width: bytes of an element.
    ///   - constantWidth: bytes of an element of a value that does not depend on the input, if such values are all kept
    ///     to the end; nil if they are treated like the others.
    func liveBytes(width: Int, constantWidth: Int? = nil) -> Int {
        let lastUses = lastUses
        var varies = [Bool](repeating: false, count: nodes.count)
        /// Bytes of the values that each node is the last to read.
        var ending = [Int](repeating: 0, count: nodes.count)
        var (constants, now, most) = (0, 0, 0)
        for (position, node) in nodes.enumerated() {
            varies[position] = node.operation == .input || node.inputs.contains { varies[$0.node] }
            let elements = node.shape.productSaturated
            if let constantWidth, !varies[position] {
                constants = constants.addingSaturated(elements.multipliedSaturated(constantWidth))
                continue
            }
            let bytes = elements.multipliedSaturated(width)
            now = now.addingSaturated(bytes)
            most = max(most, now)
            ending[lastUses[position]] = ending[lastUses[position]].addingSaturated(bytes)
            // A saturated sum stays so.
            if now < .max { now -= ending[position] }
        }
        return most.addingSaturated(constants)
    }

    /// - Throws: `EngineError.memory` for values that take more at once than the machine has.
    func requireMemory(width: Int, constantWidth: Int? = nil) throws(EngineError) {
        let bytes = liveBytes(width: width, constantWidth: constantWidth)
        guard bytes <= physicalMemory else { throw .memory(bytes: bytes, available: physicalMemory) }
    }
}

/// Bytes of memory that the machine has.
private let physicalMemory: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? pages.multipliedSaturated(size) : .max
}()
