import ByteIO
import PlatformC
import ProgramImport
import ZipArchive

/// A program of `fixtures/programs` whose JSON is edited value by value, so that an input is text of the right form with
/// wrong figures in it.
///
/// The input's first byte chooses the program; each further five bytes are an edit: which value (16 bits), how, with what
/// (16 bits).
struct EditableProgram {
    private let records: [(name: String, bytes: [UInt8])]
    /// All values that a reader looks at, those that contain others included, in the order of the records.
    private let values: [EditableValue]

    /// Further edits of an input are ignored.
    private static let mostEdits = 8
    /// Programs of more bytes take too long.
    private static let largest = 96 << 10

    static let all: [EditableProgram] = ["calls", "versions", ""].flatMap { folder in
        let path = "fixtures/programs/\(folder)"
        guard let listing = try? FolderListing(path: path) else {
            broken("\(path) is missing: run it from the repository's root")
        }
        return listing.names.filter { $0.hasSuffix(".pt2") }.sorted().compactMap { EditableProgram("\(path)/\($0)") }
    }

    /// The archive that an input makes, which is also written to the file that the environment variable `FUZZ_WRITE`
    /// names; nil for an empty input.
    static func bytes(_ input: Bytes) -> Bytes? {
        let input = Array(input)
        guard let first = input.first else { return nil }
        let bytes = all[Int(first) % all.count].edited(input.dropFirst())
        if let path = environment("FUZZ_WRITE") { write(bytes, path) }
        return bytes
    }

    /// An input with one edit more, less or changed, or for another program.
    static func changed(_ input: [UInt8], seed: UInt32) -> [UInt8] {
        var numbers = FuzzNumbers(seed: seed)
        let edit = (0..<5).map { _ in UInt8(numbers.next(below: 256)) }
        guard let first = input.first else { return [edit[0]] + edit }
        var edits = stride(from: 1, to: input.count - 4, by: 5).map { Array(input[$0..<$0 + 5]) }
        let place = edits.isEmpty ? 0 : numbers.next(below: edits.count)
        switch numbers.next(below: 8) {
        case 0 where edits.count > 1: edits.remove(at: place)
        case 1 where !edits.isEmpty: edits[place] = edit
        case 2 where !edits.isEmpty: edits[place][2...] = edit[2...]
        case 3 where !edits.isEmpty: edits[place][numbers.next(below: 5)] = edit[0]
        case 4: return [edit[0]] + edits.flatMap { $0 }
        default:
            if edits.count >= mostEdits { edits.remove(at: place) }
            edits.append(edit)
        }
        return [first] + edits.flatMap { $0 }
    }

    private init?(_ path: String) {
        guard let bytes = try? MappedFile(path: path).bytes, let zip = try? ZipArchive(bytes) else {
            broken("\(path) is not an archive")
        }
        guard zip.entries.allSatisfy({ $0.size <= Self.largest }) else { return nil }
        var records: [(name: String, bytes: [UInt8])] = []
        var values: [EditableValue] = []
        for entry in zip.entries {
            guard let data = try? zip.data(of: entry) else { broken("\(entry.name) of \(path) cannot be read") }
            if entry.name.hasSuffix(".json") { values += EditableValue.all(of: Array(data), record: records.count) }
            records.append((entry.name, Array(data)))
        }
        guard !values.isEmpty else { return nil }
        self.records = records
        self.values = values
    }

    // MARK: Edits

    private func edited(_ input: ArraySlice<UInt8>) -> Bytes {
        var edits: [(value: EditableValue, text: [UInt8])] = []
        for start in stride(from: input.startIndex, to: input.endIndex - 4, by: 5).prefix(Self.mostEdits) {
            let value = values[(Int(input[start]) << 8 | Int(input[start + 1])) % values.count]
            let argument = Int(input[start + 3]) << 8 | Int(input[start + 4])
            // What is inside of an edited value is gone.
            guard !edits.contains(where: { $0.value.overlaps(value) }) else { continue }
            edits.append((value, text(in: value, how: input[start + 2], argument)))
        }
        var archive = StoredArchive()
        for (number, record) in records.enumerated() {
            var bytes = record.bytes
            // From the end, so that the other places stay where they are.
            let own = edits.filter { $0.value.record == number }
            for edit in own.sorted(by: { $0.value.range.lowerBound > $1.value.range.lowerBound }) {
                bytes.replaceSubrange(edit.value.range, with: edit.text)
            }
            archive.add(record.name, bytes)
        }
        return Bytes(archive.finished())
    }

    /// What takes the place of a value.
    private func text(in value: EditableValue, how: UInt8, _ argument: Int) -> [UInt8] {
        let comma = UInt8(ascii: ",")
        let other = values[argument % values.count]
        switch how % 8 {
        case 0...2: return Array(Self.hostile[argument % Self.hostile.count].utf8)
        case 3: return Array("\"\(Self.names[argument % Self.names.count])\"".utf8)
        case 4 where value.isElement: return text(of: value) + [comma] + text(of: other)
        case 5 where value.isElement: return text(of: value) + [comma] + text(of: value)
        case 6: return Array(String(argument &- 1 << 15).utf8)
        default: return text(of: other)
        }
    }

    private func text(of value: EditableValue) -> [UInt8] { Array(records[value.record].bytes[value.range]) }

    /// What no exporter writes in most places.
    private static let hostile = [
        "0", "-1", "1", "2", "3", "4", "7", "64", "-2", "65535", "65536", "1000003", "2147483647", "2147483648",
        "-2147483649", "4294967296", "1099511627776", "4611686018427387904", "9223372036854774784",
        "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "0.5", "-0.0", "1e308", "5e-324", "1e19", "\"NaN\"",
        "\"Infinity\"", "\"-Infinity\"", "null", "true", "false", "\"\"", "[]", "{}", "[0]", "[-1]",
        "[9223372036854775807,9223372036854775807]", "[1,2,3]", "[2147483648,4294967296]", "[0,0,0,0]", "[1,1]",
        "[-9223372036854775808]", "{\"as_none\":true}", "{\"as_int\":0}", "{\"as_int\":-1}",
        "{\"as_int\":9223372036854775807}", "{\"as_int\":-9223372036854775808}", "{\"as_ints\":[]}",
        "{\"as_ints\":[0,0]}", "{\"as_ints\":[-1,-1]}", "{\"as_ints\":[3,3]}", "{\"as_ints\":[1,1,1]}",
        "{\"as_ints\":[9223372036854775807,2]}", "{\"as_float\":1e308}", "{\"as_float\":\"NaN\"}",
        "{\"as_float\":0.0}", "{\"as_float\":-1.5}", "{\"as_floats\":[1e300,1e-300]}", "{\"as_bool\":true}",
        "{\"as_string\":\"\"}", "{\"as_tensors\":[]}", "{\"as_tensor\":{\"name\":\"x\"}}",
        "{\"as_tensors\":[{\"name\":\"x\"},{\"name\":\"x\"}]}", "{\"as_scalar_type\":4}",
        "{\"as_scalar_type\":7}", "{\"as_scalar_type\":12}", "{\"as_sym_int\":{\"as_name\":\"x\"}}",
        String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
    ]

    /// Operators, and what their arguments are called.
    private static let names =
        ATenCalls.names.map { $0.hasPrefix("torch.") ? $0 : "torch.ops.aten.\($0)" }
        + [
            "self", "other", "input", "dim", "dims", "axis", "keepdim", "start", "end", "step", "size", "stride",
            "padding", "dilation", "groups", "kernel_size", "output_size", "output_padding", "transposed", "bias",
            "weight", "scales_h", "scales_w", "scale_factors", "align_corners", "dtype", "value", "alpha", "beta",
            "eps",
            "normalized_shape", "num_groups", "indices", "index", "src", "mask", "repeats", "sections", "split_size",
            "split_sizes", "start_dim", "end_dim", "k", "largest", "sorted", "exponent", "min", "max", "rounding_mode",
            "ceil_mode", "count_include_pad", "divisor_override", "equation", "mode", "pad", "shifts", "fill_value",
            "hidden_size", "has_biases", "num_layers", "bidirectional", "batch_first", "params", "hx", "x",
        ]
}

/// A value of a valid JSON text.
struct EditableValue {
    let record: Int
    let range: Range<Int>
    /// Whether it is an array's element.
    let isElement: Bool

    func overlaps(_ other: EditableValue) -> Bool { record == other.record && range.overlaps(other.range) }

    /// The values that a reader looks at.
    /// - Parameter text: valid JSON, from a fixture.
    static func all(of text: [UInt8], record: Int) -> [EditableValue] {
        var scan = ValueScan(text: text, record: record)
        scan.value(isElement: false, isSeen: true)
        return scan.values
    }
}

private struct ValueScan {
    let text: [UInt8]
    let record: Int
    var values: [EditableValue] = []
    private var place = 0

    /// Fields that nothing reads.
    private static let unread: Set<String> = [
        "stack_trace", "torch_fn", "from_node", "custom", "is_hop_single_tensor_return", "opset_version", "verifiers",
        "range_constraints", "guards_code", "in_spec", "out_spec", "forward_arg_names", "treespec_namedtuple_fields",
        "requires_grad", "kind", "device", "layout", "schema_version",
    ]

    init(text: [UInt8], record: Int) {
        self.text = text
        self.record = record
    }

    /// - Parameter isSeen: whether a reader looks at it.
    mutating func value(isElement: Bool, isSeen: Bool) {
        space()
        let number = values.count
        let start = place
        if isSeen { values.append(EditableValue(record: record, range: start..<start, isElement: isElement)) }
        switch text[place] {
        case UInt8(ascii: "{"): object(isSeen: isSeen)
        case UInt8(ascii: "["): array(isSeen: isSeen)
        case UInt8(ascii: "\""): _ = string()
        default:
            let ends = Set(",]} \n".utf8)
            while place < text.count, !ends.contains(text[place]) { place += 1 }
        }
        guard isSeen else { return }
        values[number] = EditableValue(record: record, range: start..<place, isElement: isElement)
    }

    private mutating func object(isSeen: Bool) {
        place += 1
        while !ended(UInt8(ascii: "}")) {
            let name = string()
            space()
            place += 1
            value(isElement: false, isSeen: isSeen && !Self.unread.contains(name))
        }
    }

    private mutating func array(isSeen: Bool) {
        place += 1
        while !ended(UInt8(ascii: "]")) { value(isElement: true, isSeen: isSeen) }
    }

    /// Passes a comma, or the bracket that ends what is open.
    private mutating func ended(_ bracket: UInt8) -> Bool {
        space()
        let byte = text[place]
        if byte == bracket || byte == UInt8(ascii: ",") { place += 1 }
        space()
        return byte == bracket
    }

    private mutating func string() -> String {
        let start = place + 1
        place += 1
        while text[place] != UInt8(ascii: "\"") { place += text[place] == UInt8(ascii: "\\") ? 2 : 1 }
        place += 1
        return String(decoding: text[start..<place - 1], as: UTF8.self)
    }

    private mutating func space() {
        while place < text.count, text[place] == 0x20 || text[place] == 0x0A { place += 1 }
    }
}
