import Engine
import ModelGraph
import TensorCore

/// How far apart float32 evaluations of one model lie on one input: the difference that says nothing.
///
/// Measured, not guessed. The fast plan runs with the given parameters and input, then again with each of them
/// moved to a close float32, mostly the next one. A float32 evaluation in any order of summation is, by backward error
/// analysis, an exact evaluation with parameters moved by a few such steps (Higham, *Accuracy and Stability of
/// Numerical Algorithms*, ch. 3); moving them also makes every product round anew, so the difference of the runs
/// holds the accumulated rounding error of both. It is a difference of the plan with itself, so that a plan that
/// computes something else (a wrong padding, a lost layer) does not widen the floor it is judged by.
///
/// Two right implementations differ by this floor times a small factor, for their summation orders differ in
/// quality: see `NoiseFloor.allowance`.
package struct NoiseFloor: Sendable, Equatable {
    /// The largest difference of an element, and the root of the mean squared difference.
    package let max: Double
    package let rms: Double

    package init(max: Double, rms: Double) {
        self.max = max
        self.rms = rms
    }

    /// A difference may be this many times the floor.
    ///
    /// The error of a float32 sum of n terms grows as √n for one running sum and as √(n/b) for sums in b parts:
    /// with 16 lanes one right implementation is up to 4 times as far from the truth as another. Measured on the
    /// 18 full-size models of `ZooGoldenTests`, the distance from the float64 oracle is 0.4 to 1.7 of the floor
    /// for PyTorch and 0.6 to 1.3 for our plan (rms: 0.5 to 1.6 and 0.8 to 1.0).
    package static let allowance = 4.0

    /// The number of perturbed runs.
    static let draws = 2

    /// The floor of the outputs of `plan` and of the modules that it observes.
    struct Measurement: Sendable {
        /// The unperturbed run.
        let observation: Observation<Float>
        let output: NoiseFloor
        /// Module path → its floor.
        let modules: [String: NoiseFloor]
    }

    /// Runs the model `1 + draws` times in single precision.
    /// - Throws: `EngineError`, or what `parameters` throws.
    static func measure(
        _ graph: Graph, _ parameters: any ParameterSource, input: DenseTensor<Float>, options: ExecutionPlan.Options,
        progress: (_ runs: Int) -> Void = { _ in }
    ) throws -> Measurement {
        // One plan at a time, all in the same memory.
        let reserve = BufferReserve()
        func observe(
            _ input: DenseTensor<Float>, _ parameters: any ParameterSource
        ) throws -> Observation<Float> {
            try ExecutionPlan(graph: graph, parameters: parameters, options: options, reserve: reserve).observe(input)
        }
        let observation = try observe(input, parameters)
        progress(1)
        var output = Accumulator()
        var modules = observation.modules.mapValues { _ in Accumulator() }
        for draw in 1...draws {
            let moved = DenseTensor(
                shape: input.shape, scalars: PerturbedParameters.moved(input.scalars, of: graph.inputs, draw: draw))
            let perturbed = PerturbedParameters(base: parameters, draw: draw)
            let other = try observe(moved, perturbed)
            output.add(observation.output, other.output)
            for (path, tensor) in observation.modules {
                if let moved = other.modules[path] { modules[path]?.add(tensor, moved) }
            }
            progress(1 + draw)
        }
        return Measurement(
            observation: observation, output: output.floor, modules: modules.mapValues(\.floor))
    }

    /// This floor, but at least the rounding error of the largest of `values` in steps of `unit`.
    func atLeast(unit: Double, of values: RecordedTensor) -> NoiseFloor {
        let largest = values.scalars.reduce(0) { Swift.max($0, abs($1)) }
        return NoiseFloor(max: Swift.max(max, unit * largest), rms: Swift.max(rms, unit * largest))
    }

    /// The floor of a difference to which both contribute.
    func adding(_ other: NoiseFloor) -> NoiseFloor { NoiseFloor(max: max + other.max, rms: rms + other.rms) }

    func scaled(by factor: Double) -> NoiseFloor { NoiseFloor(max: max * factor, rms: rms * factor) }
}

/// The largest and the mean squared difference so far. Elements that are not finite take no part.
private struct Accumulator {
    private var largest = 0.0
    private var squares = 0.0
    private var count = 0

    var floor: NoiseFloor { NoiseFloor(max: largest, rms: count == 0 ? 0 : (squares / Double(count)).squareRoot()) }

    mutating func add(_ left: DenseTensor<Float>, _ right: DenseTensor<Float>) {
        for (left, right) in zip(left.scalars, right.scalars) {
            let difference = abs(Double(left) - Double(right))
            guard difference.isFinite else { continue }
            largest = Swift.max(largest, difference)
            squares += difference * difference
            count += 1
        }
    }
}

extension DType {
    /// The largest relative error of rounding a number to this type: half a unit in the last place; 0 for integers, which
    /// are not rounded.
    var unitRoundoff: Double {
        switch self {
        case .float64: 0x1p-53
        case .float32: 0x1p-24
        case .float16: 0x1p-11
        case .bfloat16: 0x1p-8
        case .float8_e4m3fn, .float8_e4m3fnuz: 0x1p-4
        case .float8_e5m2, .float8_e5m2fnuz: 0x1p-3
        default: isFloatingPoint ? 1 : 0
        }
    }
}
