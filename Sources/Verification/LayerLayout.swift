import TensorCore

/// In which order a record has the elements of a module's output.
///
/// Two code bases compute one function on images as `[N, C, H, W]`, `[N, H, W, C]` or `[N, H·W, C]`.
package enum LayerLayout: Equatable {
    case same
    /// The record has the channels last, the model's output has them second: so many channels, so many places.
    case channelsLast(channels: Int, places: Int)
    /// The record has the channels second, the model's output has them last.
    case channelsSecond(channels: Int, places: Int)

    /// The layout of a record; nil where it cannot be of an output of this shape.
    package init?(of record: [Int], for shape: [Int]) {
        let (record, shape) = (Self.trimmed(record), Self.trimmed(shape))
        if record == shape {
            self = .same
            return
        }
        guard record.count >= 3, shape.count >= 3, record[0] == shape[0] else { return nil }
        let (first, second, last) = (shape[0], shape[1], shape[shape.count - 1])
        let inner = shape.dropFirst().reduce(1, *)
        guard second > 0, last > 0, record.dropFirst().reduce(1, *) == inner else { return nil }
        let toLast = LayerLayout.channelsLast(channels: second, places: inner / second)
        let toSecond = LayerLayout.channelsSecond(channels: last, places: inner / last)
        if record.count == shape.count {
            if record == [first] + shape.dropFirst(2) + [second] {
                self = toLast
            } else if record == [first, last] + shape[1..<shape.count - 1] {
                self = toSecond
            } else {
                return nil
            }
        } else if record[1] == second || record[record.count - 1] == last {
            self = .same
        } else if record[record.count - 1] == second {
            self = toLast
        } else if record[1] == last {
            self = toSecond
        } else {
            return nil
        }
    }

    /// The layouts that a record of unknown shape may have.
    static func candidates(for shape: [Int]) -> [LayerLayout] {
        guard shape.count >= 3, let last = shape.last else { return [.same] }
        let second = shape[1]
        let inner = shape.dropFirst().reduce(1, *)
        guard second > 0, last > 0 else { return [.same] }
        return [
            .same, .channelsLast(channels: second, places: inner / second),
            .channelsSecond(channels: last, places: inner / last),
        ]
    }

    /// The shape without trailing extents of 1, which pooled features may have.
    private static func trimmed(_ shape: [Int]) -> [Int] {
        var shape = shape
        while shape.count > 2, shape.last == 1 { shape.removeLast() }
        return shape
    }

    /// The position in the model's output of an element of the record.
    func position(of index: Int) -> Int {
        let channels: Int
        let places: Int
        switch self {
        case .same: return index
        case .channelsLast(let count, let inner): (channels, places) = (count, inner)
        case .channelsSecond(let count, let inner): (channels, places) = (inner, count)
        }
        let (image, rest) = index.quotientAndRemainder(dividingBy: channels * places)
        let (place, channel) = rest.quotientAndRemainder(dividingBy: channels)
        return (image * channels + channel) * places + place
    }
}
