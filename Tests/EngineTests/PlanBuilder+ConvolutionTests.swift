import ModelGraph
import TensorCore
import Testing

@testable import Engine

@Suite struct ConvolutionKernelTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var batch = 1
        var inputs = 3
        var outputs = 5
        var kernel = Extent2d.square(3)
        var geometry = Conv2dGeometry()
        var size = Extent2d(height: 9, width: 7)
        /// A convolution before it, so that it does not take the stem's way.
        var isInner = true

        var testDescription: String {
            "N\(batch) \(inputs)→\(outputs) k\(kernel.height)×\(kernel.width) s\(geometry.stride.height)×"
                + "\(geometry.stride.width) p\(geometry.padding.height)×\(geometry.padding.width) "
                + "d\(geometry.dilation.height) g\(geometry.groups) \(size.height)×\(size.width)"
                + (isInner ? "" : " stem")
        }

        func expectAgreement(growth: Double? = nil) throws {
            let judge = PlanJudge([batch, inputs, size.height, size.width]) { scope, input, linear in
                var value = input
                if isInner { value = try scope("norm").normalized(value) }
                let weight = try scope("conv").declare(
                    "weight", [outputs, inputs / geometry.groups, kernel.height, kernel.width])
                let bias = try scope("conv").declare("bias", [outputs])
                value = try scope("conv").record(.conv2d(.init(geometry)), value, weights: [weight, bias])
                return linear ? value : try scope.activate(.relu, value)
            }
            try judge.expectAgreement(
                terms: inputs / geometry.groups * kernel.height * kernel.width + 6, growth: growth)
        }
    }

    @Test(
        "any number of channels is convolved right",
        arguments: [1, 3, 5, 17, 48, 49], [1, 3, 16, 17, 33, 49, 65, 80, 130])
    func channels(inputs: Int, outputs: Int) throws {
        try Case(inputs: inputs, outputs: outputs, geometry: Conv2dGeometry(padding: .square(1))).expectAgreement()
    }

    @Test(
        "any kernel, stride, padding and dilation is convolved right",
        arguments: [
            Case(kernel: .square(1)),
            Case(kernel: .square(1), geometry: Conv2dGeometry(stride: .square(2))),
            Case(kernel: .square(1), geometry: Conv2dGeometry(padding: .square(1))),
            Case(kernel: .square(5), geometry: Conv2dGeometry(stride: .square(3), padding: .square(2))),
            Case(batch: 3, kernel: .square(7), geometry: Conv2dGeometry(stride: .square(2), padding: .square(3))),
            Case(batch: 2, geometry: Conv2dGeometry(padding: .square(2), dilation: .square(2))),
            Case(
                kernel: Extent2d(height: 1, width: 5),
                geometry: Conv2dGeometry(
                    stride: Extent2d(height: 2, width: 1), padding: Extent2d(height: 0, width: 4))),
            Case(
                kernel: Extent2d(height: 4, width: 2),
                geometry: Conv2dGeometry(
                    padding: Extent2d(height: 3, width: 0), dilation: Extent2d(height: 1, width: 3))),
            Case(geometry: Conv2dGeometry(padding: .square(3)), size: .square(1)),
            Case(kernel: .square(9), geometry: Conv2dGeometry(padding: .square(4)), size: .square(5)),
        ], [true, false])
    func windows(configuration: Case, isInner: Bool) throws {
        var configuration = configuration
        configuration.isInner = isInner
        try configuration.expectAgreement()
    }

    @Test(
        "long sums are right: many channels, many taps",
        arguments: [
            Case(inputs: 600, outputs: 20, size: .square(4)),
            Case(batch: 2, inputs: 1153, outputs: 70, kernel: .square(1), size: .square(3)),
            Case(inputs: 3, outputs: 4, kernel: .square(15), geometry: Conv2dGeometry(padding: .square(7))),
        ])
    func longSums(configuration: Case) throws { try configuration.expectAgreement() }

    /// 2²⁴ + 1 is not a Float: ones that follow 2²⁴ in one running sum add nothing.
    @Test(
        "a layer sums in chains of 128 terms, of 32 if an image passes it in one row, whatever the batch",
        arguments: [1, 3])
    func chains(batch: Int) throws {
        func sums(rows: Int, chain: Int) throws -> [Float] {
            let terms = [0x1p24] + [Float](repeating: 0, count: chain - 1) + [Float](repeating: 1, count: chain)
            let builder = GraphBuilder(inputShape: [batch, rows, terms.count])
            let scope = builder.root
            let sum = try scope.record(
                .linear, builder.input, weights: [scope.declare("weight", [1, terms.count])])
            let plan = try ExecutionPlan(graph: builder.finish(sum), parameters: Ones(), options: .init(threads: 1))
            let scalars = (0..<batch * rows).flatMap { _ in terms }
            return try plan.run(DenseTensor(shape: [batch, rows, terms.count], scalars: scalars)).scalars
        }
        #expect(try sums(rows: 1, chain: 32) == [Float](repeating: 0x1p24 + 32, count: batch))
        #expect(try sums(rows: 2, chain: 32) == [Float](repeating: 0x1p24, count: 2 * batch))
        #expect(try sums(rows: 2, chain: 128) == [Float](repeating: 0x1p24 + 128, count: 2 * batch))
    }

    /// One output of F(2, 3) sums |Aᵀ|·|G| of the weights times |Bᵀ| of the input: in each dimension at most
    /// 2 · 2 times what the direct sum does, so 16 times in two.
    @Test(
        "Winograd's algorithm stays within its bound",
        arguments: [
            Case(inputs: 32, outputs: 32, size: .square(14)),
            Case(inputs: 64, outputs: 64, geometry: Conv2dGeometry(padding: .square(1)), size: .square(14)),
            Case(
                batch: 2, inputs: 49, outputs: 75, geometry: Conv2dGeometry(padding: .square(1)),
                size: Extent2d(height: 11, width: 9)),
            Case(
                batch: 3, inputs: 33, outputs: 130,
                geometry: Conv2dGeometry(padding: Extent2d(height: 2, width: 0)),
                size: Extent2d(height: 7, width: 13)),
            Case(inputs: 600, outputs: 40, geometry: Conv2dGeometry(padding: .square(1)), size: .square(12)),
            Case(inputs: 96, outputs: 192, geometry: Conv2dGeometry(padding: .square(1), groups: 2), size: .square(14)),
            Case(
                batch: 2, inputs: 120, outputs: 120, geometry: Conv2dGeometry(padding: .square(1), groups: 3),
                size: Extent2d(height: 17, width: 9)),
            Case(inputs: 65, outputs: 165, geometry: Conv2dGeometry(groups: 1), size: .square(19)),
            Case(inputs: 512, outputs: 96, geometry: Conv2dGeometry(padding: .square(1)), size: .square(7)),
        ])
    func winograd(configuration: Case) throws {
        let (kernel, size, padding) = (3, configuration.size, configuration.geometry.padding)
        let shape = [
            configuration.batch, configuration.outputs, size.height + 2 * padding.height - kernel + 1,
            size.width + 2 * padding.width - kernel + 1,
        ]
        let rows = RowView(
            buffer: PlanBuffer(index: 0), offset: 0, count: configuration.batch * size.height * size.width,
            stride: ValueView.padded(configuration.inputs), channels: configuration.inputs)
        let input = MapView(batch: configuration.batch, height: size.height, width: size.width, rows: rows)
        #expect(
            WinogradGeometry(configuration.geometry, kernel: .square(kernel), input: input, output: shape) != nil)
        try configuration.expectAgreement(growth: 16)
    }

    @Test(
        "groups are convolved right, whatever their size",
        arguments: [(2, 6, 10), (3, 15, 21), (4, 16, 16), (32, 128, 128), (2, 32, 64), (2, 10, 160), (5, 5, 15)])
    func groups(groups: Int, inputs: Int, outputs: Int) throws {
        let geometry = Conv2dGeometry(stride: .square(2), padding: .square(1), groups: groups)
        try Case(batch: 2, inputs: inputs, outputs: outputs, geometry: geometry).expectAgreement()
    }

    @Test(
        "one filter a channel is convolved right",
        arguments: [
            Conv2dGeometry(padding: .square(1)), Conv2dGeometry(stride: .square(2), padding: .square(1)),
            Conv2dGeometry(), Conv2dGeometry(padding: .square(2), dilation: .square(2)),
            Conv2dGeometry(stride: .square(3), padding: .square(4)),
        ], [2, 16, 17, 35])
    func depthwise(geometry: Conv2dGeometry, channels: Int) throws {
        var geometry = geometry
        geometry.groups = channels
        try Case(batch: 2, inputs: channels, outputs: channels, geometry: geometry).expectAgreement()
        try Case(
            inputs: channels, outputs: channels, geometry: geometry, size: Extent2d(height: 5, width: 16)
        ).expectAgreement()
        geometry.padding = .square(4)
        try Case(inputs: channels, outputs: channels, kernel: .square(5), geometry: geometry).expectAgreement()
    }
}

/// Weights of 1.
private struct Ones: ParameterSource {
    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try [Float](repeating: 1, count: spec.count).withUnsafeBufferPointer(body)
    }

    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
        try [Double](repeating: 1, count: spec.count).withUnsafeBufferPointer(body)
    }
}

extension Scope {
    /// A batch normalisation as wide as `value`.
    func normalized(_ value: Value) throws -> Value {
        try BatchNorm(self, shape(of: value)[1])(value)
    }
}
