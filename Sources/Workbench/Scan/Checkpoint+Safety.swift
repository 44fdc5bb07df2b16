import CheckpointIO
import PickleScan

extension Checkpoint {
    /// A warning where Python's unpickler would do more with the file than make values; nil for an ordinary one.
    package var safetyWarning: String? {
        guard holdsPickle else { return nil }
        let unsafe = UnsafeGlobals(of: pickle)
        guard !unsafe.items.isEmpty else { return nil }
        let listed = 3
        let names = unsafe.items.prefix(listed).map(\.global).joined(separator: ", ")
        let more = unsafe.items.count > listed ? " and \(unsafe.items.count - listed) more" : ""
        let what = unsafe.verdict == .dangerous ? "would run what the file wants" : "may run code"
        return "warning: \(path): loading it in Python \(what), by \(names)\(more); see ckpt-scan"
    }
}
