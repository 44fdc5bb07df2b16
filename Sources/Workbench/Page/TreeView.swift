/// A tree of dotted keys with columns, which the page's script shows: it folds, is searched and sorted, and is used with
/// the keyboard.
///
/// Ten thousand rows are some hundred bytes each: keys are cut by what they share with the one before, words of a column
/// are numbered, and a histogram is a letter for each of its bars.
struct TreeView {
    /// How a column's cells are shown, and what a module has of those below it.
    enum Kind: String {
        case text
        /// One of a few words.
        case word
        case number
        /// A number in powers of ten, with a bar from the least to the largest; a module has the largest.
        case magnitude
        /// A size, with a bar for its share; a module has the sum.
        case bytes
        case histogram
    }

    struct Column {
        let title: String
        let kind: Kind
    }

    enum Cell {
        case none
        case text(String)
        case number(Double)
        case bytes(Int)
        case histogram(ValueHistogram)
    }

    struct Row {
        let key: String
        let cells: [Cell]
        /// Whether something is wrong with it.
        var isBad = false
    }

    /// The id of the element and of its data.
    let id: String
    let title: String
    /// What a row is: `tensor`.
    let noun: String
    let columns: [Column]
    let rows: [Row]

    /// The element that the script fills.
    var html: String {
        """
        <section class="tree" id="\(id)" aria-labelledby="\(id)-title">
        <h2 id="\(id)-title">\(htmlText(title))</h2>
        <noscript><p>The \(countText(rows.count, noun)) are shown by a script, which this browser does not run.</p></noscript>
        </section>

        """
    }

    /// `{noun, columns: [{title, kind, words?}], rows: [[shared, rest, bad, cell, …], …]}`, safe inside a `script` element.
    var json: String {
        var words: [[String]] = columns.map { _ in [] }
        var numbers: [[String: Int]] = columns.map { _ in [:] }
        var lines: [String] = []
        lines.reserveCapacity(rows.count)
        var previous: [UInt16] = []
        for row in rows {
            let key = Array(row.key.printable.utf16)
            var shared = zip(key, previous).prefix { $0 == $1 }.count
            // A pair of surrogates stays whole.
            if shared > 0, UTF16.isLeadSurrogate(key[shared - 1]) { shared -= 1 }
            previous = key
            var line =
                "[\(shared),\(Self.quoted(String(decoding: key[shared...], as: UTF16.self))),\(row.isBad ? 1 : 0)"
            for (column, cell) in row.cells.enumerated() {
                line += ","
                switch cell {
                case .none: line += "0"
                case .text(let text) where columns[column].kind == .word:
                    let number = numbers[column][text] ?? words[column].count
                    if number == words[column].count {
                        words[column].append(text)
                        numbers[column][text] = number
                    }
                    line += "\(number)"
                case .text(let text): line += Self.quoted(text.printable)
                case .number(let number): line += number.isFinite ? shortText(number) : "\"\(number)\""
                case .bytes(let count): line += "\(count)"
                case .histogram(let histogram): line += Self.quoted(histogram.letters)
                }
            }
            lines.append(line + "]")
        }
        let heads = zip(columns, words).map { column, words in
            "{\"title\":\(Self.quoted(column.title)),\"kind\":\"\(column.kind.rawValue)\""
                + (column.kind == .word
                    ? ",\"words\":[\(words.map { Self.quoted($0.printable) }.joined(separator: ","))]" : "") + "}"
        }
        return "{\"noun\":\(Self.quoted(noun)),\"columns\":[\(heads.joined(separator: ","))],\n\"rows\":[\n"
            + lines.joined(separator: ",\n") + "]}"
    }

    /// A JSON string without what ends a `script` element or begins a comment in one.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "<", ">", "&", "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
