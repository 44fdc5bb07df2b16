import ByteIO

/// A run of bytes inside a file, and the way to it.
struct ScanPart {
    let bytes: Bytes
    /// The entries and positions that lead here; empty for the file itself.
    let place: [String]
    /// The last entry's name, or the file's.
    let name: String
    let depth: Int
    /// Where `bytes` begin in what the last element of `place` names.
    var offset = 0
    /// Whether the archive around it is a TorchScript one.
    var isTorchScript = false
    /// Whether pickles and raw elements take turns, as in the members of PyTorch's first format.
    var isInterleaved = false

    var placeText: String { place.joined(separator: " > ") }

    /// A part that can be opened on its own: an entry, the bytes of a call.
    func inner(_ name: String, _ bytes: Bytes) -> ScanPart {
        ScanPart(bytes: bytes, place: place + [name], name: name, depth: depth + 1, isTorchScript: isTorchScript)
    }

    /// Whether the name announces a pickle.
    var isNamedPickle: Bool {
        let endings = [".pkl", ".pickle", ".joblib", ".dill", ".pckl", ".pk", ".p"]
        return endings.contains { name.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// Whether the name announces what PyTorch, NumPy or pickle load.
    var isNamedCheckpoint: Bool {
        isNamedPickle
            || [".pt", ".pth", ".ckpt", ".bin", ".npy", ".npz", ".safetensors", ".distcp", ".pdparams", ".model"]
                .contains(where: hasEnding)
    }

    /// Whether it is the file `file` of an archive, in whatever folder.
    func isMember(_ file: String) -> Bool {
        hasEnding("/" + file) || name.utf8.elementsEqual(file.utf8)
    }

    func hasEnding(_ ending: String) -> Bool { name.utf8.suffix(ending.utf8.count).elementsEqual(ending.utf8) }
}
