import ByteIO
import JSON
import TensorCore

/// The tensors of an exported program by name: `PayloadConfig` of `torch/_export/serde/schema.py`.
struct ProgramPayload {
    struct Entry {
        let name: String
        /// The record, in the folder of the configuration.
        var record = ""
        /// The record is a file of `torch.save`, and no tensor's bytes.
        var isPickled = false
        /// nil if the entry is not a tensor.
        var meta: ProgramTensorMeta?
    }

    private(set) var entries: [Entry] = []

    /// - Throws: `JSONError` for text that is no such configuration.
    init(_ text: Bytes) throws(JSONError) {
        try text.withUnsafeBytes { (text) throws(JSONError) in
            var reader = JSONReader(text)
            try reader.beginObject()
            while let name = try reader.nextName() {
                guard name == "config" else {
                    try reader.skipValue()
                    continue
                }
                try reader.beginObject()
                while let name = try reader.nextName() { entries.append(try Self.entry(name, &reader)) }
            }
            try reader.finish()
        }
    }

    private static func entry(_ name: String, _ reader: inout JSONReader) throws(JSONError) -> Entry {
        var entry = Entry(name: name)
        try reader.beginObject()
        while let field = try reader.nextName() {
            switch field {
            case "path_name": entry.record = try reader.string()
            case "use_pickle": entry.isPickled = try reader.value() == .bool(true)
            case "tensor_meta": entry.meta = try reader.isNull() ? nil : ProgramTensorMeta(&reader)
            default: try reader.skipValue()
            }
        }
        return entry
    }
}

/// `TensorMeta` of the schema: how the elements of a tensor lie in a record.
package struct ProgramTensorMeta: Sendable, Hashable {
    package private(set) var dtype: DType?
    /// nil for an extent that is known when the program runs only.
    package private(set) var sizes: [Int?] = []
    package private(set) var strides: [Int?] = []
    package private(set) var offset: Int? = 0

    package init(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let name = try reader.nextName() {
            switch name {
            case "dtype": dtype = DType(scalarType: try reader.integer())
            case "sizes": sizes = try Self.extents(&reader)
            case "strides": strides = try Self.extents(&reader)
            case "storage_offset": offset = try Self.extent(&reader)
            default: try reader.skipValue()
            }
        }
    }

    private static func extents(_ reader: inout JSONReader) throws(JSONError) -> [Int?] {
        var extents: [Int?] = []
        try reader.beginArray()
        while try reader.nextElement() { extents.append(try extent(&reader)) }
        return extents
    }

    /// `{"as_int": N}`, or `{"as_expr": …}`.
    private static func extent(_ reader: inout JSONReader) throws(JSONError) -> Int? {
        var extent: Int?
        try reader.beginObject()
        while let name = try reader.nextName() {
            if name == "as_int" { extent = try reader.integer() } else { try reader.skipValue() }
        }
        return extent
    }

    /// - Throws: `LayoutError` for strides that no tensor can have.
    func layout() throws(LayoutError) -> StridedLayout? {
        let (shape, strides) = (sizes.compactMap { $0 }, strides.compactMap { $0 })
        guard shape.count == sizes.count, strides.count == self.strides.count, let offset else { return nil }
        return try StridedLayout(shape: shape, strides: strides, offset: offset)
    }
}

extension DType {
    /// The type of this number in the schema's `ScalarType`.
    package init?(scalarType number: Int) {
        let types: [Int: DType] = [
            1: .uint8, 2: .int8, 3: .int16, 4: .int32, 5: .int64, 6: .float16, 7: .float32, 8: .float64, 9: .complex32,
            10: .complex64, 11: .complex128, 12: .bool, 13: .bfloat16, 28: .uint16, 29: .float8_e4m3fn,
            30: .float8_e5m2, 31: .float8_e4m3fnuz, 32: .float8_e5m2fnuz, 33: .float8_e8m0fnu, 34: .uint32, 35: .uint64,
        ]
        guard let type = types[number] else { return nil }
        self = type
    }
}
