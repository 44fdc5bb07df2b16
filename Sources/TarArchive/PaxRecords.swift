import ByteIO

/// What an extended header (type `x` or `g`) says of the members after it: records `LENGTH KEY=VALUE\n`.
///
/// Source: POSIX.1-2017, `pax`, "pax Extended Header".
struct PaxRecords {
    private(set) var path: String?
    private(set) var linkPath: String?
    private(set) var size: Int?
    /// The data leaves away its runs of zeros (`GNU.sparse.…`).
    private(set) var isSparse = false

    /// Sets what the records of `data` set; an empty value takes back what an earlier header set.
    /// - Parameter offset: of the header, for errors.
    mutating func read(_ data: Bytes, offset: Int) throws(TarError) {
        var position = 0
        while position < data.count {
            let record = try Self.record(data, at: &position, headerOffset: offset)
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { throw .extendedRecord(offset: offset) }
            let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
            switch String(decoding: record[..<equals], as: UTF8.self) {
            case "path": path = value.isEmpty ? nil : value
            case "linkpath": linkPath = value.isEmpty ? nil : value
            case "size":
                guard value.isEmpty || Int(value).map({ $0 >= 0 }) ?? false else {
                    throw .number(field: "size", offset: offset)
                }
                size = Int(value)
            case let key where key.hasPrefix("GNU.sparse."): isSparse = true
            default: break
            }
        }
    }

    /// The next record between its length and its line feed. The length counts the whole record.
    private static func record(
        _ data: Bytes, at position: inout Int, headerOffset: Int
    ) throws(TarError) -> Slice<Bytes> {
        var length = 0
        var index = position
        while index < data.count, index < position + 8, data[index] != UInt8(ascii: " ") {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(data[index]) else {
                throw .extendedRecord(offset: headerOffset)
            }
            length = length * 10 + Int(data[index] - UInt8(ascii: "0"))
            index += 1
        }
        let end = position + length
        guard end <= data.count, index + 1 < end, data[index] == UInt8(ascii: " "),
            data[end - 1] == UInt8(ascii: "\n")
        else { throw .extendedRecord(offset: headerOffset) }
        position = end
        return data[(index + 1)..<(end - 1)]
    }
}
