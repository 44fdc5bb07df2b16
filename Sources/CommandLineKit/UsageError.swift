import Spelling

/// A command line that the command's description does not allow.
package enum UsageError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownOption(String, nearest: [String])
    case missingValue(option: String, placeholder: String)
    case unexpectedValue(option: String, value: String)
    case repeated(option: String)
    case notAChoice(option: String, value: String, choices: [String])
    case notANumber(option: String, value: String, needs: String)
    case missingPositional(String)
    case unexpectedPositional(String)
    /// A word whose bytes are not text: a file's name in another encoding.
    case notUTF8([UInt8])
    /// Options or words that are right one by one and wrong together.
    case combination(String)

    package var description: String {
        switch self {
        case .unknownOption(let option, let nearest): "unknown option '\(option)'" + suggestion(of: nearest)
        case .missingValue(let option, let placeholder): "--\(option) needs a value: --\(option) \(placeholder)"
        case .unexpectedValue(let option, let value): "--\(option) takes no value, found '\(value)'"
        case .repeated(let option): "--\(option) is given more than once"
        case .notAChoice(let option, let value, let choices):
            "--\(option) must be one of \(choices.joined(separator: ", ")), found '\(value)'"
        case .notANumber(let option, let value, let needs): "--\(option) needs \(needs), found '\(value)'"
        case .missingPositional(let name): "\(name) is missing"
        case .unexpectedPositional(let word): "unexpected argument '\(word)'"
        case .notUTF8(let bytes):
            "'\(Self.escaped(bytes))' is not UTF-8, as names of files must be here: rename the file, or name a link to it"
        case .combination(let text): text
        }
    }

    /// Printable ASCII as it is, other bytes as `\xe9`.
    private static func escaped(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            (0x20..<0x7F).contains(byte)
                ? String(Unicode.Scalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
