import ModelGraph
import TensorCore

/// Fourier transforms. A transform of maps, a filter and the inverse, `irfft2(rfft2(x) · w)`, are one operation; other
/// transforms are products with matrices of cosines and sines.
extension ATenCalls {
    static let spectra: [String: Body] = {
        var table: [String: Body] = [:]
        for (name, isForward) in [("fft", true), ("ifft", false)] {
            table["fft_\(name).default"] = { call in
                try call.transformed(call.axisRequest(isForward: isForward), isForward: isForward)
            }
            for rank in ["2", "n"] {
                table["fft_\(name)\(rank).default"] = { call in
                    try call.transformed(call.planeRequest(isForward: isForward), isForward: isForward)
                }
            }
        }
        table["fft_rfft.default"] = { call in try call.halfTransformed(call.axisRequest(isForward: true)) }
        table["fft_irfft.default"] = { call in try call.real(call.axisRequest(isForward: false)) }
        for rank in ["2", "n"] {
            table["fft_rfft\(rank).default"] = { call in try call.halfTransformed(call.planeRequest(isForward: true)) }
            table["fft_irfft\(rank).default"] = { call in try call.real(call.planeRequest(isForward: false)) }
        }
        table["_fft_c2c.default"] = { call in
            try call.transformed(call.plainRequest(), isForward: call.bool("forward", default: true))
        }
        table["_fft_r2c.default"] = { call in
            let request = try call.plainRequest()
            return try call.bool("onesided", default: true)
                ? call.halfTransformed(request) : call.transformed(request, isForward: true)
        }
        table["_fft_c2r.default"] = { call in
            var request = try call.plainRequest()
            request.extents[request.extents.count - 1] = try call.int("last_dim_size")
            return try call.real(request)
        }
        for (name, sign) in [("fft_fftshift.default", 1), ("fft_ifftshift.default", -1)] {
            table[name] = { call in
                var tensor = try call.first()
                let axes = try call.optionalInts("dim") ?? Array(tensor.shape.indices)
                for axis in try call.axes(axes, of: tensor) {
                    let extent = tensor.shape[axis]
                    try call.tracer.spend(extent)
                    let shift = sign > 0 ? extent - extent / 2 : extent / 2
                    tensor = try call.gathered(tensor, axis, (0..<extent).map { ($0 + shift) % extent }, [extent])
                }
                return [.tensor(tensor)]
            }
        }
        table["stft.default"] = { call in try call.frames(isCentered: false) }
        table["stft.center"] = { call in try call.frames(isCentered: call.bool("center", default: true)) }
        return table
    }()
}

/// Which axes are transformed, and how.
struct FourierRequest {
    /// The transformed axes, in the order in which they are transformed.
    var axes: [Int]
    /// Extents of the signals; nil for those that the tensor has.
    var extents: [Int?]
    let scaling: ComplexTensor.Scaling
}

extension ComplexTensor.Scaling {
    /// `fft_norm_mode` of `aten/src/ATen/native/SpectralOpsUtils.h`.
    fileprivate init(normalization: Int) throws {
        guard 0...2 ~= normalization else { throw CallError("it has the normalization \(normalization)") }
        power = normalization
    }

    /// What the transform of an axis is multiplied by.
    fileprivate func factor(_ extent: Int) -> Double {
        switch power {
        case 0: 1
        case 1: 1 / Double(extent).squareRoot()
        default: 1 / Double(extent)
        }
    }
}

extension Call {
    private func scaling(isForward: Bool) throws -> ComplexTensor.Scaling {
        switch string("norm") ?? "backward" {
        case "ortho": .init(power: 1)
        case "backward": .init(power: isForward ? 0 : 2)
        case "forward": .init(power: isForward ? 2 : 0)
        default: throw CallError("it has the norm '\(string("norm") ?? "")'")
        }
    }

    /// The request of a call on one axis: `n` and `dim`.
    fileprivate func axisRequest(isForward: Bool) throws -> FourierRequest {
        let axis = try axis(of: first(), default: -1)
        return FourierRequest(
            axes: [axis], extents: [try has("n") ? int("n") : nil], scaling: try scaling(isForward: isForward))
    }

    /// The request of a call on several axes: `s` and `dim`.
    fileprivate func planeRequest(isForward: Bool) throws -> FourierRequest {
        let tensor = try first()
        let rank = tensor.shape.count
        let sizes = try optionalInts("s")
        var axes: [Int]
        if let named = try optionalInts("dim") {
            axes = named
        } else if name.contains("2") {
            axes = [-2, -1]
        } else {
            axes = Array(rank - (sizes?.count ?? rank)..<rank)
        }
        axes = try self.axes(axes, of: tensor)
        guard !axes.isEmpty, Set(axes).count == axes.count, sizes.map({ $0.count == axes.count }) ?? true else {
            throw CallError("it transforms a tensor of \(rank) axes along \(axes)")
        }
        return FourierRequest(
            axes: axes, extents: sizes.map { $0.map { $0 == -1 ? nil : $0 } } ?? axes.map { _ in nil },
            scaling: try scaling(isForward: isForward))
    }

    /// The request of the calls that the others decompose into.
    fileprivate func plainRequest() throws -> FourierRequest {
        let tensor = try first()
        let axes = try axes(ints("dim"), of: tensor)
        guard !axes.isEmpty, Set(axes).count == axes.count else {
            throw CallError("it transforms a tensor of \(tensor.shape.count) axes along \(axes)")
        }
        return FourierRequest(
            axes: axes, extents: axes.map { _ in nil }, scaling: try .init(normalization: int("normalization")))
    }

    // MARK: Transforms

    /// The first argument with the extents that are transformed: zeros at the end, or a part.
    private func signal(_ part: ProgramTensor, _ request: FourierRequest, halves: Bool = false) throws -> ProgramTensor
    {
        var part = part
        for (position, axis) in request.axes.enumerated() {
            guard var extent = request.extents[position] else { continue }
            if halves, position == request.axes.count - 1 { extent = extent / 2 + 1 }
            guard 1...1 << 24 ~= extent else { throw CallError("it transforms \(extent) elements") }
            if extent < part.shape[axis] { part = try self.part(part, axis, from: 0, count: extent) }
            guard extent > part.shape[axis] else { continue }
            var rest = part.shape
            rest[axis] = extent - part.shape[axis]
            part = try joined([part, tracer.filled(0, .float32, rest)], axis)
        }
        return part
    }

    /// All frequencies of real or complex signals.
    fileprivate func transformed(_ request: FourierRequest, isForward: Bool) throws -> [ProgramValue] {
        var (real, imaginary) = try parts(of: first())
        real = try signal(real, request)
        imaginary = try imaginary.map { try signal($0, request) }
        for axis in request.axes {
            (real, imaginary) = try transform(
                (real, imaginary), axis, count: real.shape[axis], isForward: isForward, request.scaling)
        }
        return [.tensor(complexTensor(real, imaginary ?? real))]
    }

    /// The frequencies from 0 to half of the extent, of real signals.
    fileprivate func halfTransformed(_ request: FourierRequest) throws -> [ProgramValue] {
        let maps = try first()
        guard maps.complex == nil else { throw CallError("it takes real numbers, not complex ones") }
        let last = request.axes[request.axes.count - 1]
        if maps.shape.count == 4, request.axes.count == 2, request.extents.allSatisfy({ $0 == nil }),
            maps.constant == nil, maps.dtype.isFloatingPoint
        {
            var shape = maps.shape
            shape[last] = shape[last] / 2 + 1
            let spectrum = ComplexTensor.Spectrum(maps: maps, axes: request.axes, scaling: request.scaling)
            return [.tensor(ProgramTensor(.spectrum(spectrum), shape: shape))]
        }
        let (real, imaginary) = try halfTransform(signal(maps, request), request.axes, request.scaling)
        return [.tensor(complexTensor(real, imaginary))]
    }

    private func halfTransform(
        _ signal: ProgramTensor, _ axes: [Int], _ scaling: ComplexTensor.Scaling
    ) throws -> (ProgramTensor, ProgramTensor) {
        var parts: (ProgramTensor, ProgramTensor?) = (signal, nil)
        for (position, axis) in axes.reversed().enumerated() {
            let extent = signal.shape[axis]
            parts = try transform(
                parts, axis, count: position == 0 ? extent / 2 + 1 : extent, isForward: true, scaling)
        }
        return (parts.0, parts.1 ?? parts.0)
    }

    /// Real signals from the frequencies from 0 to half of their extent.
    fileprivate func real(_ request: FourierRequest) throws -> [ProgramValue] {
        if let filtered = try filtered(request) { return [.tensor(filtered)] }
        var request = request
        let last = request.axes.count - 1
        let tensor = try first()
        let extent = request.extents[last] ?? 2 * (tensor.shape[request.axes[last]] - 1)
        guard 1...1 << 24 ~= extent else { throw CallError("it makes signals of \(extent) elements") }
        request.extents[last] = extent
        let (own, ownImaginary) = try parts(of: tensor)
        var real = try signal(own, request, halves: true)
        var imaginary = try ownImaginary.map { try signal($0, request, halves: true) }
        for axis in request.axes.dropLast() {
            (real, imaginary) = try transform(
                (real, imaginary), axis, count: real.shape[axis], isForward: false, request.scaling)
        }
        // Σ over the frequencies, of which those between stand for their conjugates, too.
        let axis = request.axes[last]
        let half = extent / 2 + 1
        let factor = request.scaling.factor(extent)
        func matrix(_ function: (Double) -> Double) throws -> ProgramTensor {
            try waves(half, extent, period: extent) { frequency, angle in
                factor * (frequency == 0 || 2 * frequency == extent ? 1 : 2) * function(angle)
            }
        }
        var sum = try product(along: axis, real, matrix { cosine($0) })
        if let imaginary {
            sum = try combined(
                .tensor(sum), .tensor(product(along: axis, imaginary, matrix { -sine($0) })), .add)
        }
        return [.tensor(sum)]
    }

    /// One axis: `count` frequencies from 0 on.
    private func transform(
        _ parts: (ProgramTensor, ProgramTensor?), _ axis: Int, count: Int, isForward: Bool,
        _ scaling: ComplexTensor.Scaling
    ) throws -> (ProgramTensor, ProgramTensor?) {
        let extent = parts.0.shape[axis]
        let factor = scaling.factor(extent)
        let sign = isForward ? -1.0 : 1
        let cosines = try waves(extent, count, period: extent) { factor * cosine($1) }
        let sines = try waves(extent, count, period: extent) { factor * sign * sine($1) }
        let (real, imaginary) = parts
        let (a, b) = (try product(along: axis, real, cosines), try product(along: axis, real, sines))
        guard let imaginary else { return (a, b) }
        let c = try product(along: axis, imaginary, sines)
        let d = try product(along: axis, imaginary, cosines)
        return (
            try combined(.tensor(a), .tensor(c), .subtract), try combined(.tensor(b), .tensor(d), .add)
        )
    }

    /// `[rows, columns]` of a function of the angle 2π · row · column / period.
    private func waves(
        _ rows: Int, _ columns: Int, period: Int, _ function: (_ row: Int, _ angle: Double) -> Double
    ) throws -> ProgramTensor {
        try tracer.spend(multipliedSaturated(rows, columns))
        let elements = (0..<rows * columns).map { index -> Double in
            let (row, column) = (index / columns, index % columns)
            return function(row, 2 * .pi * Double(row * column % period) / Double(period))
        }
        return try tracer.constant(.float32, [rows, columns], elements)
    }

    /// Each line along an axis times a matrix.
    func product(along axis: Int, _ tensor: ProgramTensor, _ matrix: ProgramTensor) throws -> ProgramTensor {
        let last = tensor.shape.indices.filter { $0 != axis } + [axis]
        let moved = try permuted(tensor, last)
        let lines = moved.shape.count == 1 ? try reshaped(moved, [1, moved.shape[0]]) : moved
        let result = try product(lines, matrix)
        let shaped = moved.shape.count == 1 ? try reshaped(result, [result.shape[1]]) : result
        return try permuted(shaped, Operation.Permute(last).inverse.axes)
    }

    // MARK: Filters

    /// The maps that a spectrum, filtered, is transformed back to as one operation; nil for other inverse transforms.
    private func filtered(_ request: FourierRequest) throws -> ProgramTensor? {
        guard case .complex(.spectrum(let spectrum)) = try first().content, let filter = spectrum.filter else {
            return nil
        }
        let (maps, own) = (spectrum.maps, spectrum.axes)
        // Without sizes, the last extent is taken to be even.
        let sizes = [
            request.extents[0] ?? maps.shape[own[0]],
            request.extents.last.flatMap { $0 } ?? 2 * (maps.shape[own[1]] / 2),
        ]
        guard request.axes == own, spectrum.scaling.power + request.scaling.power == 2,
            sizes == own.map({ maps.shape[$0] })
        else { return nil }
        // Maps last: [N, C, H, W] and [C, H, W / 2 + 1, 2].
        let others = (0..<4).filter { !own.contains($0) }
        let order = others + own
        var half = maps.shape
        half[own[1]] = half[own[1]] / 2 + 1
        half[others[0]] = 1
        let lead = 5 - filter.shape.count
        guard lead >= 0, lead > others[0] || filter.shape[others[0] - lead] == 1 else { return nil }
        let pairs = try permuted(expanded(filter, half + [2]), order + [4])
        let weight = try reshaped(pairs, Array(pairs.shape.dropFirst()))
        let result = try scope.record(.spectralFilter(.init()), value(permuted(maps, order)), value(weight))
        return try permuted(tracer.tensor(result), Operation.Permute(order).inverse.axes)
    }

    /// The elements of a spectrum: those of the transform, times the filter.
    func parts(of spectrum: ComplexTensor.Spectrum) throws -> (ProgramTensor, ProgramTensor) {
        let plain = try halfTransform(spectrum.maps, spectrum.axes, spectrum.scaling)
        guard let filter = spectrum.filter else { return plain }
        let (real, imaginary) = try parts(ofPairs: filter)
        return try complexProduct(plain, (real, imaginary))
    }

    // MARK: Frames

    /// `torch.stft`: spectra of overlapping parts of rows, `[…, frequencies, frames]`.
    fileprivate func frames(isCentered: Bool) throws -> [ProgramValue] {
        let input = try first()
        let size = try int("n_fft")
        let (hop, width) = (try int("hop_length", default: size / 4), try int("win_length", default: size))
        guard 1...2 ~= input.shape.count, 1...1 << 20 ~= size, hop > 0, 1...size ~= width else {
            throw CallError("it takes frames of \(size) by \(hop) from \(input.shape)")
        }
        var rows = input.shape.count == 1 ? try reshaped(input, [1, input.shape[0]]) : input
        if isCentered {
            let (edge, extent) = (size / 2, rows.shape[1])
            let mode = string("pad_mode") ?? "reflect"
            guard mode == "reflect", edge < extent else {
                throw CallError("it pads \(extent) elements by \(edge), \(mode)")
            }
            try tracer.spend(extent + 2 * edge)
            let index = (-edge..<extent + edge).map { $0 < 0 ? -$0 : $0 >= extent ? 2 * extent - 2 - $0 : $0 }
            rows = try gathered(rows, 1, index, [index.count])
        }
        guard rows.shape[1] >= size else { throw CallError("a frame of \(size) is longer than \(rows.shape[1])") }
        let count = (rows.shape[1] - size) / hop + 1
        try tracer.spend(multipliedSaturated(count, size))
        var parts = try gathered(
            rows, 1, (0..<count).flatMap { frame in (0..<size).map { frame * hop + $0 } }, [count, size])
        // Without a window the part that is taken is of ones.
        let ones = try width < size ? tracer.filled(1, .float32, [width]) : nil
        if let window = try optionalTensor("window") ?? ones {
            // In the middle of the frame.
            let before = (size - width) / 2
            let edges = try [before, size - width - before].map { $0 > 0 ? try tracer.filled(0, .float32, [$0]) : nil }
            let whole = try joined([edges[0], window, edges[1]].compactMap { $0 }, 0)
            parts = try combined(.tensor(parts), .tensor(whole), .multiply)
        }
        let scaling = ComplexTensor.Scaling(power: bool("normalized", default: false) ? 1 : 0)
        var (real, imaginary): (ProgramTensor, ProgramTensor)
        if bool("onesided", default: true) {
            (real, imaginary) = try halfTransform(parts, [2], scaling)
        } else {
            let whole = try transform((parts, nil), 2, count: size, isForward: true, scaling)
            (real, imaginary) = (whole.0, whole.1 ?? whole.0)
        }
        (real, imaginary) = (try permuted(real, [0, 2, 1]), try permuted(imaginary, [0, 2, 1]))
        if input.shape.count == 1 {
            (real, imaginary) = (
                try reshaped(real, Array(real.shape.dropFirst())),
                try reshaped(imaginary, Array(imaginary.shape.dropFirst()))
            )
        }
        let result = complexTensor(real, imaginary)
        return [.tensor(bool("return_complex", default: true) ? result : try paired(result))]
    }
}

// `Operation.Function` and `Double` have other names for these.
private func cosine(_ x: Double) -> Double { Operation.Function.cosine(x) }
private func sine(_ x: Double) -> Double { Operation.Function.sine(x) }
