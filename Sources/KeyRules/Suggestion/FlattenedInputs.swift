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
        var neighbours: [Substring: [Int]] = [:]
        for (index, module) in modules.enumerated() {
            neighbours[module.parent, default: []].append(index)
            let outer = Self.outer(module.parent)
            if outer != module.parent { neighbours[outer, default: []].append(index) }
        }
        var found: Set<Int> = []
        for (index, layer) in layers.enumerated() {
            guard let layer, layer.outputs < layer.inputs, layer.isDivisible, taken.contains(layer.outputs) else {
                continue
            }
            let module = modules[index]
            let beside = Set(
                (neighbours[module.parent] ?? []) + (neighbours[Self.outer(module.parent)] ?? []))
            let isGiven = beside.contains { other in
                other != index && layers[other]?.outputs == layer.inputs
                    && (modules[other].parent == module.parent || modules[other].template != module.template)
            }
            guard !isGiven else { continue }
            found.insert(index)
            found.formUnion(
                beside.filter { modules[$0].parent == module.parent && Self.isNorm(modules[$0], of: layer.inputs) })
        }
        self.modules = found
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

    private static func isNorm(_ module: ModuleOutline, of width: Int) -> Bool {
        module.parameters.contains { $0.role == .weight && $0.shape == [width] }
    }

    /// The parent's parent.
    private static func outer(_ parent: Substring) -> Substring {
        let inside = parent.dropLast()
        return inside.lastIndex(where: { $0 == "." || $0 == "/" }).map { parent[...$0] } ?? ""
    }
}
