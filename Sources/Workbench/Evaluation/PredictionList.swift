import ByteIO
import JSON

/// The predictions of an evaluation as `PredictionFile` wrote them, read one by one.
struct PredictionList {
    let path: String
    private let bytes: Bytes

    /// - Throws: `IOError`
    init(path: String) throws(IOError) {
        self.path = path
        bytes = try MappedFile(path: path).bytes
    }

    /// Whether it can be a list: its first character that is not a blank is a bracket.
    var isList: Bool {
        bytes.withUnsafeBytes { text in
            text.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "[")
        }
    }

    /// What a list says of one image.
    enum Element {
        case prediction(Prediction)
        /// One that could not be read.
        case refusal(EvaluationReport.Refusal, label: Int)
    }

    /// Calls `body` with each element.
    /// - Throws: what `body` throws; `WorkbenchError.evaluation` for what is not a list of predictions.
    func read(_ body: (Element) throws -> Void) throws {
        func wrong(_ reason: String) -> WorkbenchError {
            .evaluation("\(path): not the predictions of an evaluation: \(reason)")
        }
        try bytes.withUnsafeBytes { text in
            var reader = JSONReader(text)
            do {
                try reader.beginArray()
                var index = 0
                while try reader.nextElement() {
                    let value = try reader.value()
                    if let prediction = Prediction(value) {
                        try body(.prediction(prediction))
                    } else if case .string(let path)? = value["img_path"], case .int(let label)? = value["gt_label"],
                        case .string(let reason)? = value["error"]
                    {
                        try body(.refusal(.init(path: path, reason: reason), label: label))
                    } else {
                        throw wrong("element \(index) has no img_path, gt_label, pred_label and pred_score")
                    }
                    index += 1
                }
                try reader.finish()
            } catch let error as JSONError {
                throw wrong("\(error)")
            }
        }
    }
}

extension Prediction {
    /// What `PredictionFile` wrote; nil for anything else.
    fileprivate init?(_ json: JSONValue) {
        guard case .string(let path)? = json["img_path"], case .int(let label)? = json["gt_label"],
            case .int? = json["pred_label"], case .array(let values)? = json["pred_score"], !values.isEmpty
        else { return nil }
        var scores: [Float] = []
        scores.reserveCapacity(values.count)
        for value in values {
            switch value {
            case .number(let score): scores.append(Float(score))
            case .int(let score): scores.append(Float(score))
            case .string("NaN"): scores.append(.nan)
            default: return nil
            }
        }
        self.init(path: path, label: label, scores: scores)
    }
}
