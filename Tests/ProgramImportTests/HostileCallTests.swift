import ModelGraph
import TensorCore
import Testing

@testable import ProgramImport

/// Calls with arguments that PyTorch does not write.
@Suite struct HostileCallTests {
    private func run(_ name: String, _ arguments: [(name: String, value: Call.Argument)]) throws {
        _ = try RecordedCall(inputShape: [1, 3, 8, 8]).results(name, arguments)
    }

    private func tensor(_ shape: [Int], _ elements: [Double], _ dtype: DType = .int64) -> Call.Argument {
        RecordedCall.constant(dtype, shape, elements)
    }

    private func number(_ number: Double) -> Call.Argument { RecordedCall.number(number) }

    @Test(
        "an axis of a scalar is an error",
        arguments: ["narrow.default", "unbind.int", "split.Tensor", "sym_size.int"])
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

    @Test("an axis of a scalar is an error in calls that take several axes")
    func axesOfScalar() {
        let scalar = tensor([], [1], .float32)
        let cases: [(String, [(name: String, value: Call.Argument)])] = [
            ("fft_fftn.default", [("self", scalar), ("dim", .numbers([0]))]),
            ("fft_rfftn.default", [("self", scalar), ("dim", .numbers([0]))]),
            ("_fft_c2c.default", [("self", scalar), ("dim", .numbers([0])), ("normalization", number(0))]),
            ("fft_fftshift.default", [("self", scalar), ("dim", .numbers([0]))]),
            (
                "tensordot.default",
                [("self", scalar), ("other", scalar), ("dims_self", .numbers([0])), ("dims_other", .numbers([0]))]
            ),
            ("linalg_cross.default", [("self", scalar), ("other", scalar), ("dim", number(0))]),
        ]
        for (name, arguments) in cases {
            #expect(throws: CallError.self, "\(name)") { try run(name, arguments) }
        }
    }

    @Test("keys of no heads are an error where several heads of queries share one")
    func noHeads() {
        let query = tensor([1, 2, 3, 4], [Double](repeating: 1, count: 24), .float32)
        let none = tensor([1, 0, 3, 4], [], .float32)
        #expect(throws: CallError.self) {
            try run(
                "scaled_dot_product_attention.default",
                [("query", query), ("key", none), ("value", none), ("enable_gqa", .bool(true))])
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
        arguments: ["a.b->ab", "a..->a", "......->", "ab->ab.", "ab->abc", "ab->aa", "ab,b->a"])
    func equation(text: String) {
        let operand = ProgramTensor(ConstantTensor(.float32, [2, 2], [1, 2, 3, 4]))
        #expect(throws: CallError.self) {
            try run("einsum.default", [("equation", .string(text)), ("tensors", .value(.tensors([operand])))])
        }
    }

    @Test("a way of sampling that PyTorch does not have, and places that are not pairs, are errors")
    func sampling() {
        let maps = tensor([1, 1, 2, 2], [1, 2, 3, 4], .float32)
        for (mode, padding, places) in [(3.0, 0.0, 2), (0, 3, 2), (-1, 0, 2), (0.5, 0, 2), (.nan, 0, 2), (0, 0, 3)] {
            let grid = tensor([1, 1, 1, places], [Double](repeating: 0, count: places), .float32)
            #expect(throws: (any Error).self, "\(mode) \(padding) \(places)") {
                try run(
                    "grid_sampler_2d.default",
                    [
                        ("input", maps), ("grid", grid), ("interpolation_mode", number(mode)),
                        ("padding_mode", number(padding)),
                    ])
            }
        }
    }

    @Test("elements that are put where no place is are an error", arguments: [Double.nan, 0x1p63, 4.0, -5.0, 0.5])
    func put(element: Double) {
        let tensor = tensor([4], [0, 1, 2, 3])
        let index = Call.Argument.value(.tensors([ProgramTensor(ConstantTensor(.int64, [1], [element]))]))
        for adds in [false, true] {
            #expect(throws: CallError.self) {
                try run(
                    "index_put.default",
                    [
                        ("self", tensor), ("indices", index), ("values", self.tensor([1], [7])),
                        ("accumulate", .bool(adds)),
                    ])
            }
        }
        #expect(throws: CallError.self, "more axes than there are") {
            try run(
                "index_put.default",
                [
                    ("self", tensor), ("indices", .value(.tensors([nil, nil]))), ("values", self.tensor([1], [7])),
                ])
        }
    }

    @Test("a dilated window that leaves nothing, or is padded by more than half of it, is an error")
    func dilatedPool() {
        for (dilation, padding) in [(4.0, 0.0), (0, 0), (-1, 0), (0x1p62, 0), (2, 2), (2, -1)] {
            #expect(throws: (any Error).self, "\(dilation) \(padding)") {
                try run(
                    "max_pool2d.default",
                    [
                        ("self", tensor([1, 1, 8, 8], [Double](repeating: 1, count: 64), .float32)),
                        ("kernel_size", .numbers([3, 3])), ("stride", .numbers([1, 1])),
                        ("padding", .numbers([padding, padding])), ("dilation", .numbers([dilation, dilation])),
                    ])
            }
        }
    }

    @Test("axes, extents and norms that no transform has are errors")
    func spectra() {
        let maps = tensor([1, 1, 4, 4], [Double](repeating: 1, count: 16), .float32)
        #expect(throws: CallError.self, "pairs of three") {
            try run("view_as_complex.default", [("self", tensor([2, 3], [0, 0, 0, 0, 0, 0], .float32))])
        }
        for axes in [[2.0, 2.0], [0, 7], [.nan, 2], []] {
            #expect(throws: CallError.self, "\(axes)") {
                try run("fft_rfft2.default", [("self", maps), ("dim", .numbers(axes))])
            }
        }
        for count in [0, -1, 0x1p62] {
            for name in ["fft_fft.default", "fft_irfft.default"] {
                #expect(throws: (any Error).self, "\(name) \(count)") {
                    try run(name, [("self", maps), ("n", number(count))])
                }
            }
        }
        #expect(throws: CallError.self) {
            try run("_fft_r2c.default", [("self", maps), ("dim", .numbers([2, 3])), ("normalization", number(3))])
        }
    }

    @Test(
        "elements that are put along an axis where no place is are an error",
        arguments: [Double.nan, 0x1p63, 4.0, -5.0, 0.5])
    func scatter(element: Double) {
        for name in ["scatter.src", "scatter_add.default", "index_copy.default"] {
            #expect(throws: CallError.self, "\(name)") {
                try run(
                    name,
                    [
                        ("self", tensor([4], [0, 1, 2, 3], .float32)), ("dim", number(0)),
                        ("index", tensor([1], [element])), ("src", tensor([1], [7], .float32)),
                        ("source", tensor([1], [7], .float32)),
                    ])
            }
        }
    }

    @Test("matrices of a diagonal, windows and grids that no tensor has are errors")
    func extentsOfNewTensors() {
        let cases: [(String, [(name: String, value: Call.Argument)])] = [
            ("diag.default", [("self", tensor([2], [1, 2])), ("diagonal", number(0x1p62))]),
            ("diagonal.default", [("self", tensor([2, 2], [1, 2, 3, 4])), ("offset", number(2))]),
            ("tril_indices.default", [("row", number(0x1p62)), ("col", number(2))]),
            ("hann_window.default", [("window_length", number(0x1p62))]),
            (
                "affine_grid_generator.default",
                [("theta", tensor([1, 2, 3], [1, 0, 0, 0, 1, 0], .float32)), ("size", .numbers([1, 1, 0x1p62, 2]))]
            ),
            (
                "as_strided.default",
                [
                    ("self", tensor([4], [0, 1, 2, 3])), ("size", .numbers([0x1p62, 4])),
                    ("stride", .numbers([0x1p62, 1])),
                ]
            ),
            ("one_hot.default", [("self", tensor([1], [0])), ("num_classes", number(0x1p62))]),
            ("repeat_interleave.Tensor", [("repeats", tensor([1], [0x1p62]))]),
            (
                "max_unpool2d.default",
                [
                    ("self", tensor([1, 1, 1], [1], .float32)), ("indices", tensor([1, 1, 1], [9])),
                    ("output_size", .numbers([2, 2])),
                ]
            ),
        ]
        for (name, arguments) in cases {
            #expect(throws: (any Error).self, "\(name)") { try run(name, arguments) }
        }
    }

    @Test("a call with an effect that is not an assertion is an error that names it")
    func effect() {
        let error = #expect(throws: CallError.self) {
            try ATenCalls.find("torch.ops.higher_order.with_effects")?.run(
                Call(
                    Tracer(GraphBuilder(inputShape: [1, 3, 8, 8])), name: "with_effects",
                    [("", .string("torch.ops.aten._print.default"))], outputCount: 1))
        }
        #expect(error?.problem == "it calls torch.ops.aten._print.default, whose effect is not known")
    }
}
