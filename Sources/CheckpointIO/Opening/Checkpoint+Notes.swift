extension Checkpoint {
    /// What is worth knowing of the file although it opens: one sentence each, without the file's name.
    package var notes: [String] {
        [misleadingName, placeholders.map { "\($0)" }, flatVectors].compactMap { $0 } + source.notes
    }

    /// FSDP's vectors of parameters, whose names and shapes only the model knows.
    private var flatVectors: String? {
        let keys = tensors.lazy.filter { $0.tensor.shape.count == 1 }.map(\.key)
        let flat = keys.filter { key in
            let text = key.text.utf8
            let start = text.lastIndex(of: UInt8(ascii: ".")).map { text.index(after: $0) } ?? text.startIndex
            return text[start...].starts(with: "_flat_param".utf8) || text[start...].starts(with: "flat_param".utf8)
        }
        guard let first = flat.first else { return nil }
        return "'\(first)' joins the parameters of a module to one vector, as FSDP does; their names and shapes are "
            + "not in the file: save a full or a sharded state dict"
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
