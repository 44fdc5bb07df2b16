import TestSupport
import Testing

/// Files of the kinds that people bring, and what is right: see `scripts/makers/make_field_fixtures.py`.
enum FieldFile {
    private struct Row: Decodable {
        let key: String
        let sha256: String
    }

    private static let facts = Result { try fixture("field/facts.json", as: [String: [Row]].self) }

    static func path(_ name: String) -> String { fixture("field/\(name)") }

    /// `key sha256` of each tensor that `ckpt-tree` lists.
    static func digests(_ words: [String]) throws -> [String] {
        let report = try ToolRun("ckpt-tree", words + ["--json", "--digest"]).json()
        let tensors = try #require(report["tensors"] as? [[String: Any]])
        return tensors.map { "\($0["key"] ?? "") \($0["sha256"] ?? "")" }
    }

    /// `key sha256` of each tensor that a file should have.
    /// - Parameter prefix: what the keys begin with; it is taken off.
    static func expected(_ name: String, below prefix: String = "") throws -> [String] {
        try #require(try facts.get()[name]).filter { $0.key.hasPrefix(prefix) }.map {
            "\($0.key.dropFirst(prefix.count)) \($0.sha256)"
        }
    }
}
