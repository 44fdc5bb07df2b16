import ZipArchive

/// The records `data/0`, `data/1` … of an archive, found once: thousands of names need not be looked up.
struct NumberedRecords {
    /// Number of a record → index of its entry; −1 where there is none or more than one.
    private var entries: [Int]

    /// - Parameter prefix: what the names begin with before the number.
    init(_ zip: ZipArchive, prefix: String) {
        entries = [Int](repeating: -1, count: zip.entries.count)
        var isKnown = [Bool](repeating: false, count: zip.entries.count)
        let prefix = Array(prefix.utf8)
        // By index: an entry that is taken out of its array costs a reference count.
        for index in zip.entries.indices {
            let number = zip.entries[index].nameBytes.withUnsafeBytes { name -> Int? in
                guard name.count > prefix.count, name.starts(with: prefix) else { return nil }
                return Self.number(UnsafeRawBufferPointer(rebasing: name[prefix.count...]))
            }
            guard let number, number < entries.count else { continue }
            entries[number] = isKnown[number] ? -1 : index
            isKnown[number] = true
        }
    }

    /// The index of the entry of that number, if one entry only bears it.
    subscript(number: Int) -> Int? {
        guard number < entries.count, entries[number] >= 0 else { return nil }
        return entries[number]
    }

    /// The number that a name spells as `torch.save` does.
    static func number(_ name: String) -> Int? {
        let known = name.utf8.withContiguousStorageIfAvailable { number(UnsafeRawBufferPointer($0)) }
        if let known { return known }
        var name = name
        return name.withUTF8 { number(UnsafeRawBufferPointer($0)) }
    }

    /// Decimal digits without a leading zero, at most nine.
    private static func number(_ digits: UnsafeRawBufferPointer) -> Int? {
        guard let first = digits.first, digits.count < 10, first != UInt8(ascii: "0") || digits.count == 1 else {
            return nil
        }
        var number = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
