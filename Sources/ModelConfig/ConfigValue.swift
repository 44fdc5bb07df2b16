/// A value of a config: what the Python expression that wrote it evaluates to.
package indirect enum ConfigValue: Sendable, Hashable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list([ConfigValue])
    case tuple([ConfigValue])
    case set([ConfigValue])
    case dictionary(ConfigDictionary)
}

/// An ordered dictionary of a config, with the place that set each entry.
package struct ConfigDictionary: Sendable {
    package struct Entry: Sendable {
        /// A string nearly always; an integer in a few configs.
        package var key: ConfigValue
        package var value: ConfigValue
        /// Where the entry was last set; nil for one that no file wrote.
        package var origin: SourcePosition?

        package init(key: ConfigValue, value: ConfigValue, origin: SourcePosition? = nil) {
            self.key = key
            self.value = value
            self.origin = origin
        }
    }

    /// In the order of Python's `dict`: that in which keys were first set.
    package private(set) var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = []
        for entry in entries { self[entry.key, origin: entry.origin] = entry.value }
    }

    /// - Parameter entries: no two of the same key.
    init(distinct entries: [Entry]) { self.entries = entries }

    package subscript(_ key: String) -> ConfigValue? { entry(key)?.value }

    package func entry(_ key: String) -> Entry? { entries.first { $0.key == .string(key) } }

    /// Sets the value in its place, or appends it; nil removes the entry.
    package subscript(_ key: ConfigValue, origin origin: SourcePosition?) -> ConfigValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            let index = entries.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): entries[index] = Entry(key: entries[index].key, value: value, origin: origin)
            case (nil, let value?): entries.append(Entry(key: key, value: value, origin: origin))
            case (let index?, nil): entries.remove(at: index)
            case (nil, nil): break
            }
        }
    }
}

/// Equality of contents in order; origins do not count.
extension ConfigDictionary: Hashable {
    package static func == (left: ConfigDictionary, right: ConfigDictionary) -> Bool {
        left.entries.count == right.entries.count
            && zip(left.entries, right.entries).allSatisfy { $0.key == $1.key && $0.value == $1.value }
    }

    package func hash(into hasher: inout Hasher) {
        for entry in entries {
            hasher.combine(entry.key)
            hasher.combine(entry.value)
        }
    }
}

/// A place in a source file.
package struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    /// The path as it was named to the reader.
    package var file: String
    /// Counted from 1.
    package var line: Int
    /// The column in Unicode scalars, from 1.
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}
