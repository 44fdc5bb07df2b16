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

    @Test("a pickle that begins like a compressed file is read as a pickle")
    func container() {
        let scan = FileScan(pickle: "MSCF1.0\ncos\nsystem\n(S'echo'\ntR.")
        #expect(scan.findings.contains { $0.global == "os.system" })
    }
}
