import ModelGraph

extension ATenCalls {
    static let resizing: [String: Body] = {
        var table: [String: Body] = [:]
        let modes: [(String, Operation.Resize.Mode)] = [
            ("nearest2d", .nearest), ("bilinear2d", .bilinear), ("bicubic2d", .bicubic),
        ]
        for (name, mode) in modes {
            table["upsample_\(name).default"] = { call in
                let output = try call.extent("output_size")
                var scale: Operation.Resize.ScaleFactor?
                if let height = try call.optionalNumber("scales_h"), let width = try call.optionalNumber("scales_w") {
                    scale = .init(height: height, width: width)
                }
                return try call.resized(mode, to: output, scale)
            }
            table["upsample_\(name).vec"] = { call in
                let input = try call.first()
                guard input.shape.count == 4 else { throw CallError("its input has the shape \(input.shape)") }
                if try call.optionalInts("output_size") != nil {
                    return try call.resized(mode, to: call.extent("output_size"), nil)
                }
                guard let factors = try call.optionalNumbers("scale_factors"), factors.count == 2 else {
                    throw CallError("neither a size nor two factors are given")
                }
                let extents = zip(input.shape.suffix(2), factors).map { (Double($0) * $1).rounded(.down) }
                guard extents.allSatisfy({ 1...0x1p31 ~= $0 }) else { throw CallError("it scales by \(factors)") }
                return try call.resized(
                    mode, to: Extent2d(height: Int(extents[0]), width: Int(extents[1])),
                    .init(height: factors[0], width: factors[1]))
            }
        }
        return table
    }()
}

extension Call {
    fileprivate func resized(
        _ mode: Operation.Resize.Mode, to output: Extent2d, _ scale: Operation.Resize.ScaleFactor?
    ) throws -> [ProgramValue] {
        let operation = Operation.Resize(
            mode, to: output, alignCorners: bool("align_corners", default: false), scale: scale)
        return [.tensor(try record(.resize(operation), first()))]
    }
}
