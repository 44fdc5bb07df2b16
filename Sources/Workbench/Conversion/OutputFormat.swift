import CheckpointIO

extension OutputFormat {
    /// The path that stands for standard output.
    package static let streamPath = "-"

    /// What an output file's extension asks for.
    /// - Throws: `WorkbenchError.unsupportedOutput`, naming the extensions that there are.
    init(path: String) throws(WorkbenchError) {
        guard let format = OutputFormat(extensionOf: path) else {
            let suffix = Self.fileExtension(of: path) ?? ""
            let found = suffix.isEmpty ? "no extension" : "the extension '.\(suffix)'"
            throw .unsupportedOutput(
                path: path, reason: "it has \(found); name it .pth, .pt, .ckpt, .bin or .safetensors")
        }
        self = format
    }
}
