import PythonSyntax

/// Writes a config as Python that a config reader loads to the same values: `name = value`, lines of 120 columns.
package struct ConfigText {
    /// - Throws: `.notData` for a top-level key that is not a name of Python.
    package static func text(_ values: ConfigDictionary) throws(ConfigError) -> String {
        var writer = ConfigText(topLevel: values)
        for entry in values.entries {
            guard case .string(let name) = entry.key, PythonNames.isName(name) else {
                throw ConfigError(
                    .notData("the top-level key \(writer.inline(entry.key)) is not a name: no Python file can set it"),
                    at: entry.origin)
            }
            writer.text += name + " = "
            writer.put(entry.value, indentation: 0, column: name.unicodeScalars.count + 3, trailing: 0)
            writer.text += "\n"
        }
        return writer.text
    }

    /// A key as a name: a string without its quotes, anything else as Python writes it.
    package static func keyName(_ key: ConfigValue) -> String {
        if case .string(let name) = key { name } else { ConfigText(topLevel: ConfigDictionary()).inline(key) }
    }

    private static let width = 120
    private static let step = 4

    private var text = ""
    /// Whether the config gives another meaning to the functions that the text could call.
    private let redefines: Set<String>

    private init(topLevel: ConfigDictionary) {
        redefines = Set(["dict", "float", "set"].filter { topLevel[$0] != nil })
    }

    // MARK: Lines

    /// Appends a value that begins in `column` of a line indented by `indentation`, on one line if it fits there with
    /// `trailing` characters after it.
    private mutating func put(_ value: ConfigValue, indentation: Int, column: Int, trailing: Int) {
        if let line = line(value, room: Self.width - column - trailing) {
            text += line
            return
        }
        switch value {
        case .dictionary(let dictionary):
            let isCall = isCall(dictionary)
            text += isCall ? "dict(" : "{"
            for entry in dictionary.entries { put(entry, isCall: isCall, indentation: indentation + Self.step) }
            text += "\n" + spaces(indentation) + (isCall ? ")" : "}")
        case .list(let elements): put("[", elements, "]", indentation: indentation)
        case .tuple(let elements): put("(", elements, ")", indentation: indentation)
        case .set(let elements): put("{", elements, "}", indentation: indentation)
        default: text += inline(value)
        }
    }

    private mutating func put(_ entry: ConfigDictionary.Entry, isCall: Bool, indentation: Int) {
        let key = keyText(entry.key, isCall: isCall)
        text += "\n" + spaces(indentation) + key
        put(entry.value, indentation: indentation, column: indentation + key.unicodeScalars.count, trailing: 1)
        text += ","
    }

    private mutating func put(_ open: String, _ elements: [ConfigValue], _ close: String, indentation: Int) {
        let inner = indentation + Self.step
        text += open
        // Numbers and words fill lines; what has parts of its own gets a line of its own.
        let isFilled = elements.allSatisfy(\.isScalar)
        var column = Self.width + 1
        for element in elements {
            guard isFilled else {
                text += "\n" + spaces(inner)
                put(element, indentation: inner, column: inner, trailing: 1)
                text += ","
                continue
            }
            let piece = inline(element) + ","
            let length = piece.unicodeScalars.count
            if column + 1 + length > Self.width {
                text += "\n" + spaces(inner)
                column = inner
            } else {
                text += " "
                column += 1
            }
            text += piece
            column += length
        }
        text += "\n" + spaces(indentation) + close
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    // MARK: Values

    private func isCall(_ dictionary: ConfigDictionary) -> Bool {
        !redefines.contains("dict")
            && dictionary.entries.allSatisfy {
                if case .string(let key) = $0.key { PythonNames.isPlainName(key) } else { false }
            }
    }

    private func keyText(_ key: ConfigValue, isCall: Bool) -> String {
        if isCall, case .string(let name) = key { return name + "=" }
        return inline(key) + ": "
    }

    /// The value on one line; nil if that is longer than `room`.
    private func line(_ value: ConfigValue, room: Int) -> String? {
        var line = ""
        return append(value, to: &line, room: room) ? line : nil
    }

    private func inline(_ value: ConfigValue) -> String { line(value, room: .max) ?? "" }

    private func append(_ value: ConfigValue, to line: inout String, room: Int) -> Bool {
        switch value {
        case .none: line += "None"
        case .bool(let flag): line += flag ? "True" : "False"
        case .int(let value): line += String(value)
        case .float(let value): line += floatText(value)
        case .string(let text): line += stringText(text)
        case .list(let elements): return append("[", elements, "]", to: &line, room: room)
        case .tuple(let elements):
            return append("(", elements, elements.count == 1 ? ",)" : ")", to: &line, room: room)
        case .set(let elements) where elements.isEmpty: line += redefines.contains("set") ? "{*()}" : "set()"
        case .set(let elements): return append("{", elements, "}", to: &line, room: room)
        case .dictionary(let dictionary):
            let isCall = isCall(dictionary)
            line += isCall ? "dict(" : "{"
            for (index, entry) in dictionary.entries.enumerated() {
                line += (index > 0 ? ", " : "") + keyText(entry.key, isCall: isCall)
                guard append(entry.value, to: &line, room: room) else { return false }
            }
            line += isCall ? ")" : "}"
        }
        return line.utf8.count <= room || line.unicodeScalars.count <= room
    }

    private func append(
        _ open: String, _ elements: [ConfigValue], _ close: String, to line: inout String, room: Int
    ) -> Bool {
        line += open
        for (index, element) in elements.enumerated() {
            if index > 0 { line += ", " }
            guard append(element, to: &line, room: room) else { return false }
        }
        line += close
        return line.utf8.count <= room || line.unicodeScalars.count <= room
    }

    private func floatText(_ value: Double) -> String {
        guard !value.isFinite else { return PythonText.float(value) }
        if redefines.contains("float") { return value.isNaN ? "(1e999 - 1e999)" : value < 0 ? "-1e999" : "1e999" }
        return value < 0 ? "-float('inf')" : "float('\(PythonText.float(value))')"
    }

    /// Quoted, with what a reader would take for a template written another way.
    private func stringText(_ text: String) -> String {
        let quoted = PythonText.string(text)
        guard quoted.utf8.firstRange(of: "{{".utf8) != nil else { return quoted }
        var bytes: [UInt8] = []
        let source = Array(quoted.utf8)
        for (index, byte) in source.enumerated() {
            if index > 0, byte == UInt8(ascii: "{"), source[index - 1] == byte,
                Self.beginsTemplate(source[(index + 1)...])
            {
                bytes += Array("\\x7b".utf8)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func beginsTemplate(_ rest: ArraySlice<UInt8>) -> Bool {
        let rest = rest.drop {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
        }
        return ["$", "_base_", "file", "n", "t"].contains { rest.starts(with: $0.utf8) }
    }
}

extension ConfigValue {
    /// Whether the value has no parts.
    fileprivate var isScalar: Bool {
        switch self {
        case .none, .bool, .int, .float, .string: true
        case .list, .tuple, .set, .dictionary: false
        }
    }
}

/// What may be written without quotes.
enum PythonNames {
    static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, !PythonKeywords.all.contains(text) else { return false }
        return (first == "_" || first.properties.isXIDStart)
            && text.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
    }

    /// A name that Python takes as it is written: other letters than ASCII's may become others (NFKC).
    static func isPlainName(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } && isName(text) }
}
