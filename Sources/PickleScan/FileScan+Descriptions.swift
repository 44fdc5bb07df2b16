import ByteIO
import JSON
import Pickle
import PythonSyntax

/// Descriptions of models, in which names of code stand that loaders run: configs as YAML and JSON, templates of chats,
/// graphs of ONNX and TensorFlow.
extension FileScan {
    /// The longest description that is looked at.
    private static let longestDescription = 1 << 26
    private static let longestTemplate = 1 << 20

    /// Whether a name announces such a description. Letters of either case count.
    static func isDescription(_ name: some Collection<UInt8>) -> Bool {
        // The members `data` of Stable Baselines' archives, and MLflow's `MLmodel`.
        names.contains { name.elementsEqual($0.utf8) } || name.suffix(8).elementsEqual("/MLmodel".utf8)
            || endings.contains { ending in
                name.suffix(ending.utf8.count).elementsEqual(ending.utf8) { $0 == $1 || $0 == $1 & 0xDF }
            }
    }

    private static let names = ["data", "MLmodel"]
    private static let endings = [".yaml", ".yml", ".json", ".jinja", ".onnx", ".pb", ".gguf"]

    mutating func scanDescription(_ part: ScanPart) {
        let isGGUF = part.bytes.starts(with: "GGUF".utf8)
        guard isGGUF || Self.isDescription(part.name.utf8) else { return }
        if isGGUF { return scanGGUF(part) }
        let ending = part.name.lowercased().split { $0 == "." || $0 == "/" }.last.map { String($0) } ?? ""
        switch ending {
        case "onnx": scanForOutsideFiles(part)
        case "pb":
            scanForFileOperations(part)
            scanForLayersOfCode(part)
        case "gguf": break
        // A member of that name may be anything.
        case "data" where part.name == "data" && part.bytes.first != UInt8(ascii: "{"): break
        default:
            if part.bytes.count <= Self.longestDescription {
                scanText(part, ending: ending)
            } else if tells(part) {
                add(.limit, .review, part, "names code, and has more bytes than are looked at")
            }
        }
    }

    private mutating func scanText(_ part: ScanPart, ending: String) {
        switch ending {
        case "yaml", "yml", "mlmodel":
            for finding in NamedTargets(Array(part.bytes)).findings {
                add(.code, finding.verdict, part, offset: finding.offset, finding.reason)
            }
        case "jinja":
            let isOfTokenizer = part.isMember("chat_template.jinja")
            if isOfTokenizer || part.bytes.firstRange(of: Array("messages".utf8), from: 0) != nil {
                scanTemplate(String(decoding: Array(part.bytes), as: UTF8.self), part)
            }
        default: scanJSON(part)
        }
    }

    private mutating func scanTemplate(_ text: String, _ part: ScanPart) {
        guard text.utf8.count <= Self.longestTemplate else {
            return add(.limit, .review, part, "has a chat template of more bytes than are looked at")
        }
        if let (verdict, reason) = ChatTemplate(text).judgement { add(.code, verdict, part, reason) }
    }

    // MARK: JSON

    private mutating func scanJSON(_ part: ScanPart) {
        let isRead = part.bytes.withUnsafeBytes { text in
            var reader = JSONReader(text, maximumDepth: 512, acceptsNonFinite: true)
            return (try? scanValue(&reader, part)) != nil && (try? reader.finish()) != nil
        }
        // Python reads half surrogates.
        if !isRead, tells(part) { add(.code, .review, part, "names code, and is JSON that cannot be read") }
    }

    /// Whether a text may name code, also by letters that are spelled by escapes.
    private func tells(_ part: ScanPart) -> Bool {
        let words = [
            "auto_map", "_target_", "class_name", "chat_template", "python/", "py/", "__module__", ":serialized:",
            "\\u004", "\\u005", "\\u006", "\\u007",
        ]
        return words.contains { part.bytes.firstRange(of: Array($0.utf8), from: 0) != nil }
    }

    /// The fields whose texts tell what is imported.
    private static let fields: Set<String> = [
        "module", "class_name", "config", "_target_", "chat_template", "template", "type", "name", "class_path",
        "__module__", "__class__", "module_path", "function", "py/object", "py/type", "py/function", "py/repr",
        ":serialized:", "parent_library", "base_model_class", "megatron_core",
    ]

    mutating func scanValue(_ reader: inout JSONReader, _ part: ScanPart) throws(JSONError) {
        switch reader.valueStart() {
        case UInt8(ascii: "["):
            try reader.beginArray()
            while try reader.nextElement() { try scanValue(&reader, part) }
        case UInt8(ascii: "{"):
            try reader.beginObject()
            var texts: [String: String] = [:]
            while let name = try reader.nextName() {
                let start = reader.valueStart()
                if name == "auto_map", start == UInt8(ascii: "{") {
                    add(
                        .code, .review, part,
                        "has an auto_map: transformers runs the Python files of the folder if it is told to trust them")
                }
                if start == UInt8(ascii: "["), part.isMember("model_index.json") {
                    try scanComponent(&reader, part)
                } else if start == UInt8(ascii: "\""), Self.fields.contains(name) {
                    // Of fields that have one name the last counts.
                    texts[name] = try reader.string()
                } else {
                    try scanValue(&reader, part)
                }
            }
            judge(texts, part)
        default: try reader.skipValue()
        }
    }

    /// What the texts of one object tell.
    private mutating func judge(_ texts: [String: String], _ part: ScanPart) {
        if let path = texts["_target_"], let (verdict, reason) = NamedTargets.judgement(ofCalled: path),
            !NamedTargets.isOfLibrary(path)
        {
            add(.code, verdict, part, "names \(PythonText.string(path, limit: 80)), which Hydra calls: it \(reason)")
        }
        judgeImports(texts, part)
        for template in [texts["chat_template"], texts["template"]] {
            if let template, template.utf8.contains(UInt8(ascii: "{")) { scanTemplate(template, part) }
        }
        // Sentence Transformers.
        if part.isMember("modules.json"), let path = texts["type"],
            !path.utf8.starts(with: "sentence_transformers.".utf8),
            let (verdict, reason) = NamedTargets.judgement(ofCalled: path)
        {
            add(.code, verdict, part, "names \(PythonText.string(path, limit: 80)), which is imported: it \(reason)")
        }
        guard let name = texts["class_name"] else {
            // The module of a TorchModuleWrapper, as torch.save writes it.
            let packed = texts["module"].map { StaticBytes.base64(Bytes(utf8: $0)) } ?? Bytes()
            if ScanPart.canHide(packed, goesOn: false) { _ = scan(part.inner("module", packed)) }
            return
        }
        if name == "Lambda" || name == "__lambda__" { add(.code, .review, part, Self.lambda) }
        if let module = texts["module"] { judge(name, of: module, config: texts["config"], part) }
    }

    /// Names in Keras that download, load or run what their arguments say.
    private static let harmfulOfKeras: Set<String> = [
        "get_file", "load_model", "load_weights", "func_load", "enable_unsafe_deserialization", "deserialize",
        "deserialize_keras_object", "TFSMLayer", "JaxLayer", "FlaxLayer", "run", "save_model",
    ]

    /// A class or function as Keras 3 writes it: `{"module": "keras.layers", "class_name": "Dense", "config": …}`.
    ///
    /// Source: `_retrieve_class_or_fn` in `keras/src/saving/serialization_lib.py` of Keras 3.
    private mutating func judge(_ type: String, of module: String, config: String?, _ part: ScanPart) {
        let name = type == "function" ? config ?? type : type
        let path = PythonText.string("\(module).\(name)", limit: 80)
        let package = GlobalCatalog.steps(of: module).first ?? ""
        if ["keras", "keras_hub", "keras_cv", "keras_nlp", "keras_tuner", "tensorflow", "tf_keras"].contains(package) {
            let steps = GlobalCatalog.steps(of: module)
            if name == "TorchModuleWrapper" {
                add(.code, .review, part, "has Keras take \(path), which loads a pickle")
            }
            if Self.harmfulOfKeras.contains(name) || steps.contains(where: GlobalCatalog.gateways.contains) {
                add(.code, .dangerous, part, "has Keras take \(path), which loads or runs what the file says")
            }
            return
        }
        guard let (verdict, reason) = NamedTargets.judgement(ofCalled: "\(module).\(name)") else { return }
        // So are functions that the program brings.
        guard module != "builtins" || verdict == .dangerous else { return }
        add(.code, verdict, part, "has Keras import \(path): it \(reason)")
    }

    // MARK: Binary descriptions

    /// GGUF's templates: a key, its type (8 for a text), and the length of the text.
    private mutating func scanGGUF(_ part: ScanPart) {
        let key = Array("tokenizer.chat_template".utf8)
        var position = 0
        let head = (try? part.bytes.slice(at: 0, count: min(part.bytes.count, Self.longestDescription))) ?? part.bytes
        while let found = head.firstRange(of: key, from: position) {
            position = found + key.count
            guard let length = (try? head.load(UInt64.self, at: found - 8)).flatMap({ Int(exactly: $0) }),
                length >= key.count, length < 1 << 10, (try? head.load(UInt32.self, at: found + length)) == 8,
                let count = (try? head.load(UInt64.self, at: found + length + 4)).flatMap({ Int(exactly: $0) }),
                count <= head.count, let text = try? head.slice(at: found + length + 12, count: count)
            else { continue }
            scanTemplate(String(decoding: Array(text), as: UTF8.self), part)
        }
    }

    /// Files that an ONNX model's tensors are in, outside of its folder.
    private mutating func scanForOutsideFiles(_ part: ScanPart) {
        // A pair of texts: field 1 of 8 bytes, then field 2.
        let key: [UInt8] = [0x0A, 0x08] + Array("location".utf8) + [0x12]
        var position = 0
        while let found = part.bytes.firstRange(of: key, from: position) {
            position = found + key.count
            guard let count = Self.varint(part.bytes, &position),
                let text = try? part.bytes.slice(at: position, count: count)
            else { continue }
            let path = String(decoding: Array(text.prefix(4096)), as: UTF8.self)
            let steps = path.utf8.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
            let first = path.utf8.first
            let isOutside =
                first == UInt8(ascii: "/") || first == UInt8(ascii: "\\")
                || path.utf8.dropFirst().first == UInt8(ascii: ":") || steps.contains { $0.elementsEqual("..".utf8) }
            if isOutside {
                add(
                    .code, .review, part, offset: found,
                    "has tensors in the file \(PythonText.string(path, limit: 80)), outside of its folder")
            }
        }
    }

    private static func varint(_ bytes: Bytes, _ position: inout Int) -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard let byte = try? bytes.load(UInt8.self, at: position) else { return nil }
            position += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    /// Operations of TensorFlow's graphs that read and write files, or call Python.
    private mutating func scanForFileOperations(_ part: ScanPart) {
        for name in ["WriteFile", "ReadFile", "PyFunc", "EagerPyFunc", "PyFuncStateless"] {
            // The operation of a node is its second field.
            let pattern: [UInt8] = [0x12, UInt8(name.utf8.count)] + Array(name.utf8)
            guard let found = part.bytes.firstRange(of: pattern, from: 0) else { continue }
            add(.code, .review, part, offset: found, "has the operation \(name), which acts outside of the graph")
        }
    }
}
