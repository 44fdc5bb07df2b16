/// The JSON of `verify --json`: snake-case keys, null for a number that could not be taken.
extension VerificationReport: Encodable {
    private enum Field: String, CodingKey {
        case passed
        case maxAbsError = "max_abs_error"
        case maxRelError = "max_rel_error"
        case noiseFloor = "noise_floor"
        case cosine
        case top1Equal = "top1_equal"
        case top5Equal = "top5_equal"
        case layers
        case firstDivergingLayer = "first_diverging_layer"
        case unknownLayers = "unknown_layers"
        case module, precision, tolerance
        case rmsError = "rms_error"
        case noiseFloorRMS = "noise_floor_rms"
        case goldenError = "golden_error"
        case engineError = "engine_error"
        case findings
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(passed, forKey: .passed)
        try fields.encode(output?.max, forKey: .maxAbsError)
        try fields.encode(output?.relative, forKey: .maxRelError)
        try fields.encode(noiseFloor.max, forKey: .noiseFloor)
        try fields.encode(output?.cosine, forKey: .cosine)
        try fields.encode(top1Equal, forKey: .top1Equal)
        try fields.encode(top5Equal, forKey: .top5Equal)
        try fields.encode(layers, forKey: .layers)
        try fields.encode(firstDivergingLayer?.module, forKey: .firstDivergingLayer)
        try fields.encode(unknownLayers, forKey: .unknownLayers)
        try fields.encode(module, forKey: .module)
        try fields.encode(precision.rawValue, forKey: .precision)
        try fields.encode(tolerance, forKey: .tolerance)
        try fields.encode(output?.rms, forKey: .rmsError)
        try fields.encode(noiseFloor.rms, forKey: .noiseFloorRMS)
        try fields.encode(golden?.max, forKey: .goldenError)
        try fields.encode(engine?.max, forKey: .engineError)
        try fields.encode(findings.map(\.description), forKey: .findings)
    }
}

extension LayerReport: Encodable {
    private enum Field: String, CodingKey {
        case module, passed
        case maxAbsError = "max_abs_error"
        case maxRelError = "max_rel_error"
        case rmsError = "rms_error"
        case noiseFloor = "noise_floor"
        case tolerance, cosine, finding
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(module, forKey: .module)
        try fields.encode(passed, forKey: .passed)
        try fields.encode(deviation?.max, forKey: .maxAbsError)
        try fields.encode(deviation?.relative, forKey: .maxRelError)
        try fields.encode(deviation?.rms, forKey: .rmsError)
        try fields.encode(noiseFloor.max, forKey: .noiseFloor)
        try fields.encode(tolerance, forKey: .tolerance)
        try fields.encode(deviation?.cosine, forKey: .cosine)
        try fields.encode(finding?.description, forKey: .finding)
    }
}
