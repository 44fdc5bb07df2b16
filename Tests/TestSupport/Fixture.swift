import Foundation

/// The path of a committed fixture, by its path in `fixtures`.
package func fixture(_ name: String) -> String {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return root.joined(separator: "/") + "/fixtures/" + name
}

/// What a committed fixture in JSON says.
/// - Throws: if the file cannot be read, or is not what `type` describes.
package func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: fixture(name))))
}

/// What each line of a committed fixture says, in JSON.
/// - Throws: if the file cannot be read, or a line is not what `type` describes.
package func fixture<Value: Decodable>(_ name: String, asLinesOf type: Value.Type) throws -> [Value] {
    let decoder = JSONDecoder()
    return try String(contentsOfFile: fixture(name), encoding: .utf8).split(separator: "\n").map {
        try decoder.decode(type, from: Data($0.utf8))
    }
}
