import ByteIO
import Foundation
import TestSupport
import Testing

@testable import Workbench

@Suite struct EvaluationProgressTests {
    private let identity = EvaluationIdentity(config: "c", checkpoint: "d", list: "e")

    private func progress(
        _ folder: TemporaryFolder, resumes: Bool, _ identity: EvaluationIdentity? = nil, shard: Shard? = nil,
        classes: Int = 2
    ) throws -> EvaluationProgress {
        try EvaluationProgress(
            besides: folder.path("out.json"), of: identity ?? self.identity, shard: shard, classes: classes,
            resumes: resumes)
    }

    @Test("what was appended is there again, up to a record that is torn or damaged")
    func torn() throws {
        let folder = try TemporaryFolder()
        let images: [[Float]?] = [[1, 2], nil, [.nan, -0.0], [5, 6]]
        let first = try progress(folder, resumes: true)
        #expect(first.done.count == 0)
        #expect(try folder.names == [])
        try first.append(Array(images[..<3]))
        try first.append([images[3]])
        let whole = try folder.contents("out.json.progress")
        #expect(whole.count == whole.firstIndex(of: UInt8(ascii: "\n"))! + 1 + 4 * 16)
        for cut in 0...64 {
            try folder.write("out.json.progress", whole.dropLast(cut))
            let again = try progress(folder, resumes: true)
            #expect(again.done.count == 4 - (cut + 15) / 16)
            for (index, scores) in images.prefix(again.done.count).enumerated() {
                #expect(again.done.scores(of: index)?.map(\.bitPattern) == scores?.map(\.bitPattern))
            }
            #expect(again.done.scores(of: again.done.count) == nil)
            // What comes next takes the place of the torn record.
            try again.append(Array(images[again.done.count...]))
            #expect(try folder.contents("out.json.progress") == whole)
        }
        var damaged = whole
        damaged[whole.count - 20] ^= 1
        try folder.write("out.json.progress", damaged)
        #expect(try progress(folder, resumes: true).done.count == 2)
        let anew = try progress(folder, resumes: false)
        #expect(anew.done.count == 0)
        anew.remove()
        #expect(try folder.names == ["out.json.progress"])
        try progress(folder, resumes: true).remove()
        #expect(try folder.names == [])
    }

    @Test("the progress of another evaluation is an error that says what is another")
    func otherEvaluation() throws {
        let folder = try TemporaryFolder()
        try progress(folder, resumes: false).append([[1, 2]])
        func message(
            _ config: String = "c", _ checkpoint: String = "d", _ list: String = "e", shard: Shard? = nil,
            classes: Int = 2
        ) -> String {
            let identity = EvaluationIdentity(config: config, checkpoint: checkpoint, list: list)
            let error = #expect(throws: WorkbenchError.self) {
                _ = try progress(folder, resumes: true, identity, shard: shard, classes: classes)
            }
            return error?.description ?? ""
        }
        #expect(message("x").contains("out.json.progress: it is of an evaluation with another config;"))
        #expect(message("c", "x").contains("another checkpoint"))
        #expect(message("c", "d", "x").contains("another list of images"))
        #expect(message(shard: Shard("1/2")).contains("it is of the shard 1/1"))
        #expect(message(classes: 3).contains("2 classes"))
        for text in ["x", "evaluate 1\n", "evaluate 2\tc\td\te\t1/1\t2\n", String(repeating: "evaluate", count: 1000)] {
            try folder.write("out.json.progress", text.utf8)
            #expect(message().contains("it is not the progress of an evaluation"))
        }
    }

    @Test("a run that goes on gives what a whole one gives, and keeps scores that are there")
    func resumes() throws {
        let laboratory = try EvaluationLaboratory()
        var options = laboratory.options("folders")
        options.output = laboratory.folder.path("out.json")
        options.batchSize = 2
        let whole = try Evaluation.run(options)
        let expected = try laboratory.predictions("out.json")
        #expect(try !laboratory.folder.names.contains("out.json.progress"))
        let identity = try #require(whole.identity)
        try FileManager.default.removeItem(atPath: options.output!)

        // Of seven images one is not as the model scores it, and one could not be read: that is tried again.
        var scores: [[Float]?] = expected.prefix(7).map { $0.scores.map(Float.init) }
        scores[2] = [0, 0, 0, 0, 0, 1]
        scores[4] = nil
        options.resumes = true
        try EvaluationProgress(
            besides: options.output!, of: identity, shard: nil, classes: 6, resumes: false
        ).append(scores)
        var seen: [Int] = []
        let report = try Evaluation.run(options) { done, _ in seen.append(done) }
        #expect(report.notes.contains("7 images were done by an earlier run"))
        #expect(seen.last == expected.count)
        let found = try laboratory.predictions("out.json")
        #expect(found.map(\.path) == expected.map(\.path))
        for (index, pair) in zip(found, expected).enumerated() {
            #expect(pair.0.scores == (index == 2 ? [0, 0, 0, 0, 0, 1] : pair.1.scores))
        }
        #expect(try !laboratory.folder.names.contains("out.json.progress"))

        // With another checkpoint the scores are worth nothing.
        try EvaluationProgress(
            besides: options.output!, of: identity, shard: nil, classes: 6, resumes: false
        ).append(scores)
        options.mirrors = true
        let error = #expect(throws: WorkbenchError.self) { try Evaluation.run(options) }
        #expect(error?.description.contains("another config") == true)
        #expect(try laboratory.folder.names.contains("out.json.progress"))
    }
}
