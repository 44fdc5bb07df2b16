import Testing

@testable import CommandLineKit

@Suite struct ColorModeTests {
    @Test(
        "auto colours a terminal unless the environment forbids it; always and never mean what they say",
        arguments: [
            (ColorMode.auto, true, [:], true), (.auto, false, [:], false),
            (.auto, true, ["NO_COLOR": "1"], false), (.auto, true, ["NO_COLOR": ""], true),
            (.auto, true, ["TERM": "dumb"], false), (.auto, true, ["TERM": "xterm"], true),
            (.always, false, ["NO_COLOR": "1"], true), (.never, true, [:], false),
        ] as [(ColorMode, Bool, [String: String], Bool)])
    func decision(mode: ColorMode, isTerminal: Bool, environment: [String: String], expected: Bool) {
        #expect(mode.allowsColor(isTerminal: isTerminal, environment: { environment[$0] }) == expected)
    }
}
