import Testing

@testable import PickleScan

/// Functions and objects that are harmless as values, and what calls them.
@Suite struct PickleInspectionValuesTests {
    private func verdict(_ opcodes: String) -> Verdict { FileScan(pickle: "\u{80}\u{2}" + opcodes + ".").verdict }

    @Test(
        "`int | None` joins types, and reduce is dangerous with another function or other values",
        arguments: [
            ("c_operator\nor_\n(cbuiltins\nint\ncbuiltins\ntype\n(NtRt", .clean),
            ("coperator\nor_\n(ctypes\nGenericAlias\n(cbuiltins\nlist\n(cbuiltins\nint\nttRcbuiltins\nint\nt", .clean),
            ("c_operator\nor_\n(ca\nB\ncbuiltins\nint\nt", .review),
            ("c_operator\nor_\n(cos\nsystem\ncbuiltins\nint\nt", .dangerous),
            ("c_operator\nor_\n(cbuiltins\ngetattr\ncbuiltins\nint\nt", .dangerous),
            ("c_operator\nor_\n(ctypes\nSimpleNamespace\n)Rcbuiltins\nint\nt", .dangerous),
            ("cbuiltins\nmap\n(cbuiltins\nint\ncbuiltins\nint\nt", .dangerous),
            ("c_operator\nor_\n]", .dangerous),
        ] as [(String, Verdict)])
    func union(_ arguments: String, _ expected: Verdict) {
        #expect(verdict("cfunctools\nreduce\n(\(arguments)tR") == expected)
    }

    @Test("map and filter, which call what they are given once somebody takes their items, are not clean")
    func lazyCallers() {
        for name in ["map", "filter"] {
            let items = "cbuiltins\n\(name)\n(comegaconf.dictconfig\nDictConfig\n(S'a'\nlt\u{81}"
            #expect(verdict("cbuiltins\nlist\n(\(items)tR") == .review)
            let made = "ccopyreg\n__newobj__\n(cbuiltins\n\(name)\n(S'a'\nltR"
            #expect(verdict("cbuiltins\nlist\n(\(made)tR") == .review)
        }
    }

    @Test("reduce and itemgetter are dangerous as values", arguments: ["functools\nreduce", "operator\nitemgetter"])
    func callers(_ global: String) { #expect(verdict("}S'a'\nc\(global)\ns") == .dangerous) }

    @Test(
        "an itemgetter of constants is harmless unless something calls it",
        arguments: [
            ("(S'a'\nI1\ntR", .clean), ("(cbuiltins\nint\ntR", .review), ("(S'a'\nt\u{81}", .review),
            ("(S'a'\ntR}b", .review), ("(S'a'\ntR(}tR", .dangerous),
        ] as [(String, Verdict)])
    func itemGetter(_ opcodes: String, _ expected: Verdict) {
        #expect(verdict("c_operator\nitemgetter\n" + opcodes) == expected)
    }

    @Test(
        "functions that compute are clean as values and for review where they are called",
        arguments: [
            "_operator\nadd", "builtins\nzip", "numpy\nlog1p", "torch.nn.functional\nmse_loss",
            "torch.nn.init\nnormal_", "lightning.pytorch.callbacks.model_checkpoint\nModelCheckpoint",
        ])
    func uncalled(_ global: String) {
        #expect(verdict("}c\(global)\nI1\ns") == .clean)
        #expect(verdict("c\(global)\n(I1\ntR") == .review)
    }

    @Test(
        "a class that reads the place of its files from its arguments is dangerous where it is called",
        arguments: [
            "pytorch_lightning.callbacks.model_checkpoint\nModelCheckpoint", "omegaconf.dictconfig\nDictConfig",
        ])
    func constructor(_ global: String) {
        #expect(verdict("c\(global)\n)\u{81}}b") == .clean)
        #expect(verdict("c\(global)\n(S'reference::a'\ntR") == .dangerous)
    }

    @Test(
        "a function that computes is bound to constants without harm; to others it may be what calls them",
        arguments: [
            ("cbuiltins\nmin\n", "(I1\nF1.5\nt}N", .clean), ("cbuiltins\nmin\n", "(I1\nt}S'a'\nI1\nsN", .clean),
            ("cbuiltins\nsorted\n", "(]t}S'key'\ncbuiltins\nint\nsN", .review),
            ("ctorch.ao.quantization.observer\nMinMaxObserver\n", ")}S'dtype'\nctorch\nqint8\nsN", .clean),
            ("ctorch.ao.quantization.observer\nMinMaxObserver\n", "(cbuiltins\nlen\nt}N", .review),
            ("ctorch.serialization\n_open_zipfile_writer_file\n", ")}N", .dangerous),
            ("cbuiltins\nmap\n", "(ctypes\nSimpleNamespace\n)Rt}N", .review),
            ("cbuiltins\ngetattr\n(ctorch._C\n_VariableFunctionsClass\nS'relu'\ntR", ")}N", .clean),
            ("cbuiltins\ngetattr\n(ctorch._C\n_VariableFunctionsClass\nS'from_file'\ntR", ")}N", .dangerous),
            ("cbuiltins\ngetattr\n(cpathlib\nPosixPath\nS'touch'\ntR", ")}N", .dangerous),
        ] as [(String, String, Verdict)])
    func bound(_ function: String, _ arguments: String, _ expected: Verdict) {
        #expect(verdict("cfunctools\npartial\n(\(function)tR(\(function)\(arguments)tb") == expected)
    }

    @Test("what Stable Baselines pickles of a policy is clean")
    func policies() {
        let schedule = "cstable_baselines3.common.utils\nConstantSchedule\n)\u{81}}b"
        #expect(
            verdict("cstable_baselines3.common.utils\nFloatSchedule\n)\u{81}}S'value_schedule'\n\(schedule)sb")
                == .clean)
        #expect(verdict("cgymnasium.spaces.discrete\nDiscrete\n)\u{81}}b") == .clean)
        #expect(verdict("cstable_baselines3.common.policies\nActorCriticPolicy\n") == .clean)
    }

    @Test(
        "a booster is clean with the state that its library gives it",
        arguments: [
            (")\u{81}}S'_handle'\nS'tree'\nsb", .clean), (")\u{81}}S'handle'\ncbuiltins\nbytearray\n)Rsb", .clean),
            (")\u{81}}S'handle'\nI4660\nsb", .review), (")R}b", .review), (")\u{81}}S'a'\nNsb}b", .review),
            (")\u{81}ceasydict\nEasyDict\n)Rb", .review), ("", .review),
        ] as [(String, Verdict)])
    func booster(_ opcodes: String, _ expected: Verdict) {
        #expect(verdict("cxgboost.core\nBooster\n" + opcodes) == expected)
        #expect(verdict("clightgbm.basic\nBooster\n" + opcodes) == expected)
        #expect(verdict("clightgbm.sklearn\nLGBMClassifier\n)\u{81}}b") == .clean)
    }

    @Test(
        "a script object is clean where its state names one of PyTorch's packed weights",
        arguments: [
            ("(NS'__torch__.torch.classes.quantized.LinearPackedParamsBase'\ntb", .clean),
            ("(NS'__torch__.torch.classes.rnn.CellParamsBase'\ntb", .clean),
            ("(NS'__torch__.torch.classes.dist_c10d.Store'\ntb", .review), ("", .review),
        ] as [(String, Verdict)])
    func scriptObject(_ state: String, _ expected: Verdict) {
        #expect(verdict("ctorch\nScriptObject\n)\u{81}" + state) == expected)
    }
}
