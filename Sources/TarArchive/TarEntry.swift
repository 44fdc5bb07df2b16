/// One member of a tar archive.
public struct TarEntry: Sendable, Hashable {
    /// What a member is, by its type flag.
    public enum Kind: Sendable, Hashable {
        case file
        case directory
        case hardLink(target: String)
        case symbolicLink(target: String)
        /// A device, a pipe, or a type that POSIX leaves to vendors.
        case other(flag: UInt8)
    }

    /// The path as the archive has it, not made safe; bytes that are no UTF-8 show as U+FFFD.
    public let name: String
    public let kind: Kind
    /// Where the member's own header begins, behind those that give it a long name.
    public let headerOffset: Int
    public let dataOffset: Int
    /// The data's bytes. They lie whole in the archive.
    public let size: Int
}
