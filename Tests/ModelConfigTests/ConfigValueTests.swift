import Testing

@testable import ModelConfig

@Suite("ConfigValue")
struct ConfigValueTests {
    @Test("an overridden key keeps its place")
    func order() {
        var values = ConfigDictionary([
            .init(key: .string("a"), value: .int(1)), .init(key: .string("b"), value: .int(2)),
        ])
        values[.string("a"), origin: nil] = .int(3)
        #expect(values.entries.map(\.value) == [.int(3), .int(2)])
    }
}
