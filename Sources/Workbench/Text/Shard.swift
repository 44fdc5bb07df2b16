import CommandLineKit

/// One of several equal parts of a list, for machines that share the work: `2/3`.
package struct Shard: Sendable, Hashable, CustomStringConvertible {
    /// The part's number, from 1.
    package let index: Int
    package let count: Int

    /// nil unless 1 ≤ `index` ≤ `count`.
    package init?(index: Int, count: Int) {
        guard index >= 1, index <= count else { return nil }
        self.index = index
        self.count = count
    }

    /// - Parameter text: `K/N`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(index: index, count: count)
    }

    /// The neighbours that the part has of `total` elements: parts put together in order are the list again.
    func range(of total: Int) -> Range<Int> { start(index - 1, total)..<start(index, total) }

    /// ⌊total · index / count⌋ without overflow.
    private func start(_ index: Int, _ total: Int) -> Int {
        let (each, rest) = total.quotientAndRemainder(dividingBy: count)
        let (high, low) = rest.multipliedFullWidth(by: index)
        return each * index + count.dividingFullWidth((high, low)).quotient
    }

    package var description: String { "\(index)/\(count)" }
}

extension Arguments {
    /// The value as a part of a list: `2/3`.
    /// - Throws: `UsageError.notANumber`.
    package func shard(of option: Option) throws(UsageError) -> Shard? {
        guard let text = value(of: option) else { return nil }
        guard let shard = Shard(text) else {
            throw .notANumber(option: option.name, value: text, needs: "K/N with 1 ≤ K ≤ N")
        }
        return shard
    }
}
