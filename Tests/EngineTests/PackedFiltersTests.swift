import Testing

@testable import Engine

@Suite struct PackedFiltersTests {
    @Test("output channels are cut into panels of nearly equal width")
    func dense() {
        let panels = PanelShape.split(outputs: 160, groups: 1, inputsPerGroup: 7, blocksLimit: 4)
        #expect(panels.map(\.firstOutput) == [0, 48, 96])
        #expect(panels.map(\.blocks) == [3, 3, 4])
        #expect(panels.allSatisfy { $0.inputs == 0..<7 })
    }

    @Test("a panel keeps to its group where groups are whole blocks")
    func wideGroups() {
        let panels = PanelShape.split(outputs: 64, groups: 2, inputsPerGroup: 5, blocksLimit: 4)
        #expect(panels.map(\.firstOutput) == [0, 32])
        #expect(panels.map(\.inputs) == [0..<5, 5..<10])
    }

    @Test("small groups share panels, which read the inputs of all of them")
    func narrowGroups() {
        let panels = PanelShape.split(outputs: 21, groups: 3, inputsPerGroup: 5, blocksLimit: 4)
        #expect(panels.map(\.blocks) == [1, 1])
        #expect(panels.map(\.inputs) == [0..<15, 10..<15])
    }
}
