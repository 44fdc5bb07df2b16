import Foundation
import TestSupport
import Testing

@Suite struct PreprocessToolTests {
    private static let config = """
        data_preprocessor = dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True)
        test_pipeline = [
            dict(type='LoadImageFromFile'),
            dict(type='ResizeEdge', scale=64, edge='short', backend='pillow', interpolation='bicubic'),
            dict(type='CenterCrop', crop_size=56),
            dict(type='PackInputs'),
        ]
        test_dataloader = dict(batch_size=8, dataset=dict(type='ImageNet', pipeline=test_pipeline))
        """

    private func image(_ name: String) -> String { fixture("images/" + name) }

    @Test("the report has every step's shape, type and digest, and the tensor's")
    func report() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("model.py", Self.config.utf8)
        let run = try ToolRun("preprocess", [config, image("landscape.jpg"), "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let images = try #require(try run.json()["images"] as? [[String: Any]])
        let steps = try #require(images[0]["steps"] as? [[String: Any]])
        #expect(
            steps.compactMap { $0["step"] as? String }
                == ["0:LoadImageFromFile", "1:ResizeEdge", "2:CenterCrop", "3:PackInputs", "tensor"])
        #expect(
            steps.compactMap { $0["shape"] as? [Int] }
                == [[120, 181, 3], [64, 96, 3], [56, 56, 3], [3, 56, 56], [1, 3, 56, 56]])
        #expect(steps.compactMap { $0["dtype"] as? String } == ["uint8", "uint8", "uint8", "uint8", "float32"])
        #expect(steps.allSatisfy { ($0["sha256"] as? String)?.count == 64 })
        #expect(run.errors.contains("Pillow's order of passes is that of release 13"))
    }

    @Test("OUT has the tensor of all images", arguments: ["input.npy", "input.pth", "input.safetensors"])
    func output(_ name: String) throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("model.py", Self.config.utf8)
        let run = try ToolRun(
            "preprocess", [config, image("landscape.jpg"), image("gray.jpg"), "--out", folder.path(name), "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let images = try #require(try run.json()["images"] as? [[String: Any]])
        let digests = images.compactMap { (($0["steps"] as? [[String: Any]])?.last)?["sha256"] as? String }
        let bytes = try folder.contents(name)
        let size = 3 * 56 * 56 * 4
        if name.hasSuffix(".npy") {
            #expect(bytes.count == 128 + 2 * size)
            #expect(String(decoding: bytes[10..<128], as: UTF8.self).contains("'shape': (2, 3, 56, 56)"))
            #expect(digest(of: bytes[128..<128 + size]) == digests[0])
            #expect(digest(of: bytes[(128 + size)...]) == digests[1])
        } else if name.hasSuffix(".safetensors") {
            #expect(digest(of: bytes[(bytes.count - size)...]) == digests[1])
        } else {
            // The zip archive stores the tensor as one run of bytes.
            let first = bytes.count - 2 * size
            #expect((0..<first).contains { digest(of: bytes[$0..<$0 + size]) == digests[0] })
        }
    }

    @Test("a refused image has its error in its place, the others are reported, and there is no OUT")
    func refused() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("model.py", Self.config.utf8)
        let run = try ToolRun(
            "preprocess",
            [
                config, image("cut.jpg"), image("gray.jpg"), folder.path("missing.png"), "--out", folder.path("x.npy"),
                "--json",
            ])
        #expect(run.status == 2)
        let images = try #require(try run.json()["images"] as? [[String: Any]])
        #expect((images[0]["error"] as? String)?.contains("JPEG: the file ends before the image does") == true)
        #expect((images[1]["steps"] as? [Any])?.count == 5)
        #expect((images[2]["error"] as? String)?.contains("missing.png") == true)
        #expect(try folder.names == ["model.py"])
    }

    @Test("a picture of each step is written, and an image never")
    func pictures() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("model.py", Self.config.utf8)
        let steps = folder.path("steps")
        let run = try ToolRun("preprocess", [config, image("gray.jpg"), image("gray.jpg"), "--save-steps", steps])
        #expect(run.status == 0, "\(run.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: steps).sorted()
        #expect(
            names == [
                "gray.jpg.0-LoadImageFromFile.png", "gray.jpg.1-ResizeEdge.png", "gray.jpg.2-CenterCrop.png",
                "gray.jpg.2.0-LoadImageFromFile.png", "gray.jpg.2.1-ResizeEdge.png", "gray.jpg.2.2-CenterCrop.png",
                "gray.jpg.2.tensor.png", "gray.jpg.tensor.png",
            ])
        // A PNG of an image decodes to that image.
        let copy = try folder.write("copy.png", try Data(contentsOf: URL(fileURLWithPath: steps + "/" + names[2])))
        let crop = try folder.write(
            "crop.py", "test_dataloader = dict(dataset=dict(pipeline=[dict(type='PackInputs')]))".utf8)
        let again = try ToolRun("preprocess", [crop, copy, "--json"]).json()
        let first = try ToolRun("preprocess", [config, image("gray.jpg"), "--json"]).json()
        func packed(_ report: [String: Any], _ index: Int) -> String? {
            let images = report["images"] as? [[String: Any]]
            return (images?[0]["steps"] as? [[String: Any]])?[index]["sha256"] as? String
        }
        #expect(packed(again, 0) == packed(first, 3))
        let target = try ToolRun("preprocess", [config, copy, "--out", copy])
        #expect(target.status == 2)
        #expect(target.errors.contains("copy.png"))
    }

    @Test("releases of Pillow are told apart where an image is tall")
    func pillow() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write(
            "model.py", Self.config.replacingOccurrences(of: "scale=64", with: "scale=20").utf8)
        func tensor(_ release: String) throws -> String? {
            let report = try ToolRun("preprocess", [config, image("tall.jpg"), "--json", "--pillow", release]).json()
            let images = report["images"] as? [[String: Any]]
            return (images?[0]["steps"] as? [[String: Any]])?.last?["sha256"] as? String
        }
        #expect(try tensor("11") == tensor("12"))
        #expect(try tensor("13") != tensor("11"))
    }

    @Test("a config or a command line that cannot be followed is one error, in JSON too")
    func errors() throws {
        let folder = try TemporaryFolder()
        let wrong = try folder.write(
            "model.py", Self.config.replacingOccurrences(of: "CenterCrop", with: "RandomCrop").utf8)
        let run = try ToolRun("preprocess", [wrong, image("gray.jpg"), "--json"])
        #expect(run.status == 2)
        #expect((try run.json()["error"] as? String)?.contains("2:RandomCrop") == true)
        #expect(run.errors.contains("model.py:5"))
        #expect(try ToolRun("preprocess", [wrong]).status == 2)
        let name = try ToolRun("preprocess", ["--model", "resnet50_8xb32_in2k", image("gray.jpg")])
        #expect(name.status == 2)
        #expect(name.errors.contains("no model is named 'resnet50_8xb32_in2k'"))
        #expect(name.errors.contains("resnet50_8xb32_in1k"))
        let out = try ToolRun("preprocess", [wrong, image("gray.jpg"), "--out", "x.txt"])
        #expect(out.status == 2)
    }

    @Test("--config names the config as in the other tools, and excludes --model")
    func configOption() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("model.py", Self.config.utf8)
        let run = try ToolRun("preprocess", ["--config", config, image("gray.jpg"), "--json"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == (try ToolRun("preprocess", [config, image("gray.jpg"), "--json"]).output))
        let both = try ToolRun("preprocess", ["--config", config, "--model", "resnet50", image("gray.jpg")])
        #expect(both.status == 2)
        #expect(both.errors.contains("--model and --config exclude each other"))
    }

    @Test("a model's name stands for its config")
    func model() throws {
        let run = try ToolRun("preprocess", ["--model", "resnet50_8xb32_in1k", image("landscape.jpg")])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("1:ResizeEdge"))
        #expect(run.output.contains("float32 (1, 3, 224, 224)"))
    }
}
