import Engine
import ModelGraph
import TensorCore
import Testing

@testable import Verification

@Suite struct VerifierTests {
    private func verify(
        _ net: SmallNet = SmallNet(), parameters: any ParameterSource = SeededWeights(), golden: Golden? = nil,
        options: Verifier.Options = .init(comparesLayers: true)
    ) throws -> VerificationReport {
        let golden = try golden ?? Fixtures.golden("small_net")
        return try Verifier(
            golden.part("", of: net.graph()), parameters: parameters, golden: golden, options: options
        ).run()
    }

    @Test(
        "a model passes against what PyTorch computed, in either precision",
        arguments: VerificationReport.Precision.allCases)
    func passes(precision: VerificationReport.Precision) throws {
        let report = try verify(options: .init(precision: precision, comparesLayers: true))
        #expect(report.passed, "\(report.findings)")
        #expect(
            report.layers.map(\.module) == [
                "stem.0", "stem.1", "stem.2", "stem", "depthwise.0", "depthwise.1", "depthwise.2", "depthwise",
                "project.0", "project.1", "project", "pool", "head",
            ])
        #expect(report.top1Equal == true && report.top5Equal == true)
        let output = try #require(report.output)
        #expect(output.cosine > 1 - 1e-12)
        #expect(output.max <= report.tolerance)
    }

    @Test("double precision is judged by PyTorch's double precision, where the golden has it")
    func doublePrecision() throws {
        let report = try verify(options: .init(precision: .float64))
        #expect(report.passed, "\(report.findings)")
        let output = try #require(report.output)
        #expect(output.max < 1e-13)
        #expect(report.noiseFloor.max < 1e-13)
    }

    @Test("what a float32 run of the golden's model is off by is allowed of the plan, and not of the oracle")
    func float32Error() {
        let recorded = RecordedTensor(dtype: .float64, shape: [4], scalars: [1, -1, 0.5, 0.25])
        func findings(plan: Double, oracle: Double, _ error: NoiseFloor?) -> [VerificationFinding] {
            var judge = OutputJudge(
                recorded: recorded, oracle: recorded.scalars.map { $0 + oracle },
                plan: recorded.scalars.map { $0 + plan }, floor: NoiseFloor(max: 1e-6, rms: 1e-6),
                float32Error: error, options: .init())
            judge.judge()
            return judge.findings
        }
        let error = NoiseFloor(max: 9e-6, rms: 9e-6)
        #expect(findings(plan: 3e-5, oracle: 0, nil).count == 2)
        #expect(findings(plan: 3e-5, oracle: 0, error) == [])
        #expect(findings(plan: 5e-5, oracle: 0, error).count == 2)
        #expect(findings(plan: 0, oracle: 5e-6, error).count == 1)
    }

    @Test("progress grows step by step up to all of them")
    func progress() throws {
        let golden = try Fixtures.golden("small_net")
        let part = try golden.part("", of: SmallNet().graph())
        let verifier = Verifier(part, parameters: SeededWeights(), golden: golden)
        var steps: [(done: Int, total: Int)] = []
        _ = try verifier.run { steps.append(($0, $1)) }
        #expect(Set(steps.map(\.total)).count == 1)
        #expect(steps.map(\.done) == steps.map(\.done).sorted())
        #expect(steps.last?.done == steps.last?.total)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let layer: String
        var showsInOutput = true
        var net = SmallNet()
        var parameters: any ParameterSource = SeededWeights()
    }

    static let faults = [
        Fault(
            testDescription: "one weight of the first convolution off by 1 %", layer: "stem.0",
            parameters: EditedParameters(key: "stem.0.weight") { $0[0] *= 1.01 }),
        Fault(
            testDescription: "one weight of the first convolution off by 1e-5", layer: "stem.0", showsInOutput: false,
            parameters: EditedParameters(key: "stem.0.weight") { $0[0] *= 1.00001 }),
        Fault(
            testDescription: "a bias of the head off by 1e-4", layer: "head",
            parameters: EditedParameters(key: "head.bias") { $0[9] += 1e-4 }),
        Fault(
            testDescription: "two channels of a batch norm swapped", layer: "project.1",
            parameters: EditedParameters(key: "project.1.running_var") { $0.swapAt(0, 1) }),
        Fault(testDescription: "epsilon 2e-5 in place of 1e-5", layer: "depthwise.1", net: SmallNet(epsilon: 2e-5)),
        Fault(testDescription: "ReLU in place of ReLU6", layer: "stem.2", net: SmallNet(activation: .relu)),
        Fault(testDescription: "another padding and dilation", layer: "depthwise.0", net: SmallNet(dilation: 2)),
        Fault(testDescription: "a batch norm left out", layer: "project", net: SmallNet(hasProjectionNorm: false)),
        Fault(
            testDescription: "average pooling in place of maximum", layer: "pool", net: SmallNet(poolsMaximum: false)),
    ]

    @Test("a fault fails, and the first diverging layer is where it is", arguments: faults)
    func fails(_ fault: Fault) throws {
        let report = try verify(fault.net, parameters: fault.parameters)
        #expect(!report.passed)
        #expect(report.firstDivergingLayer?.module == fault.layer)
        #expect(
            report.findings.contains { if case .differs(.layer(fault.layer), _, _, _) = $0 { true } else { false } })
        let withoutLayers = try verify(fault.net, parameters: fault.parameters, options: .init())
        #expect(withoutLayers.passed != fault.showsInOutput)
        #expect(withoutLayers.layers.isEmpty)
    }

    @Test("a module that the model lacks is listed, not passed over")
    func unknownLayers() throws {
        #expect(try verify(SmallNet(hasProjectionNorm: false)).unknownLayers == ["project.1"])
    }

    @Test("a NaN weight fails and is named, with the layer where it shows", arguments: [Double.nan, .infinity])
    func nonFiniteWeight(value: Double) throws {
        let parameters = EditedParameters(key: "depthwise.0.weight") { $0[5] = value }
        let report = try verify(parameters: parameters)
        #expect(!report.passed)
        #expect(report.output == nil && report.top1Equal == nil)
        #expect(report.firstDivergingLayer?.module == "depthwise.0")
        #expect(
            report.findings.contains { if case .nonFiniteWeight("depthwise.0.weight", _) = $0 { true } else { false } })
    }

    @Test("a golden that holds NaN fails, whatever the tolerance", arguments: [nil, Double.infinity])
    func nonFiniteGolden(tolerance: Double?) throws {
        let golden = try Fixtures.golden("small_net")
        var scalars = golden.output.scalars
        scalars[7] = .nan
        let report = try verify(
            golden: golden.with(output: RecordedTensor(shape: golden.output.shape, scalars: scalars)),
            options: .init(tolerance: tolerance))
        #expect(!report.passed)
        #expect(
            report.findings.map(\.description) == [
                "the golden's output: 1 of 20 elements are not finite; the first, at 7, is NaN"
            ])
    }

    @Test("a tolerance takes the place of the noise floor, in both directions")
    func tolerance() throws {
        let parameters = EditedParameters(key: "head.bias") { $0[9] += 1e-4 }
        #expect(try verify(parameters: parameters, options: .init(tolerance: 1e-3, comparesLayers: true)).passed)
        #expect(try !verify(parameters: parameters, options: .init(tolerance: 1e-5)).passed)
        #expect(try !verify(options: .init(tolerance: 0)).passed)
    }

    @Test("a golden stored in half precision is judged by what half precision can hold")
    func halfPrecision() throws {
        let golden = try Fixtures.golden("small_net")
        let rounded = RecordedTensor(
            dtype: .float16, shape: golden.output.shape, scalars: golden.output.scalars.map { Double(Float16($0)) })
        #expect(try verify(golden: golden.with(output: rounded), options: .init()).passed)
        let mislabelled = RecordedTensor(shape: rounded.shape, scalars: rounded.scalars)
        #expect(try !verify(golden: golden.with(output: mislabelled), options: .init()).passed)
    }

    @Test("a golden of another shape is an error that names both")
    func shapes() throws {
        let golden = try Fixtures.golden("small_net")
        let other = golden.with(output: RecordedTensor(shape: [2, 9], scalars: [Double](repeating: 0, count: 18)))
        #expect(throws: VerificationError.outputShape(module: "", expected: [2, 10], found: [2, 9])) {
            try other.part("", of: SmallNet().graph())
        }
        #expect(throws: VerificationError.unknownModule("neck")) { try golden.part("neck", of: SmallNet().graph()) }
    }

    @Test("a layer of another shape is a finding")
    func layerShape() throws {
        let golden = try Fixtures.golden("small_net")
        let layer = Golden.Layer(path: "pool") { RecordedTensor(shape: [1], scalars: [0]) }
        let report = try verify(golden: golden.with(layers: [layer]))
        #expect(report.findings == [.layerShape("pool", expected: [2, 8, 3, 2], found: [1])])
    }

    @Test("layers that are none of the model's, or no layers, are an error")
    func noLayers() throws {
        let golden = try Fixtures.golden("small_net")
        #expect(throws: VerificationError.golden(entry: "layers", "is missing: there are no layers to compare")) {
            try verify(golden: golden.with(layers: []))
        }
        let foreign = Golden.Layer(path: "features.0") { RecordedTensor(shape: [1], scalars: [0]) }
        #expect(throws: VerificationError.self) { try verify(golden: golden.with(layers: [foreign])) }
    }
}
