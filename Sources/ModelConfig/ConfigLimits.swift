/// What reading a config may take, its bases and overrides included. The largest config of MMPreTrain takes a fiftieth.
package struct ConfigLimits: Sendable, Equatable {
    /// Syntax nodes evaluated.
    package var steps = 1_000_000
    /// Elements of lists, tuples, sets and dictionaries made on the way.
    package var elements = 1_000_000
    /// Bytes of strings made on the way.
    package var textBytes = 16 << 20
    /// Levels of values inside values.
    package var depth = 100
    /// Files opened, a file that is reached twice counted twice.
    package var files = 100
    /// Bytes of source text, templates replaced, of all files.
    package var sourceBytes = 4 << 20

    package init() {}
}
