import CheckpointIO
import JSON
import ModelGraph

/// Why a program cannot become a graph: the rest of a sentence that starts with the file.
package enum ImportError: Error, Equatable, Sendable {
    /// The file is not an exported program.
    case notProgram(format: String)
    case json(record: String, JSONError)
    /// A call of an operator that is not known. `others` counts the kinds of calls that are not known either.
    case unknownCall(target: String, node: String, source: String?, others: Int)
    /// A call that is known, but not with these arguments.
    case call(target: String, node: String, source: String?, problem: String)
    /// A part of the signature that is not as it should be.
    case signature(String)
    /// The program takes another input than it is to run on.
    case input(expected: String, found: String)
    case noOutput(index: Int, count: Int)
    /// More constants than a model has.
    case tooLarge(elements: Int, limit: Int)
    case tooManyCalls(Int, limit: Int)
}

extension ImportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notProgram(let format): return "is \(format), not a program of torch.export"
        case .json(let record, let error): return "\(record) \(error)"
        case .unknownCall(let target, let node, let source, let others):
            let more =
                switch others {
                case 0: ""
                case 1: "; so is one other kind of call"
                default: "; so are \(others) other kinds of calls"
                }
            return "node '\(node)' calls \(target)\(Self.place(source)), which is not known\(more); "
                + "the program after run_decompositions() may have simpler ones"
        case .call(let target, let node, let source, let problem):
            return "node '\(node)' calls \(target)\(Self.place(source)): \(problem)"
        case .signature(let problem): return problem
        case .input(let expected, let found): return "the program takes an input of \(expected), not \(found)"
        case .noOutput(let index, let count):
            return "the program has \(count) outputs, counted from 0: there is no output \(index)"
        case .tooLarge(let elements, let limit):
            return "the program computes constants of \(elements) elements, the limit is \(limit)"
        case .tooManyCalls(let count, let limit): return "the program makes \(count) calls, the limit is \(limit)"
        }
    }

    private static func place(_ source: String?) -> String { source.map { " (\($0))" } ?? "" }
}

/// What is wrong with one call; the importer adds which.
struct CallError: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}

extension CallError {
    init(_ error: any Error) {
        switch error {
        case let error as CallError: self = error
        case GraphError.shape(_, let error): self.init("\(error)")
        default: self.init("\(error)")
        }
    }
}
