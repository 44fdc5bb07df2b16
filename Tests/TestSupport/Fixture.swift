/// The path of a committed fixture, by its path in `fixtures`.
package func fixture(_ name: String) -> String {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return root.joined(separator: "/") + "/fixtures/" + name
}
