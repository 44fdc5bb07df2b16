import ByteIO
import JSON
import Pickle
import PythonSyntax

/// Names in JSON that libraries import, beyond those of Keras and Hydra. Their own classes are many and harmless: only what
/// leads to harm is told.
///
/// Sources: `gettype` in `skops/io/_utils.py`; `fiddle/_src/experimental/serialization.py` of Fiddle, in which
/// NeMo 2 writes its models; `jsonpickle/unpickler.py`; `json_to_data` in `common/save_util.py` of Stable
/// Baselines; `AutoPeftModel` in `peft/auto.py`; `pipelines/pipeline_loading_utils.py` of Diffusers.
extension FileScan {
    /// The texts of one object.
    mutating func judgeImports(_ texts: [String: String], _ part: ScanPart) {
        let pairs = [
            ("__module__", "__class__", "skops"), ("module_path", "function", "skops"),
            ("parent_library", "base_model_class", "PEFT"),
        ]
        for (module, name, library) in pairs {
            guard let module = texts[module], let name = texts[name] else { continue }
            judgeImport("\(module).\(name)", by: library, part)
        }
        if texts["type"] == "pyref", let module = texts["module"], let name = texts["name"] {
            judgeImport("\(module).\(name)", by: "Fiddle", part)
        }
        for key in ["py/object", "py/type", "py/function"] {
            if let path = texts[key] { judgeImport(path, by: "jsonpickle", part) }
        }
        if texts["py/repr"] != nil { add(.code, .dangerous, part, "has Python code that jsonpickle runs") }
        if let path = texts["class_path"] { judgeImport(path, by: "Lightning", part) }
        if let module = texts["megatron_core"], module != "megatron.core" {
            add(.code, .review, part, "has PEFT import \(PythonText.string(module, limit: 80)) for Megatron")
        }
        if let text = texts[":serialized:"] {
            let pickle = StaticBytes.base64(Bytes(utf8: text))
            if ScanPart.canHide(pickle, goesOn: false) { _ = scan(part.inner("serialized", pickle)) }
        }
    }

    /// A member of a pipeline of Diffusers, `["diffusers", "UNet2DModel"]`: a module and a class in it.
    mutating func scanComponent(_ reader: inout JSONReader, _ part: ScanPart) throws(JSONError) {
        var texts: [String] = []
        try reader.beginArray()
        while try reader.nextElement() {
            if reader.valueStart() == UInt8(ascii: "\"") {
                texts.append(try reader.string())
            } else {
                try reader.skipValue()
            }
        }
        if texts.count == 2 { judgeImport("\(texts[0]).\(texts[1])", by: "Diffusers", part) }
    }

    private mutating func judgeImport(_ path: String, by library: String, _ part: ScanPart) {
        guard let (verdict, reason) = NamedTargets.judgement(ofCalled: path), verdict == .dangerous else { return }
        add(.code, verdict, part, "has \(library) import \(PythonText.string(path, limit: 80)): it \(reason)")
    }
}
