import ModelZoo
import Synchronization
import TensorCore

/// The state dicts of the models that rules declare, with what of them a checkpoint states.
enum BuiltInModels {
    private static let known = Mutex<[String: [TensorSignature]?]>([:])

    /// nil for a model that is not built in.
    @Sendable static func signatures(of name: String, for checkpoint: [TensorSignature]) -> [TensorSignature]? {
        guard let own = own(name) else { return nil }
        let shapes = Dictionary(checkpoint.map { ($0.key, $0.shape) }) { first, _ in first }
        let differing = own.count { tensor in shapes[tensor.key].map { $0 != tensor.shape } ?? false }
        guard (1...8).contains(differing) else { return own }
        return (try? adapted(name, to: checkpoint)) ?? own
    }

    private static func own(_ name: String) -> [TensorSignature]? {
        if let found = known.withLock({ $0[name] }) { return found }
        let made = try? ModelZoo.model(named: name).parameters.map(\.signature)
        known.withLock { $0[name] = .some(made) }
        return made
    }

    private static func adapted(_ name: String, to checkpoint: [TensorSignature]) throws -> [TensorSignature] {
        var model = try ModelZoo.model(named: name)
        let extents = try model.extents(in: checkpoint)
        if let classes = extents.classes { model = try model.adapting(classes: classes) }
        if let channels = extents.inputChannels, channels != model.inputChannels {
            model = try model.adapting(inputChannels: channels)
        }
        if let side = try model.otherImageSize(in: checkpoint) { model = try model.adapting(imageSize: side) }
        return try model.parameters.map(\.signature)
    }
}
