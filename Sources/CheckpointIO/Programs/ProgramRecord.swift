import ByteIO
import JSON
import TensorCore

/// The graph of an exported program as its file holds it, and which of the file's tensors are not part of the state dict.
package struct ProgramRecord: Sendable {
    /// JSON of `ExportedProgram` in `torch/_export/serde/schema.py`.
    package let text: Bytes
    /// The record's name in the archive.
    package let name: String
    /// Keys of lifted constants and of buffers that are not persistent.
    package let constants: Set<Key>

    /// The versions of the schema that are read, by their major number: 8 since PyTorch 2.5.
    package static let knownMajors = [8]
    /// More than a program of a hundred thousand calls takes.
    static let longestText = 1 << 28
}

/// What says which schema a program is of.
struct ProgramVersion {
    private(set) var major: Int?
    private(set) var minor = 0
    private(set) var torch: String?

    /// Reads over the whole document: the version stands after the graph.
    init(_ text: Bytes) throws(JSONError) {
        try text.withUnsafeBytes { (text) throws(JSONError) in
            var reader = JSONReader(text, acceptsNonFinite: true)
            try reader.beginObject()
            while let name = try reader.nextName() {
                switch name {
                case "schema_version": try readSchema(&reader)
                case "torch_version": torch = try reader.string()
                default: try reader.skipValue()
                }
            }
            try reader.finish()
        }
    }

    private mutating func readSchema(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let name = try reader.nextName() {
            switch name {
            case "major": major = try reader.integer()
            case "minor": minor = try reader.integer()
            default: try reader.skipValue()
            }
        }
    }

    /// - Throws: `ProgramFileError` for another schema than those that are read.
    func check(record: String) throws(ProgramFileError) {
        guard let major else { throw .record(record, problem: "it has no schema_version") }
        guard ProgramRecord.knownMajors.contains(major) else {
            throw .schema(major: major, minor: minor, known: ProgramRecord.knownMajors, torch: torch)
        }
    }
}
