import CheckpointIO
import CommandLineKit

extension Console {
    /// Says on standard error what is worth knowing of a file that was opened; of many such things the first few.
    public func report(notesOf checkpoint: Checkpoint) {
        detail(
            "\(checkpoint.path): \(checkpoint.format.rawValue), \(countText(checkpoint.tensors.count, "tensor"))")
        guard level != .quiet else { return }
        let limit = 5
        for note in checkpoint.notes.prefix(limit) { report("\(checkpoint.path): \(note)") }
        let rest = checkpoint.notes.count - limit
        if rest > 0 { report("\(checkpoint.path): \(countText(rest, "more note"))") }
    }
}
