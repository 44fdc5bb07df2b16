import CheckpointIO
import CommandLineKit
import JSON
import TensorCore

extension IntegrityReport {
    /// How many tensors of a damaged record are named.
    private static let namedKeys = 8

    /// - Parameter file: the checkpoint.
    package func text(file: String, _ palette: Palette) -> String {
        var text = "\(file): "
        if recordCount > 0 { text += "\(countText(recordCount, "record")), \(byteText(byteCount)): " }
        text += findings.isEmpty ? "nothing is damaged\n" : palette(.red, countText(findings.count, "finding")) + "\n"
        for finding in findings {
            let record = finding.record.map { "'\($0)'".printable }
            let offset = finding.offset.map { "at offset \(groupedText($0))" }
            let place = [finding.file == file ? nil : finding.file, record, offset].compactMap(\.self)
            text += "  " + palette(.red, place.joined(separator: " ")) + (place.isEmpty ? "" : ": ")
            text += finding.reason.printable + "\n"
            for key in finding.keys.prefix(Self.namedKeys) { text += "    \(key.text.printable)\n" }
            if finding.keys.count > Self.namedKeys {
                text += "    and \(countText(finding.keys.count - Self.namedKeys, "tensor")) more\n"
            }
        }
        for note in notes { text += palette(.dim, "note: \(note.printable)") + "\n" }
        return text
    }

    package var json: JSONValue {
        [
            "passed": .bool(findings.isEmpty),
            "records": .int(recordCount),
            "bytes": .int(byteCount),
            "without_checksum": .int(recordsWithoutChecksum),
            "findings": .array(
                findings.map {
                    [
                        "file": .string($0.file), "record": .optional($0.record.map(JSONValue.string)),
                        "offset": .optional($0.offset.map(JSONValue.int)), "reason": .string($0.reason),
                        "keys": .strings($0.keys),
                    ]
                }),
            "notes": .strings(notes),
        ]
    }
}
