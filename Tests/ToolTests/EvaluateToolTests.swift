import Foundation
import TestSupport
import Testing

@Suite struct EvaluateToolTests {
    /// A folder of classes, a config of a small ResNet and a checkpoint of zeros: every score is a sixth.
    private struct Job {
        let folder: TemporaryFolder
        var config: String { folder.path("model.py") }
        var checkpoint: String { folder.path("model.safetensors") }
        var data: String { folder.path("val") }

        static let pictures = [
            "0": ["landscape.jpg", "gray.jpg"], "1": ["tall.jpg", "picture.png"], "2": ["bmp_24.bmp"],
            "3": ["png_2_8.png"], "4": ["cmyk.jpg"], "5": ["odd.jpg"],
        ]

        init() throws {
            folder = try TemporaryFolder()
            try folder.write(
                "model.py",
                """
                model = dict(
                    type='ImageClassifier',
                    backbone=dict(type='ResNet', depth=18, stem_channels=8, base_channels=8),
                    neck=dict(type='GlobalAveragePooling'),
                    head=dict(type='LinearClsHead', num_classes=6, in_channels=64))
                data_preprocessor = dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True)
                test_dataloader = dict(dataset=dict(
                    type='CustomDataset', data_prefix='val',
                    pipeline=[
                        dict(type='LoadImageFromFile'),
                        dict(type='ResizeEdge', scale=40, edge='short'),
                        dict(type='CenterCrop', crop_size=32),
                        dict(type='PackInputs')]))
                test_evaluator = dict(type='Accuracy', topk=(1, 2))

                """.utf8)
            try folder.write("model.safetensors", ModelFile.zeros(try ModelFile.tensors([folder.path("model.py")])))
            for (name, pictures) in Self.pictures {
                try FileManager.default.createDirectory(
                    atPath: folder.path("val/" + name), withIntermediateDirectories: true)
                for picture in pictures {
                    try FileManager.default.copyItem(
                        atPath: fixture("images/" + picture), toPath: folder.path("val/\(name)/\(picture)"))
                }
            }
        }

        func run(_ words: [String]) throws -> ToolRun {
            try ToolRun("evaluate", [config, checkpoint, "--data", data] + words)
        }
    }

    /// An object of `--out`.
    private struct Written: Decodable, Equatable {
        let path: String
        let label, prediction: Int
        let scores: [Double]

        private enum CodingKeys: String, CodingKey {
            case path = "img_path"
            case label = "gt_label"
            case prediction = "pred_label"
            case scores = "pred_score"
        }
    }

    private func written(_ folder: TemporaryFolder, _ name: String) throws -> [Written] {
        try JSONDecoder().decode([Written].self, from: Data(folder.contents(name)))
    }

    @Test("accuracy goes to standard output, predictions to --out, and the status is 0")
    func whole() throws {
        let job = try Job()
        let run = try job.run(["--out", job.folder.path("out.json")])
        #expect(run.status == 0, "\(run.errors)")
        // All scores are equal: the first class is the first, the second the second.
        #expect(
            run.output
                == "accuracy/top1: 25.0000  accuracy/top2: 50.0000\n8 of 8 images\npredictions: \(job.folder.path("out.json"))\n"
        )
        let predictions = try written(job.folder, "out.json")
        #expect(predictions.map(\.label) == [0, 0, 1, 1, 2, 3, 4, 5])
        #expect(predictions[0].path == job.data + "/0/gray.jpg")
        #expect(
            predictions.allSatisfy { $0.prediction == 0 && $0.scores == [Double](repeating: 0.16666667, count: 6) })
        let report = try job.run(["--json", "--limit", "3", "--batch-size", "2", "--tta"]).json()
        #expect(report["accuracy/top1"] as? Double == Double(Float(2) * Float(100 / 3.0)))
        #expect(report["accuracy/top2"] as? Double == 100)
        #expect((report["images"] as? Int, report["total"] as? Int) == (3, 3))
        #expect(try job.folder.names == ["model.py", "model.safetensors", "out.json", "val"])
    }

    @Test("an image that cannot be read and a link that leaves the folder are named, left out, and the status is 1")
    func refused() throws {
        let job = try Job()
        try job.folder.write("val/3/cut.jpg", Data(contentsOf: URL(fileURLWithPath: fixture("images/cut.jpg"))))
        try FileManager.default.createSymbolicLink(
            atPath: job.folder.path("val/4/link.jpg"), withDestinationPath: fixture("images/gray.jpg"))
        let run = try job.run(["--json"])
        #expect(run.status == 1)
        let report = try run.json()
        #expect((report["images"] as? Int, report["total"] as? Int) == (8, 10))
        let unreadable = try #require(report["unreadable"] as? [[String: String]])
        #expect(unreadable.map { $0["img_path"] } == [job.data + "/3/cut.jpg", job.data + "/4/link.jpg"])
        #expect(run.errors.contains("/3/cut.jpg: JPEG: the file ends before the image does"))
        #expect(run.errors.contains("/4/link.jpg: leads to ") && run.errors.contains("--follow-links permits it"))
        let followed = try job.run(["--follow-links"])
        #expect(followed.status == 1)
        #expect(followed.output.contains("9 of 10 images"))
    }

    @Test("shards that are joined give the accuracy of the whole, and the status of the parts")
    func shards() throws {
        let job = try Job()
        try job.folder.write("val/3/bad.jpg", "not an image".utf8)
        let whole = try job.run(["--json", "--out", job.folder.path("whole.json")])
        var reports: [String] = []
        for index in 1...3 {
            let run = try job.run(["--shard", "\(index)/3", "--json", "--out", job.folder.path("out \(index).json")])
            #expect(run.status == (index == 2 ? 1 : 0), "\(run.errors)")
            reports.append(try job.folder.write("report \(index).json", run.output.utf8))
        }
        let joined = try ToolRun(
            "evaluate", ["--merge", "--json", "--out", job.folder.path("joined.json")] + reports)
        #expect(joined.status == 1, "\(joined.errors)")
        #expect(joined.errors.contains("/3/bad.jpg"))
        for field in ["accuracy/top1", "accuracy/top2", "images", "total"] {
            #expect(try joined.json()[field] as? Double == whole.json()[field] as? Double, "\(field)")
        }
        #expect(try job.folder.contents("joined.json") == job.folder.contents("whole.json"))
        let missing = try ToolRun("evaluate", ["--merge", reports[0], reports[2]])
        #expect(missing.status == 2)
        #expect(missing.errors.contains("the shard 2/3 is missing"))
    }

    @Test("killed and started again with --resume, it goes on to the same predictions")
    func resumes() throws {
        let job = try Job()
        // Some two hundred images, so that there is time to kill it.
        for index in 0..<200 {
            try FileManager.default.createSymbolicLink(
                atPath: job.folder.path("val/5/\(1000 + index).jpg"), withDestinationPath: "odd.jpg")
        }
        #expect(try job.run(["--out", job.folder.path("whole.json")]).status == 0)
        let (output, record) = (job.folder.path("out.json"), job.folder.path("out.json.progress"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ToolRun.path(of: "evaluate"))
        process.arguments = [
            job.config, job.checkpoint, "--data", job.data, "--out", output, "--batch-size", "1",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // The first line has some 220 bytes, a record 32.
        while process.isRunning, size(of: record) < 400 { usleep(200) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try #require(process.terminationReason == .uncaughtSignal, "it was done before it was killed")
        #expect(!FileManager.default.fileExists(atPath: output))
        let run = try job.run(["--out", output, "--resume"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("done by an earlier run"))
        #expect(try job.folder.contents("out.json") == job.folder.contents("whole.json"))
        #expect(!FileManager.default.fileExists(atPath: record))
    }

    /// 0 where there is no file.
    private func size(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.size] as? Int ?? 0
    }

    @Test("what --resume, --shard and --merge need is said, with status 2")
    func usage() throws {
        let job = try Job()
        for (words, message) in [
            (["--resume"], "--resume needs --out FILE.json"), (["--shard", "3/2"], "--shard needs K/N with 1 ≤ K ≤ N"),
            (["--shard", "1/9"], "take at most 8 shards"),
        ] {
            let run = try job.run(words)
            #expect(run.status == 2)
            #expect(run.errors.contains(message), "\(run.errors)")
        }
        for (words, message) in [
            (["--merge"], "is missing"), (["--merge", job.config], "REPORT is missing"),
            (["--merge", "a.json", "--data", "x"], "--merge and --data exclude each other"),
            (["--merge", job.checkpoint], "not what evaluate --shard --json prints"),
        ] {
            let run = try ToolRun("evaluate", words + ["--json"])
            #expect(run.status == 2)
            #expect(run.errors.contains(message), "\(run.errors)")
            #expect(try run.json()["error"] as? String != nil)
        }
    }
}
