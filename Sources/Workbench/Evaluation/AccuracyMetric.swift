/// What a model says of an image.
struct Prediction: Sendable {
    let path: String
    /// The class that the image has.
    let label: Int
    /// A probability per class.
    let scores: [Float]

    /// Whether every score is a number.
    var isDefined: Bool { scores.allSatisfy(\.isFinite) }

    /// The class with the highest score, the first of several.
    var best: Int {
        var best = 0
        for (index, score) in scores.enumerated() where score > scores[best] || (score.isNaN && !scores[best].isNaN) {
            best = index
        }
        return best
    }

    /// How many classes come before that of the image, by score and then by number; nil where the image has none of the
    /// classes.
    var rank: Int? {
        guard scores.indices.contains(label), !scores[label].isNaN else { return nil }
        let own = scores[label]
        var rank = 0
        for (index, score) in scores.enumerated() where score > own || score.isNaN || (score == own && index < label) {
            rank += 1
        }
        return rank
    }
}

/// MMPreTrain's `Accuracy`: how often the class of an image is among the best `k`, with a score above a threshold.
struct AccuracyMetric {
    private let best: [Int]
    /// nil for none.
    private let thresholds: [Double?]
    /// How many images count for each of `best` (rows) with each of `thresholds` (columns).
    private var hits: [[Int]]
    /// Images so far.
    private(set) var count = 0
    /// Labels below 0 or above the last class.
    private var strangers = 0

    init(best: [Int], thresholds: [Double?] = [0]) {
        self.best = best
        self.thresholds = thresholds
        hits = best.map { _ in thresholds.map { _ in 0 } }
    }

    mutating func add(_ prediction: Prediction) {
        count += 1
        if !prediction.scores.indices.contains(prediction.label) { strangers += 1 }
        guard let rank = prediction.rank else { return }
        let score = prediction.scores[prediction.label]
        for (index, most) in best.enumerated() where rank < most {
            for (position, threshold) in thresholds.enumerated() {
                if let threshold, score <= Float(threshold) { continue }
                hits[index][position] += 1
            }
        }
    }

    /// The values under MMPreTrain's names.
    var values: [EvaluationReport.Metric] {
        zip(best, hits).flatMap { best, hits in
            zip(thresholds, hits).map { threshold, hits in
                let suffix =
                    thresholds.count == 1
                    ? "" : threshold.map { "_thr-\(fixedText($0, decimals: 2))" } ?? "_no-thr"
                return .init(name: "accuracy/top\(best)\(suffix)", hits: hits, of: count)
            }
        }
    }

    func notes(classes: Int) -> [String] {
        guard strangers > 0 else { return [] }
        let labels = strangers == 1 ? "has a label" : "have labels"
        return ["\(countText(strangers, "image")) \(labels) outside 0 to \(classes - 1), which no prediction equals"]
    }
}
