import CheckpointIO
import CommandLineKit
import TensorCore

/// The tensors of a state dict as a list, a line each, in the order that is asked for.
package struct FlatListing: Sendable {
    let rows: [Row]
    /// How many there are beside the rows.
    package let hiddenCount: Int
    private let options: TreeOptions

    struct Row: Sendable {
        let key: Key
        let facts: TensorFacts
        /// The first key of the same elements; nil for that one itself.
        let twin: Key?
    }

    /// - Parameter progress: called with the bytes of the tensors that have been read and of all, from time to time.
    package init(
        of checkpoint: Checkpoint, _ options: TreeOptions, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let tensors = try CheckpointTree.tensors(of: checkpoint, options)
        if let node = options.node {
            _ = try KeyTree(tensors.map { ($0.key, .tensor($0.tensor)) }).node(at: node, file: checkpoint.path)
        }
        let twins = TiedTensors(tensors)
        let kept = tensors.indices.filter { options.isInNode(tensors[$0].key) && options.keeps(tensors[$0].key) }
        let order = options.order.sorted(kept, of: tensors)
        let shown = options.top.map { Array(order.prefix($0)) } ?? order
        let facts = try TensorReading(options).facts(of: shown.map { tensors[$0].tensor }, progress: progress)
        rows = zip(shown, facts).map { Row(key: tensors[$0].key, facts: $1, twin: twins.firstKey(ofTensorAt: $0)) }
        hiddenCount = order.count - shown.count
        self.options = options
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// Key, shape, type and size in columns; then what else is asked for.
    package func text(_ palette: Palette) -> String {
        let cells = rows.map { row in
            let tensor = row.facts.tensor
            let form = tensor.form == .strided ? "" : " " + tensor.form.rawValue
            return [
                row.key.text.printable, pythonTuple(tensor.shape), tensor.dtype.rawValue + form,
                byteText(tensor.byteCount),
            ]
        }
        let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for (index, cell) in cells.enumerated() {
            let row = rows[index]
            if options.showsNumbers { text += palette(.red, "(\(index))") + " " }
            text += palette(.green, cell[0]) + Self.padding(cell[0], widths[0])
            text += "  " + cell[1] + Self.padding(cell[1], widths[1])
            text += "  " + cell[2] + Self.padding(cell[2], widths[2])
            text += "  " + Self.padding(cell[3], widths[3]) + cell[3]
            if let statistics = row.facts.statistics { text += "  " + statistics.text }
            if let digest = row.facts.digest { text += "  " + digest }
            if let unread = row.facts.unread { text += "  (\(unread))" }
            if let twin = row.twin { text += palette(.dim, "  = \(twin.text.printable)") }
            text += "\n"
        }
        return text
    }

    private static func padding(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0))
    }
}

/// The order in which tensors are listed.
package enum TensorOrder: String, Sendable, CaseIterable {
    /// The order of the file.
    case file
    /// The largest first; equal ones as in the file.
    case size
    /// The order of the bytes of their keys.
    case name

    /// - Parameter positions: ascending.
    func sorted(_ positions: [Int], of tensors: [(key: Key, tensor: LazyTensor)]) -> [Int] {
        switch self {
        case .file: positions
        case .size:
            positions.sorted { left, right in
                let (first, second) = (tensors[left].tensor.byteCount, tensors[right].tensor.byteCount)
                return first == second ? left < right : first > second
            }
        case .name:
            positions.sorted { left, right in
                tensors[left].key == tensors[right].key ? left < right : tensors[left].key < tensors[right].key
            }
        }
    }
}
