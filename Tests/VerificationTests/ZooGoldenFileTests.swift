import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Verification

@Suite struct ZooGoldenFileTests {
    @Test("every golden of the zoo reads as its index says")
    func files() throws {
        let goldens = try ZooGolden.all()
        #expect(goldens.count == 155)
        let folder = try FileManager.default.contentsOfDirectory(atPath: fixture("goldens/zoo"))
        #expect(Set(folder) == Set(goldens.map(\.file) + ["index.tsv"]))
        for row in goldens {
            let bytes = try Data(contentsOf: URL(filePath: fixture("goldens/zoo/\(row.file)")))
            #expect(digest(of: bytes) == row.sha256, "\(row.file)")
            let golden = try Fixtures.golden("zoo/" + row.file.dropLast(".pth".count))
            #expect(golden.input.shape == row.input && golden.output.shape == row.output, "\(row.file)")
            #expect(golden.module == "" && golden.weights == "seeded" && golden.source != nil, "\(row.file)")
            let exact = try #require(golden.outputFloat64)
            let difference = zip(exact.scalars, golden.output.scalars).map { abs($0 - $1) }.max() ?? .nan
            #expect(abs(difference - row.difference) <= 0.06 * row.difference, "\(row.file)")
            #expect(golden.layers.contains { $0.path == "backbone" }, "\(row.file)")
            for layer in golden.layers {
                #expect(layer.isSample)
                #expect(try !layer.read().scalars.isEmpty, "\(row.file) \(layer.path)")
            }
        }
    }
}
