/// What stays of an opened file: its pickle's graph and its storages.
final class CheckpointSource: Sendable {
    /// The path as given.
    let path: String

    init(path: String) { self.path = path }
}
