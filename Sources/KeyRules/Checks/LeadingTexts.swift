/// Items by the texts that their sides begin with: two sides may share a key only where one's text begins the other's.
struct LeadingTexts {
    /// In the order of the texts' bytes, which puts those with one beginning side by side.
    private let sorted: [(text: KeyText, item: Int)]
    private let beginnings: PrefixTrie

    /// - Parameter texts: by item.
    init(_ texts: [[KeyText]]) {
        var all: [(text: KeyText, item: Int)] = []
        var beginnings = PrefixTrie()
        for (item, texts) in texts.enumerated() {
            for text in texts {
                all.append((text, item))
                beginnings.insert(item, under: text)
            }
        }
        sorted = all.sorted { $0.text.lexicographicallyPrecedes($1.text) }
        self.beginnings = beginnings
    }

    /// The items before `end` that may share a key with a side that begins with `text`, in ascending order.
    func items(before end: Int, near text: KeyText) -> [Int] {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].text.lexicographicallyPrecedes(text) { low = middle + 1 } else { high = middle }
        }
        var found = beginnings.candidates(for: text).filter { $0 < end }
        for (longer, item) in sorted[low...] {
            guard longer.starts(with: text) else { break }
            if item < end { found.append(item) }
        }
        found.sort()
        var items: [Int] = []
        for item in found where item != items.last { items.append(item) }
        return items
    }
}
