import ByteIO
import JSON

/// A JSON list with an object per image, written as the predictions come.
final class PredictionFile {
    private let file: AtomicFile
    private var isEmpty = true

    /// - Throws: `WorkbenchError.unsupportedOutput` for a name that does not end in `.json`; `IOError`.
    init(path: String) throws {
        guard path.hasSuffix(".json") else {
            throw WorkbenchError.unsupportedOutput(
                path: path, reason: "predictions are written as JSON: name a .json file")
        }
        file = try AtomicFile(path: path)
    }

    func append(_ prediction: Prediction) throws(IOError) {
        var line = isEmpty ? "[\n" : ",\n"
        isEmpty = false
        let path = JSONValue.string(prediction.path).text.dropLast()
        line += "{\"img_path\": \(path), \"gt_label\": \(prediction.label), \"pred_label\": \(prediction.best), "
        line += "\"pred_score\": ["
        for (index, score) in prediction.scores.enumerated() {
            if index > 0 { line += ", " }
            line += score.isFinite ? score.description : "\"NaN\""
        }
        line += "]}"
        try file.write(Array(line.utf8))
    }

    func commit() throws(IOError) {
        try file.write(Array((isEmpty ? "[]\n" : "\n]\n").utf8))
        try file.commit()
    }
}
