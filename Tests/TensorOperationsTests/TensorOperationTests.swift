import ByteIO
import TensorCore
import Testing

@testable import TensorOperations

@Suite struct TensorOperationTests {
    @Test("an operation makes of real tensors what PyTorch and einops make of them", arguments: OperationFacts.all)
    func facts(_ facts: OperationFacts) throws {
        let results = try run(facts.pipeline(), facts.sources)
        #expect(results.map(\.type) == facts.results.map(\.type), "\(facts)")
        for (index, (found, expected)) in zip(results, facts.results).enumerated() {
            let isRight = try facts.isNear ? found.isNear(expected) : found.bytes == expected.bytes
            #expect(isRight, "\(facts): result \(index)")
        }
    }

    @Test("the facts are there")
    func count() {
        #expect(OperationFacts.all.count > 230)
        #expect(OperationFacts.arithmetic.count > 70)
    }

    @Test("what can be undone gives back the very tensors", arguments: OperationFacts.all)
    func backward(_ facts: OperationFacts) throws {
        let pipeline = try facts.pipeline()
        guard let reversed = try? pipeline.reversed() else { return }
        #expect(try run(reversed, facts.results) == facts.sources, "\(facts)")
    }

    @Test(
        "what loses something cannot be undone",
        arguments: [
            ("slice 0 1..", 1), ("add", 2), ("add corner", 2), ("cast float16", 1), ("lora 1", 3), ("lora 16/rank", 3),
            ("o h w c -> o (h w c)", 1), ("mean", 2), ("add 1 2", 2), ("sum 0", 1), ("mean 0", 1), ("repeat 0 2", 1),
            ("scale 3", 1), ("multiply", 2), ("dequantize 4", 2), ("weight_norm 0", 2), ("resize h w with h=2", 1),
            ("lora alpha/rank", 4),
        ])
    func irreversible(_ text: String, _ sources: Int) throws {
        let operation = try TensorOperation(words: text.split(separator: " ").map(String.init))
        let pipeline = try TensorPipeline([operation], sources: .exactly(sources), targets: 1)
        #expect(throws: IrreversibleOperation.self) { try pipeline.reversed() }
    }

    @Test(
        "no operation takes quantized tensors: its result would be without their scales",
        arguments: [("o i -> i o", 1), ("concat 0", 2), ("cast float32", 1), ("slice 0 1..", 1)])
    func quantized(_ text: String, _ sources: Int) throws {
        let operation = try TensorOperation(words: text.split(separator: " ").map(String.init))
        let pipeline = try TensorPipeline([operation], sources: .exactly(sources), targets: 1)
        let operands = [TensorType](repeating: TensorType(.qint8, [2, 3]), count: sources)
        #expect(throws: OperationError.dtype("\(operation)", .qint8)) { try pipeline.types(of: operands) }
    }

    @Test(
        "an operation that is none says why",
        arguments: [
            ("turn 0", "there is no operation 'turn'"), ("concat", "an axis is expected after 'concat'"),
            ("concat x", "'x' is not an axis"),
            ("mean -9223372036854775808", "'-9223372036854775808' is not an axis"),
            ("concat 0 3", "'concat' is followed by an extent for each part, or none"),
            ("split 0", "a number of parts, or their extents, is expected"),
            ("split 0 0", "'0' is not a number of 1 or more"),
            ("split 0 999999999", "'split' into 999999999 parts, the limit is 4096"),
            ("stack 0", "a capture is expected after 'stack'"), ("slice 0 1", "FROM..TO is expected in place of '1'"),
            ("slice 0 ..", "FROM..TO is expected in place of '..'"), ("add x", "'x' is not a finite number"),
            ("cast float", "'float' is not a dtype"), ("lora x", "'x' is not a scale"),
            ("lora 1/0", "'1/0' is not a finite scale"), ("lora x/rank", "'x/rank' is not a scale"),
            ("a b ->", "a layout names axes on both sides of '->'"), ("a b -> a c", "axis 'b' stands on one side only"),
            ("a a -> a a", "axis 'a' stands twice on one side"), ("(a (b)) -> a b", "'(' inside parentheses"),
            ("(a b -> a b", "'(' without ')'"), ("a b) -> a b", "')' without '('"),
            ("(a b) -> a b", "the extents in (a b) are not stated; one of them may be left out"),
            ("(a b) -> a b with c=2", "there is no axis 'c' in the layout"),
            ("(a b) -> a b with a=0", "axis=extent is expected in place of 'a=0'"),
            (
                "(a b) -> a b with a=99999999999999999999",
                "axis=extent is expected in place of 'a=99999999999999999999'"
            ),
            ("(a b) -> a b with a=2 a=3", "the extent of axis 'a' is stated twice"),
            ("a b with a=2 -> b a", "'with' stands after both sides of a layout"),
            ("2 -> 2", "'2' is not a name of an axis"),
            ("scale", "a number is expected after 'scale'"), ("scale inf", "'inf' is not a finite number"),
            ("scale 16/rank", "'16/rank' is not a finite number"), ("lora alpha/beta", "'alpha/beta' is not a scale"),
            ("repeat 0 0", "'0' is not a number from 1 to 4096"), ("mean x", "'x' is not an axis"),
            ("dequantize", "the extent of a block is expected after 'dequantize'"),
            ("dequantize 0", "'0' is neither the extent of a block nor '*', all of an axis"),
            ("resize h w", "'resize' says with which extents: resize 1 (1 + h w) c with h=24 w=24"),
            ("resize h w with h", "axis=extent is expected in place of 'h', or at last one of METHODS"),
            ("resize h w with h=2 cubic", "axis=extent is expected in place of 'cubic', or at last one of METHODS"),
            ("resize h w with c=2", "there is no axis 'c' to resize"), ("resize h h with h=2", "axis 'h' stands twice"),
            ("resize (1 + 2 + h) with h=2", "'(1 + h w)' or '(h w + 3)' is expected in place of '(1 + 2 + h)'"),
            ("resize (1) with h=2", "parentheses of 'resize' name axes"), ("resize (h with h=2", "'(' without ')'"),
            ("resize (1 + h) (1 + w) with h=2", "one axis of 'resize' may have elements that are kept"),
            ("resize (1 + h) w with w=2", "elements that are kept cannot have another extent along axis 'w'"),
        ])
    func syntax(_ text: String, _ message: String) {
        let message = message.replacing("METHODS", with: "bicubic, bilinear, nearest, geometric")
        #expect(throws: OperationError.syntax(message)) {
            try TensorOperation(words: text.split(separator: " ").map(String.init))
        }
    }

    private func type(_ dtype: DType = .float32, _ shape: Int...) -> TensorType { TensorType(dtype, shape) }

    @Test(
        "tensors that an operation does not fit are an error with both figures",
        arguments: [
            ("h w -> w h", [[2, 3, 4]], "'h w -> w h' is for 2 dimensions, the tensor [2, 3, 4] has 3"),
            ("h w 1 -> w h", [[2, 3, 4]], "axis '1' is stated as 1, the tensor is [2, 3, 4]"),
            ("(a b) -> a b with a=2 b=3", [[7]], "axis '(a b)' is stated as 6, the tensor is [7]"),
            ("(a b) -> a b with a=2", [[7]], "(a b): 7 is not divisible by 2"),
            (
                "concat 0", [[2, 3], [2, 4]], "'concat 0' of tensors that do not fit: float32 [2, 3] and float32 [2, 4]"
            ),
            (
                "concat 0", [[2, 3], [3, 3]], "'concat 0' of tensors that do not fit: float32 [2, 3] and float32 [3, 3]"
            ),
            ("concat 2", [[2, 3], [2, 3]], "'concat 2': the tensor [2, 3] has no axis 2"),
            ("split 0 3", [[7, 2]], "'split 0 3' of [7, 2]: 7 is not divisible by 3"),
            ("split 0 3 3", [[7, 2]], "'split 0 3 3': the parts make 6, the tensor has 7"),
            ("slice 0 2..9", [[7]], "'slice 0 2..9' does not lie in 0..7"),
            ("slice 0 -9..2", [[7]], "'slice 0 -9..2' does not lie in 0..7"),
            ("add", [[2], [3]], "'add' of tensors that do not fit: float32 [2] and float32 [3]"),
            ("add corner", [[2], [3]], "'add corner' of tensors that do not fit: float32 [2] and float32 [3]"),
            (
                "lora 1", [[4, 3], [2, 3], [4, 5]],
                "lora needs base [out, in…], down [rank, in…] and up [out, rank, 1…], found [4, 3], [2, 3] and [4, 5]"
            ),
            ("mean", [[2], [3]], "'mean' of tensors that do not fit: float32 [2] and float32 [3]"),
            ("multiply", [[2, 3], [2]], "'multiply' of tensors that do not fit: float32 [2, 3] and float32 [2]"),
            ("multiply 1", [[2, 3], [2]], "'multiply 1' of tensors that do not fit: float32 [2, 3] and float32 [2]"),
            (
                "dequantize 2", [[4, 5], [2, 2]], "'dequantize 2' of a weight [4, 5] needs scales [2, 3], found [2, 2]"
            ),
            ("dequantize 2 2", [[4], [2]], "'dequantize 2 2' is for 2 dimensions, the tensor [4] has 1"),
            (
                "weight_norm 0", [[4, 1], [3, 2]],
                "'weight_norm 0' of tensors that do not fit: float32 [4, 1] and float32 [3, 2]"
            ),
            ("sum 2", [[2, 3]], "'sum 2': the tensor [2, 3] has no axis 2"),
            ("mean 0", [[0, 3]], "'mean 0' of [0, 3]: the axis has no elements"),
            (
                "resize h w with h=2", [[2, 3, 4]],
                "'resize h w with h=2' is for 2 dimensions, the tensor [2, 3, 4] has 3"
            ),
            (
                "resize (1 + h w) with h=2 w=2", [[7]],
                "'resize (1 + h w) with h=2 w=2' of [7]: a grid of 6 is not square; state its extents, such as h=14..24"
            ),
            (
                "resize (h w) with h=4..2 w=2", [[7]],
                "'resize (h w) with h=4..2 w=2' of [7]: 7 is not divisible by 4"
            ),
            ("resize h w with h=2..3", [[4, 5]], "axis 'h' is stated as 2, the tensor is [4, 5]"),
            ("resize (1 + h w) with h=2..3 w=2..2", [[9]], "axis 'h w' is stated as 4, the tensor is [9]"),
            (
                "resize (h w) with h=7 w=7 geometric", [[16]],
                "'resize (h w) with h=7 w=7 geometric': axis 'h' has 4 elements; geometric takes odd numbers from 5 on"
            ),
        ])
    func misfit(_ text: String, _ shapes: [[Int]], _ message: String) throws {
        let operation = try TensorOperation(words: text.split(separator: " ").map(String.init))
        let types = shapes.map { TensorType(.float32, $0) }
        do {
            _ = try operation.types(of: types)
            Issue.record("\(text) of \(shapes) is fine")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test("an operation is spelled as it was read", arguments: OperationFacts.arithmetic)
    func spelling(_ facts: OperationFacts) throws {
        let operation = try TensorOperation(words: facts.operation.split(separator: " ").map(String.init))
        let again = try TensorOperation(words: operation.description.split(separator: " ").map(String.init))
        #expect(operation == again)
    }

    @Test("a number by a power of two goes back, any other does not")
    func scale() throws {
        let half = try TensorPipeline([.scale(-0.5)], sources: .exactly(1), targets: 1)
        let back = try half.reversed()
        #expect(back.operations == [.scale(-2)])
        let third = try TensorPipeline([.scale(1 / 3)], sources: .exactly(1), targets: 1)
        #expect(throws: IrreversibleOperation.self) { try third.reversed() }
    }

    @Test("dtypes that do not fit are an error")
    func dtypes() throws {
        #expect(throws: OperationError.dtype("add", .bool)) {
            try TensorOperation.add(corner: false).types(of: [type(.bool, 2), type(.bool, 2)])
        }
        #expect(throws: OperationError.self) {
            try TensorOperation.concat(axis: 0, sizes: nil).types(of: [type(.float16, 2), type(.float32, 2)])
        }
        #expect(throws: OperationError.dtype("cast float16 float32", .bfloat16)) {
            try TensorOperation.cast(from: .float16, to: .float32).types(of: [type(.bfloat16, 2)])
        }
        #expect(throws: OperationError.self) {
            try TensorOperation.cast(from: nil, to: .complex64).types(of: [type(.float32, 2)])
        }
    }

    @Test("extents that no memory holds are an error, not an overflow")
    func overflow() throws {
        let big = type(.float32, Int.max / 4)
        let pipeline = try TensorPipeline([.concat(axis: 0, sizes: nil)], sources: .exactly(2), targets: 1)
        #expect(throws: OperationError.self) { try pipeline.types(of: [big, big]) }
        let words = "(a b) -> b a with a=\(Int.max) b=\(Int.max)".split(separator: " ").map(String.init)
        #expect(throws: OperationError.self) { try TensorOperation(words: words).types(of: [type(.float32, 4)]) }
        let slice = TensorOperation.slice(axis: 0, from: Int.min, to: Int.min)
        #expect(throws: OperationError.self) { try slice.types(of: [type(.float32, 4)]) }
        let resize = try TensorOperation(words: ["resize", "(h", "w)", "with", "h=2", "w=2"])
        #expect(throws: OperationError.self) { try resize.types(of: [type(.float32, Int.max)]) }
    }

    @Test("extents that no memory holds are an error between operations, too")
    func overflowBetween() throws {
        let pipeline = try TensorPipeline(
            [.repeat(axis: 2, 4096), .slice(axis: 2, from: 0, to: 1)], sources: .exactly(1), targets: 1)
        #expect(throws: OperationError.size([1 << 40, 0, 1 << 25])) {
            try pipeline.types(of: [type(.float32, 1 << 40, 0, 1 << 13)])
        }
    }
}
