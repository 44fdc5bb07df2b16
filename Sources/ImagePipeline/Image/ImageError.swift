import SystemLibrary

/// Why a file does not become an image.
package enum ImageError: Error, Equatable, CustomStringConvertible {
    /// The file begins with these bytes, which are not an image's signature.
    case unknownFormat([UInt8])
    case empty
    /// A format, or a kind of it, that is not decoded, and why.
    case unsupported(String, reason: String)
    /// The file ends before the image does.
    case truncated(String)
    case damaged(String, reason: String)
    /// More pixels than are decoded.
    case tooLarge(String, width: Int, height: Int, limit: Int)
    /// More pixels than so small a file can hold.
    case unjustified(String, width: Int, height: Int, bytes: Int)
    case noPixels(String, width: Int, height: Int)
    /// The library that decodes the format cannot be used.
    case library(SystemLibraryError)
    case noMemory(String, width: Int, height: Int)

    package var description: String {
        switch self {
        case .unknownFormat(let bytes):
            "not an image of a format that is read (JPEG, PNG, WebP, BMP, PBM, PGM, PPM): it begins with \(Self.text(bytes))"
        case .empty: "the file is empty"
        case .unsupported(let kind, let reason): "\(kind) is not decoded: \(reason)"
        case .truncated(let format): "\(format): the file ends before the image does; get it again from its source"
        case .damaged(let format, let reason): "\(format): damaged: \(reason)"
        case .tooLarge(let format, let width, let height, let limit):
            "\(format): \(width) × \(height) pixels are more than the limit of \(limit)"
        case .unjustified(let format, let width, let height, let bytes):
            "\(format): \(width) × \(height) pixels in a file of \(bytes) bytes: its header is damaged"
        case .noPixels(let format, let width, let height): "\(format): \(width) × \(height) pixels: it has none"
        case .library(let error): error.description
        case .noMemory(let format, let width, let height):
            "\(format): there is no memory for \(width) × \(height) pixels"
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
