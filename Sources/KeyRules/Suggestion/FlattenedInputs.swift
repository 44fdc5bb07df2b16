/// Linear layers whose inputs may be several pixels side by side: code bases put those in orders of their own, which no
/// shape shows.
///
/// Such are the layers that merge patches, and those after the last convolution. Their inputs are more than their
/// outputs, another layer takes their outputs, and no layer beside them gives so many.
struct FlattenedInputs {
    /// Positions of these layers, and of the norms before them.
    let modules: Set<Int>

    init(_ modules: [ModuleOutline]) {
        let layers = modules.map(Layer.init)
        let taken = Set(layers.compactMap { $0?.inputs })
        var givers: [Place: [Int]] = [:]
        var norms: [Place: [Int]] = [:]
        for (index, module) in modules.enumerated() {
            let parent = module.parent
            if let outputs = layers[index]?.outputs {
                for parent in Set([parent, Self.outer(parent)]) {
                    givers[Place(parent: parent, width: outputs), default: []].append(index)
                }
            }
            for width in module.parameters.compactMap(Self.normWidth) {
                norms[Place(parent: parent, width: width), default: []].append(index)
            }
        }
        var found: Set<Int> = []
        for (index, layer) in layers.enumerated() {
            guard let layer, layer.outputs < layer.inputs, layer.isDivisible, taken.contains(layer.outputs) else {
                continue
            }
            let module = modules[index]
            let parent = module.parent
            let isGiven = [parent, Self.outer(parent)].contains { place in
                (givers[Place(parent: place, width: layer.inputs)] ?? []).contains { other in
                    modules[other].parent == parent || modules[other].template != module.template
                }
            }
            guard !isGiven else { continue }
            found.insert(index)
            // Removed, so that each norm is added once.
            found.formUnion(norms.removeValue(forKey: Place(parent: parent, width: layer.inputs)) ?? [])
        }
        self.modules = found
    }

    /// What the modules beside a layer are looked up by.
    private struct Place: Hashable {
        let parent: Substring
        /// How many numbers they give.
        let width: Int
    }

    /// A matrix that a vector is multiplied by.
    private struct Layer {
        let outputs: Int
        let inputs: Int

        /// Whether the inputs may be a square of pixels.
        var isDivisible: Bool { (2...16).contains { inputs % ($0 * $0) == 0 } }

        init?(_ module: ModuleOutline) {
            guard let weight = module.parameters.first(where: { $0.role == .weight })?.shape,
                weight.count == 2 || weight.count == 4
            else { return nil }
            outputs = weight[0]
            // A convolution gives outputs, and its inputs are channels.
            inputs = weight.count == 2 ? weight[1] : 0
        }
    }

    /// The length of a norm's weight; nil for other parameters.
    private static func normWidth(_ parameter: ModuleOutline.Parameter) -> Int? {
        parameter.role == .weight && parameter.shape.count == 1 ? parameter.shape[0] : nil
    }

    /// The parent's parent.
    private static func outer(_ parent: Substring) -> Substring {
        let inside = parent.dropLast()
        return inside.lastIndex(where: { $0 == "." || $0 == "/" }).map { parent[...$0] } ?? ""
    }
}
