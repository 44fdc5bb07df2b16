import ModelGraph
import TensorCore

/// Why the deploy form of a model cannot be made of its training form.
package enum FoldError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A parameter of the deploy form that the training form neither has nor folds anything into.
    case noSource(Key)
    /// A parameter that both forms have, but not alike.
    case differs(TensorSignature, training: TensorSignature)
    /// The branches of a layer pass through what is not affine, or not in a way that one convolution can say.
    case notAffine(module: String, through: String)
    /// A branch does not fit into the layer's window, groups or strides.
    case form(module: String, branch: [Int], layer: [Int])
    /// A weight has another number of elements than its shape.
    case elements(Key, expected: Int, found: Int)

    package var description: String {
        switch self {
        case .noSource(let key): "nothing in the training model becomes '\(key)'"
        case .differs(let deploy, let training):
            "'\(deploy.key)' is \(deploy.dtype) \(deploy.shape), "
                + "in the training model \(training.dtype) \(training.shape)"
        case .notAffine(let module, let through):
            "the branches of '\(module)' do not fold into one convolution: they pass through '\(through)'"
        case .form(let module, let branch, let layer):
            "a branch of '\(module)' with a kernel of shape \(branch) does not fit into one of shape \(layer)"
        case .elements(let key, let expected, let found):
            "'\(key)' should have \(expected) elements, found \(found)"
        }
    }
}
