import CheckpointIO
import JSON

extension OutputPlan {
    /// What `--compact` leaves out, as a line, or nothing.
    package var summary: String {
        savedBytes == 0 ? "" : "  \(byteText(savedBytes)) that no tensor refers to left out\n"
    }

    /// The fields that a report of a conversion has for its output.
    /// - Parameter files: what was written, or nil in a dry run.
    package func json(_ files: [WrittenFile]?) -> [JSONValue.Field] {
        [
            .init(name: "notes", value: .strings(notes)),
            .init(name: "saved_bytes", value: .int(savedBytes)),
            .init(
                name: "outputs",
                value: .array(
                    files.map { $0.map { ["path": .string($0.path), "bytes": .int($0.byteCount)] } }
                        ?? paths.map { ["path": .string($0)] })),
        ]
    }
}

extension [OutputPlan.WrittenFile] {
    /// `out.pth: 1.2 GB`, of several files with their number.
    /// - Parameter path: the output as the user named it.
    package func summary(_ path: String) -> String {
        let bytes = byteText(map(\.byteCount).reduce(0, +))
        if path == OutputFormat.streamPath { return "standard output: \(bytes)" }
        return count == 1 ? "\(path): \(bytes)" : "\(path): \(groupedText(count - 1)) shards and their index, \(bytes)"
    }
}
