import CommandLineKit
import JSON

extension PreprocessingReport {
    /// `{images: [{image, steps: [{step, shape, dtype, sha256}]} | {image, error}], pillow, notes, output}`
    package var json: JSONValue {
        [
            "images": .array(images.map(\.json)),
            "pillow": .int(pillow),
            "notes": .strings(notes),
            "output": .optional(output.map { ["path": .string($0.path), "shape": .ints($0.shape)] }),
        ]
    }

    /// Each image, and under it what each step made of it.
    package func text(_ palette: Palette) -> String {
        var text = ""
        for image in images {
            text += palette(.bold, image.path.printable) + "\n"
            guard case .steps(let steps) = image.outcome else {
                text += "  refused\n"
                continue
            }
            let width = steps.map(\.step.count).max() ?? 0
            for step in steps {
                let name = step.step + String(repeating: " ", count: width - step.step.count)
                text += "  \(name)  \(step.dtype) \(pythonTuple(step.shape))  sha256 \(step.sha256)\n"
            }
        }
        if let output {
            text +=
                "\(output.path.printable): input, float32 \(pythonTuple(output.shape)), \(byteText(output.byteCount))\n"
        }
        return text
    }
}

extension PreprocessingReport.Image {
    fileprivate var json: JSONValue {
        switch outcome {
        case .refused(let reason): ["image": .string(path), "error": .string(reason)]
        case .steps(let steps):
            [
                "image": .string(path),
                "steps": .array(
                    steps.map {
                        [
                            "step": .string($0.step), "shape": .ints($0.shape), "dtype": .string($0.dtype),
                            "sha256": .string($0.sha256),
                        ]
                    }),
            ]
        }
    }
}
