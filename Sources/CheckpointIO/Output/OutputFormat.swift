/// The container formats that are written.
public enum OutputFormat: String, Sendable, CaseIterable {
    /// As `torch.save` of PyTorch 2.15 writes it.
    case torchZip = "torch zip"
    /// As `safetensors.torch.save_file` of safetensors 0.8 writes it.
    case safetensors

    /// What the extension of `path` asks for; nil for one that asks for none.
    package init?(extensionOf path: String) {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? ""
        switch name.lastIndex(of: ".").map({ name[name.index(after: $0)...].lowercased() }) {
        case "pth", "pt", "ckpt", "bin": self = .torchZip
        case "safetensors": self = .safetensors
        default: return nil
        }
    }
}
