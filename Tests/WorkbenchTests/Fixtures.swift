import CheckpointIO
import FoundationEssentials
import TestSupport

func text(of name: String) throws -> String {
    try String(contentsOfFile: fixture(name), encoding: .utf8)
}
