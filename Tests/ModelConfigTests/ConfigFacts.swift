import Foundation
import TestSupport
import Testing

/// What mmengine made of the cases of `scripts/makers/config_cases.py`: a canonical text, or the name of an exception.
struct ConfigFacts: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let path: String
        let files: [String: String]
        let environment: [String: String]?
        let overrides: [String]?
        let canonical: String?
        let error: String?

        var testDescription: String { name }
    }

    struct Source: Decodable, Sendable, CustomTestStringConvertible {
        let source: String
        let canonical: String?
        let error: String?

        var testDescription: String { source }
    }

    let cases: [Case]
    let expressions: [Source]
    let overrides: [Source]

    static func all() throws -> ConfigFacts { try fixture("configs/cases.json", as: ConfigFacts.self) }

    /// A line of `facts.tsv`.
    struct File: Sendable {
        let path: String
        /// nil for one that mmengine refuses.
        let digest: String?
        /// The exception's name.
        let error: String?
    }

    static let files: [File] = {
        let data = FileManager.default.contents(atPath: fixture("configs/facts.tsv")) ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
            let fields = line.split(separator: "\t").map(String.init)
            return File(
                path: fields[0], digest: fields.count == 2 ? fields[1] : nil, error: fields.count == 3 ? fields[2] : nil
            )
        }
    }()
}
