/// A model of a suite: what is run, and what is expected of it.
struct SuiteEntry: Sendable {
    /// Where the weights come from.
    enum Weights: Sendable, Equatable {
        /// Seeded ones.
        case none
        /// The path of a checkpoint.
        case checkpoint(String)
        /// A checkpoint that is converted first: its path, and the name or path of the rules.
        case converted(original: String, rules: String)
    }

    /// What reports call it.
    var name: String
    /// `suite.yml:3`
    var place: String
    var model: ModelSource
    /// Whether a metafile names the model: one that is not built in is then passed over, for there are many such.
    var isPublished = false
    var weights = Weights.none
    var selection = StateDictSelection()
    /// The path of what another implementation computed.
    var golden: String?
    var comparesLayers = false
    /// Files and folders with the golden's images.
    var images: [String] = []
    /// Whether they are the data, too, so that a golden need not be of one of them.
    var imagesAreData = false
    /// The data root, or the folder of classes, whose accuracy is expected.
    var data: String?
    var annotationFile: String?
    /// `accuracy/top1` → percent, in the order of the file.
    var accuracies: [ExpectedAccuracy] = []
    /// The tolerance of the output, in place of what the noise floor gives.
    var tolerance: Double?
    /// The tolerance of accuracies, in percentage points.
    var accuracyTolerance = ExpectedAccuracy.usualTolerance
    var notes: [String] = []
}

/// An accuracy that is expected.
struct ExpectedAccuracy: Sendable, Equatable {
    /// `accuracy/top1`
    let name: String
    let percent: Double

    /// What MMPreTrain's benchmark script lets pass: published figures have two decimals.
    static let usualTolerance = 0.01

    /// - Parameter spelling: `top1`, `accuracy/top1` or `Top 1 Accuracy`.
    /// - Returns: nil for another name.
    init?(_ spelling: String, percent: Double) {
        let letters = spelling.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        let rest = letters.replacing("accuracy", with: "")
        guard rest.hasPrefix("top"), let count = Int(rest.dropFirst(3)), count > 0 else { return nil }
        name = "accuracy/top\(count)"
        self.percent = percent
    }
}
