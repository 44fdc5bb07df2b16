import CheckpointIO
import CommandLineKit
import JSON
import KeyRules
import ModelZoo
import TensorCore
import TestSupport
import Testing

@testable import Workbench

/// Ways between code bases. `scripts/check_routes.py` made the fixtures: one network in four libraries, which compute the
/// same.
@Suite struct RouteTests {
    private static let libraries = ["torchvision", "timm", "huggingface", "mmpretrain"]
    private static let networks = ["convnext_small", "vit_small"]

    private static let pairs = networks.flatMap { network in
        libraries.flatMap { one in libraries.filter { $0 != one }.map { (network, one, $0) } }
    }

    private func file(_ network: String, _ library: String) -> String {
        fixture("routes/\(network)_\(library).safetensors")
    }

    private func options(_ path: String) -> ConversionOptions { ConversionOptions(inputs: [.init(path: path)]) }

    private func tensors(_ path: String) throws -> [Key: [UInt8]] {
        let tensors = try Checkpoint.open(path).stateDict().tensors
        return Dictionary(
            uniqueKeysWithValues: try tensors.map {
                ($0.key, try $0.tensor.contiguousBytes().withUnsafeBytes { Array($0) })
            })
    }

    /// A safetensors file of these keys and shapes that holds no data.
    private func hollow(_ tensors: [(key: String, shape: [Int])], _ folder: TemporaryFolder) throws -> String {
        var end = 0
        var fields: [String] = []
        for tensor in tensors {
            let size = tensor.shape.reduce(4, *)
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            fields.append(
                "\"\(tensor.key)\":{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(end),\(end + size)]}")
            end += size
        }
        let header = Array("{\(fields.joined(separator: ","))}".utf8)
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        return try folder.write("hollow.safetensors", length + header + [UInt8](repeating: 0, count: end))
    }

    @Test("every code base's file becomes every other's, tensor for tensor", arguments: pairs)
    func ways(network: String, origin: String, destination: String) throws {
        let folder = try TemporaryFolder()
        let options = options(file(network, origin))
        let route = try Route(options, to: destination)
        #expect(route.origin == origin)
        #expect(route.destination == destination)
        #expect(route.legs.count == (origin == "mmpretrain" || destination == "mmpretrain" ? 1 : 2))
        let out = folder.path("out.safetensors")
        _ = try route.output(to: out, options).write()
        #expect(try tensors(out) == tensors(file(network, destination)))
    }

    @Test("each tensor names its source and the line of each leg")
    func steps() throws {
        let route = try Route(options(file("vit_small", "huggingface")), to: "timm")
        let joined = try #require(route.entries.first { $0.target == "blocks.1.attn.qkv.weight" })
        #expect(
            joined.sources.map(\.text)
                == ["query", "key", "value"].map { "vit.encoder.layer.1.attention.attention.\($0).weight" })
        #expect(joined.steps.map(\.rule.file) == ["vit_huggingface.rules", "vit_timm.rules"])
        #expect(joined.shape == [72, 24])
        #expect(!joined.isRename)
        let text = try route.explanation(of: "blocks.1.attn.qkv.weight", Palette(isColored: false))
        for part in ["vit_huggingface.rules:", "vit_timm.rules:", "concat 0", "backbone.layers.1.attn.qkv.weight"] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test("a checkpoint of the code base that is asked for is written as it is, with a note")
    func already() throws {
        let path = file("vit_small", "timm")
        let route = try Route(options(path), to: "timm")
        #expect(route.legs.isEmpty)
        #expect(route.entries.allSatisfy { $0.sources == [$0.target] })
        #expect(route.notes.contains { $0.contains("timm's already") && $0.contains("vit_timm.rules") })
        #expect(throws: WorkbenchError.self) { try Route(options(file("vit_small", "mmpretrain")), to: "mmpretrain") }
    }

    @Test("an optimizer that no longer fits the result is named", arguments: [("timm", 1), ("huggingface", 0)])
    func optimizers(goal: String, count: Int) throws {
        let folder = try TemporaryFolder()
        let checkpoint = try Checkpoint.open(file("vit_small", "huggingface"))
        let trained = try checkpoint.edited {
            $0.setRoot(
                to: .dictionary([
                    ("state_dict", .kept(checkpoint.root)),
                    ("optimizer", .dictionary([("state", .kept(checkpoint.root)), ("param_groups", .tuple([]))])),
                ]))
        }
        let path = folder.path("trained.pth")
        try trained.write(to: path)
        let options = options(path)
        let route = try Route(options, to: goal)
        let notes = route.staleOptimizers(in: try route.output(to: folder.path("out.pth"), options))
        #expect(notes.count == count && notes.allSatisfy { $0.contains("'optimizer'") }, "\(notes)")
    }

    @Test("a setting chooses a spelling of the code base")
    func spelling() throws {
        var options = options(file("vit_small", "timm"))
        options.settings = ["spelling": "module"]
        let route = try Route(options, to: "transformers")
        #expect(route.destination == "huggingface")
        #expect(route.entries.contains { $0.target == "vit.layers.0.attention.q_proj.weight" })
        options.settings = ["colour": "red"]
        #expect(throws: WorkbenchError.self) { try Route(options, to: "timm") }
    }

    @Test("a rule file's name stands for its code base")
    func rules() throws {
        let route = try Route(options(file("vit_small", "mmpretrain")), to: "vit_torchvision")
        #expect(route.destination == "torchvision")
        #expect(route.entries.contains { $0.target == "class_token" })
    }

    @Test("an unknown code base is told those that are known")
    func unknown() throws {
        let error = #expect(throws: WorkbenchError.self) { try Route(options(file("vit_small", "timm")), to: "tim") }
        #expect(error?.description == "no rules know a code base 'tim'; did you mean 'timm'?")
    }

    @Test("a checkpoint that no rules take is told the nearest, and why they do not fit")
    func strange() throws {
        let folder = try TemporaryFolder()
        let known = try Checkpoint.open(file("vit_small", "timm")).stateDict().tensors
        let path = try hollow(
            known.map { ($0.key.text, $0.tensor.shape) } + [("ema.decay", [1])], folder)
        let error = #expect(throws: WorkbenchError.self) { try Route(options(path), to: "torchvision") }
        let text = error?.description ?? ""
        #expect(text.contains("vit_timm.rules takes \(known.count) of \(known.count + 1) tensors"), "\(text)")
        #expect(text.contains("ema.decay") && !text.contains("\n"), "\(text)")
    }

    @Test("a checkpoint with a wrapper's prefix is told the option that takes it off, in one line")
    func wrapped() throws {
        let folder = try TemporaryFolder()
        let known = try Checkpoint.open(file("vit_small", "timm")).stateDict().tensors
        let path = try hollow(known.map { ("module.\($0.key.text)", $0.tensor.shape) }, folder)
        let error = #expect(throws: WorkbenchError.self) { try Route(options(path), to: "torchvision") }
        let text = error?.description ?? ""
        #expect(text.contains("'module.': --strip-prefix auto takes it off"), "\(text)")
        #expect(!text.contains("\n"), "\(text)")
    }

    @Test("keys that no rules know are not taken for MMPreTrain's")
    func unknownNetwork() throws {
        let folder = try TemporaryFolder()
        let path = try hollow(
            [
                ("stem.conv1.conv.weight", [8, 3, 7, 7]), ("stem.conv1.bn.weight", [8]), ("stem.conv1.bn.bias", [8]),
                ("stages.0.blocks.0.mixer.weight", [8, 8]), ("head.fc.weight", [10, 8]), ("head.fc.bias", [10]),
            ], folder)
        let error = #expect(throws: WorkbenchError.self) { try Route(options(path), to: "mmpretrain") }
        let text = error?.description ?? ""
        #expect(text.contains("no bundled rules take its keys") && !text.contains("MMPreTrain's"), "\(text)")
        #expect(text.contains("--suggest drafts rules"), "\(text)")
    }

    @Test("a network of other shapes is told the rules that take its keys first, and what converts it unchecked")
    func otherShapes() throws {
        let folder = try TemporaryFolder()
        // timm's vit_tiny_patch16_224, with patches of 32.
        var network: [(key: String, shape: [Int])] = [
            ("cls_token", [1, 1, 192]), ("pos_embed", [1, 50, 192]), ("patch_embed.proj.weight", [192, 3, 32, 32]),
            ("patch_embed.proj.bias", [192]),
        ]
        let block = [
            ("norm1", [192]), ("attn.qkv", [576, 192]), ("attn.proj", [192, 192]), ("norm2", [192]),
            ("mlp.fc1", [768, 192]), ("mlp.fc2", [192, 768]),
        ]
        let blocks = (0..<12).flatMap { index in block.map { ("blocks.\(index).\($0.0)", $0.1) } }
        for (name, shape) in blocks + [("norm", [192]), ("head", [1000, 192])] {
            network += [(name + ".weight", shape), (name + ".bias", [shape[0]])]
        }
        let path = try hollow(network, folder)
        let error = #expect(throws: WorkbenchError.self) { try Route(options(path), to: "mmpretrain") }
        let text = error?.description ?? ""
        #expect(text.contains("as those of a model that they declare; nearest: vit_timm.rules takes all"), "\(text)")
        #expect(text.contains("[192, 3, 32, 32]"), "\(text)")
        #expect(text.contains("; --rules vit_timm --set size=other converts it"), "\(text)")
        var unchecked = options(path)
        unchecked.settings = ["size": "other"]
        #expect(try Route(unchecked, to: "mmpretrain").entries.count == network.count)
    }

    @Test("a network whose rules run forward only is told the line that keeps it from going back")
    func forwardOnly() throws {
        let folder = try TemporaryFolder()
        let model = try ModelZoo.model(named: "hrnet-w18_3rdparty_8xb32_in1k")
        let path = try hollow(try model.parameters.map { ($0.key.text, $0.shape) }, folder)
        let error = #expect(throws: WorkbenchError.self) { try Route(options(path), to: "timm") }
        let text = error?.description ?? ""
        #expect(text.contains("no rules lead from here to timm; the nearest is hrnet_timm.rules: "), "\(text)")
        #expect(text.contains("runs forward only"), "\(text)")
    }

    @Test("a code base without the network is an error")
    func nowhere() throws {
        let error = #expect(throws: WorkbenchError.self) {
            try Route(options(file("vit_small", "timm")), to: "facebookresearch/LeViT")
        }
        #expect(error?.description.contains("no rules lead from here to facebookresearch/LeViT") == true)
    }

    @Test("the report names both legs and each tensor's lines")
    func json() throws {
        let text = try Route(options(file("convnext_small", "torchvision")), to: "timm").json.text
        for part in [
            "\"from\": \"torchvision\"", "\"to\": \"timm\"", "\"convnext_torchvision.rules\"",
            "\"convnext_timm.rules\"",
            "\"direction\": \"reverse\"",
        ] {
            #expect(text.contains(part), "\(text.prefix(600))")
        }
    }
}

@Suite struct RuleListTests {
    @Test("rule files are found by name, title and code base")
    func rules() throws {
        let all = try RuleList(matching: nil)
        #expect(all.rows.count >= 70)
        #expect(all.rows.map(\.name) == all.rows.map(\.name).sorted())
        let timm = try RuleList(matching: "TIMM")
        #expect(timm.rows.contains { $0.name == "swin_timm" } && timm.rows.count < all.rows.count)
        #expect(throws: WorkbenchError.self) { try RuleList(matching: "nonexistent") }
    }

    @Test("a wrong name offers the names that contain the word first")
    func offers() throws {
        let error = #expect(throws: WorkbenchError.self) { try RuleCatalogue.text(named: "convnext_v") }
        #expect(error?.description.contains("did you mean 'convnext_v2_huggingface', 'convnext_v2_timm',") == true)
        #expect(try RuleCatalogue.text(named: "vgg.rules").hasPrefix("rules vgg"))
    }

    @Test("models are found by name and backbone, with their parameters")
    func models() throws {
        let levit = try ModelList(matching: "levit")
        #expect(levit.rows.contains { $0.name == "levit-128s_3rdparty_in1k" && $0.backbone == "LeViT" })
        // Of the deploy forms nobody published a number.
        let published = levit.rows.compactMap(\.parameters)
        #expect(published.count >= 8 && published.allSatisfy { $0 > 1_000_000 })
        #expect(throws: WorkbenchError.self) { try ModelList(matching: "nonexistent-model") }
    }
}
