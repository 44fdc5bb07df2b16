import TensorCore
import Testing

@testable import TensorOperations

@Suite struct TensorConstantTests {
    @Test(
        "a constant is repeated in the type's little-endian bytes",
        arguments: [
            (DType.int64, "0", [UInt8](repeating: 0, count: 16)), (.int16, "-2", [0xFE, 0xFF, 0xFE, 0xFF]),
            (.float32, "1", [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x3F]), (.bool, "true", [1, 1]),
            (.uint8, "255", [255, 255]), (.float16, "65519", [0xFF, 0x7B, 0xFF, 0x7B]),
            (.float16, "-inf", [0x00, 0xFC, 0x00, 0xFC]),
        ])
    func bytes(dtype: DType, text: String, expected: [UInt8]) throws {
        #expect(Array(try TensorConstant(dtype, text, shape: [2, 1]).bytes) == expected)
    }

    @Test(
        "a value that the type does not have is refused",
        arguments: [
            (DType.uint8, "256"), (.int64, "1.5"), (.bool, "2"), (.float32, "x"), (.complex64, "1"),
            (.float16, "65520"),
            (.float32, "1e50"), (.float64, "-1e999"), (.float8_e4m3fn, "1000"),
        ])
    func refused(dtype: DType, text: String) {
        #expect(throws: OperationError.constant(dtype, text)) {
            try TensorConstant(dtype, text, shape: [])
        }
    }

    @Test("a scalar is one element, an empty tensor none")
    func shapes() throws {
        #expect(try TensorConstant(.int32, "7", shape: []).bytes.count == 4)
        #expect(try TensorConstant(.int32, "7", shape: [0, 3]).bytes.isEmpty)
    }
}
