import ByteIO

/// The lines of a text file, as `mmengine.list_from_file` gives them.
enum TextLines {
    /// An annotation file of ImageNet-21k has some 14 million lines of 30 bytes.
    static let sizeLimit = 1 << 30

    /// - Returns: without line ends.
    /// - Throws: `DatasetError.unusable` for a file that is missing, too large or not UTF-8.
    static func read(_ path: String) throws(DatasetError) -> [Substring] {
        let file: MappedFile
        do throws(IOError) {
            file = try MappedFile(path: path)
        } catch {
            throw .unusable(path: path, reason: "\(error)")
        }
        guard file.bytes.count <= sizeLimit else {
            throw .unusable(path: path, reason: "\(file.bytes.count) bytes are more than the limit of \(sizeLimit)")
        }
        guard let text = file.bytes.utf8Text else { throw .unusable(path: path, reason: "it is not UTF-8") }
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

/// A file with a line `path label` per image.
enum AnnotationFile {
    /// - Returns: paths as they are written, and labels.
    /// - Throws: `DatasetError` naming the line that is not of this form.
    static func read(_ path: String) throws(DatasetError) -> [(name: String, label: Int)] {
        var images: [(name: String, label: Int)] = []
        for (index, line) in try TextLines.read(path).enumerated() {
            let line = trimmed(line)
            guard let blank = line.lastIndex(of: " ") else {
                throw .line(
                    file: path, line: index + 1,
                    reason: line.isEmpty
                        ? "the line is empty" : "'\(line.prefix(80))' has no label: 'path label' is needed")
            }
            let text = trimmed(line[line.index(after: blank)...])
            guard let label = Int(text) else {
                throw .line(file: path, line: index + 1, reason: "the label '\(text.prefix(40))' is not a whole number")
            }
            images.append((String(line[..<blank]), label))
        }
        return images
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
