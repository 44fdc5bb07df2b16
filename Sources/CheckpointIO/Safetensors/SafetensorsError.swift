import JSON

/// Why a file that begins as a safetensors file is none, or a damaged one.
package enum SafetensorsError: Error, Equatable, Sendable {
    case headerTooLong(length: Int, limit: Int)
    /// The file ends inside its header.
    case cutHeader(needed: Int, held: Int)
    /// The header is not the JSON that it should be. Offsets count from the start of the file.
    case json(JSONError)
    case duplicateTensor(String)
    case missingField(tensor: String, field: String)
    case unknownType(tensor: String, type: String)
    /// `data_offsets` are not two ascending figures.
    case offsets(tensor: String, [Int])
    /// More elements than can be addressed, or a negative extent.
    case shape(tensor: String, [Int])
    /// Elements of fewer than 8 bits that do not fill whole bytes.
    case partialByte(tensor: String, bits: Int)
    /// The offsets leave another room than type and shape need.
    case size(tensor: String, type: String, shape: [Int], needed: Int, room: Int)
    /// Between the tensors of two neighbouring offsets there are bytes of neither.
    case gap(tensor: String, begin: Int, previousEnd: Int)
    /// Two tensors have bytes in common.
    case overlap(tensor: String, begin: Int, previousEnd: Int)
    /// The file ends before the last tensor does.
    case cut(needed: Int, held: Int)
    /// Bytes that no tensor covers follow the last one.
    case trailing(count: Int)
}

extension SafetensorsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .headerTooLong(let length, let limit):
            "its safetensors header claims \(grouped(length)) bytes, more than the \(grouped(limit)) that one may have"
        case .cutHeader(let needed, let held):
            "it is cut short inside its header: \(grouped(held)) of \(grouped(needed)) bytes are there"
        case .json(let error): "its safetensors header is damaged \(error)"
        case .duplicateTensor(let name): "its header names the tensor '\(name)' twice"
        case .missingField(let tensor, let field): "its header gives the tensor '\(tensor)' no \(field)"
        case .unknownType(let tensor, let type): "'\(tensor)' has the unknown dtype '\(type)'"
        case .offsets(let tensor, let offsets):
            "'\(tensor)' has the data_offsets \(offsets): not a begin and an end"
        case .shape(let tensor, let shape): "'\(tensor)' has the shape \(shape), which no tensor can have"
        case .partialByte(let tensor, let bits):
            "'\(tensor)' takes \(grouped(bits)) bits, which is not a whole number of bytes"
        case .size(let tensor, let type, let shape, let needed, let room):
            "'\(tensor)', \(type) of shape \(shape), needs \(grouped(needed)) bytes, "
                + "but its data_offsets leave \(grouped(room))"
        case .gap(let tensor, let begin, let previousEnd):
            "no tensor covers the bytes \(grouped(previousEnd)) to \(grouped(begin)) of the data, before '\(tensor)'"
        case .overlap(let tensor, let begin, let previousEnd):
            "'\(tensor)' begins at byte \(grouped(begin)) of the data, "
                + "inside another tensor that ends at \(grouped(previousEnd))"
        case .cut(let needed, let held):
            "it is cut short: \(grouped(needed - held)) of its \(grouped(needed)) bytes are missing"
        case .trailing(let count): "\(grouped(count)) bytes follow the last tensor"
        }
    }
}
