import Engine
import ModelGraph
import TensorCore

/// The golden's layers, sorted by whether the model has a module of the path.
struct LayerSelection {
    /// In the order in which the model executes them.
    var known: [Golden.Layer] = []
    var unknown: [String] = []
}

extension Verifier {
    /// - Throws: `VerificationError.golden` if the golden has no layers, `.noLayer` if none is the model's.
    func layersToCompare() throws(VerificationError) -> LayerSelection {
        guard !golden.layers.isEmpty else {
            throw .golden(entry: "layers", "is missing: there are no layers to compare")
        }
        var order: [String: Int] = [:]
        for (position, module) in part.graph.modules.enumerated() { order[module.path] = position }
        let known = golden.layers.filter { order[$0.path] != nil }
        guard !known.isEmpty else {
            throw .noLayer(golden: golden.layers.map(\.path), model: part.graph.modules.map(\.path))
        }
        return LayerSelection(
            known: known.sorted { order[$0.path, default: 0] < order[$1.path, default: 0] },
            unknown: golden.layers.map(\.path).filter { order[$0] == nil })
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
                module: layer.path, deviation: deviation, noiseFloor: whole, tolerance: limit.max, finding: finding)
        }
        guard let values = layer.values(of: oracle, recordedShape: recorded.shape) else {
            return report(nil, .layerShape(layer.path, expected: oracle.shape, found: recorded.shape))
        }
        for (name, numbers) in [("the golden's layer", recorded.scalars), ("the float64 oracle's layer", values)] {
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

extension Golden.Layer {
    /// The elements of a module's output that a record of this shape holds; nil if it is of another module.
    fileprivate func values(of output: DenseTensor<Double>, recordedShape shape: [Int]) -> [Double]? {
        guard isSample else { return shape == output.shape ? output.scalars : nil }
        guard shape.count == 1, shape[0] <= output.scalars.count else { return nil }
        return SamplePositions.positions(in: path, count: shape[0], size: output.scalars.count)
            .map { output.scalars[$0] }
    }
}
