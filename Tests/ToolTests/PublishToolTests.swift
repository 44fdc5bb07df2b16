import Foundation
import TestSupport
import Testing

@Suite struct PublishToolTests {
    /// One run of MMPreTrain's `publish_model.py`, as `scripts/makers/make_publication_fixtures.py` recorded it.
    struct Fact: Decodable, CustomTestStringConvertible {
        let input: String
        let arguments: [String]
        let name: String
        let sha256: String

        var testDescription: String { ([input] + arguments).joined(separator: " ") }

        private struct File: Decodable { let cases: [Fact] }

        static func all() throws -> [Fact] { try fixture("publication/facts.json", as: File.self).cases }
    }

    private static let bare = fixture("publication/bare.pth")
    /// 2023-11-14 22:13:20 in UTC.
    private static let epoch = ["SOURCE_DATE_EPOCH": "1700000000"]

    @Test("the file and its name are those that MMPreTrain's script makes, byte for byte", arguments: try Fact.all())
    func equalsUpstream(fact: Fact) throws {
        let folder = try TemporaryFolder()
        let input = fixture("publication/\(fact.input)")
        let run = try ToolRun(
            "publish", [input, folder.path + "/out.pth", "--json"] + fact.arguments, environment: Self.epoch)
        #expect(run.status == 0, "\(run.errors)")
        let report = try run.json()
        #expect(report["sha256"] as? String == fact.sha256)
        #expect(try folder.names == [fact.name.replacingOccurrences(of: "YYYYMMDD", with: "20231114")])
        let name = try #require(try folder.names.first)
        #expect(report["output"] as? String == folder.path(name))
    }

    @Test("every recorded run is there")
    func facts() throws { #expect(try Fact.all().count == 6) }

    @Test("the report says what was left out, whose weights are published and how many classes are named")
    func report() throws {
        let folder = try TemporaryFolder()
        let input = fixture("publication/runner_ema.pth")
        let averaged = try ToolRun("publish", [input, folder.path + "/out", "--json"]).json()
        #expect(averaged["removed"] as? [String] == ["optimizer", "param_schedulers", "message_hub"])
        #expect(averaged["ema"] as? String == "published")
        #expect(averaged["classes"] as? Int == 3)
        let trained = try ToolRun("publish", [input, folder.path + "/out", "--no-ema"])
        #expect(trained.output.contains("moving averages  left out; the trained weights are what is published"))
        #expect(trained.errors == "")
        let bare = try ToolRun("publish", [Self.bare, folder.path + "/out"])
        #expect(bare.errors.contains("does not name its classes"))
    }

    @Test("an existing file of the same name is replaced by the same bytes")
    func twice() throws {
        let folder = try TemporaryFolder()
        for _ in 0..<2 {
            let run = try ToolRun("publish", [Self.bare, folder.path + "/out"], environment: Self.epoch)
            #expect(run.status == 0)
        }
        #expect(try folder.names.count == 1)
    }

    @Test(
        "a tensor by itself and a list of tensors are published as the state dict that they are read as",
        arguments: [
            (fixture("checkpoints/tensor.pth"), ["state_dict.tensor"]),
            (fixture("field/list.pth"), ["state_dict.0", "state_dict.1"]),
        ])
    func noDictionary(input: String, keys: [String]) throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun("publish", [input, folder.path + "/out"], environment: Self.epoch)
        #expect(run.status == 0, "\(run.errors)")
        let report = try ToolRun("ckpt-tree", [folder.path + "/" + (try #require(folder.names.first)), "--json"]).json()
        let tensors = try #require(report["tensors"] as? [[String: Any]])
        #expect(tensors.compactMap { $0["key"] as? String } == keys)
    }

    @Test(
        "what cannot be published is one line and no file",
        arguments: [
            ([bare, "OUT", "--dataset-type", "CIFAR1"], "did you mean 'CIFAR10'"),
            ([bare, "OUT.safetensors"], "whose name ends in .pth"),
            ([fixture("modules/net.pt"), "OUT"], "it holds no dictionary"),
            ([fixture("checkpoints/missing.pth"), "OUT"], "No such file"),
            ([fixture("publication/facts.json"), "OUT"], "facts.json"),
        ])
    func refused(words: [String], reason: String) throws {
        let folder = try TemporaryFolder()
        let words = words.map { $0.hasPrefix("OUT") ? folder.path + "/" + $0 : $0 }
        let run = try ToolRun("publish", words)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.contains(reason), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(try folder.names.isEmpty)
    }

    @Test(
        "a day that is none, and a folder that is not there, are errors", arguments: ["", "-1", "12x", "253402300800"])
    func badDay(epoch: String) throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun(
            "publish", [Self.bare, folder.path + "/out"], environment: ["SOURCE_DATE_EPOCH": epoch])
        #expect(run.status == 2)
        #expect(run.errors.contains("SOURCE_DATE_EPOCH needs seconds since 1970"))
        #expect(try folder.names.isEmpty)
        #expect(try ToolRun("publish", [Self.bare, folder.path + "/none/out"]).status == 2)
    }
}
