import ModelGraph
import TensorCore

/// Fourier transforms of maps and their inverses, with a filter in between: `irfft2(rfft2(x) · w)`. The graph has no
/// complex values: a complex tensor is described by what it is made from.
extension ATenCalls {
    static let spectra: [String: Body] = {
        var table: [String: Body] = [:]
        table["view_as_complex.default"] = { call in
            let pairs = try call.first()
            guard pairs.shape.last == 2 else { throw CallError("its last axis is not of pairs") }
            return [.tensor(ProgramTensor(.pairs(pairs), shape: pairs.shape.dropLast()))]
        }
        table["fft_rfft2.default"] = { call in
            try call.transformed(axes: call.ints("dim", default: [-2, -1]), scaling: call.scaling(isForward: true))
        }
        table["_fft_r2c.default"] = { call in
            guard call.bool("onesided", default: true) else { throw CallError("it keeps both halves of the spectrum") }
            return try call.transformed(
                axes: call.ints("dim"), scaling: .init(normalization: call.int("normalization")))
        }
        table["fft_irfft2.default"] = { call in
            let axes = try call.ints("dim", default: [-2, -1])
            return try call.filtered(
                axes: axes, extents: call.optionalInts("s"), scaling: call.scaling(isForward: false))
        }
        table["_fft_c2r.default"] = { call in
            try call.filtered(
                axes: call.ints("dim"), extents: [-1, call.int("last_dim_size")],
                scaling: .init(normalization: call.int("normalization")))
        }
        return table
    }()
}

/// A complex tensor that depends on the input or on weights.
enum ComplexTensor {
    /// Real and imaginary parts along the last axis.
    case pairs(ProgramTensor)
    case spectrum(Spectrum)

    /// Half of the spectrum of maps, times a filter.
    struct Spectrum {
        let maps: ProgramTensor
        /// Down and across.
        let axes: [Int]
        let scaling: Scaling
        /// Pairs that spread to the spectrum.
        var filter: ProgramTensor?
    }

    /// What a transform is divided by, in powers of the square root of its number of elements.
    struct Scaling { let power: Int }
}

extension ComplexTensor.Scaling {
    /// `fft_norm_mode` of `aten/src/ATen/native/SpectralOpsUtils.h`.
    fileprivate init(normalization: Int) throws {
        guard 0...2 ~= normalization else { throw CallError("it has the normalization \(normalization)") }
        power = normalization
    }
}

extension Call {
    fileprivate func scaling(isForward: Bool) throws -> ComplexTensor.Scaling {
        switch string("norm") ?? "backward" {
        case "ortho": .init(power: 1)
        case "backward": .init(power: isForward ? 0 : 2)
        case "forward": .init(power: isForward ? 2 : 0)
        default: throw CallError("it has the norm '\(string("norm") ?? "")'")
        }
    }

    fileprivate func transformed(axes: [Int], scaling: ComplexTensor.Scaling) throws -> [ProgramValue] {
        let maps = try first()
        guard !has("s"), maps.shape.count == 4, axes.count == 2, maps.dtype.isFloatingPoint else {
            throw CallError("it transforms a tensor of \(maps.shape) along \(axes)")
        }
        let axes = try axes.map { try axis($0, rank: 4) }
        guard axes[0] != axes[1] else { throw CallError("it transforms an axis twice") }
        var shape = maps.shape
        shape[axes[1]] = shape[axes[1]] / 2 + 1
        let spectrum = ComplexTensor.Spectrum(maps: maps, axes: axes, scaling: scaling)
        return [.tensor(ProgramTensor(.spectrum(spectrum), shape: shape))]
    }

    /// The product of two complex tensors: of a spectrum and a filter.
    func complexProduct(_ left: ComplexTensor, _ right: ComplexTensor, shape: [Int]) throws -> ProgramTensor {
        switch (left, right) {
        case (.spectrum(var spectrum), .pairs(let filter)), (.pairs(let filter), .spectrum(var spectrum)):
            guard spectrum.filter == nil else { throw CallError("it filters a spectrum twice") }
            spectrum.filter = filter
            return ProgramTensor(.spectrum(spectrum), shape: shape)
        default: throw CallError("it multiplies complex numbers other than a spectrum and its filter")
        }
    }

    fileprivate func filtered(
        axes: [Int], extents: [Int]?, scaling: ComplexTensor.Scaling
    ) throws -> [ProgramValue] {
        guard case .complex(.spectrum(let spectrum)) = try first().content, let filter = spectrum.filter else {
            throw CallError("what it transforms back is not a spectrum times a filter")
        }
        let (maps, own) = (spectrum.maps, spectrum.axes)
        guard try axes.map({ try axis($0, rank: 4) }) == own, spectrum.scaling.power + scaling.power == 2 else {
            throw CallError("its axes or norm are not those of the transform that it undoes")
        }
        // Without sizes, the last extent is taken to be even.
        let sizes = extents ?? [-1, 2 * (maps.shape[own[1]] / 2)]
        guard sizes.count == 2, sizes[0] == -1 || sizes[0] == maps.shape[own[0]], sizes[1] == maps.shape[own[1]] else {
            throw CallError("it makes maps of \(sizes) from the spectrum of \(maps.shape)")
        }
        // Maps last: [N, C, H, W] and [C, H, W / 2 + 1, 2].
        let others = (0..<4).filter { !own.contains($0) }
        let order = others + own
        var half = maps.shape
        half[own[1]] = half[own[1]] / 2 + 1
        half[others[0]] = 1
        let lead = 5 - filter.shape.count
        guard lead >= 0, lead > others[0] || filter.shape[others[0] - lead] == 1 else {
            throw CallError("its filter has the shape \(filter.shape)")
        }
        let pairs = try permuted(expanded(filter, half + [2]), order + [4])
        let weight = try reshaped(pairs, Array(pairs.shape.dropFirst()))
        let result = try scope.record(.spectralFilter(.init()), value(permuted(maps, order)), value(weight))
        return [.tensor(try permuted(tracer.tensor(result), Operation.Permute(order).inverse.axes))]
    }
}
