import CheckpointIO
import CommandLineKit
import KeyRules

extension Console {
    /// Says on standard error what is worth knowing of a file that was opened; of many such things the first few.
    package func report(notesOf checkpoint: Checkpoint) {
        detail(
            "\(checkpoint.path): \(checkpoint.format.rawValue), \(countText(checkpoint.tensors.count, "tensor"))")
        guard level != .quiet else { return }
        let limit = 5
        for note in checkpoint.notes.prefix(limit) { report("\(checkpoint.path): \(note)") }
        let rest = checkpoint.notes.count - limit
        if rest > 0 { report("\(checkpoint.path): \(countText(rest, "more note"))") }
    }

    /// Says on standard error what a plan found; with `--quiet` without its notes.
    package func report(_ findings: [Finding]) {
        let said = level == .quiet ? findings.filter { $0.severity != .note } : findings
        for line in FindingList(said).lines { report(line) }
    }
}
