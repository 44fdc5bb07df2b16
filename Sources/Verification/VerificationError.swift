import TensorCore

/// What keeps a verification from being run. That the numbers differ is not an error but a report.
package enum VerificationError: Error, Equatable, Sendable {
    /// Parameters that the checkpoint cannot give; all of them.
    case parameters([ParameterProblem])
    /// The seeded formula has no value for an entry that is not a float.
    case noFormula(Key, DType)
    /// The golden lacks an entry, or an entry is not what it should be.
    case golden(entry: String, String)
    /// The golden names a module that the model does not have.
    case unknownModule(String)
    /// The module's output and the golden's have different shapes.
    case outputShape(module: String, expected: [Int], found: [Int])
    /// No stage of the model that the checkpoint has parameters for gives an output of the golden's shape.
    case noStage(shape: [Int], stages: [StageRejection])
    /// Not one of the golden's layers is a module of the model.
    case noLayer(golden: [String], model: [String])

    /// Why a stage is not the one whose output the golden holds.
    package struct StageRejection: Equatable, Sendable {
        /// Dotted path; "" is the whole model.
        package let path: String
        package let shape: [Int]
        /// Parameters of the stage that the checkpoint lacks.
        package let missing: Int
    }
}

extension VerificationError: CustomStringConvertible {
    /// Parameters that a message names: a wrong model differs in hundreds.
    private static let listed = 8

    package var description: String { text(.golden) }

    /// - Parameter truth: what the model is held against.
    package func text(_ truth: Truth) -> String {
        switch self {
        case .parameters(let problems):
            switch problems.count {
            case 1: "the checkpoint does not fit the model: \(problems[0])"
            default:
                "the checkpoint does not fit the model, \(problems.count) parameters differ: "
                    + problems.prefix(Self.listed).map(\.description).joined(separator: "; ")
                    + (problems.count > Self.listed ? "; and \(problems.count - Self.listed) more" : "")
            }
        case .noFormula(let key, let dtype):
            "'\(key)' is \(dtype): there are seeded values for floats only"
        case .golden(let entry, let problem):
            "the \(truth)'s '\(entry)' \(problem)"
        case .unknownModule(let path):
            "the \(truth) is of module '\(path)', which the model does not have"
        case .outputShape(let module, let expected, let found):
            "\(stageName(module)) gives \(expected), the \(truth)'s output is \(found)"
        case .noStage(let shape, let stages):
            "no stage that the checkpoint has parameters for gives the \(truth)'s output shape \(shape): "
                + stages.map { stage in
                    "\(stageName(stage.path)) gives \(stage.shape)"
                        + (stage.missing == 0 ? "" : " (\(stage.missing) parameters missing)")
                }.joined(separator: ", ")
        case .noLayer(let golden, let model):
            "none of the \(truth)'s \(golden.count) layers is a module of the model: the \(truth) has "
                + golden.prefix(4).joined(separator: ", ") + ", the model "
                + model.prefix(4).joined(separator: ", ")
        }
    }
}

/// How messages name the module at `path`.
func stageName(_ path: String) -> String { path.isEmpty ? "the model" : "'\(path)'" }
