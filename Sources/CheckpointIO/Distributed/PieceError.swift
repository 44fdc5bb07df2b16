import TensorCore

/// Why the pieces of a distributed checkpoint do not make one state dict.
package enum PieceError: Error, Equatable, Sendable {
    /// The description of where the pieces are is invalid; the text says how.
    case description(String)
    /// A file that holds pieces is missing.
    case missingFile(String, pieces: Int, first: Key)
    /// Some of the ranks that wrote the checkpoint have no file.
    case missingRanks([Int], count: Int, example: String)
    /// A file does not belong to the same checkpoint as the others.
    case foreign(file: String, String)
    /// A piece has another type or shape than it should.
    case piece(key: Key, file: String, expected: String, found: String)
    /// The pieces do not cover their tensor.
    case gap(key: Key, held: Int, needed: Int)
    /// Two pieces cover the same elements.
    case overlap(key: Key)
    /// Tensors of shape (0,) stand for parameters whose elements are in the ranks' files.
    case placeholders(Int, first: Key, shape: [Int])
    /// A tensor that joining its pieces does not give, such as one of partial sums.
    case placement(key: Key, String)
}

extension PieceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .description(let text): text
        case .missingFile(let name, let pieces, let first):
            "'\(name)' is missing, which holds \(grouped(pieces)) of the pieces, one of '\(first)' among them"
        case .missingRanks(let ranks, let count, let example):
            (ranks.count == 1 ? "rank \(ranks[0]) of \(count) is" : "ranks \(Self.listed(ranks)) of \(count) are")
                + " missing: there is no '\(example)'"
        case .foreign(let file, let why): "'\(file)' is of another checkpoint: \(why)"
        case .piece(let key, let file, let expected, let found):
            "'\(file)' should hold \(expected) of '\(key)', found \(found)"
        case .gap(let key, let held, let needed):
            "the pieces of '\(key)' have \(grouped(held)) of its \(grouped(needed)) elements"
        case .overlap(let key): "two pieces of '\(key)' have the same elements"
        case .placeholders(let count, let first, let shape):
            "one of the files of a DeepSpeed ZeRO-3 checkpoint: its \(grouped(count)) parameters are placeholders"
                + " ('\(first)' is \(shape) in truth), their elements are in the *_optim_states.pt files; open the folder"
        case .placement(let key, let placement):
            "'\(key)' is placed as \(placement), whose pieces do not make the tensor by being joined"
        }
    }

    private static func listed(_ ranks: [Int]) -> String {
        ranks.prefix(8).map(String.init).joined(separator: ", ") + (ranks.count > 8 ? " …" : "")
    }
}
