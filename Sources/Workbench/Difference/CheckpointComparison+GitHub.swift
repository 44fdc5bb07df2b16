import CommandLineKit

extension CheckpointComparison {
    /// The differences as workflow commands of GitHub Actions, one for each kind: a run shows ten of them at most.
    package var workflowCommands: String {
        let kinds: [(name: String, keys: [String])] = [
            ("missing", difference.missing.map(\.key.text)), ("unexpected", difference.unexpected.map(\.key.text)),
            ("mismatched", difference.mismatched.map(\.expected.key.text)),
        ]
        let differences = kinds.filter { !$0.keys.isEmpty }.map { kind, keys in
            let listed = 10
            let more = keys.count > listed ? " and \(groupedText(keys.count - listed)) more" : ""
            let names = keys.prefix(listed).map(\.printable).joined(separator: ", ")
            return "\(countText(keys.count, "\(kind) tensor")), against \(reference): \(names)\(more)"
        }
        let shards = [shard, referenceShard].compactMap { $0 }
        return (shards + differences).map {
            WorkflowCommand(file: file, title: "shape-diff", message: $0).text
        }.joined()
    }
}
