/// One member of a tar archive.
package struct TarEntry: Sendable, Hashable {
    /// What a member is, by its type flag.
    package enum Kind: Sendable, Hashable {
        case file
        case directory
        case hardLink(target: String)
        case symbolicLink(target: String)
        /// A device, a pipe, or a type that POSIX leaves to vendors.
        case other(flag: UInt8)
    }

    /// The path as the archive has it, not made safe; bytes that are not UTF-8 show as U+FFFD.
    package let name: String
    package let kind: Kind
    /// Where the member's own header begins, after those that give it a long name.
    package let headerOffset: Int
    package let dataOffset: Int
    /// The data's bytes. They lie whole in the archive.
    package let size: Int
}
