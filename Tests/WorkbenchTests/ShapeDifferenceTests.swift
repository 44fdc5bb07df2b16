import CommandLineKit
import ModelZoo
import TensorCore
import Testing

@testable import Workbench

@Suite struct ShapeDifferenceTests {
    private func tensor(_ key: String, _ shape: [Int] = [4], _ dtype: DType = .float32) -> TensorSignature {
        TensorSignature(key: Key(key), dtype: dtype, shape: shape)
    }

    @Test("tensors are matched, missing, unexpected or mismatched")
    func sides() {
        let expected = [tensor("a"), tensor("b", [2, 3]), tensor("c", [1]), tensor("d", [9])]
        let found = [tensor("x", [7]), tensor("c", [1], .float16), tensor("a"), tensor("b", [3, 2])]
        let difference = ShapeDifference(expected: expected, found: found)
        #expect(difference.matched == ["a"])
        #expect(difference.missing == [tensor("d", [9])])
        #expect(difference.unexpected == [tensor("x", [7])])
        #expect(difference.mismatched.map(\.expected) == [tensor("b", [2, 3]), tensor("c", [1])])
        #expect(difference.mismatched.map(\.found) == [tensor("b", [3, 2]), tensor("c", [1], .float16)])
        #expect(difference.renames.isEmpty)
        #expect(!difference.isEmpty)
    }

    @Test("of found tensors with one key the first counts, and the others are not unexpected")
    func repeatedKeys() {
        let difference = ShapeDifference(
            expected: [tensor("a"), tensor("b")],
            found: [tensor("x"), tensor("a"), tensor("a", [5]), tensor("b"), tensor("x", [6])])
        #expect(difference.matched == ["a", "b"])
        #expect(difference.mismatched.isEmpty)
        #expect(difference.unexpected == [tensor("x"), tensor("x", [6])])
    }

    @Test("ignored keys count on neither side")
    func ignored() {
        let difference = ShapeDifference(
            expected: [tensor("a"), tensor("head.w")], found: [tensor("a"), tensor("aux.w", [3])],
            ignoring: [Glob("head.*"), Glob("aux.*")])
        #expect(difference.isEmpty)
        #expect(difference.matched == ["a"])
    }

    private func renames(_ expected: [TensorSignature], _ found: [TensorSignature]) -> [String: String] {
        let renames = ShapeDifference(expected: expected, found: found).renames
        #expect(Set(renames.map(\.found)).count == renames.count, "no tensor is taken twice")
        return Dictionary(uniqueKeysWithValues: renames.map { ($0.expected.text, $0.found.text) })
    }

    @Test("a leading part too many or too few is seen through, whatever the order")
    func prefixes() throws {
        let expected = try ModelZoo.model(named: "resnet18").parameters.map(\.signature)
        for found in [
            expected.reversed().map { tensor("module." + $0.key.text, $0.shape, $0.dtype) },
            expected.reversed().map {
                tensor(String($0.key.text.drop { $0 != "." }.dropFirst()), $0.shape, $0.dtype)
            },
        ] {
            let names = renames(expected, found)
            #expect(names.count == expected.count)
            #expect(names.allSatisfy { $0.hasSuffix($1) || $1.hasSuffix($0) })
        }
    }

    @Test("renamed modules are found by their order and shape")
    func order() {
        let expected = (0..<6).flatMap {
            [tensor("stages.\($0).fc.weight", [8, 8]), tensor("stages.\($0).fc.bias", [8])]
        }
        let found = (0..<6).flatMap {
            [tensor("l.\($0 + 3).lin.weight", [8, 8]), tensor("l.\($0 + 3).lin.bias", [8])]
        }
        let names = renames(expected, found)
        #expect(names.count == 12)
        #expect(names["stages.4.fc.bias"] == "l.7.lin.bias")
    }

    @Test("names that say more than the order are believed")
    func names() {
        let expected = ["attn.query.weight", "attn.key.weight", "attn.value.weight"].map { tensor($0, [8, 8]) }
        let found = ["att.value.weight", "att.query.weight", "att.key.weight"].map { tensor($0, [8, 8]) }
        #expect(renames(expected, found)["attn.key.weight"] == "att.key.weight")
    }

    @Test("what differs in shape, dtype or every word is not a rename")
    func unlike() {
        #expect(renames([tensor("a.weight", [3])], [tensor("b.weight", [4])]).isEmpty)
        #expect(renames([tensor("a.weight")], [tensor("b.weight", [4], .float16)]).isEmpty)
        #expect(renames([tensor("a.weight"), tensor("b.weight")], [tensor("ema.decay")]).isEmpty)
    }

    @Test("thousands of keys of one shape without a partner are all listed", .timeLimit(.minutes(20)))
    func large() {
        let expected = (0..<5000).map { tensor("a.\($0).weight") }
        let found = (0..<4990).map { tensor("b.\($0).weight") }
        let difference = ShapeDifference(expected: expected, found: found)
        #expect(difference.missing.count == 5000 && difference.unexpected.count == 4990)
    }

    @Test("the text says what differs and what it may be")
    func text() {
        let difference = ShapeDifference(
            expected: [tensor("a"), tensor("fc.bias", [9])], found: [tensor("a", [5]), tensor("module.fc.bias", [9])])
        #expect(
            difference.text(file: "x.pth", reference: "vgg16", .plain) == """
                x.pth against vgg16: 0 tensors matched
                1 missing
                  fc.bias (9,) float32  likely module.fc.bias
                1 unexpected
                  module.fc.bias (9,) float32  likely fc.bias
                1 mismatched
                  a expected (4,) float32, found (5,) float32

                """)
    }

    @Test("keys that differ in numbers and their last name are one line, with what is true of all")
    func groups() {
        let layers = (0..<3).flatMap {
            [tensor("layer.\($0).query.weight", [4]), tensor("layer.\($0).query.bias", [4])]
        }
        let moved = layers.map { tensor("model." + $0.key.text, $0.shape) }
        let others = [1, 2, 4, 5, 7, 9].map { tensor("stage.\($0).w", [$0]) }
        let wide = (0..<6).map { tensor("head.\($0).w", [2]) }
        let difference = ShapeDifference(
            expected: layers + others + wide, found: moved + wide.map { tensor($0.key.text, [3]) })
        #expect(
            difference.text(file: "x", reference: "y", .plain) == """
                x against y: 0 tensors matched
                12 missing
                  layer.{0..2}.query.*: 6 keys, (4,) float32  likely model.layer.{0..2}.query.*
                  stage.{1,2,4,5,7,9}.w: 6 keys
                6 unexpected
                  model.layer.{0..2}.query.*: 6 keys, (4,) float32  likely layer.{0..2}.query.*
                6 mismatched
                  head.{0..5}.w: 6 keys, expected (2,) float32, found (3,) float32

                """)
        #expect(difference.json.text.contains("layer.2.query.bias"))
    }

    @Test("the JSON has the fields that others read")
    func json() {
        let difference = ShapeDifference(
            expected: [tensor("a"), tensor("fc.bias", [9])], found: [tensor("a", [5]), tensor("module.fc.bias", [9])])
        #expect(
            difference.json == [
                "matched": .array([]), "missing": .array(["fc.bias"]), "unexpected": .array(["module.fc.bias"]),
                "mismatched": .array([
                    [
                        "key": "a", "expected": ["dtype": "float32", "shape": .ints([4])],
                        "found": ["dtype": "float32", "shape": .ints([5])],
                    ]
                ]),
                "renames": .array([["found": "module.fc.bias", "expected": "fc.bias"]]),
            ])
    }
}
