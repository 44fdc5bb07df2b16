import TensorCore

/// What a safetensors file holds: the header, then the tensors' bytes.
///
/// Laid out as the reference library lays it out, so that equal tensors give equal files: the widest types first,
/// names in byte order within a type, JSON without spaces, padded with spaces to a multiple of 8.
/// Source: `prepare` and `Dtype` in `safetensors/src/tensor.rs` of safetensors 0.8.
struct SafetensorsLayout {
    struct Tensor {
        let key: Key
        let type: SafetensorsType
        let dtype: DType
        /// The shape in PyTorch.
        let shape: [Int]
        let bytes: OutputBytes

        var signature: TensorSignature { TensorSignature(key: key, dtype: dtype, shape: shape) }
    }

    /// The tensors, in the order of the file.
    let tensors: [Tensor]
    /// The length of the JSON and the JSON.
    let header: [UInt8]

    var isReadable: Bool { header.count - 8 <= SafetensorsHeader.maximumLength }

    /// - Parameter tensors: keys are unique.
    init(_ tensors: [Tensor], metadata: [Checkpoint.MetadataItem]) {
        self.tensors = tensors.sorted(by: Self.precedes)
        var json = HeaderText()
        json.append(metadata: metadata)
        var offset = 0
        for tensor in self.tensors {
            json.append(tensor, at: offset)
            offset += tensor.bytes.count
        }
        header = json.header
    }

    private static func precedes(_ left: Tensor, _ right: Tensor) -> Bool {
        left.type == right.type ? left.key < right.key : left.type.rank > right.type.rank
    }
}

extension SafetensorsType {
    /// The place in the reference library's order, which is by increasing alignment.
    fileprivate var rank: Int {
        switch self {
        case .BOOL: 0
        case .F4: 1
        case .F6_E2M3: 2
        case .F6_E3M2: 3
        case .U8: 4
        case .I8: 5
        case .F8_E5M2: 6
        case .F8_E4M3: 7
        case .F8_E8M0: 8
        case .F8_E4M3FNUZ: 9
        case .F8_E5M2FNUZ: 10
        case .I16: 11
        case .U16: 12
        case .F16: 13
        case .BF16: 14
        case .I32: 15
        case .U32: 16
        case .F32: 17
        case .C64: 18
        case .F64: 19
        case .I64: 20
        case .U64: 21
        }
    }
}

/// The header under construction.
private struct HeaderText {
    private var json = Array("{".utf8)

    mutating func append(metadata: [Checkpoint.MetadataItem]) {
        guard !metadata.isEmpty else { return }
        beginField("__metadata__")
        json.append(UInt8(ascii: "{"))
        for item in metadata {
            beginField(item.name)
            append(quoted: item.value)
        }
        json.append(UInt8(ascii: "}"))
    }

    mutating func append(_ tensor: SafetensorsLayout.Tensor, at offset: Int) {
        beginField(tensor.key.text)
        var shape = tensor.shape
        if let last = shape.popLast() { shape.append(last * tensor.type.elementsPerUnit) }
        append(#"{"dtype":"\#(tensor.type.rawValue)","shape":[\#(shape.map(String.init).joined(separator: ","))],"#)
        append(#""data_offsets":[\#(offset),\#(offset + tensor.bytes.count)]}"#)
    }

    /// The text with its length in front.
    var header: [UInt8] {
        var text = json + Array("}".utf8)
        text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    }

    private mutating func beginField(_ name: String) {
        if json.last != UInt8(ascii: "{") { json.append(UInt8(ascii: ",")) }
        append(quoted: name)
        json.append(UInt8(ascii: ":"))
    }

    private mutating func append(_ text: String) { json.append(contentsOf: text.utf8) }

    /// Escaped as Rust's serde_json does it.
    private mutating func append(quoted text: String) {
        json.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            case 0..<0x20: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: json.append(byte)
            }
        }
        json.append(UInt8(ascii: "\""))
    }
}
