/// The name of one file of a numbered set: `model-00001-of-00003.safetensors`.
struct ShardName {
    /// The shard's number, from 1.
    let number: Int
    let set: Set

    /// What the files of a set have in common.
    struct Set: Hashable {
        let stem: String
        let digits: Int
        let count: Int
        let suffix: String

        /// The name of the file of that number.
        func name(of number: Int) -> String { "\(stem)-\(padded(number))-of-\(padded(count))\(suffix)" }

        private func padded(_ number: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
    }

    init?(_ name: String) {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let parts = name[..<dot].split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[parts.count - 2] == "of", let count = Int(parts[parts.count - 1]),
            let number = Int(parts[parts.count - 3]), number >= 1, number <= count,
            parts[parts.count - 1].utf8.count == parts[parts.count - 3].utf8.count
        else { return nil }
        self.number = number
        set = Set(
            stem: parts.dropLast(3).joined(separator: "-"), digits: parts[parts.count - 1].utf8.count, count: count,
            suffix: String(name[dot...]))
    }
}
