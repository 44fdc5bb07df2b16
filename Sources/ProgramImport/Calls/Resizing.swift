import ModelGraph
import TensorCore

extension ATenCalls {
    static let resizing: [String: Body] = {
        var table: [String: Body] = [:]
        let modes: [(String, Operation.Resize.Mode)] = [
            ("nearest2d", .nearest), ("bilinear2d", .bilinear), ("bicubic2d", .bicubic), ("nearest1d", .nearest),
            ("linear1d", .bilinear),
        ]
        for (name, mode) in modes {
            for overload in ["default", "vec"] {
                table["upsample_\(name).\(overload)"] = { call in
                    let maps = try call.maps()
                    let (output, scale) = try call.target(of: maps.shape)
                    var operation = Operation.Resize(
                        mode, to: output, alignCorners: call.bool("align_corners", default: false), scale: scale)
                    operation.isOneDimensional = try call.first().shape.count == 3
                    operation.precision = try call.first().dtype == .float64 ? .float64 : .float32
                    return try call.resized(call.record(.resize(operation), of: maps))
                }
            }
        }
        for name in ["_upsample_nearest_exact2d", "_upsample_nearest_exact1d"] {
            for overload in ["default", "vec"] {
                table["\(name).\(overload)"] = { call in
                    var maps = try call.maps()
                    let (output, scale) = try call.target(of: maps.shape)
                    let extents = [(output.height, scale?.height), (output.width, scale?.width)]
                    for (axis, (extent, factor)) in zip([2, 3], extents) {
                        let own = maps.shape[axis]
                        try call.tracer.spend(extent)
                        let step = factor.map { Float(1 / $0) } ?? Float(own) / Float(extent)
                        let index = (0..<extent).map { min(Int((Float($0) + 0.5) * step), own - 1) }
                        maps = try call.gathered(maps, axis, index, [extent])
                    }
                    return try call.resized(maps)
                }
            }
        }
        for (name, filter) in [
            ("_upsample_bilinear2d_aa", AntialiasedFilter.bilinear), ("_upsample_bicubic2d_aa", .bicubic),
        ] {
            for overload in ["default", "vec"] {
                table["\(name).\(overload)"] = { call in
                    let maps = try call.maps()
                    let (output, scale) = try call.target(of: maps.shape)
                    let corners = call.bool("align_corners", default: false)
                    let rows = try call.weights(filter, maps.shape[2], output.height, scale?.height, corners)
                    let columns = try call.weights(filter, maps.shape[3], output.width, scale?.width, corners)
                    let wide = try call.product(maps, call.permuted(columns, [1, 0]))
                    return [.tensor(try call.product(rows, wide))]
                }
            }
        }
        for (name, kind) in [
            ("upsample_nearest3d", Boxes.nearest), ("_upsample_nearest_exact3d", .nearestExact),
            ("upsample_trilinear3d", .linear),
        ] {
            for overload in ["default", "vec"] {
                table["\(name).\(overload)"] = { call in [.tensor(try call.resizedBoxes(kind))] }
            }
        }
        return table
    }()
}

/// How boxes `[N, C, D, H, W]` are resized, axis by axis.
private enum Boxes { case nearest, nearestExact, linear }

extension Call {
    /// The first argument as `[N, C, H, W]`: rows as maps of height 1.
    fileprivate func maps() throws -> ProgramTensor {
        let input = try first()
        switch input.shape.count {
        case 4: return input
        case 3: return try reshaped(input, Array(input.shape.prefix(2)) + [1, input.shape[2]])
        default: throw CallError("its input has the shape \(input.shape)")
        }
    }

    /// The maps in the shape that the first argument has.
    fileprivate func resized(_ maps: ProgramTensor) throws -> [ProgramValue] {
        guard try first().shape.count == 3 else { return [.tensor(maps)] }
        return [.tensor(try reshaped(maps, Array(maps.shape.prefix(2)) + [maps.shape[3]]))]
    }

    fileprivate func record(_ operation: Operation, of tensor: ProgramTensor) throws -> ProgramTensor {
        tracer.tensor(try scope.record(operation, value(tensor)), tensor.dtype)
    }

    /// The extents to resize to, and the factors where the caller gave these.
    fileprivate func target(
        of shape: [Int]
    ) throws -> (Extent2d, Operation.Resize.ScaleFactor?) {
        let rank = try first().shape.count - 2
        func pair<Number>(_ numbers: [Number], _ neutral: Number) throws -> (Number, Number) {
            guard numbers.count == rank else { throw CallError("it has \(numbers.count) extents for \(rank) axes") }
            return rank == 1 ? (neutral, numbers[0]) : (numbers[0], numbers[1])
        }
        var factors = try optionalNumbers("scale_factors")
        if factors == nil, let width = try optionalNumber("scales_w") ?? optionalNumber("scales") {
            factors = rank == 1 ? [width] : try optionalNumber("scales_h").map { [$0, width] }
        }
        guard factors?.allSatisfy({ 0x1p-31...0x1p31 ~= $0 }) ?? true else {
            throw CallError("it scales by \(factors ?? [])")
        }
        let given = try factors.map { try pair($0, 1) }
        let scale = given.map { Operation.Resize.ScaleFactor(height: $0.0, width: $0.1) }
        if let size = try optionalInts("output_size") {
            guard size.allSatisfy({ 1...1 << 31 ~= $0 }) else { throw CallError("it resizes to \(size)") }
            let (height, width) = try pair(size, 1)
            return (Extent2d(height: height, width: width), scale)
        }
        guard let scale else { throw CallError("neither a size nor factors are given") }
        let extents = zip(shape.suffix(2), [scale.height, scale.width]).map { (Double($0) * $1).rounded(.down) }
        guard extents.allSatisfy({ 1...0x1p31 ~= $0 }) else {
            throw CallError("it scales by \(scale.height) and \(scale.width)")
        }
        return (Extent2d(height: Int(extents[0]), width: Int(extents[1])), scale)
    }

    fileprivate func resizedBoxes(_ kind: Boxes) throws -> ProgramTensor {
        var boxes = try first()
        guard boxes.shape.count == 5 else { throw CallError("its input has the shape \(boxes.shape)") }
        var factors = try optionalNumbers("scale_factors")
        if factors == nil {
            let own = try ["scales_d", "scales_h", "scales_w"].compactMap { try optionalNumber($0) }
            factors = own.count == 3 ? own : nil
        }
        let sizes = try optionalInts("output_size")
        guard sizes?.count ?? 3 == 3, factors?.count ?? 3 == 3, sizes != nil || factors != nil,
            factors?.allSatisfy({ 0x1p-31...0x1p31 ~= $0 }) ?? true
        else { throw CallError("neither a size nor factors are given") }
        let corners = bool("align_corners", default: false)
        for axis in 2..<5 {
            let (extent, factor) = (boxes.shape[axis], factors?[axis - 2])
            let scaled = (Double(extent) * (factor ?? 1)).rounded(.down)
            guard 0...0x1p31 ~= scaled, case let output = sizes?[axis - 2] ?? Int(scaled), 1...1 << 31 ~= output else {
                throw CallError("it resizes \(extent) elements to \(sizes ?? [])")
            }
            if output == extent, factor ?? 1 == 1 { continue }
            try tracer.spend(2 * output)
            let step = factor.map { Float(1 / $0) } ?? Float(extent) / Float(output)
            guard kind == .linear else {
                let shift: Float = kind == .nearest ? 0 : 0.5
                let index = (0..<output).map { min(Int((Float($0) + shift) * step), extent - 1) }
                boxes = try gathered(boxes, axis, index, [output])
                continue
            }
            // Between two neighbours, in float32 as PyTorch has it.
            let cornerStep: Float = output > 1 ? Float(extent - 1) / Float(output - 1) : 0
            let places = (0..<output).map { place -> Float in
                corners ? cornerStep * Float(place) : max(0, step * (Float(place) + 0.5) - 0.5)
            }
            let first = places.map { min(Int($0), extent - 1) }
            let shares = zip(places, first).map { min(max($0 - Float($1), 0), 1) }
            let low = try gathered(boxes, axis, first, [output])
            let high = try gathered(boxes, axis, first.map { min($0 + 1, extent - 1) }, [output])
            var line = [Int](repeating: 1, count: 5)
            line[axis] = output
            let share = try tracer.constant(.float32, line, shares.map { Double($0) })
            let rest = try tracer.constant(.float32, line, shares.map { Double(1 - $0) })
            boxes = try combined(
                .tensor(combined(.tensor(low), .tensor(rest), .multiply)),
                .tensor(combined(.tensor(high), .tensor(share), .multiply)), .add)
        }
        return boxes
    }

    /// `[output, input]`: the share of each input position in each output.
    fileprivate func weights(
        _ filter: AntialiasedFilter, _ input: Int, _ output: Int, _ scale: Double?, _ alignCorners: Bool
    ) throws -> ProgramTensor {
        try tracer.spend(multipliedSaturated(input, output))
        let elements = filter.weights(input: input, output: output, scale: scale, alignCorners: alignCorners)
        return try tracer.constant(.float32, [output, input], elements)
    }
}

/// A filter that grows with what it makes smaller, as Pillow's do.
private enum AntialiasedFilter {
    case bilinear, bicubic

    /// Row-major, a row for each output position.
    ///
    /// Source: `_compute_indices_min_size_weights_aa` in `aten/src/ATen/native/cpu/UpSampleKernel.cpp`, in float32 as
    /// there.
    func weights(input: Int, output: Int, scale: Double?, alignCorners: Bool) -> [Double] {
        let step: Float =
            alignCorners
            ? (output > 1 ? Float(input - 1) / Float(output - 1) : 0)
            : scale.map { Float(1 / $0) } ?? Float(input) / Float(output)
        let radius: Float = self == .bilinear ? 1 : 2
        let support = step >= 1 ? radius * step : radius
        let inverse = step >= 1 ? 1 / step : 1
        var weights = [Double](repeating: 0, count: input * output)
        for row in 0..<output {
            let center = step * (Float(row) + 0.5)
            let first = max(Int(center - support + 0.5), 0)
            let count = min(Int(center + support + 0.5), input) - first
            let own = (0..<max(0, count)).map { self((Float($0 + first) - center + 0.5) * inverse) }
            let total = own.reduce(0, +)
            for (position, weight) in own.enumerated() where total != 0 {
                weights[row * input + first + position] = Double(weight / total)
            }
        }
        return weights
    }

    private func callAsFunction(_ position: Float) -> Float {
        let x = abs(position)
        if self == .bilinear { return max(0, 1 - x) }
        let a: Float = -0.5
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
}
