/// The container formats that are written.
package enum OutputFormat: String, Sendable, CaseIterable {
    /// As `torch.save` of PyTorch 2.15 writes it.
    case torchZip = "torch zip"
    /// As `safetensors.torch.save_file` of safetensors 0.8 writes it.
    case safetensors

    /// What the extension of `path` asks for; nil for one that asks for none.
    package init?(extensionOf path: String) {
        switch Self.fileExtension(of: path) {
        case "pth", "pt", "ckpt", "bin": self = .torchZip
        case "safetensors": self = .safetensors
        default: return nil
        }
    }

    /// What follows the last dot of the file's name, in lower case; nil without a dot.
    package static func fileExtension(of path: String) -> String? {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? ""
        return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() }
    }
}
