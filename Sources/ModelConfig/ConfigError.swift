import PythonSyntax
import Spelling

/// Why a config cannot be read, and where.
package struct ConfigError: Error, Equatable, Sendable {
    package enum Reason: Error, Equatable, Sendable {
        case syntax(PythonSyntaxError.Reason)
        /// Python that a config does not need: what it is, as "the module 'os'".
        case unsupported(String)
        case undefinedName(String, nearest: [String])
        case missingKey(String, in: String, nearest: [String])
        case index(Int, count: Int)
        case attribute(String, of: String, nearest: [String])
        /// Operands or arguments of the wrong type.
        case type(String)
        case value(String)
        /// Division by zero, or a result out of range.
        case arithmetic(String)
        case limit(String, Int)
        /// A `_base_` that cannot be followed.
        case base(String)
        /// A child that does not fit its base, or bases that don't fit together.
        case inheritance(String)
        case reserved(String)
        /// A `{{…}}` that cannot be replaced.
        case template(String)
        /// Old and new style in one chain of files.
        case style(String)
        /// A value that is not data, such as a function.
        case notData(String)
        /// A `--cfg-options` that cannot be applied.
        case override(String)
        case file(String)
    }

    package let reason: Reason
    /// nil where no place in a file is at fault.
    package let position: SourcePosition?
    /// The statements that led to the file, the innermost first.
    package var inheritedAt: [SourcePosition] = []

    package init(_ reason: Reason, at position: SourcePosition?) {
        self.reason = reason
        self.position = position
    }
}

extension ConfigError: CustomStringConvertible {
    package var description: String {
        let place = position.map { "\($0): " } ?? ""
        let chain = inheritedAt.map { "; inherited at \($0)" }.joined()
        return place + reason.description + chain
    }
}

extension ConfigError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let reason): reason.description
        case .unsupported(let what): "\(what) is not supported: a config is read as data, nothing is run"
        case .undefinedName(let name, let nearest): "the name '\(name)' is not defined" + suggestion(of: nearest)
        case .missingKey(let key, let place, let nearest): "\(place) has no key \(key)" + suggestion(of: nearest)
        case .index(let index, let count):
            "index \(index) is out of range of \(count) \(count == 1 ? "element" : "elements")"
        case .attribute(let name, let type, let nearest): "\(type) has no attribute '\(name)'" + suggestion(of: nearest)
        case .limit(let what, let limit): "the config has more than \(limit) \(what)"
        case .reserved(let name): "'\(name)' is reserved: no config may have a top-level key of that name"
        case .type(let text), .value(let text), .arithmetic(let text), .base(let text), .inheritance(let text),
            .template(let text), .style(let text), .notData(let text), .override(let text), .file(let text):
            text
        }
    }
}
