import ByteIO
import Testing

@testable import Pickle

@Suite struct PickleGraphTests {
    @Test("a storage key is renamed once and for all who share it")
    func rename() throws {
        var graph = try PickleFixture.named("shared").graph()
        for id in graph.persistentIDs() {
            guard case .persistentID(let payload) = graph[id], case .node(let key)? = graph.tuple(payload)?[2] else {
                continue
            }
            graph.replace(key, with: .string("17"))
        }
        let again = try PickleReader.read(Bytes(PickleWriter.write(graph)))
        let keys = again.persistentIDs().compactMap { id -> String? in
            guard case .persistentID(let payload) = again[id] else { return nil }
            return again.tuple(payload).flatMap { again.text($0[2]) }
        }
        #expect(!keys.isEmpty && keys.allSatisfy { $0 == "17" })
    }

    @Test("bytes are found in the form that each protocol gives them", arguments: ["python_objects", "bytes_p5"])
    func bytes(_ name: String) throws {
        let graph = try PickleFixture.named(name).graph()
        let values: [PickleValue]
        if let entries = graph.entries(graph.root) {
            values = try #require(graph.value(of: "bytes", in: entries).flatMap { graph.sequence($0) })
        } else {
            values = Array(try #require(graph.sequence(graph.root)).prefix(1))
        }
        let found = values.map { graph.bytes($0)?.array }
        #expect(found.contains([0x61, 0x62, 0x63]) && !found.contains(nil))
        #expect(graph.bytes(.int(1))?.array == nil && graph.bytes(graph.root)?.array == nil)
    }

    @Test("the last of two equal keys counts, and keys are compared by scalars")
    func lookUp() throws {
        let graph = try PickleGraph("(Va\nI1\nVa\nI2\nV\u{e9}\nI3\nd.")
        let entries = try #require(graph.entries(graph.root))
        #expect(graph.value(of: "a", in: entries) == .int(2))
        #expect(graph.value(of: "\u{e9}", in: entries) == .int(3))
        #expect(graph.value(of: "e\u{301}", in: entries) == nil)
    }

    @Test("two values that an import brings over one after the other keep what they share")
    func importShares() throws {
        let source = try PickleGraph("]q\u{0}\u{85}h\u{0}\u{85}\u{86}.")
        let pair = try #require(source.tuple(source.root))
        var target = PickleGraph()
        var move = PickleImport(from: source)
        let images = pair.map { move.bring($0, into: &target) }
        let first = try #require(target.tuple(images[0]))
        let second = try #require(target.tuple(images[1]))
        #expect(first[0] == second[0])
    }

    @Test("a substituted node stands for the source's, which is not brought over")
    func importSubstitutes() throws {
        let source = try PickleGraph("]]a.")
        let inner = try #require(source.sequence(source.root)?.first)
        guard case .node(let id) = inner else { return }
        var target = PickleGraph()
        var move = PickleImport(from: source)
        move.substitute(id, by: target.append(.string("x")))
        target.root = move.bring(source.root, into: &target)
        #expect(target.line == "['x']")
        #expect(target.count == 2)
    }

    @Test("floats are equal when their bits are, nodes when they are the same")
    func equality() {
        #expect(PickleValue.float(.nan) == .float(.nan))
        #expect(PickleValue.float(0) != .float(-0.0))
        #expect(PickleValue.int(1) != .bool(true))
    }

    @Test("what replaces a node is found as what it is, whatever was there before")
    func replaces() throws {
        var graph = PickleGraph()
        let nodes: [PickleNode] = [
            .string("a"), .tuple([.int(1), .none]), .persistentID(.int(7)), .list([.bool(true)]), .extensionCode(3),
        ]
        for old in nodes {
            let id = graph.append(old)
            for new in nodes {
                graph.replace(id, with: new)
                let items: [PickleValue]? = if case .tuple(let items) = new { items } else { nil }
                let payload: PickleValue? = if case .persistentID(let payload) = new { payload } else { nil }
                #expect(graph.items(ofTuple: id).map(Array.init) == items)
                #expect(graph.tuple(.node(id)) == items)
                #expect(graph.payload(ofPersistentID: id) == payload)
                #expect(graph[id].typeName == new.typeName)
            }
        }
    }

    @Test("a text is found by its bytes, with the characters that protocol 0 escapes and without")
    func texts() throws {
        let graph = try PickleGraph("(X\u{5}\u{0}\u{0}\u{0}helloV\\u0068i\nNt.")
        let items = try #require(graph.items(ofTuple: graph.root))
        #expect(graph.isText(items[0], "hello") && !graph.isText(items[0], "hell"))
        #expect(graph.isText(items[1], "hi"))
        #expect(!graph.isText(items[2], "None"))
        #expect(graph.withText(items[1]) { $0.count } == 2)
    }
}
