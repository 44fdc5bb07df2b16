import CheckpointIO
import TensorCore

/// What a published file holds beside the weights and `meta`.
package struct PublishedRemainder: Sendable {
    /// Optimizers, further sets of weights and other values with tensors.
    let parts: [TrainingParts.Part]
    /// The root's entries without tensors.
    let values: [String]
    /// Values that are paths of the machine that the file comes from, by where they stand.
    let paths: [(key: String, path: String)]

    /// - Parameters:
    ///   - checkpoint: what is published, with its weights under `state_dict`.
    ///   - published: the set of weights that takes their place, of which nothing stays.
    init(of checkpoint: Checkpoint, published: String? = nil) {
        guard case .dictionary(let root) = checkpoint.root, let stateDict = try? checkpoint.stateDict() else {
            (parts, values, paths) = ([], [], [])
            return
        }
        parts = TrainingParts(of: stateDict).parts.filter { $0.name != published }
        values = root.entries.filter { $0.value.tensorCount == 0 && $0.name != "meta" }.map(\.name)
        paths = ValueListing.items(of: checkpoint).compactMap { item in
            switch item.value {
            case .string(let text) where Self.isAbsolutePath(text): (item.key, text)
            case .object(let object) where object.typeName.hasPrefix("pathlib."): (item.key, item.text)
            default: nil
            }
        }
    }

    /// Where the callback `WeightAveraging` of Lightning, and mmengine's `EMAHook`, put the weights whose averages they
    /// save as the state dict.
    private static let trainedWeights: Set = ["current_model_state", "ema_state_dict"]

    /// What is said of a second set of weights where the tensors are published alone.
    static func note(ofUnchosen part: TrainingParts.Part) -> String {
        let choice =
            part.replacements.isEmpty && !part.isModule
            ? "" : "; --ema '\(part.name)' publishes it in place of the other"
        guard part.ownKeys.isEmpty else { return "a second set of weights stays: \(part.text)\(choice)" }
        return trainedWeights.contains(part.name)
            ? "\(part.text) is left out, the weights that were trained: the published ones are their averages\(choice)"
            : "a second set of weights is left out: \(part.text)\(choice)"
    }

    /// `/home/me/data`, `C:\runs\best.pt`: nothing that is a text of several lines or words.
    private static func isAbsolutePath(_ text: String) -> Bool {
        // Thousands of values may share a long text.
        guard text.utf8.count <= 4096 else { return false }
        let bytes = Array(text.utf8)
        guard bytes.count > 2, !text.contains(where: \.isWhitespace) else { return false }
        if bytes[0] == UInt8(ascii: "/") { return bytes.dropFirst().contains(UInt8(ascii: "/")) }
        let isDrive = bytes[1] == UInt8(ascii: ":") && (bytes[2] == UInt8(ascii: "\\") || bytes[2] == UInt8(ascii: "/"))
        return isDrive && Character(Unicode.Scalar(bytes[0])).isLetter
    }

    /// `'optimizer_states' (62 tensors, 93.5 MB), 'epoch'`; nil where nothing else is there.
    var text: String? {
        let items = parts.map(\.text) + values.map { "'\($0)'" }
        return items.isEmpty ? nil : items.joined(separator: ", ")
    }

    /// What whoever publishes should know, one sentence each.
    var notes: [String] {
        var notes = parts.compactMap { part -> String? in
            switch part.kind {
            case .optimizer:
                "\(part.text) stays, which is needed only to resume the training; --weights-only leaves it out"
            case .weights where Self.trainedWeights.contains(part.name):
                "\(part.text) stays, the weights that were trained: those of 'state_dict' are their averages; "
                    + "--weights-only leaves it out"
            case .weights:
                "a second set of weights stays: \(part.text)"
                    + (part.replacements.isEmpty ? "" : "; --ema '\(part.name)' publishes it in place of the other")
            case .other, .set: nil
            }
        }
        if let first = paths.first {
            let more = paths.count == 1 ? "" : ", and \(countText(paths.count - 1, "more path")) of this machine"
            notes.append("'\(first.key)' holds the path \(first.path.printable)\(more); --weights-only leaves them out")
        }
        return notes
    }
}
