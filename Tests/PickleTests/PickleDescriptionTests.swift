import Testing

@testable import Pickle

@Suite struct PickleDescriptionTests {
    @Test("an ordered dict, an mmengine buffer and an optimizer's numbers read like Python")
    func realObjects() throws {
        let graph = try PickleFixture.named("mmengine").graph()
        let hub = try #require(graph.entries(graph.root)?[1].value)
        let line = PickleDescription(depth: 20, length: 500).text(hub, in: graph)
        #expect(
            line.hasPrefix(
                "{'log_scalars': OrderedDict([('train/loss', mmengine.logging.history_buffer.HistoryBuffer() with {'max_length': 1000000, "
            ))
        #expect(line.contains("numpy._core.multiarray._reconstruct(numpy.ndarray, (0,), b'b')"))
    }

    @Test("depth and length are bounded, and what is left out shows")
    func bounds() throws {
        let graph = try PickleFixture.named("list_1000").graph()
        #expect(PickleDescription(length: 20).text(graph.root, in: graph) == "[None, None, None, None, …]")
        let nested = try PickleGraph("]]]aa.")
        #expect(PickleDescription(depth: 2).text(nested.root, in: nested) == "[[[…]]]")
        let text = try PickleGraph("Vabcdef\n.")
        #expect(PickleDescription(textLength: 3).text(text.root, in: text) == "'abc…'")
    }

    @Test("an empty set reads as Python prints it, at every protocol")
    func emptySets() throws {
        #expect(try PickleGraph("\u{80}\u{4}\u{8F}.").line == "set()")
        #expect(try PickleGraph("\u{80}\u{2}c__builtin__\nset\n]\u{85}R.").line == "set()")
        #expect(try PickleGraph("\u{80}\u{2}c__builtin__\nfrozenset\n]\u{85}R.").line == "frozenset()")
    }

    @Test("a container inside itself is cut as Python cuts it")
    func cycles() throws {
        #expect(try PickleGraph("]q\u{0}h\u{0}a.").line == "[[...]]")
        #expect(try PickleGraph("}q\u{0}K\u{1}h\u{0}s.").line == "{1: {...}}")
    }
}
