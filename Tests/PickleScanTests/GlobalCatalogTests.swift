import Pickle
import Testing

@testable import PickleScan

@Suite struct GlobalCatalogTests {
    private func judge(_ module: String, _ name: String) -> Verdict {
        GlobalCatalog.judgement(of: PickleGlobal(module: module, name: name)).verdict
    }

    @Test(
        "what reaches out of the pickle is dangerous",
        arguments: [
            ("os", "system"), ("posix", "popen"), ("subprocess", "Popen"), ("builtins", "eval"), ("builtins", "open"),
            ("builtins", "__import__"), ("sys", "modules"), ("socket", "create_connection"), ("shutil", "rmtree"),
            ("ctypes", "CDLL"), ("pickle", "loads"), ("_pickle", "loads"), ("importlib", "import_module"),
            ("importlib.util", "module_from_spec"), ("marshal", "loads"), ("runpy", "run_path"),
            ("code", "InteractiveInterpreter.runcode"), ("pty", "spawn"), ("pdb", "run"), ("bdb", "Bdb.run"),
            ("timeit", "timeit"), ("cProfile", "run"), ("webbrowser", "open"), ("operator", "attrgetter"),
            ("_operator", "methodcaller"), ("types", "FunctionType"), ("types", "CodeType"), ("torch.hub", "load"),
            ("PIL.ImageMath", "unsafe_eval"), ("PIL.ImageShow", "DisplayViewer.show_file"), ("six", "exec_"),
            ("numpy.compat.py3k", "npy_load_module"), ("triton.runtime.build", "compile_module_from_src"),
            ("torch", "load"), ("torch.serialization", "load"), ("torch._dynamo.guards", "GuardBuilder.get"),
            ("pip", "main"), ("asyncio", "create_subprocess_shell"), ("requests", "get"), ("urllib.request", "urlopen"),
            ("httpx", "get"), ("uuid", "_get_command_stdout"), ("logging", "FileHandler"), ("_io", "FileIO"),
            ("numpy.testing._private.utils", "runstring"), ("copyreg", "add_extension"),
            ("pathlib", "Path.unlink"), ("pathlib", "Path.copy"), ("pathlib", "PosixPath.copy_into"),
            ("pathlib", "WindowsPath.move"), ("pathlib._local", "Path.write_text"),
            ("pathlib._local", "PosixPath.move_into"), ("pathlib", "PosixPath._delete"),
            ("pathlib", "Path._copy_from"), ("pathlib", "PosixPath._copy_from_file"),
        ])
    func dangerous(_ module: String, _ name: String) { #expect(judge(module, name) == .dangerous) }

    @Test(
        "named tuples, classes of native data and classes of tensors are plain, under the module that they say",
        arguments: [
            ("torch.distributed.tensor._dtensor_spec", "ShardOrderEntry"),
            ("torch.distributed.tensor.placement_types", "_StridedShard"),
            ("torchao.quantization", "Int8Tensor"), ("torchao.quantization", "Float8Tensor"),
        ])
    func derived(_ module: String, _ name: String) { #expect(judge(module, name) == .clean) }

    @Test(
        "a path through another module is dangerous where it ends",
        arguments: [
            ("torch.serialization", "os.system"), ("torch._utils", "sys.modules"), ("numpy.core.os", "system"),
            ("pathlib", "os.system"), ("torch.storage", "io.os"), ("six.moves.builtins", "eval"),
            ("torch", "Tensor.__init__.__globals__"), ("__main__", "os.popen"),
        ])
    func paths(_ module: String, _ name: String) { #expect(judge(module, name) == .dangerous) }

    @Test(
        "what is known makes values and nothing else",
        arguments: [
            ("collections", "OrderedDict"), ("torch._utils", "_rebuild_tensor_v2"), ("torch", "FloatStorage"),
            ("torch", "float8_e4m3fn"), ("numpy.core.multiarray", "_reconstruct"), ("numpy", "dtype"),
            ("mmengine.logging.history_buffer", "HistoryBuffer"), ("mmengine.config.config", "ConfigDict"),
            ("argparse", "Namespace"), ("pathlib", "PosixPath"), ("datetime", "datetime"), ("uuid", "UUID"),
            ("types", "SimpleNamespace"), ("torch.nn.modules.conv", "Conv2d"), ("torch.optim.adamw", "AdamW"),
            ("torch.optim", "Muon"), ("mmengine.logging.history_buffer", "HistoryBuffer.mean"),
            ("torch._dynamo.decorators", "_DimRange"),
            ("pathlib", "Path.joinpath"), ("pathlib._local", "PosixPath.with_suffix"),
        ])
    func known(_ module: String, _ name: String) { #expect(judge(module, name) == .clean) }

    @Test(
        "anything else is for review, in a known package too",
        arguments: [
            ("__main__", "Net"), ("sklearn.svm._classes", "SVC"), ("a", "b"),
            ("transformers.models.bert.modeling_bert", "Evil"), ("transformers.models.evil.modeling_evil", "EvilModel"),
            ("timm.models.resnet", "Evil"), ("torch.nn.modules.conv", "Evil"),
        ])
    func unknown(_ module: String, _ name: String) { #expect(judge(module, name) == .review) }

    @Test(
        "what leads its arguments to harm is dangerous, and the reason says by which way",
        arguments: [
            ("cgitb", "Hook.handle", "os.fdopen"), ("dbm.dumb", "open", ""), ("shelve", "DbfilenameShelf", "dbm.open"),
            ("tracemalloc", "Snapshot.load", "_pickle.load"), ("modulefinder", "ModuleFinder.load_file", ""),
            ("logging.config", "_resolve", "builtins.__import__"), ("mailcap", "findmatch", "os.system"),
            ("zipapp", "create_archive", ""), ("dill", "load", "_pickle.Unpickler"),
            ("joblib", "load", ""), ("torch.serialization", "load", ""), ("numpy", "load", ""),
            ("numpy.f2py.crackfortran", "myeval", "builtins.eval"), ("picklescan.cli", "main", ""),
            ("fickling.cli", "main", ""),
            ("mmengine.config.config", "Config.fromstring", ""),
        ])
    func derived(_ module: String, _ name: String, _ way: String) {
        let judgement = GlobalCatalog.judgement(of: PickleGlobal(module: module, name: name))
        #expect(judgement.verdict == .dangerous)
        #expect(way.isEmpty || judgement.reason.contains(way), "\(judgement.reason)")
    }

    @Test(
        "a class whose constructor does harm is dangerous where it is called, and for review where only __new__ is",
        arguments: [("\u{81}.", .review), ("R.", .dangerous), ("0N.", .review)] as [(String, Verdict)])
    func constructor(_ opcodes: String, _ verdict: Verdict) {
        #expect(FileScan(pickle: "\u{80}\u{2}cwave\nWave_write\n)\(opcodes)").verdict == verdict)
    }

    @Test(
        "a class of plain objects whose constructor does harm is dangerous where it is called, and clean where it is not",
        arguments: [("\u{81}.", .clean), ("R.", .dangerous), ("0N.", .clean)] as [(String, Verdict)])
    func plainInstance(_ opcodes: String, _ verdict: Verdict) {
        let scan = FileScan(pickle: "\u{80}\u{2}ctorch.serialization\n_open_zipfile_writer_file\n)\(opcodes)")
        #expect(scan.verdict == verdict)
    }

    @Test(
        "an estimator is clean as a pickle makes it, and for review where it is called or its arrays go to native code",
        arguments: [
            ("linear_model._logistic\nLogisticRegression\n)\u{81}", .clean),
            ("linear_model._logistic\nLogisticRegression\n)R", .review), ("pipeline\nPipeline\n)\u{81}", .clean),
            ("tree._tree\nTree\n)R", .review), ("frozen._frozen\nFrozenEstimator\n)\u{81}", .review),
        ] as [(String, Verdict)])
    func estimators(_ opcodes: String, _ verdict: Verdict) {
        #expect(FileScan(pickle: "\u{80}\u{2}csklearn.\(opcodes).").verdict == verdict)
    }

    @Test(
        "an instance of a class that extends one of torch's containers is clean",
        arguments: [
            "torchvision.ops.misc\nConv2dNormActivation", "torchvision.models.densenet\n_DenseBlock",
            "timm.models.hrnet\nSequentialList", "mmengine.model.base_module\nSequential",
        ])
    func containers(_ global: String) {
        #expect(FileScan(pickle: "\u{80}\u{2}c\(global)\n)\u{81}.").verdict == .clean)
    }

    @Test(
        "a global has its other names",
        arguments: [
            ("os", "system", "posix.system"), ("posix", "system", "os.system"), ("_io", "open", "io.open"),
            ("pickle", "loads", "_pickle.loads"), ("torch.serialization", "os.system", "os.system"),
            ("collections", "OrderedDict", "_collections.OrderedDict"),
        ])
    func identities(_ module: String, _ name: String, _ other: String) {
        #expect(GlobalCatalog.identity(of: PickleGlobal(module: module, name: name)) == other)
    }

    @Test("no line of the derived tables is of another form than the reader takes")
    func tableForm() {
        for line in HarmfulCallables.derived.split(separator: "\n") {
            let words = line.split(separator: " ")
            #expect(words.count > 1 && words[0].last == ":", "\(words[0])")
            for word in words.dropFirst() {
                #expect(HarmfulCallables.kinds[word.utf8.first ?? 0] != nil && word.contains("="), "\(word)")
            }
        }
    }

    @Test("what the tables of plain classes vouch for is judged by them: no other table decides first")
    func plainClasses() {
        let entries = [GlobalCatalog.dataClasses, GlobalCatalog.instanceClasses].flatMap(GlobalCatalog.entries)
        let others = entries.filter { entry in
            let words = entry.split(separator: " ").map(String.init)
            let judgement = GlobalCatalog.judgement(of: PickleGlobal(module: words[0], name: words[1]))
            return !judgement.reason.hasPrefix("is a class of plain")
        }
        #expect(others == [])
    }

    @Test("Python 2's names are judged under those of Python 3")
    func python2() {
        let global = PickleGlobal(module: "__builtin__", name: "eval", usesPython2Names: true)
        #expect(GlobalCatalog.judgement(of: global).verdict == .dangerous)
        let set = PickleGlobal(module: "__builtin__", name: "set", usesPython2Names: true)
        #expect(GlobalCatalog.judgement(of: set).verdict == .clean)
    }

    @Test("nothing that is known to be harmless stands in the list of what is not")
    func disjoint() {
        let harmful = Set(GlobalCatalog.dangerousFunctions.flatMap { GlobalCatalog.entries(of: $0.names) })
        #expect(harmful.isDisjoint(with: GlobalCatalog.known))
    }

    @Test("what is judged before the tables are made is known to be harmless", arguments: GlobalCatalog.usual)
    func usual(_ entry: String) {
        #expect(GlobalCatalog.known.contains(entry))
        #expect(GlobalCatalog.scrutinized[entry] == nil)
    }

    @Test("a table's line is a module and names")
    func table() {
        #expect(GlobalCatalog.entries(of: "a.b: c d\n  e: f\n") == ["a.b c", "a.b d", "e f"])
    }
}
