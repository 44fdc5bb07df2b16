/// The orientation in EXIF data. Those are a TIFF file (TIFF 6.0), and its first directory counts.
struct ExifOrientation {
    /// What OpenCV 5.0 finds: it reads the entries in order, up to the first that does not fit in the data, or whose value
    /// does not; the first orientation counts, whatever type it is said to have.
    private(set) var value: Int?
    /// Whether other readers find the same: at most one orientation, of type SHORT, in a directory that is whole.
    private(set) var isOrdinary = true

    /// - Parameter data: what follows `Exif\0\0`.
    init(_ data: UnsafeRawBufferPointer) {
        let data = TIFFIntegers(data)
        guard data.short(at: 2) == 42, let start = data.long(at: 4), let count = data.short(at: start) else { return }
        var found: [Int] = []
        for entry in 0..<count {
            let offset = start + 2 + entry * 12
            guard let tag = data.short(at: offset), data.hasValue(of: tag, entry: offset) else {
                isOrdinary = false
                break
            }
            if tag == Self.tag, let value = data.short(at: offset + 8) {
                found.append(value)
                isOrdinary = isOrdinary && data.short(at: offset + 2) == 3 && data.long(at: offset + 4) == 1
            }
        }
        isOrdinary = isOrdinary && found.count <= 1 && data.count >= start + 2 + count * 12
        value = found.first
    }

    /// Upright if there is none, or an unknown one.
    var orientation: Orientation { value.flatMap(Orientation.init) ?? .upright }

    private static let tag = 0x112
}

/// Integers of a TIFF file: little-endian where it begins with `II`, else big-endian.
private struct TIFFIntegers {
    private let data: UnsafeRawBufferPointer
    private let isLittleEndian: Bool

    init(_ data: UnsafeRawBufferPointer) {
        self.data = data
        isLittleEndian = data.count > 1 && data[0] == 0x49 && data[1] == 0x49
    }

    var count: Int { data.count }

    /// nil past the end.
    func short(at offset: Int) -> Int? {
        guard offset >= 0, offset < data.count - 1 else { return nil }
        let (first, second) = (Int(data[offset]), Int(data[offset + 1]))
        return isLittleEndian ? second << 8 | first : first << 8 | second
    }

    /// nil past the end.
    func long(at offset: Int) -> Int? {
        guard let first = short(at: offset), let second = short(at: offset + 2) else { return nil }
        return isLittleEndian ? second << 16 | first : first << 16 | second
    }

    /// Whether OpenCV finds all of an entry's value. It reads the tags that it knows as their standard types, whatever
    /// type the entry states, and skips the others.
    func hasValue(of tag: Int, entry offset: Int) -> Bool {
        switch tag {
        case 0x10E, 0x10F, 0x110, 0x131, 0x132, 0x8298:
            guard let size = long(at: offset + 4) else { return false }
            // OpenCV takes texts of up to four bytes from offset 8 of the data, not from the entry.
            guard let place = size > 4 ? long(at: offset + 8) : 8 else { return false }
            return place + size <= data.count
        case 0x112, 0x128, 0x213: return short(at: offset + 8) != nil
        case 0x11A, 0x11B: return hasRationals(1, entry: offset)
        case 0x13E: return hasRationals(2, entry: offset)
        case 0x211: return hasRationals(3, entry: offset)
        case 0x13F, 0x214: return hasRationals(6, entry: offset)
        default: return true
        }
    }

    private func hasRationals(_ count: Int, entry offset: Int) -> Bool {
        long(at: offset + 8).map { $0 + count * 8 <= data.count } ?? false
    }
}
