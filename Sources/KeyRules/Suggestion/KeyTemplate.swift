import TensorCore

/// A key with holes where its numbers and the name of its parameter stand.
struct KeyTemplate {
    /// The texts around the holes: one more than there are holes.
    let literals: [String]
    let holes: [Hole]

    enum Hole: Hashable {
        case number(Int)
        /// `weight`, `bias` …
        case parameter(String)

        var text: String {
            switch self {
            case .number(let number): String(number)
            case .parameter(let name): name
            }
        }

        var number: Int? { if case .number(let number) = self { number } else { nil } }
    }

    static let parameters = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]

    init(_ key: Key) {
        var literals = [""]
        var holes: [Hole] = []
        var digits = ""
        func endNumber() {
            guard !digits.isEmpty else { return }
            if let number = KeyText(digits).number {
                holes.append(.number(number))
                literals.append("")
            } else {
                literals[literals.count - 1] += digits
            }
            digits = ""
        }
        let leaf = Self.parameters.first { key.text.utf8.reversed().starts(with: ("." + $0).utf8.reversed()) }
        let stem = leaf.map { String(key.text.dropLast($0.count)) } ?? key.text
        for character in stem {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                endNumber()
                literals[literals.count - 1].append(character)
            }
        }
        endNumber()
        if let leaf {
            holes.append(.parameter(leaf))
            literals.append("")
        }
        self.literals = literals
        self.holes = holes
    }

    /// Whether a draft can spell the key as a source and as a target: its literals hold nothing that means something there.
    static func isSpellable(_ key: Key) -> Bool {
        let text = key.text
        guard !text.isEmpty, text.utf8.count <= Side.longestKey, text != "zeros", !text.hasPrefix("?") else {
            return false
        }
        // A word before a colon is the name of an input.
        if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), RuleFile.isInputName(text[..<colon]) {
            return false
        }
        return !text.unicodeScalars.contains {
            "{}$,#|".unicodeScalars.contains($0) || $0.properties.isWhitespace || $0.value < 32
        }
    }
}
