import Foundation
import TestSupport
import Testing

/// Files with several networks: see `weight_sets` in `scripts/makers/make_field_fixtures.py`.
@Suite struct WeightSetToolTests {
    @Test(
        "modules in one dictionary or list appear as their state dicts, each under its key",
        arguments: [
            ("sets_modules.pt", "generator"), ("sets_modules.pt", "discriminator"), ("sets_nested.pt", "models.G"),
            ("sets_list.pt", "1"),
        ])
    func modules(name: String, key: String) throws {
        let folder = try TemporaryFolder()
        let file = FieldFile.path(name)
        #expect(try FieldFile.digests([file]) == FieldFile.expected(name))
        let part = try FieldFile.expected(name).filter { $0.hasPrefix(key + ".") }
        #expect(try FieldFile.digests([file, "--state-key", key]) == part)
        for output in ["out.pth", "out.safetensors"] {
            let path = "\(folder.path)/\(output)"
            let all = try ToolRun("convert", ["--weights-only", file, path])
            #expect(all.status == 0 && all.errors.contains("it holds 2 sets of weights"), "\(all.errors)")
            #expect(try FieldFile.digests([path]).sorted() == FieldFile.expected(name).sorted())
            let one = try ToolRun("convert", ["--weights-only", "--state-key", key, file, path])
            #expect(one.status == 0, "\(one.errors)")
            #expect(try FieldFile.digests([path]).sorted() == FieldFile.expected(name, below: key + ".").sorted())
        }
        let kept = try ToolRun("convert", [file, folder.path + "/kept.pt"])
        #expect(kept.status == 0 && kept.errors.contains("weights_only=True will refuse"), "\(kept.errors)")
    }

    @Test(
        "two sets of weights beside optimizers are named by every tool, and --state-key chooses",
        arguments: [("gan.pth", "G", "D", "opt_G"), ("teacher.pth", "teacher", "student", "optimizer")])
    func optimizers(name: String, first: String, second: String, optimizer: String) throws {
        let folder = try TemporaryFolder()
        let (file, output) = (FieldFile.path(name), folder.path + "/out.pth")
        let refused = try ToolRun("convert", ["--weights-only", file, output])
        #expect(refused.status == 2)
        #expect(
            refused.errors.contains(
                "it holds 2 sets of weights, '\(first)' and '\(second)', beside the optimizer '\(optimizer)': "
                    + "--state-key NAME takes one of the sets"), "\(refused.errors)")
        #expect(try folder.names.isEmpty)
        let chosen = try ToolRun("convert", ["--weights-only", "--state-key", second, file, output])
        #expect(chosen.status == 0 && chosen.errors.contains("'\(optimizer)' ("), "\(chosen.errors)")
        #expect(try FieldFile.digests([output]) == FieldFile.expected(name))
        for (tool, words) in [
            ("convert", [file, folder.path + "/all.safetensors"]), ("ckpt-tree", [file]),
            ("shape-diff", [file, "--against", file]),
        ] {
            let run = try ToolRun(tool, words)
            #expect(run.status == 0 && run.errors.contains("it holds 2 sets of weights, '\(first)' ("), "\(run.errors)")
        }
        let without = ["--weights-only", "--drop", optimizer + ".*", file, folder.path + "/both.pth"]
        let both = try ToolRun("convert", without)
        #expect(both.status == 0 && !both.errors.contains("no longer fits"), "\(both.errors)")
    }

    @Test("optimizers and schedulers that were saved whole are told from networks")
    func wholeOptimizers() throws {
        let folder = try TemporaryFolder()
        let (file, output) = (FieldFile.path("gan_objects.pth"), folder.path + "/out.pth")
        let refused = try ToolRun("convert", ["--weights-only", file, output])
        #expect(refused.status == 2)
        #expect(
            refused.errors.contains(
                "it holds 2 sets of weights, 'G' and 'D', beside the optimizers 'opt_G' and 'opt_D': "
                    + "--state-key NAME takes one of the sets"), "\(refused.errors)")
        let chosen = try ToolRun("convert", ["--weights-only", "--state-key", "D", file, output])
        #expect(chosen.status == 0, "\(chosen.errors)")
        #expect(try FieldFile.digests([output]) == FieldFile.expected("gan_objects.pth"))
        let single = try ToolRun("convert", ["--weights-only", FieldFile.path("net_objects.pth"), output])
        #expect(single.status == 0 && single.errors.contains("left out: 'opt' ("), "\(single.errors)")
        #expect(try FieldFile.digests([output]) == FieldFile.expected("net_objects.pth"))
    }

    private static let packedParameters = "torch.ao.nn.quantized.modules.linear.LinearPackedParams"

    @Test(
        "the state dict of a module that packs its tensors is an error that names it; the module is copied whole",
        arguments: [
            ("packed_static.pt", "net.1._packed_params", packedParameters),
            ("packed_dynamic.pt", "0._packed_params", packedParameters),
            ("packed_parameter.pt", "0", "torch.nn.modules.linear.Linear"),
        ])
    func packed(name: String, path: String, className: String) throws {
        let folder = try TemporaryFolder()
        let file = FieldFile.path(name)
        let message = "'\(path)' is a module of the class \(className), which packs its tensors"
        for words in [["--weights-only", file, folder.path + "/o.pth"], [file, folder.path + "/o.safetensors"]] {
            let run = try ToolRun("convert", words)
            #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
        }
        #expect(try folder.names.isEmpty)
        let copied = try ToolRun("convert", [file, folder.path + "/o.pth"])
        #expect(copied.status == 0 && copied.errors.contains("will refuse the file"), "\(copied.errors)")
        #expect(!copied.errors.contains("--weights-only"))
    }

    @Test("publish names several sets, and publishes the one that --state-key names")
    func publish() throws {
        let folder = try TemporaryFolder()
        let file = FieldFile.path("gan.pth")
        let refused = try ToolRun("publish", [file, folder.path + "/net"])
        #expect(refused.status == 2 && refused.errors.contains("--weights-only --state-key NAME"), "\(refused.errors)")
        let unchosen = try ToolRun("publish", ["--weights-only", file, folder.path + "/net"])
        #expect(unchosen.status == 2)
        #expect(unchosen.errors.contains("2 sets of weights, 'G' and 'D'"), "\(unchosen.errors)")
        let alone = try ToolRun("publish", ["--state-key", "D", file, folder.path + "/net"])
        #expect(alone.status == 2 && alone.errors.contains("--state-key needs --weights-only"))
        let published = try ToolRun("publish", ["--weights-only", "--state-key", "D", file, folder.path + "/net"])
        #expect(published.status == 0, "\(published.errors)")
        let name = try #require(try folder.names.first)
        #expect(try FieldFile.digests([folder.path + "/" + name]) == FieldFile.expected("gan.pth"))
    }

    @Test("the summary counts the parameters of sets of weights, not what optimizers keep of them")
    func summary() throws {
        let report = try ToolRun("ckpt-tree", [FieldFile.path("gan.pth"), "--json"]).json()
        let summary = try #require(report["summary"] as? [String: Any])
        // 3·4·9 + 4, 2·4, 4·2 + 2 of the generator; 4·2 + 2, 2 + 1 of the discriminator.
        #expect(summary["parameters"] as? Int == 112 + 8 + 10 + 10 + 3)
        let parts = try #require(summary["parts"] as? [[String: Any]])
        #expect(parts.map { $0["kind"] as? String } == ["set", "set", "optimizer"])
    }

    @Test("one set of weights is found among dictionaries of networks and of optimizers")
    func oneSet() throws {
        let folder = try TemporaryFolder()
        let output = folder.path + "/out.pth"
        let run = try ToolRun("convert", ["--weights-only", FieldFile.path("one_set.pth"), output])
        #expect(run.status == 0 && run.errors.contains("left out: 'optimizers.G' ("), "\(run.errors)")
        #expect(try FieldFile.digests([output]) == FieldFile.expected("one_set.pth"))
    }

    @Test("a nested tensor is an error of --weights-only: torch.load refuses it with weights_only=True")
    func nested() throws {
        let folder = try TemporaryFolder()
        for format in ["pth", "safetensors"] {
            let words = ["--weights-only", fixture("values/nested.pth"), "\(folder.path)/o.\(format)"]
            let run = try ToolRun("convert", words)
            #expect(run.status == 2 && run.errors.contains("of the form nested"), "\(run.errors)")
        }
        #expect(try folder.names.isEmpty)
    }

    @Test("a tensor that stands for others is refused by its class, with what to save; nothing offers --weights-only")
    func subclass() throws {
        let folder = try TemporaryFolder()
        let file = fixture("values/subclasses.pth")
        for words in [["--weights-only", file, folder.path + "/o.pth"], [file, folder.path + "/o.safetensors"]] {
            let run = try ToolRun("convert", words)
            #expect(run.status == 2 && run.errors.contains("'wrapper'"), "\(run.errors)")
            #expect(run.errors.contains("__main__.Wrapper stands for other tensors: save what its dequantize() gives"))
        }
        #expect(try folder.names.isEmpty)
        let copied = try ToolRun("convert", ["--dtype", "float16", file, folder.path + "/o.pth"])
        #expect(copied.status == 0 && copied.errors.contains("'wrapper' (__main__.Wrapper) keeps its type"))
        #expect(copied.errors.contains("weights_only=True will refuse") && !copied.errors.contains("--weights-only"))
    }

    @Test("structured and masked arrays are listed as what they are")
    func arrays() throws {
        let structure = try ToolRun("ckpt-tree", ["--meta", FieldFile.path("structure.pkl")]).output
        #expect(structure.contains("numpy.ndarray(shape=") && structure.contains("dtype=[("), "\(structure)")
        let masked = try ToolRun("ckpt-tree", ["--meta", FieldFile.path("masked.pkl")]).output
        #expect(masked.contains("numpy.ma.MaskedArray(shape=") && masked.contains(" masked)"), "\(masked)")
        #expect(!(structure + masked).contains("__state__"))
    }

    @Test("numbers in a form that is no tensor are not left out beside the tensors of a dictionary inside")
    func numbersInside() throws {
        let folder = try TemporaryFolder()
        for words in [["out.safetensors"], ["out.pth", "--weights-only"], ["out.pth", "--dtype", "float16"]] {
            let output = [folder.path + "/" + words[0]] + words.dropFirst()
            let run = try ToolRun("convert", [FieldFile.path("masked_inside.pkl")] + output)
            #expect(run.status == 2, "\(words)")
            #expect(run.errors.contains("cannot hold 'layers.scale' (numpy.ma.core._mareconstruct)"), "\(run.errors)")
        }
        #expect(try folder.names.isEmpty)
        let whole = [FieldFile.path("masked_inside.pkl"), folder.path + "/whole.pth"]
        #expect(try ToolRun("convert", whole).status == 0)
    }

    @Test("a single tensor in a dictionary is not a set of weights")
    func single() throws {
        let run = try ToolRun("ckpt-tree", [FieldFile.path("self_distilled.pth")])
        #expect(run.errors.contains("it holds 2 sets of weights, 'student' ("), "\(run.errors)")
        #expect(!run.errors.contains("'loss'"))
    }

    @Test("the dictionary that numpy.save was given is read as a dictionary")
    func item() throws {
        let folder = try TemporaryFolder()
        let output = folder.path + "/out.safetensors"
        let run = try ToolRun("convert", [FieldFile.path("item.npy"), output])
        #expect(run.status == 0 && run.errors.contains("is an array of one object"), "\(run.errors)")
        #expect(try FieldFile.digests([output]).sorted() == FieldFile.expected("item.npy").sorted())
    }

    @Test("publish finds the one state dict that stands beside an optimizer, whatever it is called")
    func publishNet() throws {
        let folder = try TemporaryFolder()
        let file = FieldFile.path("net.pth")
        let run = try ToolRun("publish", [file, folder.path + "/net"])
        #expect(run.status == 0, "\(run.errors)")
        let name = try #require(try folder.names.first)
        let outputs = try [(folder.path + "/" + name, "state_dict"), (file, "net")].map { file, key in
            try ToolRun("ckpt-tree", [file, "--state-key", key, "--flat", "--digest"]).output
        }
        #expect(outputs[0] == outputs[1] && !outputs[0].isEmpty)
    }
}
