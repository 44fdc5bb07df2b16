import ByteIO

/// The first position of each of many strings, compared by their UTF-8: a dictionary for the one question that
/// opening a checkpoint asks once for each of its keys.
struct KeyTable {
    private var items: [(text: String, position: Int)] = []
    /// The positions of the items.
    private var table: PositionTable

    init(capacity: Int) {
        table = PositionTable(capacity: capacity)
        items.reserveCapacity(capacity)
    }

    /// The position under which `text` was entered; nil if it was not.
    func position(of text: String) -> Int? {
        table.position(hash: ByteHash.hash(text)) { items[$0].text.utf8.elementsEqual(text.utf8) }
            .map { items[$0].position }
    }

    /// The position under which `text` was entered before; if it was not, enters it under `position`.
    mutating func earlierPosition(of text: String, orEnterAt position: Int) -> Int? {
        let known = table.earlierPosition(hash: ByteHash.hash(text), orEnterAt: items.count) {
            items[$0].text.utf8.elementsEqual(text.utf8)
        }
        if let known { return items[known].position }
        items.append((text, position))
        return nil
    }
}
