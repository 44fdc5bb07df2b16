import CheckpointIO
import FoundationEssentials

/// The path of a committed fixture.
func fixture(_ name: String) -> String {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/") + "/fixtures/" + name
}

func text(of name: String) throws -> String {
    try String(contentsOfFile: fixture(name), encoding: .utf8)
}
