import ByteIO
import JSON

extension MetafileFill.Origin {
    /// A report has no more bytes than this.
    private static let maximumReport = 256 << 20

    /// Takes what is missing from the report of a conversion, as `convert --dry-run --json` prints it: its model, and the
    /// name of the file that it read.
    /// - Throws: `IOError`; `WorkbenchError.metafile` for a file that is not such a report.
    package mutating func complete(fromReportAt path: String) throws {
        let bytes = try MappedFile(path: path).bytes
        guard bytes.count <= Self.maximumReport else {
            throw WorkbenchError.metafile(path: path, reason: "it has more than \(Self.maximumReport) bytes")
        }
        var fields: [String: String] = [:]
        do throws(JSONError) {
            try bytes.withUnsafeBytes { (text) throws(JSONError) in
                var reader = JSONReader(text)
                try reader.beginObject()
                while let name = try reader.nextName() {
                    if name == "file" || name == "model" {
                        if case .string(let value) = try reader.value() { fields[name] = value }
                    } else {
                        try reader.skipValue()
                    }
                }
                try reader.finish()
            }
        } catch {
            throw WorkbenchError.metafile(path: path, reason: "it is not a report of convert: \(error)")
        }
        guard let file = fields["file"] else {
            throw WorkbenchError.metafile(path: path, reason: "it is not a report of convert: it has no 'file'")
        }
        model = model ?? fields["model"]
        // A folder of this machine says nothing to others.
        weights = weights ?? file.split(separator: "/").last.map(String.init)
    }
}
