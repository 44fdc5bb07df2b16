import CYAML

/// The offsets of characters: libyaml counts characters, edits need bytes.
struct PlaceTable {
    /// The offset of each character; empty for a text of ASCII only.
    private var offsets: [Int32] = []
    /// The byte order mark, which libyaml does not count.
    private var first = 0
    private let count: Int

    init(_ text: [UInt8], file: String) throws(YAMLError) {
        count = text.count
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { first = 3 }
        guard text.contains(where: { $0 >= 0x80 }) else { return }
        var index = first
        while index < count {
            let byte = text[index]
            let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            guard byte < 0x80 || byte >= 0xC2, index + length <= count,
                length == 1 || String(validating: text[index..<index + length], as: UTF8.self) != nil
            else { throw YAMLError(file: file, mark: nil, reason: .notUTF8(offset: index)) }
            offsets.append(Int32(index))
            index += length
        }
    }

    func mark(_ mark: yaml_mark_t) -> YAMLMark {
        let index = Int(mark.index)
        let offset =
            offsets.isEmpty ? min(first + index, count) : index < offsets.count ? Int(offsets[index]) : count
        return YAMLMark(offset: offset, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
