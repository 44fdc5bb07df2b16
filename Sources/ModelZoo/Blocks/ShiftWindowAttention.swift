import ModelGraph

/// Attention inside windows of a map, which may be shifted: `ShiftWindowMSA`.
///
/// Source: `mmpretrain/models/utils/attention.py` of MMPreTrain 1.2.
struct ShiftWindowAttention {
    /// What attends in `[windows · N, L, C]`, given a mask `[windows, L, L]`.
    typealias Attention = (_ input: Value, _ mask: Value?) throws(GraphError) -> Value

    private let scope: Scope
    private let window, shift: Int
    private let padsSmallMap: Bool
    private let attend: Attention

    init(_ scope: Scope, window: Int, shift: Int, padsSmallMap: Bool, _ attend: @escaping Attention) {
        self.scope = scope
        self.window = window
        self.shift = shift
        self.padsSmallMap = padsSmallMap
        self.attend = attend
    }

    /// `[N, H·W, C]` → the same shape.
    /// - Throws: `GraphError.configuration` for a map smaller than a window, as upstream, unless such maps are padded.
    func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
        var shift = shift
        let least = min(grid.height, grid.width)
        if least == window, !padsSmallMap { shift = 0 }
        guard least >= window || padsSmallMap else {
            throw .configuration(
                module: scope.path,
                "the input shape (\(grid.height), \(grid.width)) is smaller than the window size (\(window)). "
                    + "Please set `pad_small_map=True`, or decrease the `window_size`")
        }
        var (map, padded) = try scope.paddedMap(of: input, grid, window: window)
        if shift > 0 { map = try scope.roll(map, shifts: [-shift, -shift], axes: [1, 2]) }
        let windows = try scope.windows(of: map, window)
        let mask = shift > 0 ? try scope.constant(.windowMask(padded, window: window, shift: shift)) : nil
        map = try scope.map(ofWindows: try attend(windows, mask), window, padded)
        if shift > 0 { map = try scope.roll(map, shifts: [shift, shift], axes: [1, 2]) }
        return scope.output(Identity(scope("drop"))(try scope.tokens(ofPadded: map, grid)))
    }
}

extension Scope {
    /// `[N, H·W, C]` → `[N, H', W', C]`, with zeros to the right and below so that windows cover it, and H' and W'.
    func paddedMap(
        of tokens: Value, _ grid: Extent2d, window: Int
    ) throws(GraphError) -> (map: Value, grid: Extent2d) {
        let padded = Extent2d(
            height: (grid.height + window - 1) / window * window, width: (grid.width + window - 1) / window * window)
        let map = try mapChannelsLast(of: tokens, grid)
        return (try pad(map, after: [1: padded.height - grid.height, 2: padded.width - grid.width]), padded)
    }

    /// `[N, H', W', C]` → `[N, H·W, C]`, without what `paddedMap` added.
    func tokens(ofPadded map: Value, _ grid: Extent2d) throws(GraphError) -> Value {
        let cropped = try slice(try slice(map, axis: 1, 0..<grid.height), axis: 2, 0..<grid.width)
        return try flatten(cropped, from: 1, through: 2)
    }

    /// `[N, H, W, C]` → `[N · windows, window², C]`.
    func windows(of map: Value, _ window: Int) throws(GraphError) -> Value {
        let shape = shape(of: map)
        let split = try reshape(
            map, [shape[0], shape[1] / window, window, shape[2] / window, window, shape[3]])
        return try reshape(try permute(split, [0, 1, 3, 2, 4, 5]), [-1, window * window, shape[3]])
    }

    /// `[N · windows, window², C]` → `[N, H, W, C]`.
    func map(ofWindows windows: Value, _ window: Int, _ grid: Extent2d) throws(GraphError) -> Value {
        let channels = shape(of: windows)[2]
        let split = try reshape(
            windows, [-1, grid.height / window, grid.width / window, window, window, channels])
        return try reshape(try permute(split, [0, 1, 3, 2, 4, 5]), [-1, grid.height, grid.width, channels])
    }

    /// softmax(scores + mask) of `[windows · N, heads, L, L]` with a mask `[windows, L, L]`.
    func maskedSoftmax(_ scores: Value, _ mask: Value?) throws(GraphError) -> Value {
        var scores = scores
        if let mask {
            let (shape, windows) = (shape(of: scores), shape(of: mask)[0])
            let grouped = try reshape(scores, [-1, windows] + shape.dropFirst())
            scores = try reshape(try add(grouped, try unsqueeze(try unsqueeze(mask, 1), 0)), shape)
        }
        let softmax = self("softmax")
        return softmax.output(try softmax.softmax(scores))
    }
}

extension ComputedTable {
    /// What keeps tokens that a shift brought together apart: 0 within a region, −100 between regions;
    /// `[windows, window², window²]`.
    static func windowMask(_ grid: Extent2d, window: Int, shift: Int) -> ComputedTable {
        let (rows, columns, area) = (grid.height / window, grid.width / window, window * window)
        return ComputedTable(
            "windowMask(\(grid.height), \(grid.width), \(window), \(shift))", shape: [rows * columns, area, area]
        ) {
            func region(_ position: Int, _ extent: Int) -> Int {
                position < extent - window ? 0 : position < extent - shift ? 1 : 2
            }
            var elements: [Double] = []
            elements.reserveCapacity(rows * columns * area * area)
            for row in 0..<rows {
                for column in 0..<columns {
                    let regions = (0..<area).map { place in
                        3 * region(row * window + place / window, grid.height)
                            + region(column * window + place % window, grid.width)
                    }
                    for first in regions { for second in regions { elements.append(first == second ? 0 : -100) } }
                }
            }
            return elements
        }
    }

    /// For tokens i and j of a window, the row of the bias table of their distance; `[area, area]`.
    static func relativePositionIndex(_ window: Extent2d) -> ComputedTable {
        let area = window.height * window.width
        return ComputedTable(
            "relativePositionIndex(\(window.height), \(window.width))", shape: [area, area], dtype: .int64
        ) {
            (0..<area).flatMap { first in
                (0..<area).map { second in
                    let rows = first / window.width - second / window.width + window.height - 1
                    let columns = first % window.width - second % window.width + window.width - 1
                    return Double(rows * (2 * window.width - 1) + columns)
                }
            }
        }
    }
}
