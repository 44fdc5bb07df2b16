import Pickle

/// Bounds on what one file may have a scan do. Beyond them something is left out, which is a finding.
public struct ScanLimits: Sendable {
    /// Archives and pickles inside one another.
    public var depth = 12
    /// Bytes that all compressed parts of a file may unpack to.
    public var unpackedBytes = 1 << 28
    /// Findings of a file.
    public var findings = 1000
    /// Pickles in a row.
    public var pickles = 10_000
    /// Of what a search takes for the beginning of a pickle, how much is read as one until it says otherwise.
    public var probedBytes = 1 << 20
    /// Of data behind a pickle, how much is searched for further ones.
    public var searchedBytes = 1 << 28
    /// How many pickles with opcodes that cross the end of their frame are read again from the bytes after it.
    public var divergences = 8
    /// Parts of a file that are looked at.
    public var parts = 1 << 21
    public var pickle = PickleLimits()

    public init() {}
}
