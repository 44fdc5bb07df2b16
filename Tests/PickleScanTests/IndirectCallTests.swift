import ByteIO
import TestSupport
import Testing

@testable import PickleScan

/// Files in which no instruction calls what runs: something harmless by name finds it, or NumPy unpickles it.
@Suite struct IndirectCallTests {
    private static let linear = "ctorch.nn.modules.linear\nLinear\n)\u{81}"
    private static let orderedDict = "ccollections\nOrderedDict\n"

    @Test(
        "a mapping that imports what its state names is not plain",
        arguments: [
            "transformers.processing_utils\n_LazyAutoProcessorMapping",
            "transformers.models.auto.configuration_auto\n_LazyConfigMapping",
            "transformers.models.auto.configuration_auto\n_LazyLoadAllMappings",
        ])
    func lazyMapping(_ name: String) {
        let mapping = "c\(name)\n)\u{81}}V_MAPPING_NAMES\n}Vappend\nVos\nVsystem\n\u{86}ssb"
        #expect(FileScan(pickle: "\u{80}\u{2}" + mapping + ".").verdict != .clean)
        let attack = Self.linear + Self.orderedDict + mapping + "\u{85}Rb" + "Vecho\na."
        #expect(FileScan(pickle: "\u{80}\u{2}" + attack).verdict == .dangerous)
    }

    /// A class of plain objects whose constructor opens the file that it is given.
    private static let writer = "ctorch.serialization\n_open_zipfile_writer_file\n"
    private static let bytes = "S'a.pth'\n"

    @Test(
        "a function that calls what it is given is dangerous with anything but its own kind",
        arguments: [
            "cnumpy.random._pickle\n__generator_ctor\n(\(bytes)ctorch.storage\n_load_from_bytes\ntR.",
            "cnumpy.random._pickle\n__generator_ctor\n(\(bytes)\(writer)tR.",
            "cnumpy.random._pickle\n__bit_generator_ctor\n(\(writer)tR.",
            "cnumpy.random._pickle\n__generator_ctor\n(\(linear)q\u{1}h\u{1}tR.",
            "ccopyreg\n_reconstructor\n(\(writer)\(writer)\(bytes)tR.",
            "ctorch._tensor\n_rebuild_from_type_v2\n(caddict.addict\nDict\n\(bytes)(}S'as_subclass'\n\(writer)st}tR.",
            "ctorch._tensor\n_rebuild_from_type_v2\n(cmmengine.config.config\nConfigDict\n\(bytes)(}t}tR.",
        ])
    func caller(_ opcodes: String) {
        #expect(FileScan(pickle: "\u{80}\u{2}" + opcodes).verdict == .dangerous)
    }

    @Test(
        "the state of a partial function is judged as its function is",
        arguments: [
            ("cbuiltins\ndict\n", .clean),
            ("cmmengine.logging.history_buffer\nHistoryBuffer.min\n", .dangerous),
            ("cnumpy.random._pickle\n__generator_ctor\n", .dangerous), ("cbuiltins\ntuple\n)R", .dangerous),
        ] as [(String, Verdict)])
    func partialState(_ function: String, _ verdict: Verdict) {
        let bound = "cfunctools\npartial\n(cbuiltins\ndict\ntR(\(function))}Ntb."
        #expect(FileScan(pickle: "\u{80}\u{2}" + bound).verdict == verdict)
    }

    @Test(
        "a function that calls what it is given is clean with its own kind",
        arguments: [
            "cnumpy.random._pickle\n__generator_ctor\n(S'MT19937'\ncnumpy.random._pickle\n__bit_generator_ctor\ntR.",
            "cnumpy.random._pickle\n__bit_generator_ctor\n(cnumpy.random._pcg64\nPCG64\ntR.",
            "ccopyreg\n_reconstructor\n(ctorch.nn.modules.linear\nLinear\ncbuiltins\nobject\nNtR.",
            "ccopyreg\n_reconstructor\n(\(writer)cbuiltins\nobject\nNtR.",
        ])
    func ownKind(_ opcodes: String) {
        #expect(FileScan(pickle: "\u{80}\u{2}" + opcodes).findings.isEmpty)
    }

    @Test("a class whose constructor does harm is for review as a value, in a tuple of arguments with a second use too")
    func value() {
        let namespace = "\u{80}\u{2}ctypes\nSimpleNamespace\n)R}S'detach'\n"
        #expect(FileScan(pickle: namespace + Self.writer + "sb.").verdict == .review)
        let made = "\u{80}\u{2}ccopyreg\n_reconstructor\n(\(Self.writer)cbuiltins\nobject\nNtq\u{1}R"
        #expect(FileScan(pickle: made + ".").verdict == .clean)
        #expect(FileScan(pickle: made + "h\u{1}\u{86}.").verdict == .review)
    }

    @Test(
        "what depends on its arguments is dangerous as a value", arguments: ["builtins\ngetattr", "operator\ngetitem"])
    func dependent(_ global: String) {
        #expect(FileScan(pickle: "\u{80}\u{2}ctypes\nSimpleNamespace\n)R}S'a'\nc\(global)\nsb.").verdict == .dangerous)
    }

    @Test(
        "an object that says how it is copied is dangerous", arguments: ["__deepcopy__", "__reduce_ex__", "__reduce__"])
    func copied(_ name: String) {
        let identity = "\u{80}\u{2}ctorch.nn.modules.linear\nIdentity\n)\u{81}}S'\(name)'\n"
        #expect(FileScan(pickle: identity + Self.writer + "sb.").verdict == .dangerous)
    }

    @Test("a state that a rebuilt tensor is given as an argument is looked into")
    func stateArgument() {
        let state = "}S'append'\ncbuiltins\ndict\ns"
        let parameter = "ctorch._utils\n_rebuild_parameter_with_state\n(NI00\n}\(state)tR"
        #expect(FileScan(pickle: "\u{80}\u{2}" + parameter + ".").verdict == .dangerous)
        let rebuild = "ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_parameter\n"
        let tensor = rebuild + "ctorch.nn.parameter\nParameter\n(NI00\n}t\(state)tR"
        #expect(FileScan(pickle: "\u{80}\u{2}" + tensor + ".").verdict == .dangerous)
    }

    @Test(
        "a class of which str, dict or copy reach the file system or an attribute that the state names is not plain",
        arguments: [
            "torch.jit.annotations\nEvalEnv", "torch.utils._pytree\nGetAttrKey", "mmengine.registry.registry\nRegistry",
            "mmengine.dataset.base_dataset\nBaseDataset", "torch._library.fake_class_registry\nFakeScriptObject",
        ])
    func special(_ global: String) {
        #expect(FileScan(pickle: "\u{80}\u{2}c\(global)\n)\u{81}.").verdict != .clean)
    }

    @Test(
        "a method that runs code is dangerous by its path and by way of getattr",
        arguments: [
            ("mmengine.config.config", "fromstring"), ("mmengine.config.config", "_file2dict"),
            ("mmcv.utils.config", "fromstring"), ("mmcv.utils.config", "_file2dict"),
        ])
    func method(_ module: String, _ name: String) {
        let method = "cbuiltins\ngetattr\n(c\(module)\nConfig\nS'\(name)'\ntR"
        #expect(FileScan(pickle: "\u{80}\u{2}" + method + ".").verdict == .dangerous)
        #expect(FileScan(pickle: "\u{80}\u{4}c\(module)\nConfig.\(name)\n.").verdict == .dangerous)
    }

    @Test("items and states after a computed state are dangerous", arguments: ["Vx\na.", "VX\nVy\ns.", "}b."])
    func computedState(_ steps: String) {
        let object = "\u{80}\u{2}" + Self.linear + Self.orderedDict + ")Rb"
        #expect(FileScan(pickle: object + steps).verdict == .dangerous)
        #expect(FileScan(pickle: object + ".").verdict == .clean)
    }

    @Test(
        "an array's header that NumPy reads as one of objects does not hide a pickle",
        arguments: [
            "{'descr': '|u1', 'fortran_order': False, 'shape': (35,), 'descr': 'object', }",
            "{'descr': 'u1,O', 'fortran_order': False, 'shape': (35,), }",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (35,), \"descr\": 'object', }",
        ])
    func arrayHeader(_ header: String) {
        #expect(scan(header).verdict == .dangerous)
        #expect(scan("{'descr': '|u1', 'fortran_order': False, 'shape': (35,), }").verdict == .clean)
    }

    /// An array of 35 bytes that are a pickle, after a header.
    private func scan(_ header: String) -> FileScan {
        var text = Array(header.utf8)
        text += [UInt8](repeating: 0x20, count: 63 - (text.count + 10) % 64) + [0x0A]
        let start = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)]
        return FileScan(Bytes(start + text + Array("cos\nsystem\n(S'echo a long word'\ntR.".utf8)), name: "x.npy")
    }

    @Test(
        "a harmless function that is given an object with something to call is for review",
        arguments: [
            ("cargparse\nNamespace\n)\u{81}}S'detach'\n\(linear)sb", .review),
            ("cargparse\nNamespace\n)\u{81}}S'detach'\nctorch.nn.modules.linear\nLinear\nsb", .review),
            ("caddict.addict\nDict\n)\u{81}S'detach'\n\(linear)s", .review),
            ("cmmengine.config.config\nConfigDict\n(}S'detach'\n\(linear)stR", .review),
            ("cmmengine.config.config\nConfigDict\n(](S'detach'\n\(linear)tatR", .review),
            ("cargparse\nNamespace\n)\u{81}}S'detach'\nK\u{1}sb", .clean),
            ("cargparse\nNamespace\n)\u{81}}S'detach'\n\(orderedDict))Rsb", .clean),
        ] as [(String, Verdict)])
    func filled(_ object: String, _ verdict: Verdict) {
        let parameter = "\u{80}\u{2}ctorch._utils\n_rebuild_parameter\n(\(object)\u{89}\(Self.orderedDict))RtR."
        #expect(FileScan(pickle: parameter).verdict == verdict)
        #expect(FileScan(pickle: "\u{80}\u{2}cbuiltins\nstr\n\(object)\u{85}\u{81}.").verdict == verdict)
        #expect(FileScan(pickle: "\u{80}\u{2}\(object).").verdict == .clean)
    }

    @Test("a method that is for its own class is for review, by either way to it")
    func privateMethod() {
        let way = "cbuiltins\ngetattr\n(cmmengine.config.config\nConfig\nS'_parse_lazy_import'\ntR."
        #expect(FileScan(pickle: "\u{80}\u{2}" + way).verdict == .review)
        let name = "\u{80}\u{4}cmmengine.config.config\nConfig._parse_lazy_import\n."
        #expect(FileScan(pickle: name).verdict == .review)
    }

    @Test("a time zone, and an alias such as list[int], are clean; an alias of something else is not")
    func plainValues() {
        let getattr = "\u{80}\u{2}c__builtin__\ngetattr\n(czoneinfo\nZoneInfo\n"
        #expect(FileScan(pickle: getattr + "S'_unpickle'\ntR(S'UTC'\nI01\ntR.").verdict == .clean)
        #expect(FileScan(pickle: getattr + "S'from_file'\ntR(S'UTC'\nI01\ntR.").verdict == .dangerous)
        let alias = "\u{80}\u{2}ctypes\nGenericAlias\n("
        #expect(FileScan(pickle: alias + "c__builtin__\nlist\n(c__builtin__\nint\nttR.").verdict == .clean)
        #expect(FileScan(pickle: alias + "cos\nsystem\n(c__builtin__\nint\nttR.").verdict == .dangerous)
        #expect(FileScan(pickle: alias + "ccode\ninteract\n)tR.").verdict == .dangerous)
    }

    @Test("bytes that a call unpickles, but that do not read as a pickle, are dangerous")
    func notAPickle() {
        let scan = FileScan(pickle: "\u{80}\u{3}ctorch.storage\n_load_from_bytes\n(C\u{4}\u{FF}\u{FE}abtR.")
        #expect(scan.verdict == .dangerous)
    }

    @Test("a pickle that begins like a compressed file is read as a pickle")
    func container() {
        let scan = FileScan(pickle: "MSCF1.0\ncos\nsystem\n(S'echo'\ntR.")
        #expect(scan.findings.contains { $0.global == "os.system" })
    }
}
