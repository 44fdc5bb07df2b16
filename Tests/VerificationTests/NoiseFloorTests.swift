import ModelGraph
import TensorCore
import Testing

@testable import Engine
@testable import Verification

@Suite struct NoiseFloorTests {
    private func floor(of net: SmallNet, input: DenseTensor<Float>) throws -> NoiseFloor {
        try NoiseFloor.measure(
            net.graph(input: input.shape), SeededWeights(), input: input, options: .init(threads: 1)
        ).output
    }

    @Test("the floor is some units of float32 rounding, and the same each time")
    func magnitude() throws {
        let input = SeededWeights.input(shape: [2, 3, 9, 7])
        let first = try floor(of: SmallNet(), input: input)
        #expect(first == (try floor(of: SmallNet(), input: input)))
        #expect(first.max > 0x1p-26 && first.max < 0x1p-18)
        #expect(first.rms > 0 && first.rms <= first.max)
    }

    @Test("a plan that computes something else is judged by the same floor")
    func independence() throws {
        let input = SeededWeights.input(shape: [2, 3, 9, 7])
        let right = try floor(of: SmallNet(), input: input)
        let wrong = try floor(of: SmallNet(epsilon: 0.1, activation: .relu, poolsMaximum: false), input: input)
        #expect(wrong.max < 4 * right.max)
    }

    @Test("perturbed parameters are the neighbours of the parameters; zero stays")
    func perturbation() throws {
        let spec = try ParameterSpec.make("fc.weight", [4, 5])
        let base = EditedParameters(key: "fc.weight") { $0[3] = 0 }
        let before = try base.withFloat32(spec) { Array($0) }
        for draw in 1...2 {
            let after = try PerturbedParameters(base: base, draw: draw).withFloat32(spec) { Array($0) }
            for (old, new) in zip(before, after) {
                #expect(old == 0 ? new == 0 : new == old.nextUp || new == old.nextDown)
            }
        }
        let draws = try [1, 2].map { try PerturbedParameters(base: base, draw: $0).withFloat32(spec) { Array($0) } }
        #expect(draws[0] != draws[1])
    }
}
