import Engine
import ModelGraph
import TensorCore

/// The golden's layers, sorted by whether the model has a module of the path.
struct LayerSelection {
    /// The golden's layers that the model has, in the order in which it executes them.
    var known: [Golden.Layer] = []
    var unknown: [String] = []
}

extension Verifier {
    /// - Throws: `VerificationError.golden` if the golden has no layers, `.noLayer` if none is the model's.
    func layersToCompare() throws(VerificationError) -> LayerSelection {
        guard !golden.layers.isEmpty || !golden.strayLayers.isEmpty else {
            throw .golden(entry: "layers", "is missing: there are no layers to compare")
        }
        var order: [String: Int] = [:]
        for (position, module) in part.graph.modules.enumerated() { order[module.path] = position }
        let known = golden.layers.filter { order[$0.path] != nil }
        guard !known.isEmpty else {
            throw .noLayer(
                golden: golden.layers.map(\.recordedPath) + golden.strayLayers, model: part.graph.modules.map(\.path))
        }
        return LayerSelection(
            known: known.sorted { order[$0.path, default: 0] < order[$1.path, default: 0] },
            unknown: golden.layers.filter { order[$0.path] == nil }.map(\.recordedPath) + golden.strayLayers)
    }

    /// Holds a layer of the golden against the oracle's, from the same input: an error upstream shows here too, so
    /// the first layer that diverges is where it starts.
    func judge(_ layer: Golden.Layer, oracle: DenseTensor<Double>?, floor: NoiseFloor?) throws -> LayerReport {
        guard let oracle, let floor else { throw EngineError.unknownModule(layer.path) }
        let recorded = try layer.read()
        let own = floor.atLeast(unit: 0x1p-24, of: RecordedTensor(shape: oracle.shape, scalars: oracle.scalars))
        let whole = layer.noiseFloor.map { own.adding($0) } ?? own
        let limit = Limit(whole, recorded: recorded, tolerance: options.tolerance)

        func report(_ deviation: Deviation?, _ finding: VerificationFinding?) -> LayerReport {
            LayerReport(
                module: layer.path, recordedAs: layer.recordedPath, deviation: deviation, noiseFloor: whole,
                tolerance: limit.max, finding: finding)
        }
        guard let values = layer.values(of: oracle, for: recorded) else {
            return report(nil, .layerShape(layer.path, expected: oracle.shape, found: recorded.shape))
        }
        for (name, numbers) in [
            ("the \(golden.truth)'s layer", recorded.scalars), ("the layer of the float64 run", values),
        ] {
            if let elements = NonFinite(in: numbers) {
                return report(nil, .nonFinite(of: "\(name) '\(layer.path)'", elements))
            }
        }
        let deviation = Deviation(of: recorded.scalars, from: values, negligible: whole.max)
        let finding = VerificationFinding.differs(
            .layer(layer.path), deviation, noiseFloor: whole, tolerance: limit.max)
        return report(deviation, limit.admits(deviation) ? nil : finding)
    }
}

extension Verifier {
    /// The reports without those of renamed containers that differ although the layer that runs next agrees: what they
    /// give lies elsewhere in the original, before an addition or after it.
    /// - Parameters:
    ///   - reports: of `layers`, in the order in which the model executes them.
    ///   - outputAgrees: of the model, after the last layer.
    func comparable(
        _ reports: [LayerReport], of layers: [Golden.Layer], outputAgrees: Bool
    ) -> (reports: [LayerReport], elsewhere: [String]) {
        var kept: [LayerReport] = []
        var elsewhere: [String] = []
        var nextAgrees = outputAgrees
        for (layer, report) in zip(layers, reports).reversed() {
            if layer.mayEndElsewhere, !report.passed, nextAgrees {
                elsewhere.append(layer.recordedPath)
                continue
            }
            kept.append(report)
            if !layer.mayEndElsewhere { nextAgrees = report.passed }
        }
        return (kept.reversed(), elsewhere.reversed())
    }
}

extension Golden.Layer {
    /// The elements of a module's output that a record holds, in its order; nil if it is of another module.
    fileprivate func values(of output: DenseTensor<Double>, for record: RecordedTensor) -> [Double]? {
        guard isSample else {
            let isRenamed = path != recordedPath
            guard let layout = isRenamed ? LayerLayout(of: record.shape, for: output.shape) : .same,
                record.shape == output.shape || isRenamed
            else { return nil }
            if layout == .same { return output.scalars }
            return record.scalars.indices.map { output.scalars[layout.position(of: $0)] }
        }
        guard record.shape.count == 1, record.shape[0] <= output.scalars.count else { return nil }
        let positions = SamplePositions.positions(
            in: recordedPath, count: record.shape[0], size: output.scalars.count)
        var layouts = [LayerLayout.same]
        if path != recordedPath {
            layouts =
                shape.map { [LayerLayout(of: $0, for: output.shape)].compactMap { $0 } }
                ?? LayerLayout.candidates(for: output.shape)
        }
        // Of a sample that does not say its shape, the layout in which it is nearest.
        let values = layouts.map { layout in positions.map { output.scalars[layout.position(of: $0)] } }
        func distance(_ values: [Double]) -> Double {
            zip(values, record.scalars).reduce(0) { $0 + abs($1.0 - $1.1) }
        }
        return values.count < 2 ? values.first : values.min { distance($0) < distance($1) }
    }
}
