import JSON

/// The lines of the embedded index.
///
/// Every line is a JSON value. In this order:
/// - a header: `{"format": 1, "weights": prefix of URLs, "names": count, "configs": count, "shared": count, …}`
/// - names, sorted by their lower-case forms: `[name, config, facts or null]`, with the config as its number below
/// - configs: `[path, type]`, and of image classifiers `[path, type, model, preprocessor, pipeline]`
/// - shared values
///
/// A JSON array is a list of Python, an object a dictionary, a number without point and exponent an `int`.
/// `{"()": […]}` is a tuple, `{"$": n}` the n-th of the shared values, which refers to earlier ones only.
struct IndexTable: Sendable {
    private let text: StaticString
    /// Where each line begins, and the end.
    private let starts: [Int]
    let nameCount: Int
    let configCount: Int
    let sharedCount: Int
    /// What the URLs of published weights begin with.
    let weightsPrefix: String

    /// - Parameter text: what `scripts/makers/make_model_index.py` wrote. Traps for another text.
    init(_ text: StaticString) {
        self.text = text
        starts = Self.lineStarts(text)
        let lines = starts.count - 1
        let header = Self.decode(text, 0..<starts[1])
        nameCount = header.int("names")
        configCount = header.int("configs")
        sharedCount = header.int("shared")
        weightsPrefix = header.string("weights")
        precondition(header.int("format") == 1 && lines == 1 + nameCount + configCount + sharedCount)
    }

    private static func lineStarts(_ text: StaticString) -> [Int] {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var starts = [0]
        starts.reserveCapacity(2000)
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            start = end + 1
            starts.append(start)
        }
        if start < bytes.count { starts.append(bytes.count) }
        return starts
    }

    // MARK: Names

    /// The name in the row, which starts with `["name",`: no name has a quotation mark or an escape.
    func name(at index: Int) -> String { String(decoding: nameBytes(at: index), as: UTF8.self) }

    /// The row of a name in any case of ASCII.
    func index(of name: String) -> Int? {
        let wanted = Array(name.utf8)
        var low = 0
        var high = nameCount
        while low < high {
            let middle = (low + high) / 2
            let row = nameBytes(at: middle)
            if row.lexicographicallyPrecedes(wanted, by: { lowercased($0) < lowercased($1) }) {
                low = middle + 1
            } else if row.elementsEqual(wanted, by: { lowercased($0) == lowercased($1) }) {
                return middle
            } else {
                high = middle
            }
        }
        return nil
    }

    private func nameBytes(at index: Int) -> Slice<UnsafeBufferPointer<UInt8>> {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        let start = starts[1 + index] + 2
        return bytes[start...].prefix { $0 != UInt8(ascii: "\"") }
    }

    // MARK: Rows

    func nameRow(_ index: Int) -> JSONValue { line(1 + index) }

    func configRow(_ index: Int) -> JSONValue {
        precondition((0..<configCount).contains(index))
        return line(1 + nameCount + index)
    }

    func sharedRow(_ index: Int) -> JSONValue {
        precondition((0..<sharedCount).contains(index))
        return line(1 + nameCount + configCount + index)
    }

    private func line(_ line: Int) -> JSONValue { Self.decode(text, starts[line]..<starts[line + 1]) }

    private static func decode(_ text: StaticString, _ range: Range<Int>) -> JSONValue {
        let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        do {
            return try JSONValue(parsing: UnsafeRawBufferPointer(rebasing: bytes[range]))
        } catch {
            preconditionFailure("bytes \(range) of the embedded model index are damaged: \(error)")
        }
    }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
}
