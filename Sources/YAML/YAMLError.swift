import SystemLibrary

/// Why a text is not YAML that is read here, and where.
package struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Error, Equatable, Sendable {
        /// libyaml cannot be used.
        case library(SystemLibraryError)
        /// libyaml has no memory left.
        case noMemory
        /// What libyaml says.
        case syntax(String)
        /// The offset of the first byte that is not UTF-8.
        case notUTF8(offset: Int)
        /// What there is too much of, and how much is allowed.
        case limit(String, Int)
        case unknownAlias(String)
        /// An alias inside the node that its anchor names.
        case recursiveAlias(String)
        /// A tag that names anything but plain data.
        case tag(String)
        case secondDocument
        /// A collection as the key of a mapping.
        case key
        /// `<<` with what is not a mapping.
        case mergeKey
    }

    /// The path as the reader was told.
    package let file: String
    /// nil where no place is at fault.
    package let mark: YAMLMark?
    package let reason: Reason

    package init(file: String, mark: YAMLMark?, reason: Reason) {
        self.file = file
        self.mark = mark
        self.reason = reason
    }

    package var description: String {
        file + (mark.map { ":\($0.line):\($0.column)" } ?? "") + ": \(reason)"
    }
}

extension YAMLError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .library(let error): error.description
        case .noMemory: "libyaml has no memory left"
        case .syntax(let text): text
        case .notUTF8(let offset): "byte \(offset) is not UTF-8"
        case .limit(let what, let limit): "there are more than \(limit) \(what)"
        case .unknownAlias(let name): "no anchor '\(name)' precedes its alias"
        case .recursiveAlias(let name): "the anchor '\(name)' contains its own alias"
        case .tag(let tag): "the tag '\(tag)' is not plain data"
        case .secondDocument: "a second document begins; one is read"
        case .key: "a key of a mapping is a collection; it must be a scalar"
        case .mergeKey: "'<<' takes a mapping or a list of mappings"
        }
    }
}

/// Limits on a text that is read. MMPreTrain's largest metafile has 28,291 bytes.
package struct YAMLLimits: Sendable, Equatable {
    package var bytes = 4 << 20
    /// Levels of collections inside collections.
    package var depth = 64
    /// Scalars and collections, those that aliases repeat counted each time.
    package var nodes = 200_000

    package init() {}
}
