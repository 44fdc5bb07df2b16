extension Evaluator {
    func callMethod(_ name: String, of text: String, _ arguments: CallArguments) throws -> Value {
        try heap.work(text.utf8.count)
        if name == "format" {
            let names = Dictionary(arguments.named.map { ($0.name, $0.value) }) { $1 }
            return .string(try StringTemplate.format(text, arguments.positional, names, in: heap))
        }
        if let named = arguments.named.first { throw Reason.unsupported("the argument '\(named.name)' of '\(name)'") }
        let values = arguments.positional
        if name == "join" {
            try require(values, 1...1, of: name)
            return try heap.string(try joined(try elements(of: values[0]), separator: text))
        }
        let texts = try values.map { value -> String in
            guard case .string(let text) = value else {
                throw Reason.type("'\(name)' needs strings, not \(value.typeName)")
            }
            return text
        }
        switch name {
        case "lower", "upper":
            try require(values, 0...0, of: name)
            return try heap.string(name == "lower" ? text.lowercased() : text.uppercased())
        case "strip", "lstrip", "rstrip":
            try require(values, 0...1, of: name)
            return try heap.string(stripped(text, texts.first, front: name != "rstrip", back: name != "lstrip"))
        case "startswith":
            try require(values, 1...1, of: name)
            return .bool(text.utf8.starts(with: texts[0].utf8))
        case "endswith":
            try require(values, 1...1, of: name)
            return .bool(text.utf8.reversed().starts(with: texts[0].utf8.reversed()))
        case "replace":
            try require(values, 2...2, of: name)
            guard !texts[0].isEmpty else { throw Reason.unsupported("'replace' of an empty string") }
            let pieces = try split(text, by: texts[0])
            let (growth, overflow) = (pieces.count - 1).multipliedReportingOverflow(by: texts[1].utf8.count)
            guard !overflow else { throw Reason.limit("bytes of text", heap.limits.textBytes) }
            try heap.charge(text: growth)
            return try heap.string(pieces.joined(separator: texts[1]))
        case "split":
            try require(values, 0...1, of: name)
            let pieces: [String]
            if let separator = texts.first {
                guard !separator.isEmpty else { throw Reason.value("an empty separator") }
                pieces = try split(text, by: separator)
            } else {
                pieces = text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map(String.init)
            }
            return .list(try heap.list(try pieces.map { try heap.string($0) }))
        default: throw unknown(name, .string(text))
        }
    }

    private func joined(_ parts: [Value], separator: String) throws -> String {
        var result = ""
        for (index, part) in parts.enumerated() {
            guard case .string(let part) = part else { throw Reason.type("'join' needs strings, not \(part.typeName)") }
            try heap.charge(text: part.utf8.count + separator.utf8.count)
            if index > 0 { result += separator }
            result += part
        }
        return result
    }

    /// - Parameter separator: not empty.
    private func split(_ text: String, by separator: String) throws -> [String] {
        try StringSearch.charge(separator, in: text, to: heap)
        let (bytes, part) = (Array(text.utf8), Array(separator.utf8))
        var pieces: [String] = []
        var start = 0
        while let index = StringSearch.firstIndex(of: part, in: bytes, from: start) {
            try heap.charge(elements: 1)
            pieces.append(String(decoding: bytes[start..<index], as: UTF8.self))
            start = index + part.count
        }
        return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    private func stripped(_ text: String, _ set: String?, front: Bool, back: Bool) -> String {
        let characters = set.map { Set($0.unicodeScalars) }
        func goes(_ scalar: Unicode.Scalar) -> Bool {
            characters.map { $0.contains(scalar) } ?? scalar.properties.isWhitespace
        }
        var scalars = text.unicodeScalars[...]
        if front { scalars = scalars.drop(while: goes) }
        while back, let last = scalars.last, goes(last) { scalars.removeLast() }
        return String(scalars)
    }
}
