import TensorCore
import Testing

@testable import Workbench

@Suite struct TreeNodeTests {
    private func tree(_ keys: [String]) -> TreeNode { TreeNode(keys.map { (Key($0), .value) }) }

    private func outline(_ node: TreeNode) -> String {
        node.name + (node.fold.map { "…\($0.last)×\($0.count)" } ?? "")
            + (node.children.isEmpty ? "" : "(" + node.children.map(outline).joined(separator: " ") + ")")
    }

    @Test("keys become a tree in their order, siblings where their parent first stood")
    func order() {
        #expect(outline(tree(["b.x", "a", "b.y", "c..d", "b"])) == "(b(x y) a c((d)))")
    }

    @Test("numbered neighbours that are equal are folded, at every level")
    func folds() {
        let keys = (0..<4).flatMap { block in (0..<2).map { "layers.\(block).convs.\($0).w" } }
        #expect(outline(tree(keys).folded()) == "(layers(0…3×4(convs(0…1×2(w)))))")
        #expect(outline(tree(["0.w", "1.w", "2.v", "3.w"]).folded()) == "(0…1×2(w) 2(v) 3(w))")
        #expect(outline(tree(["a.w", "b.w"]).folded()) == "(a(w) b(w))")
        #expect(outline(tree(["0.w", "1.x.w", "2.x.w"]).folded()) == "(0(w) 1…2×2(x(w)))")
    }

    @Test("very many siblings stay in their order, whichever of them the next key belongs to")
    func siblings() {
        let names = (0..<100).map { "\($0)" }
        let root = tree(names.map { $0 + ".a" } + names.map { $0 + ".b" } + ["1.a", "99.c"])
        #expect(root.children.map(\.name) == names)
        #expect(root.children.dropLast().allSatisfy { $0.children.map(\.name) == ["a", "b"] })
        #expect(root.children.last?.children.map(\.name) == ["a", "b", "c"])
        #expect(root.nodeCount == 302)
    }

    @Test("a dot parts a key whatever combines with it")
    func combiningDot() {
        #expect(tree(["a.\u{301}b"]).children.first?.children.map(\.name) == ["\u{301}b"])
    }

    @Test("two keys that differ in normalisation only stay two")
    func normalisation() {
        #expect(tree(["caf\u{E9}.w", "cafe\u{301}.w"]).children.count == 2)
    }

    @Test("a key of very many parts makes a tree of limited depth, and is not lost")
    func depth() {
        let key = Array(repeating: "a", count: 100_000).joined(separator: ".")
        var node = tree([key])
        var depth = 0
        var names: [String] = []
        while let child = node.children.first {
            node = child
            depth += 1
            names.append(child.name)
        }
        #expect(depth == TreeNode.maximumDepth)
        #expect(names.joined(separator: ".") == key)
    }

    @Test("a path leads to its node, or the error says what is near")
    func walk() throws {
        let root = tree(["backbone.layer1.0.w", "backbone.layer2.0.w"])
        #expect(try root.node(at: "backbone.layer2", file: "f").children.map(\.name) == ["0"])
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
