import FoundationEssentials

/// A folder that is there while `body` runs.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let number = String(UInt64.random(in: 0 ... .max), radix: 36)
    let folder = FileManager.default.temporaryDirectory.path + "/checkpoint-\(number)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}
