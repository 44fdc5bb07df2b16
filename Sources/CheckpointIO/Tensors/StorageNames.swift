/// The names of a pickle's storages, each under its position among them: `torch.save` numbers them, and only where it
/// did not is a table needed.
struct StorageNames {
    /// How many there are.
    private var count = 0
    private let capacity: Int
    /// Nil while the names are 0, 1, 2 … in this order.
    private var table: KeyTable?

    init(capacity: Int) { self.capacity = capacity }

    /// The position of `name` if it is known; else it takes the next one.
    /// - Parameter number: what the name spells.
    mutating func earlierPosition(of name: String, _ number: Int?) -> Int? {
        if table == nil, let number, number <= count {
            if number < count { return number }
            count += 1
            return nil
        }
        var table = self.table ?? numbers
        self.table = nil
        let position = table.earlierPosition(of: name, orEnterAt: count)
        if position == nil { count += 1 }
        self.table = table
        return position
    }

    /// A table of the numbers so far.
    private var numbers: KeyTable {
        var table = KeyTable(capacity: capacity)
        for number in 0..<count { _ = table.earlierPosition(of: String(number), orEnterAt: number) }
        return table
    }
}
