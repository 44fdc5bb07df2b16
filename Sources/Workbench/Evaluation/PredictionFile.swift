import ByteIO
import JSON

/// A JSON list with an object per image, written as the predictions come: `{img_path, gt_label, pred_label, pred_score}`,
/// and of an image that cannot be read `{img_path, gt_label, error}`.
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
        var line = begin(prediction.path, prediction.label) + "\"pred_label\": \(prediction.best), "
        line += "\"pred_score\": ["
        for (index, score) in prediction.scores.enumerated() {
            if index > 0 { line += ", " }
            line += score.isFinite ? score.description : "\"NaN\""
        }
        line += "]}"
        try file.write(Array(line.utf8))
    }

    func append(_ refusal: EvaluationReport.Refusal, label: Int) throws(IOError) {
        let reason = JSONValue.string(refusal.reason).text.dropLast()
        try file.write(Array((begin(refusal.path, label) + "\"error\": \(reason)}").utf8))
    }

    /// What the object of an image begins with.
    private func begin(_ path: String, _ label: Int) -> String {
        defer { isEmpty = false }
        let quoted = JSONValue.string(path).text.dropLast()
        return (isEmpty ? "[\n" : ",\n") + "{\"img_path\": \(quoted), \"gt_label\": \(label), "
    }

    func commit() throws(IOError) {
        try file.write(Array((isEmpty ? "[]\n" : "\n]\n").utf8))
        try file.commit()
    }
}
