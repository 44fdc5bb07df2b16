import Testing

@testable import Commands

@Suite struct ToolTests {
    @Test("no two tools share a name or a word")
    func names() {
        #expect(Set(Tool.all.map(\.name)).count == Tool.all.count)
        #expect(Set(Tool.all.map(\.word)).count == Tool.all.count)
        for tool in Tool.all where tool.word != tool.name { #expect(!Tool.all.contains { $0.name == tool.word }) }
    }

    @Test("a tool answers to its name, to its word and to no other", arguments: Tool.all.map(\.name))
    func named(name: String) throws {
        let tool = try #require(Tool.named(name))
        #expect(Tool.named(tool.word)?.name == name)
        #expect(Tool.named(name + "x") == nil)
    }

    @Test("a tool is called what its command line says", arguments: Tool.all.map(\.name))
    func commandName(name: String) throws {
        #expect(try #require(Tool.named(name)).program().command.name == name)
    }
}
