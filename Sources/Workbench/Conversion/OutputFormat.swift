/// What an output file's extension asks for.
enum OutputFormat: Equatable {
    case torchZip

    /// - Throws: `WorkbenchError.unsupportedOutput`, naming the extensions that there are.
    init(path: String) throws(WorkbenchError) {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? ""
        let suffix = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
        switch suffix {
        case "pth", "pt", "ckpt", "bin": self = .torchZip
        case "safetensors":
            throw .unsupportedOutput(
                path: path, reason: "writing safetensors is not supported yet; .pth, .pt, .ckpt and .bin are")
        default:
            let found = suffix.isEmpty ? "no extension" : "extension '.\(suffix)'"
            throw .unsupportedOutput(path: path, reason: "\(found); the format follows from .pth, .pt, .ckpt or .bin")
        }
    }
}
