import Foundation
import TestSupport
import Testing

/// The tools on files of the kinds that people bring: see `scripts/makers/make_field_fixtures.py`.
@Suite struct FieldToolTests {
    private static let rules = "rules all: a -> b\n{k..} -> {k}\n"

    @Test(
        "--weights-only, --strip-prefix and --state-key work alone, together, and with rules",
        arguments: [
            ("wrapped.pth", ["--strip-prefix", "auto", "--weights-only"], "wrapped.pth"),
            ("wrapped.pth", ["--strip-prefix", "auto", "--state-key", "state_dict"], "wrapped.pth"),
            ("lightning_net.ckpt", ["--strip-prefix", "auto", "--weights-only", "--drop", "loss.*"], "trainer"),
            ("regional.pth", ["--strip-prefix", "_orig_mod."], "regional.pth"),
            ("names.pth", ["--weights-only"], "names.pth"), ("names.pth", ["--state-key", "state_dict"], "names.pth"),
            ("wrapped.pth", ["--strip-prefix", "auto", "--weights-only", "--rules", "RULES"], "wrapped.pth"),
        ])
    func selections(name: String, options: [String], fact: String) throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("all.rules", Data(Self.rules.utf8))
        for format in ["pth", "safetensors"] {
            let output = "\(folder.path)/out.\(format)"
            let words = options.map { $0 == "RULES" ? rules : $0 }
            let run = try ToolRun("convert", words + [FieldFile.path(name), output])
            #expect(run.status == 0, "\(run.errors)")
            // safetensors sorts tensors by type.
            let (found, right) = (try FieldFile.digests([output]), try FieldFile.expected(fact))
            #expect(format == "pth" ? found == right : found.sorted() == right.sorted())
            if words.contains("auto") {
                let prefix = name == "wrapped.pth" ? "module." : "net."
                #expect(run.errors.contains("'_orig_mod.' and '\(prefix)' taken off 9 of "), "\(run.errors)")
            }
        }
    }

    @Test("a prefixed file is refused under rules, with the option that helps; shape-diff names it too")
    func hint() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("one.rules", Data("rules one: a -> b\n{l:0|1|2}.{k..} -> {l}.{k}\n".utf8))
        let run = try ToolRun("convert", ["--rules", rules, FieldFile.path("averaged.pth"), folder.path + "/out.pth"])
        #expect(run.status == 2)
        #expect(run.errors.contains("'module.': --strip-prefix auto takes it off"))
        let right = try ToolRun(
            "convert",
            ["--rules", rules, "--strip-prefix", "auto", FieldFile.path("averaged.pth"), folder.path + "/out.pth"])
        #expect(right.status == 0, "\(right.errors)")
        #expect(right.errors.contains("'1.num_batches_tracked' is a float, cast to int64"))
        let against = [FieldFile.path("wrapped.pth"), "--against", FieldFile.path("torchvision.pth")]
        let different = try ToolRun("shape-diff", against)
        #expect(different.status == 1 && different.errors.contains("--strip-prefix auto takes it off"))
        let same = try ToolRun("shape-diff", against + ["--strip-prefix", "auto"])
        #expect(same.status == 0, "\(same.output)")
        #expect(same.output.hasSuffix("9 tensors matched, no key, shape or dtype differs\nvalues were not compared\n"))
    }

    @Test("numbers too large for a type are counted and refused, or written where that is asked for; integers stay")
    func overflow() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("cast.rules", Data("rules c: a -> b\n{k..} -> {k} : cast float16\n".utf8))
        for options in [["--dtype", "float16"], ["--rules", rules]] {
            let words = options + [FieldFile.path("large.pth"), folder.path + "/out.pth"]
            let refused = try ToolRun("convert", words)
            #expect(refused.status == 2)
            #expect(refused.errors.contains("'w': 1 value too large for float16"), "\(refused.errors)")
            #expect(try folder.names == ["cast.rules"])
            let allowed = try ToolRun("convert", ["--allow-overflow"] + words)
            #expect(allowed.status == 0, "\(allowed.errors)")
            #expect(allowed.errors.contains("too large for the type written as infinity"))
            let report = try ToolRun("ckpt-tree", [folder.path + "/out.pth", "--json"]).json()
            let tensors = try #require(report["tensors"] as? [[String: Any]])
            #expect(tensors.compactMap { $0["dtype"] as? String } == ["float16", "float16", "int64", "float16"])
            try FileManager.default.removeItem(atPath: folder.path + "/out.pth")
        }
    }

    @Test("a sparse tensor of floats that --dtype passes over is named")
    func uncast() throws {
        let folder = try TemporaryFolder()
        let words = ["--dtype", "float16", fixture("values/sparse.pth"), folder.path + "/out.pth"]
        let run = try ToolRun("convert", words)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("only the elements of dense tensors are cast"), "\(run.errors)")
    }

    @Test("a file that is one of several shards is converted by itself with a note")
    func shard() throws {
        let folder = try TemporaryFolder()
        let file = fixture("sharded/safetensors/model-00001-of-00002.safetensors")
        let run = try ToolRun("convert", [file, folder.path + "/out.pth"])
        #expect(run.status == 0 && run.errors.contains("is one of several shards: its name says"), "\(run.errors)")
    }

    @Test("a second set of weights, and what only training needs, is named with its size")
    func trainers() throws {
        let folder = try TemporaryFolder()
        for (name, part) in [
            ("timm.pth.tar", "'state_dict_ema'"), ("lightning.ckpt", "'callbacks.EMA.ema_weights'"),
            ("lightning_callbacks.ckpt", "'callbacks.EMA.ema_weights'"),
            ("lightning_copy.ckpt", "'state_dict.net_ema.*'"), ("mmcv.pth", "'state_dict.ema_*'"),
            ("modules.pt", "'ema'"),
        ] {
            let tree = try ToolRun("ckpt-tree", [FieldFile.path(name)])
            #expect(tree.errors.contains("a second set of weights is in it: \(part) ("), "\(name): \(tree.errors)")
            let run = try ToolRun("convert", [FieldFile.path(name), folder.path + "/out.safetensors"])
            #expect(run.status == 0 && run.errors.contains(part), "\(run.errors)")
        }
        let rules = try folder.write(
            "joined.rules", Data("rules j: a -> b\n0.weight -> 0.weight : o i h w -> o i w h\n{k..} -> {k}\n".utf8))
        let run = try ToolRun("convert", ["--rules", rules, FieldFile.path("timm.pth.tar"), folder.path + "/out.pth"])
        #expect(run.errors.contains("written as it is and no longer fits"), "\(run.errors)")
    }

    @Test("what --dtype does not cast, and what --weights-only leaves out under rules, is named")
    func remainders() throws {
        let folder = try TemporaryFolder()
        let (file, out) = (FieldFile.path("timm.pth.tar"), folder.path + "/out.pth")
        let cast = try ToolRun("convert", ["--dtype", "bfloat16", file, out])
        #expect(cast.errors.contains("'state_dict_ema' ("), "\(cast.errors)")
        #expect(cast.errors.contains("keep their types: --dtype casts the state dict"), "\(cast.errors)")
        let rules = try folder.write("same.rules", Data("rules s: a -> b\n{k..} -> m.{k}\n".utf8))
        for options in [["--rules", rules], ["--drop", "*.bias"]] {
            let run = try ToolRun("convert", options + ["--weights-only", "--dtype", "bfloat16", file, out])
            #expect(run.status == 0 && run.errors.contains("left out: "), "\(run.errors)")
            #expect(run.errors.contains("a second set of weights is in it: 'state_dict_ema' ("), "\(run.errors)")
            #expect(!run.errors.contains("written as it is"), "\(run.errors)")
            #expect(!run.errors.contains("--dtype casts"), "\(run.errors)")
        }
    }

    @Test("of two whole modules, what is left out is named, and the averages are published by their name")
    func modules() throws {
        let folder = try TemporaryFolder()
        let file = FieldFile.path("modules.pt")
        let converted = try ToolRun("convert", ["--weights-only", file, folder.path + "/out.pth"])
        #expect(converted.status == 0)
        #expect(converted.errors.contains("left out: 'ema' (9 tensors, "), "\(converted.errors)")
        #expect(converted.errors.contains("'optimizer' ("), "\(converted.errors)")
        #expect(!converted.errors.contains("does not fit"), "\(converted.errors)")
        #expect(
            try ToolRun("publish", ["--weights-only", "--ema", "ema", file, folder.path + "/average"]).status == 0)
        let name = try #require(try folder.names.first { $0.hasPrefix("average_") })
        let published = try ToolRun("ckpt-tree", [folder.path + "/" + name, "--flat", "--digest"])
        #expect(
            published.output == (try ToolRun("ckpt-tree", [file, "--state-key", "ema", "--flat", "--digest"]).output))
    }

    @Test("an optimizer of other parameters than the file's is named by every tool; one that fits is not")
    func staleOptimizers() throws {
        let folder = try TemporaryFolder()
        let (trained, converted) = (FieldFile.path("torchvision.pth"), folder.path + "/out.pth")
        #expect(try !ToolRun("ckpt-tree", [trained]).errors.contains("does not fit"))
        let rules = try folder.write(
            "flat.rules", Data("rules f: a -> b\n2.weight -> 2.weight : o i -> i o\n{k..} -> {k}\n".utf8))
        #expect(try ToolRun("convert", ["--rules", rules, trained, converted]).status == 0)
        let text = "does not fit the weights: it has a parameter of the shape (2, 4), which they lack"
        for words in [
            ["ckpt-tree", converted], ["shape-diff", converted, "--against", converted],
            ["convert", converted, folder.path + "/again.pth"],
        ] {
            let run = try ToolRun(words[0], Array(words.dropFirst()))
            #expect(run.status == 0 && run.errors.contains("'optimizer' ("), "\(run.errors)")
            #expect(run.errors.contains(text), "\(run.errors)")
        }
    }

    @Test("publishing names what stays, and publishes a set by its name, or the tensors alone")
    func publishing() throws {
        let folder = try TemporaryFolder()
        func published(_ words: [String]) throws -> (run: ToolRun, digests: [String]) {
            let run = try ToolRun("publish", words + [folder.path + "/out", "--json"])
            #expect(run.status == 0, "\(run.errors)")
            let output = try #require(try run.json()["output"] as? String)
            return (run, try FieldFile.digests([output]))
        }
        let lightning = try published([FieldFile.path("lightning.ckpt")])
        for text in [
            "'optimizer_states' (", "a second set of weights stays: 'callbacks.EMA.ema_weights'", "/home/someone/data",
        ] {
            #expect(lightning.run.errors.contains(text), "\(lightning.run.errors)")
        }
        let (trained, average) = (try FieldFile.expected("trainer"), try FieldFile.expected("average"))
        let alone = try published([FieldFile.path("torchvision.pth"), "--weights-only"])
        #expect(alone.digests == trained)
        let chosen = try published([FieldFile.path("timm.pth.tar"), "--weights-only", "--ema", "state_dict_ema"])
        #expect(chosen.digests == average)
        let kept = try published([FieldFile.path("timm.pth.tar"), "--ema", "state_dict_ema"])
        #expect(kept.digests.filter { $0.hasPrefix("state_dict.") } == average.map { "state_dict." + $0 })
        #expect(!kept.digests.contains { $0.hasPrefix("state_dict_ema.") })
        let moved = try published([FieldFile.path("torchvision.pth")])
        #expect(moved.digests.filter { $0.hasPrefix("state_dict.") } == trained.map { "state_dict." + $0 })
        let averaged = try published([FieldFile.path("torchvision_ema.pth"), "--weights-only", "--ema", "model_ema"])
        #expect(averaged.digests == average)
        let buffers = try published([FieldFile.path("mmcv.pth"), "--ema", "state_dict.ema_*"])
        #expect(!buffers.run.errors.contains("'state_dict.ema_*'"), "\(buffers.run.errors)")
        let twofold = try published([FieldFile.path("ema_pytorch.pt"), "--weights-only", "--ema", "ema"])
        #expect(twofold.digests == average)
        let callbacks = FieldFile.path("lightning_callbacks.ckpt")
        let callback = try published([callbacks, "--weights-only", "--ema", "callbacks.EMA.ema_weights"])
        #expect(callback.digests == average.map { "model." + $0 })
        let copies = FieldFile.path("lightning_copy.ckpt")
        let copy = try published([copies, "--weights-only", "--ema", "state_dict.net_ema.*"])
        #expect(copy.digests == average.map { "net." + $0 })
        let unknown = try ToolRun("publish", [FieldFile.path("timm.pth.tar"), folder.path + "/x", "--ema", "ema"])
        #expect(unknown.status == 2 && unknown.errors.contains("there is 'state_dict_ema' ("))
    }

    @Test("published alone, the tensors come with a word on a second set that is left out or stays; no set is an error")
    func publishedAlone() throws {
        let folder = try TemporaryFolder()
        for (name, text) in [
            ("timm.pth.tar", "left out: 'state_dict_ema' (8 tensors, 552 B); --ema 'state_dict_ema' publishes it"),
            ("modules.pt", "left out: 'ema' (9 tensors, 560 B); --ema 'ema' publishes it"),
            ("mmcv.pth", "a second set of weights stays: 'state_dict.ema_*' ("),
        ] {
            let run = try ToolRun("publish", ["--weights-only", FieldFile.path(name), folder.path + "/out"])
            #expect(run.status == 0 && run.errors.contains(text), "\(name): \(run.errors)")
        }
        for (words, text) in [
            (["torchvision.pth", "--state-key", "optimizer"], "it holds the state of an optimizer, and no weights"),
            (["nothing.pth"], "it holds no tensor"),
        ] {
            let file = [FieldFile.path(words[0]), folder.path + "/refused"]
            let run = try ToolRun("publish", ["--weights-only"] + words.dropFirst() + file)
            #expect(run.status == 2 && run.errors.contains(text), "\(run.errors)")
        }
        #expect(try !folder.names.contains { $0.hasPrefix("refused") })
    }

    @Test("bytes that Python could not make of their text are an error")
    func textOfBytes() throws {
        let folder = try TemporaryFolder()
        let pickle = "(dS'w'\nc_codecs\nencode\n(V\\u4e00\nVlatin1\ntRs."
        let run = try ToolRun("ckpt-tree", [try folder.write("bytes.pkl", Data(pickle.utf8))])
        #expect(run.status == 2 && run.errors.contains("'w': its bytes are made of a text"), "\(run.errors)")
    }

    @Test("bytes beside tensors are left out with a note, as a bytearray too")
    func byteArray() throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun("convert", [FieldFile.path("bytearray.pth"), folder.path + "/out.safetensors"])
        #expect(run.status == 0 && run.errors.contains("'salt' is left out"), "\(run.errors)")
    }

    @Test(
        "a loss beside the weights does not make the file a bare state dict; the one dictionary of tensors is it",
        arguments: ["tutorial.pt", "cifar.pth"])
    func oneDictionary(name: String) throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun("publish", [FieldFile.path(name), folder.path + "/out", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("'optimizer_state_dict' (") == (name == "tutorial.pt"), "\(run.errors)")
        let report = try run.json()
        #expect(report["bare_state_dict"] as? Bool == false)
        let digests = try FieldFile.digests([try #require(report["output"] as? String)])
        let trained = try FieldFile.expected("trainer")
        #expect(digests.filter { $0.hasPrefix("state_dict.") } == trained.map { "state_dict." + $0 })
    }

    @Test("what stands for parameters that are elsewhere, or holds numbers in an unknown way, gives no output")
    func nothingLost() throws {
        let folder = try TemporaryFolder()
        for (name, text) in [("zero3.pt", "parameters are placeholders ('0.weight'"), ("foreign.pth", "torch_other.")] {
            let run = try ToolRun("convert", [FieldFile.path(name), folder.path + "/out.safetensors"])
            #expect(run.status == 2 && run.errors.contains(text), "\(run.errors)")
        }
        #expect(try folder.names.isEmpty)
    }

    @Test("--reverse --against holds the result against the other checkpoint")
    func reverse() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("all.rules", Data("rules all: a -> b\n{k..} -> model.{k}\n".utf8))
        let converted = folder.path + "/converted.pth"
        let original = FieldFile.path("regional.pth")
        #expect(try ToolRun("convert", ["--rules", rules, original, converted]).status == 0)
        let words = ["--rules", rules, "--reverse", converted, folder.path + "/back.pth"]
        #expect(try ToolRun("convert", words + ["--against", original]).status == 0)
        let wrong = try ToolRun("convert", words + ["--against", converted])
        #expect(wrong.status == 2 && wrong.errors.contains("has no '0.weight'"), "\(wrong.errors)")
    }

    @Test("an input's name is one that the rules read; a file of the whole word comes first")
    func inputs() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "epoch=3-step=9.ckpt", Data(contentsOf: URL(fileURLWithPath: FieldFile.path("regional.pth"))))
        #expect(try ToolRun("convert", [file, folder.path + "/out.pth"]).status == 0)
        let rules = try folder.write(
            "parts.rules", Data("rules p: a -> b\nr0:{k..}, r1:{k..}, r2:{k..} -> {k} : add\n".utf8))
        let small = FieldFile.path("xla.pth")
        let three = ["r0=\(small)", "r1=\(small)", "r2=\(small)"]
        #expect(try ToolRun("convert", ["--rules", rules] + three + [folder.path + "/sum.pth"]).status == 0)
        let two = try ToolRun("convert", ["--rules", rules] + three.dropLast() + [folder.path + "/sum.pth"])
        #expect(two.status == 2 && two.errors.contains("r2=FILE"), "\(two.errors)")
    }

    @Test("after an error the JUnit file says so, and --json prints it")
    func reports() throws {
        let folder = try TemporaryFolder()
        let junit = try folder.write("report.xml", Data("<testsuites><testsuite tests=\"1\"/></testsuites>".utf8))
        let run = try ToolRun(
            "verify",
            [
                FieldFile.path("gone.pth"), "--model", "resnet18", "--golden", "x.pth", "--json", "--junit", junit,
            ])
        #expect(run.status == 2)
        let message = try #require(try run.json()["error"] as? String)
        #expect(message.contains("gone.pth"))
        let report = try String(contentsOfFile: junit, encoding: .utf8)
        #expect(report.contains("errors=\"1\"") && report.contains("<error message=") && report.contains("gone.pth"))
        for words in [
            ["convert", "--json", "--rules", "nothing"], ["shape-diff", "--json"], ["publish", "--json", "a"],
        ] {
            let run = try ToolRun(words[0], Array(words.dropFirst()))
            #expect(run.status == 2)
            #expect(try run.json()["error"] is String, "\(words)")
        }
    }
}
