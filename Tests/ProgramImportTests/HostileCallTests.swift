import ModelGraph
import TensorCore
import Testing

@testable import ProgramImport

/// Calls with arguments that PyTorch does not write.
@Suite struct HostileCallTests {
    private func run(_ name: String, _ arguments: [(name: String, value: Call.Argument)]) throws {
        let tracer = Tracer(GraphBuilder(inputShape: [1, 3, 8, 8]))
        let lowering = try #require(ATenCalls.find("torch.ops.aten." + name))
        _ = try lowering.run(Call(tracer, name: name, arguments, outputCount: 1))
    }

    private func tensor(_ shape: [Int], _ elements: [Double], _ dtype: DType = .int64) -> Call.Argument {
        .value(.tensor(ProgramTensor(ConstantTensor(dtype, shape, elements))))
    }

    private func number(_ number: Double) -> Call.Argument { .value(.number(number)) }

    @Test(
        "an axis of a scalar is an error",
        arguments: ["narrow.default", "unbind.int", "split.Tensor", "cumsum.default", "sym_size.int", "sort.default"])
    func scalar(name: String) {
        #expect(throws: CallError.self) {
            try run(
                name,
                [
                    ("self", tensor([], [1])), ("dim", number(0)), ("start", number(0)), ("length", number(1)),
                    ("split_size", number(1)),
                ])
        }
    }

    @Test("an index that is not in its axis is an error", arguments: [Double.nan, 0x1p63, 4.0, -5.0, 0.5])
    func index(element: Double) {
        for name in ["index_select.default", "gather.default"] {
            #expect(throws: CallError.self, "\(name)") {
                try run(
                    name, [("self", tensor([4], [0, 1, 2, 3])), ("dim", number(0)), ("index", tensor([1], [element]))])
            }
        }
    }

    @Test("a slice from NaN on is an error, and one with a step past the end has one element")
    func slice() throws {
        let tensor = tensor([3000], [Double](repeating: 1, count: 3000))
        #expect(throws: CallError.self) {
            try run("slice.Tensor", [("self", tensor), ("dim", number(0)), ("start", number(.nan))])
        }
        try run("slice.Tensor", [("self", tensor), ("dim", number(0)), ("step", number(4000))])
    }

    @Test("a factor that no size has is an error", arguments: [0, -1, Double.infinity, Double.nan])
    func factor(number factor: Double) {
        for name in ["_upsample_bilinear2d_aa.default", "_upsample_nearest_exact2d.default"] {
            #expect(throws: CallError.self, "\(name)") {
                try run(
                    name,
                    [
                        ("self", tensor([1, 1, 2, 2], [1, 2, 3, 4], .float32)), ("output_size", .numbers([4, 4])),
                        ("scales_h", number(factor)), ("scales_w", number(factor)),
                    ])
            }
        }
    }

    @Test("elements that do not spread to the shape of their target are an error", arguments: [[2], [2, 3]])
    func copy(shape: [Int]) {
        let elements = [Double](repeating: 1, count: shape.reduce(1, *))
        #expect(throws: CallError.self) {
            try run("copy_.default", [("self", tensor([3], [0, 0, 0])), ("src", tensor(shape, elements))])
        }
    }

    @Test(
        "extents and axes that no tensor has are an error, whatever their sum or product comes to",
        arguments: [
            ("constant_pad_nd.default", "pad", [Double(Int.min), 0]),
            ("constant_pad_nd.default", "pad", [0x1p62, 0x1p62]),
            ("adaptive_max_pool2d.default", "output_size", [0x1p62, 0x1p62]),
            ("view.default", "size", [Double](repeating: 1, count: 65)),
            ("expand.default", "size", [Double](repeating: 1, count: 60_000)),
            ("flip.default", "dims", [0, 0]), ("flip.default", "dims", [0, -4]),
        ] as [(String, String, [Double])])
    func extents(name: String, argument: String, numbers: [Double]) {
        for dtype in [DType.float32, .int64] {
            #expect(throws: (any Error).self, "\(name) \(dtype)") {
                try run(name, [("self", tensor([1, 1, 1, 1], [1], dtype)), (argument, .numbers(numbers))])
            }
        }
    }

    @Test("axes in a grid that no tensor has are an error")
    func grid() {
        let axis = ProgramTensor(ConstantTensor(.int64, [1], [0]))
        #expect(throws: CallError.self) {
            try run("meshgrid.default", [("tensors", .value(.tensors([ProgramTensor?](repeating: axis, count: 1000))))])
        }
    }

    @Test("a norm over channels of a tensor that has none is an error", arguments: [[], [4]])
    func channels(shape: [Int]) {
        let tensor = tensor(shape, [Double](repeating: 1, count: shape.reduce(1, *)), .float32)
        for name in ["instance_norm.default", "group_norm.default", "batch_norm.default"] {
            #expect(throws: CallError.self, "\(name)") {
                try run(name, [("input", tensor), ("num_groups", number(1))])
            }
        }
    }

    @Test(
        "an equation that names other axes than its operand has is an error",
        arguments: ["a.b->ab", "a..->a", "......->", "ab->ab.", "ab->abc", "aa->a", "ab,b->a"])
    func equation(text: String) {
        let operand = ProgramTensor(ConstantTensor(.float32, [2, 2], [1, 2, 3, 4]))
        #expect(throws: CallError.self) {
            try run("einsum.default", [("equation", .string(text)), ("tensors", .value(.tensors([operand])))])
        }
    }
}
