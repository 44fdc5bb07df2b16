import Pickle

/// Bounds on what one file may have a scan do. Beyond them something is left out, which is a finding.
package struct ScanLimits: Sendable {
    /// Archives and pickles inside one another.
    package var depth = 12
    /// Bytes that all compressed parts of a file may unpack to.
    package var unpackedBytes = 1 << 28
    /// Findings of a file.
    package var findings = 1000
    /// Pickles in a row.
    package var pickles = 10_000
    /// Bytes that are read as a pickle from where a search takes one to begin, until they turn out to be none.
    package var probedBytes = 1 << 20
    /// Opcodes, and bytes of lines, that a search looks at in all.
    package var probes = 1 << 27
    /// Bytes after a pickle that are searched for further ones.
    package var searchedBytes = 1 << 28
    /// How many pickles with opcodes that cross the end of their frame are read again from the bytes after it.
    package var divergences = 8
    /// Parts of a file that are looked at.
    package var parts = 1 << 21
    package var pickle = PickleLimits()

    package init() {}
}
