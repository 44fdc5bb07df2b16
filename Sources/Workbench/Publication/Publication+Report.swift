import CommandLineKit
import JSON

extension Publication {
    /// What was left out, and the file.
    package func text(_ file: File) -> String {
        var text = "\(options.input.printable): \(countText(checkpoint.tensors.count, "tensor"))\n"
        if wasBare, !options.isWeightsOnly { text += "  a bare state dict, which becomes the entry 'state_dict'\n" }
        if !removed.isEmpty { text += "  left out         \(removed.joined(separator: ", "))\n" }
        if options.isWeightsOnly { text += "  the tensors alone, as a flat dictionary\n" }
        if let name = options.averages { text += "  weights          those of '\(name.printable)'\n" }
        if let rest = remainder?.text { text += "  stays            \(rest.printable)\n" }
        switch averages {
        case .published: text += "  moving averages  are what is published; the trained weights are left out\n"
        case .dropped: text += "  moving averages  left out; the trained weights are what is published\n"
        case nil: break
        }
        if let classCount { text += "  classes          \(groupedText(classCount))\n" }
        return text + "\(file.path.printable): \(byteText(file.byteCount)), sha256 \(file.sha256)\n"
    }

    package func json(_ file: File) -> JSONValue {
        [
            "file": .string(options.input),
            "output": .string(file.path),
            "bytes": .int(file.byteCount),
            "sha256": .string(file.sha256),
            "removed": .strings(removed),
            "bare_state_dict": .bool(wasBare),
            "ema": .optional(averages.map { .string($0.rawValue) }),
            "classes": .optional(classCount.map(JSONValue.int)),
            "weights_only": .bool(options.isWeightsOnly),
            "stays": .array(
                (remainder?.parts ?? []).map {
                    [
                        "name": .string($0.name), "kind": .string($0.kind.rawValue), "tensors": .int($0.tensorCount),
                        "bytes": .int($0.byteCount),
                    ]
                }
                    + (remainder?.values ?? []).map {
                        ["name": .string($0), "kind": .string("value"), "tensors": .int(0), "bytes": .int(0)]
                    }),
            "notes": .strings(notes),
        ]
    }
}
