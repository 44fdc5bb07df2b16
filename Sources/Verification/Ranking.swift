/// The order of a classifier's scores.
enum Ranking {
    /// Whether values and recorded scores have the same k best classes in every row, where classes whose scores
    /// are no further apart than `tie` may stand for each other.
    /// - Parameters:
    ///   - classes: the length of a row.
    ///   - k: clipped to the number of classes.
    static func agree(_ values: [Double], _ recorded: [Double], classes: Int, best k: Int, tie: Double) -> Bool {
        guard classes > 0 else { return true }
        return stride(from: 0, to: values.count, by: classes).allSatisfy { row in
            let (values, recorded) = (Array(values[row..<row + classes]), Array(recorded[row..<row + classes]))
            let count = min(k, classes)
            return covers(best(count, of: values), in: recorded, count: count, tie: tie)
                && covers(best(count, of: recorded), in: values, count: count, tie: tie)
        }
    }

    /// The positions of the `count` largest scores, the first of equal ones first.
    static func best(_ count: Int, of scores: [Double]) -> [Int] {
        Array(scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(count))
    }

    /// Whether each of `classes` is among the `count` best of `scores`, or ties with the last of them.
    private static func covers(_ classes: [Int], in scores: [Double], count: Int, tie: Double) -> Bool {
        guard let last = best(count, of: scores).last else { return true }
        return classes.allSatisfy { scores[$0] >= scores[last] - tie }
    }
}
