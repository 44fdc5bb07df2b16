import Testing

@testable import CheckpointIO

@Suite struct StorageNamesTests {
    @Test(
        "a name is found at the position where it first stood, numbered or not",
        arguments: [
            ["0", "1", "2", "1", "0", "3"], ["0", "1", "5", "1", "5", "0", "2", "2"], ["a", "0", "a", "1", "0"],
            ["1", "0", "1"], ["0", "00", "0", "00"], ["140231", "140232", "140231"],
            ["0", "1", "x", "2", "1", "3", "2"],
        ])
    func positions(names: [String]) {
        var table = StorageNames(capacity: 4)
        var known: [String] = []
        for name in names {
            let position = table.earlierPosition(of: name, NumberedRecords.number(name))
            #expect(position == known.firstIndex(of: name), "\(name) in \(names)")
            if !known.contains(name) { known.append(name) }
        }
    }
}
