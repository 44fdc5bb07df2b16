import CheckpointIO
import TensorCore
import Testing

@testable import Workbench

@Suite struct KeyTreeTests {
    private func tree(_ keys: [String]) -> KeyTree { KeyTree(keys.map { (Key($0), .value) }) }

    private func folded(_ keys: [String]) -> KeyTree {
        var tree = tree(keys)
        tree.fold()
        return tree
    }

    private func outline(_ tree: KeyTree, of node: Int = KeyTree.root) -> String {
        let children = tree.children(of: node).map { outline(tree, of: $0) }
        return tree.name(of: node) + (tree.folds[node].map { "…\(tree.name(of: $0.last))×\($0.count)" } ?? "")
            + (children.isEmpty ? "" : "(" + children.joined(separator: " ") + ")")
    }

    private func childNames(_ tree: KeyTree, of node: Int = KeyTree.root) -> [String] {
        tree.children(of: node).map { tree.name(of: $0) }
    }

    @Test("keys become a tree in their order, siblings where their parent first stood")
    func order() {
        #expect(outline(tree(["b.x", "a", "b.y", "c..d", "b"])) == "(b(x y) a c((d)))")
    }

    @Test("numbered neighbours that are equal are folded, at every level")
    func folds() {
        let keys = (0..<4).flatMap { block in (0..<2).map { "layers.\(block).convs.\($0).w" } }
        #expect(outline(folded(keys)) == "(layers(0…3×4(convs(0…1×2(w)))))")
        #expect(outline(folded(["0.w", "1.w", "2.v", "3.w"])) == "(0…1×2(w) 2(v) 3(w))")
        #expect(outline(folded(["a.w", "b.w"])) == "(a(w) b(w))")
        #expect(outline(folded(["0.w", "1.x.w", "2.x.w"])) == "(0(w) 1…2×2(x(w)))")
    }

    @Test("very many siblings stay in their order, whichever of them the next key belongs to")
    func siblings() {
        let names = (0..<100).map { "\($0)" }
        let root = tree(names.map { $0 + ".a" } + names.map { $0 + ".b" } + ["99.c"])
        #expect(childNames(root) == names)
        let children = Array(root.children(of: KeyTree.root))
        #expect(children.dropLast().allSatisfy { childNames(root, of: $0) == ["a", "b"] })
        #expect(children.last.map { childNames(root, of: $0) } == ["a", "b", "c"])
        #expect(root.nodes.count == 302)
    }

    @Test("two entries of one key have a node each")
    func twins() {
        #expect(outline(tree(["a.b", "a.b", "a.c"])) == "(a(b b c))")
    }

    @Test("a dot parts a key whatever combines with it")
    func combiningDot() {
        #expect(outline(tree(["a.\u{301}b"])) == "(a(\u{301}b))")
    }

    @Test("two keys that differ in normalisation only stay two")
    func normalisation() {
        #expect(tree(["caf\u{E9}.w", "cafe\u{301}.w"]).nodes.count == 5)
    }

    @Test("a key of very many parts makes a tree of limited depth, and is not lost")
    func depth() {
        let key = Array(repeating: "a", count: 100_000).joined(separator: ".")
        let tree = tree([key])
        #expect(tree.nodes.count == 1 + KeyTree.maximumDepth)
        #expect(tree.nodes.indices.dropFirst().map { tree.name(of: $0) }.joined(separator: ".") == key)
    }

    @Test("sizes that no number holds are the largest that one does")
    func largestSize() throws {
        let tensors = (0..<6).map { TensorSignature(key: Key("layers.\($0)"), dtype: .uint8, shape: [1 << 61]) }
        let checkpoint = try Checkpoint.describing(tensors, path: "model")
        var tree = KeyTree(checkpoint.tensors.map { ($0.key, .tensor($0.tensor)) })
        tree.measure(nil)
        tree.fold()
        let parent = try tree.node(at: "layers", file: "model")
        #expect(tree.sizes[KeyTree.root].byteCount == .max)
        #expect(tree.children(of: parent).map { tree.sizes[$0].byteCount } == [Int.max])
        let summary = try CheckpointSummary(of: checkpoint)
        #expect(summary.byteCount == .max && summary.parameterCount == .max)
    }

    @Test("a path leads to its node, or the error says what is near")
    func walk() throws {
        let root = tree(["backbone.layer1.0.w", "backbone.layer2.0.w"])
        #expect(childNames(root, of: try root.node(at: "backbone.layer2", file: "f")) == ["0"])
        #expect(
            throws: WorkbenchError.noNode(
                file: "f", part: "layer3", parent: "backbone", nearest: ["layer1", "layer2"])
        ) { try root.node(at: "backbone.layer3", file: "f") }
    }

    @Test(
        "the column of numbers is as wide as Python's floating-point logarithm makes it",
        arguments: [(1, 1), (9, 1), (10, 2), (99, 2), (100, 3), (999, 3), (1000, 3), (1001, 4), (0, 1)])
    func numberWidth(count: Int, expected: Int) {
        #expect(CheckpointTree.numberWidth(for: count) == expected)
    }
}
