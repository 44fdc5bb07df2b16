import Foundation

/// A line of `fixtures/goldens/zoo/index.tsv`: a golden of one of MMPreTrain's models with seeded weights.
/// `scripts/makers/make_zoo_goldens.py --help` states what a golden has.
package struct ZooGolden: Sendable {
    /// In `fixtures/goldens/zoo`.
    package let file: String
    /// Below MMPreTrain's `configs`.
    package let config: String
    /// What is set in the model beside its config: (`backbone.img_size`, `64`), values as JSON or Python's `True`.
    package let options: [(path: String, value: String)]
    /// `[N, C, H, W]`.
    package let input: [Int]
    package let output: [Int]
    /// The root mean square of the output.
    package let rms: Double
    /// The largest difference of the output between float32 and float64.
    package let difference: Double
    package let sha256: String

    /// The name in the registry, or the stem of the config.
    package var model: String {
        String(file.dropLast(".pth".count).split(separator: "@")[0])
    }

    /// Whether the model has its own settings, and the size of image that it is tested at.
    package var isOwn: Bool { !file.contains("@") }

    /// Every line.
    package static func all() throws -> [ZooGolden] {
        try String(contentsOfFile: fixture("goldens/zoo/index.tsv"), encoding: .utf8).split(separator: "\n").dropFirst()
            .map { line in
                let fields = line.split(separator: "\t").map(String.init)
                return ZooGolden(
                    file: fields[0], config: fields[1],
                    options: fields[2] == "-"
                        ? []
                        : fields[2].split(separator: " ").map {
                            let parts = $0.split(separator: "=", maxSplits: 1)
                            return (String(parts[0]), String(parts[1]))
                        },
                    input: extents(fields[3]), output: extents(fields[4]), rms: Double(fields[5]) ?? .nan,
                    difference: Double(fields[6]) ?? .nan, sha256: fields[8])
            }
    }

    private static func extents(_ text: String) -> [Int] { text.split(separator: "x").compactMap { Int($0) } }
}
