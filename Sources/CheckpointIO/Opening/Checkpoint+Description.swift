import ByteIO
import Pickle
import TensorCore

extension Checkpoint {
    /// The state dict of a model that no file holds: tensors with keys, types, shapes and sizes, but without elements.
    /// - Parameter path: what reports call it.
    /// - Throws: `CheckpointError` for shapes that no tensor has, and when an element is asked for.
    package static func describing(_ tensors: [TensorSignature], path: String) throws(CheckpointError) -> Checkpoint {
        var composed = ComposedGraph(path: path)
        composed.expect(tensors.count)
        var entries: [(key: String, value: PickleValue)] = []
        for tensor in tensors {
            let layout: StridedLayout
            do { layout = try StridedLayout(contiguous: tensor.shape) } catch {
                throw CheckpointError(path, .notCheckpoint("'\(tensor.key)': \(error)"))
            }
            let (count, overflow) = layout.count.multipliedReportingOverflow(by: tensor.dtype.byteWidth)
            guard !overflow else { throw CheckpointError(path, .notCheckpoint("'\(tensor.key)' is too large")) }
            let elements = DeferredBytes(count: count) { () throws(CheckpointError) in
                throw CheckpointError(path, .notCheckpoint("is a model: its tensors have no elements"))
            }
            let name = tensor.key.text
            entries.append((name, composed.tensor(tensor.dtype, layout, name: name, .deferred(elements))))
        }
        return try Checkpoint(composed.source(root: composed.dictionary(entries), format: .model))
    }
}
