import ModelGraph

/// Maps read at places between their elements.
extension ATenCalls {
    static let samples: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["grid_sampler.default", "grid_sampler_2d.default"] {
            table[name] = { call in
                let (maps, grid) = (try call.tensor("input"), try call.tensor("grid"))
                guard let mode = Operation.GridSample.Mode(rawValue: try call.int("interpolation_mode", default: 0)),
                    let padding = Operation.GridSample.Padding(rawValue: try call.int("padding_mode", default: 0))
                else { throw CallError("it samples in a way that is not known") }
                let operation = Operation.GridSample(
                    mode, padding: padding, alignCorners: call.bool("align_corners", default: false))
                return [call.result(try call.scope.record(.gridSample(operation), call.value(maps), call.value(grid)))]
            }
        }
        return table
    }()
}
