import ByteIO
import TensorCore

/// A tensor of a checkpoint whose bytes are read when they are asked for.
///
/// One instance stands for one Python tensor object: a tensor that a checkpoint holds under two keys is the same
/// instance twice. Views of the same memory are different instances with the same `storage`.
public final class LazyTensor: Sendable {
    /// The type of the elements.
    public let dtype: DType
    /// Checked against the storage when the checkpoint was opened. Of a tensor that is not strided only the shape
    /// says something.
    package let layout: StridedLayout
    /// One without bytes for a tensor that has no elements of its own (`hasElements`).
    package let storage: TensorStorage
    /// Whether the pickle says that gradients are asked for.
    public let requiresGrad: Bool
    /// True for `torch.nn.Parameter`.
    public let isParameter: Bool
    let node: NodeReference
    package let form: TensorForm
    /// Whether the elements are the conjugates of those in the storage: PyTorch sets a bit instead of computing.
    package let isConjugated: Bool
    /// Whether the elements are the negatives of those in the storage.
    package let isNegated: Bool
    /// Nil for all but a few.
    private let rarities: Rarities?

    /// What few tensors have.
    private final class Rarities: Sendable {
        let device: String?
        let typeName: String?
        let attributes: [CheckpointAttribute]
        let origin: Origin

        init(device: String?, typeName: String?, attributes: [CheckpointAttribute], origin: Origin) {
            self.device = device
            self.typeName = typeName
            self.attributes = attributes
            self.origin = origin
        }
    }

    /// What the file has in the tensor's place.
    enum Origin: Sendable {
        /// A call that makes it of a storage beside the pickle, or of other tensors.
        case storage
        /// A call that makes it of a `torch.save` file inside the pickle.
        case embedded
        /// A NumPy array.
        case array
        /// A call that works only on the tensor's own device.
        case device
        /// Nothing: it was computed from another tensor.
        case made
    }

    init(
        dtype: DType, layout: StridedLayout, storage: TensorStorage, requiresGrad: Bool, isParameter: Bool,
        node: NodeReference, form: TensorForm = .strided, device: String? = nil, isConjugated: Bool = false,
        isNegated: Bool = false, typeName: String? = nil, attributes: [CheckpointAttribute] = [],
        origin: Origin = .storage
    ) {
        self.dtype = dtype
        self.layout = layout
        self.storage = storage
        self.requiresGrad = requiresGrad
        self.isParameter = isParameter
        self.node = node
        self.form = form
        self.isConjugated = isConjugated
        self.isNegated = isNegated
        let isOrdinary = device == nil && typeName == nil && attributes.isEmpty && origin == .storage
        rarities =
            isOrdinary ? nil : Rarities(device: device, typeName: typeName, attributes: attributes, origin: origin)
    }

    var origin: Origin { rarities?.origin ?? .storage }

    /// Where the tensor lived: `cpu`, `cuda:0`, `meta` …
    package var device: String { rarities?.device ?? storage.device }
    /// The qualified name of a subclass of `torch.Tensor` other than `Parameter`.
    package var typeName: String? { rarities?.typeName }
    /// What belongs to the tensor beside its elements: the parts of a sparse one by their names, the scheme of a
    /// quantized one (`scheme`, then `scale` and `zero_point`, or `scales`, `zero_points` and `axis`), and what is
    /// set on the object.
    package var attributes: [CheckpointAttribute] { rarities?.attributes ?? [] }

    /// The extents, outermost first; empty for a scalar.
    public var shape: [Int] { layout.shape }

    /// Whether the tensor has elements of its own: not on the device `meta`, nor made of other tensors.
    public var hasElements: Bool { form == .strided && !storage.isAbsent }

    /// The size of the elements: what `contiguousBytes()` holds; 0 for a tensor without elements of its own.
    public var byteCount: Int {
        guard hasElements else { return 0 }
        if dtype.elementsPerByte > 1 { return dtype.byteCount(ofShape: shape) ?? 0 }
        return layout.count * dtype.byteWidth
    }

    /// Whether the storage's bytes are the elements' bytes, wherever they lie: no conjugation or negation is left.
    package var isVerbatim: Bool { !isConjugated && !isNegated }

    /// Whether the elements lie in several places, so that reading them all makes a copy.
    package var isInPieces: Bool { storage.pieces != nil }

    /// What is set on the tensor by name.
    package func attribute(_ name: String) -> CheckpointValue? {
        attributes.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}
