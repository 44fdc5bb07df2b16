import CheckpointIO
import TensorCore

/// Which tensors of a checkpoint are meant, and under which keys.
package struct StateDictSelection: Sendable {
    /// The dotted path of the dictionary; without it a usual one, or the root.
    package var stateKey: String?
    /// What is taken off the keys.
    package var prefix: WrapperPrefix?
    /// Whether the tensors count alone, as plain ones of the CPU.
    package var isWeightsOnly = false
    /// What is done to the keys, without the prefix.
    package var edits = KeyEdits()

    package init(stateKey: String? = nil, prefix: WrapperPrefix? = nil, isWeightsOnly: Bool = false) {
        self.stateKey = stateKey
        self.prefix = prefix
        self.isWeightsOnly = isWeightsOnly
    }

    /// Whether anything is asked for.
    var isEmpty: Bool { stateKey == nil && prefix == nil && !isWeightsOnly && edits.isEmpty }

    /// A sentence for a state dict that does not fit, where a wrapper's prefix may be why; nil where one was taken off or
    /// there is none.
    /// - Parameter expected: keys of the model; what some of them begin with is the model's own.
    func hint(for stateDict: StateDict, expected: [Key] = []) -> String? {
        let prefixes = (prefix == nil ? stateDict.wrapperPrefixes : []).filter { prefix in
            !expected.contains { $0.text.hasPrefix(prefix) || $0.text.contains("." + prefix) }
        }
        guard !prefixes.isEmpty else { return nil }
        let names = prefixes.map { "'\($0)'" }.joined(separator: " and ")
        return "its keys have the prefix of a wrapper, \(names): --strip-prefix auto takes it off"
    }

    /// Says that a program's constants are not compared.
    static func note(_ constants: Int, of path: String) -> String {
        "\(path): \(countText(constants, "constant")) of the program left out: not part of the state dict"
    }

    /// A state dict with what was done to find it, one sentence each.
    package struct Selected: Sendable {
        package fileprivate(set) var stateDict: StateDict
        package fileprivate(set) var notes: [String]
        /// Whether a wrapper's prefix was taken off.
        let isStripped: Bool
        /// What became of each key; empty without edits.
        package let outcomes: [KeyEdits.Outcome]
        /// How many tensors there are without the edits.
        package let tensorCount: Int
    }

    /// - Parameters:
    ///   - searching: where to look without a `stateKey`.
    ///   - isAlone: whether the dictionary is one by itself where a `stateKey` names it.
    /// - Throws: `CheckpointError`.
    package func stateDict(
        of checkpoint: Checkpoint, searching: [String] = StateDict.usualKeys, isAlone: Bool = false
    ) throws(CheckpointError) -> Selected {
        var found = try checkpoint.stateDict(at: stateKey, searching: searching)
        let whole = found
        if isAlone, stateKey != nil { found = try found.alone() }
        var notes: [String] = []
        var isStripped = false
        if let program = checkpoint.program, stateKey == nil, !isAlone, !program.constants.isEmpty {
            found = found.replacing([:], removing: program.constants)
            notes.append(Self.note(program.constants.count, of: checkpoint.path))
        }
        if isWeightsOnly { found = try found.plain() }
        if let prefix {
            let (stripped, note) = try found.stripping(prefix, origin: checkpoint)
            found = stripped
            isStripped = note != nil
            notes += note.map { ["\(checkpoint.path): \($0)"] } ?? []
        }
        let (edited, outcomes) = try found.edited(by: edits)
        if isWeightsOnly { try whole.checkChoice(writing: edited) }
        return Selected(
            stateDict: edited, notes: notes, isStripped: isStripped, outcomes: outcomes,
            tensorCount: found.tensors.count)
    }
}

extension StateDictSelection.Selected {
    /// With the counters of batch normalization as int64, which a note says.
    /// - Throws: as `StateDict.castingCounters()`.
    func castingCounters() throws(CheckpointError) -> Self {
        let (counted, cast) = try stateDict.castingCounters()
        guard let first = cast.first else { return self }
        let counters =
            cast.count == 1
            ? "'\(first)' is a float" : "'\(first)' and \(countText(cast.count - 1, "more counter")) are floats"
        var selected = self
        selected.stateDict = counted
        selected.notes.append("\(stateDict.checkpoint.path): \(counters), cast to int64 as PyTorch has them")
        return selected
    }
}
