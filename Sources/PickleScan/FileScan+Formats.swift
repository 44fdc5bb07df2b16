import ByteIO
import JSON
import Pickle

/// Formats that are not pickles and no archives, but may hold one or bring code.
extension FileScan {
    // MARK: safetensors

    /// A header of JSON and the bytes of its tensors: nothing to run, unless something else is in the file, too, or a
    /// module unpickles a tensor.
    mutating func scanSafetensors(_ part: ScanPart) {
        guard let length = (try? part.bytes.load(UInt64.self, at: 0)).flatMap(Int.init(exactly:)),
            let header = try? part.bytes.slice(at: 8, count: length)
        else { return }
        let text = Array(header)
        guard text.last(where: { $0 != 0x20 }) == UInt8(ascii: "}") else { return }
        let end = Self.lastOffset(text) ?? 0
        let (needed, overflow) = (8 + length).addingReportingOverflow(end)
        if overflow || needed != part.bytes.count {
            add(
                .hiddenData, .review, part, offset: overflow ? 0 : min(needed, part.bytes.count),
                "is a safetensors file of \(part.bytes.count) bytes whose tensors end at \(needed)")
        }
        scanExtraStates(header, part, from: 8 + length)
    }

    /// The tensors that Transformer Engine and Megatron unpickle when they restore a module.
    /// - Parameter start: where the bytes of tensors begin.
    private mutating func scanExtraStates(_ header: Bytes, _ part: ScanPart, from start: Int) {
        let states = header.withUnsafeBytes { text in
            var reader = JSONReader(text, maximumDepth: 512)
            return try? Self.extraStates(&reader)
        }
        guard let states else {
            return add(.archive, .review, part, "is a safetensors file whose header cannot be read")
        }
        // Tensors that overlap are refused by who loads them.
        var end = 0
        for (name, range) in states.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            guard range.lowerBound >= end,
                let bytes = try? part.bytes.slice(at: start + range.lowerBound, count: range.count)
            else { continue }
            end = range.upperBound
            scanExtraState(part.inner(name, bytes))
        }
    }

    private static func extraStates(_ reader: inout JSONReader) throws(JSONError) -> [(name: String, range: Range<Int>)]
    {
        var states: [(String, Range<Int>)] = []
        try reader.beginObject()
        while let name = try reader.nextName() {
            guard name.utf8.suffix(12).elementsEqual("_extra_state".utf8), reader.valueStart() == UInt8(ascii: "{")
            else {
                try reader.skipValue()
                continue
            }
            try reader.beginObject()
            while let field = try reader.nextName() {
                guard field == "data_offsets" else {
                    try reader.skipValue()
                    continue
                }
                var offsets: [Int] = []
                try reader.beginArray()
                while try reader.nextElement() { offsets.append(try reader.integer()) }
                // No tensor reaches beyond 2⁵⁰ bytes, so that sums of offsets do not overflow.
                guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] < 1 << 50 else {
                    continue
                }
                states.append((name, offsets[0]..<offsets[1]))
            }
        }
        return states
    }

    /// The greatest second number of all `"data_offsets":[a,b]`.
    private static func lastOffset(_ text: [UInt8]) -> Int? {
        let key = Array("\"data_offsets\"".utf8)
        var greatest: Int?
        var index = 0
        while index + key.count <= text.count {
            guard text[index] == key[0], text[index..<index + key.count].elementsEqual(key) else {
                index += 1
                continue
            }
            index += key.count
            let list = text[index...].prefix { $0 != UInt8(ascii: "]") }
            let numbers = list.split { !(0x30...0x39).contains($0) }
            guard let last = numbers.last, let end = Int(String(decoding: last, as: UTF8.self)) else { return nil }
            greatest = max(greatest ?? 0, end)
        }
        return greatest
    }

    // MARK: Code

    static let lambda = "describes a Keras Lambda layer, which is Python code"

    /// Keras keeps Python code of `Lambda` layers in the model's description.
    mutating func scanForLayersOfCode(_ part: ScanPart) {
        guard let offset = ["Lambda", "__lambda__"].compactMap({ part.bytes.firstText($0) }).min() else { return }
        add(.code, .review, part, offset: offset, Self.lambda)
    }

    /// What code of TorchScript does beyond computing: it runs in PyTorch's own interpreter when it is loaded.
    mutating func scanTorchScript(_ part: ScanPart) {
        // Those after the third are calls of other machines, and torchvision's operators.
        let names = [
            "save", "from_file", "set_source", "rpc_async", "rpc_sync", "rpc_remote", "read_file", "write_file",
        ]
        let attributes = ScriptAttributes(names, in: part.bytes)
        for name in names {
            guard let offset = attributes.offsets[name] else { continue }
            let action = name.utf8.starts(with: "rpc".utf8) ? "calls other machines" : "reads or writes files"
            add(.code, .review, part, offset: offset, "is TorchScript that \(action): \(name)")
        }
    }
}

extension Bytes {
    /// Where JSON's text `text` first stands, its letters as they are or as `\u` and four digits.
    fileprivate func firstText(_ text: String) -> Int? {
        var position = 0
        while let quote = firstRange(of: [UInt8(ascii: "\"")], from: position) {
            position = quote + 1
            if let end = end(ofLetters: text.utf8, from: position), end < count, self[end] == UInt8(ascii: "\"") {
                return quote
            }
        }
        return nil
    }

    private func end(ofLetters letters: some Sequence<UInt8>, from start: Int) -> Int? {
        var index = start
        for letter in letters {
            guard index < count else { return nil }
            if self[index] == letter {
                index += 1
                continue
            }
            guard let escape = try? slice(at: index, count: 6), escape.starts(with: [0x5C, UInt8(ascii: "u")]),
                UInt32(String(decoding: escape.suffix(4), as: UTF8.self), radix: 16) == UInt32(letter)
            else { return nil }
            index += 6
        }
        return index
    }

    /// Where `pattern`, which is not empty, first occurs from `start` on.
    func firstRange(of pattern: [UInt8], from start: Int = 0) -> Int? {
        withUnsafeBytes { buffer in
            var position = start
            while position + pattern.count <= buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[position..<buffer.count - pattern.count + 1])
                guard let found = rest.firstIndex(of: pattern[0]) else { return nil }
                position += found
                if buffer[position..<position + pattern.count].elementsEqual(pattern) { return position }
                position += 1
            }
            return nil
        }
    }
}
