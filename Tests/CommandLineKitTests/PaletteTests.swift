import CommandLineKit
import Testing

@Suite struct PaletteTests {
    @Test("a colour is set and reset, and is absent where colours are off or there is nothing to colour")
    func colours() {
        #expect(Palette(isColored: true)(.green, "weight") == "\u{1B}[32mweight\u{1B}[0m")
        #expect(Palette(isColored: true)(.green, "") == "")
        #expect(Palette.plain(.green, "weight") == "weight")
    }
}
