import TensorCore
import Testing

@Suite("Key")
struct KeyTests {
    /// "é" as one scalar, and as "e" with a combining accent: equal as `String`, different as keys.
    private let composed = "caf\u{e9}.weight"
    private let decomposed = "cafe\u{301}.weight"

    @Test("two spellings of one character are two keys")
    func scalarsDecide() {
        #expect(composed == decomposed)
        #expect(Key(composed) != Key(decomposed))
        #expect(Set([Key(composed), Key(decomposed)]).count == 2)
        #expect(Key(composed) == Key(composed))
    }

    @Test("keys sort by the bytes of their UTF-8 text")
    func order() {
        let keys: [Key] = ["layer10.weight", "layer2.weight", "layer1.weight", "Layer1.weight"]
        #expect(keys.sorted() == ["Layer1.weight", "layer1.weight", "layer10.weight", "layer2.weight"])
    }

    @Test(
        "a key divides at its last dot into module path and leaf",
        arguments: [
            ("backbone.conv1.weight", "backbone.conv1", "weight"), ("weight", "", "weight"), ("", "", ""),
            ("a..b", "a.", "b"), ("a.", "a", ""),
        ])
    func parts(key: String, module: String, leaf: String) {
        #expect(Key(key).modulePath == module)
        #expect(Key(key).leaf == leaf)
    }
}
