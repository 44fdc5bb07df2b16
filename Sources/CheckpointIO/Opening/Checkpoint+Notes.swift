extension Checkpoint {
    /// What is worth knowing of the file although it opens: one sentence each, without the file's name.
    package var notes: [String] {
        (misleadingName.map { [$0] } ?? []) + (placeholders.map { ["\($0)"] } ?? []) + source.notes
    }

    /// Where the name's extension promises another format.
    private var misleadingName: String? {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        let suffix = path[dot...].lowercased()
        guard let promised = Self.formats[suffix], !promised.contains(format) else { return nil }
        return "its name ends in \(suffix), its content is \(format.rawValue)"
    }

    private static let torch: [Format] = [.torchZip, .torchLegacy, .torchTar, .torchScript, .pickle]

    /// The formats that an extension promises.
    private static let formats: [String: [Format]] = [
        ".pth": torch, ".pt": torch, ".bin": torch, ".jit": [.torchScript], ".safetensors": [.safetensors],
        ".npz": [.npz], ".npy": [.npy],
    ]
}
