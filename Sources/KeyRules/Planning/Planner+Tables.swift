import TensorCore

extension Planner {
    /// The candidates under which each text of each table and `runs` that the required lines read is some key's.
    ///
    /// Blocks that are counted in longer runs than the checkpoint has may all find a line: what is missing then is not
    /// a line's key, but a block.
    func readingTablesWhole(_ candidates: [Candidate], _ census: Census, _ required: [CombinationSet]) -> [Candidate] {
        var positions: [Lookup: Int] = [:]
        // By rule: the captures that a table spells, and the table.
        let uses = set.rules.map { rule in
            let steps = (rule.sources.map(\.side) + rule.targets).flatMap(\.steps)
            var tables: [Int: Int] = [:]
            for case .capture(let capture, .lookup(let lookup)) in steps {
                tables[capture] = positions[lookup, default: positions.count]
                positions[lookup] = tables[capture]
            }
            return tables
        }
        guard !positions.isEmpty else { return candidates }
        return candidates.filter { candidate in
            var unread = [Set<KeyText>](repeating: [], count: positions.count)
            let tables = positions.map { (position: $1, texts: Set($0.forward.keys)) }
            for (rule, captures) in zip(set.rules, uses) where required[rule.line].contains(candidate.combination) {
                guard rule.combinations.contains(candidate.combination) else { continue }
                for table in tables where captures.values.contains(table.position) {
                    unread[table.position] = table.texts
                }
            }
            for tensor in tensors.indices {
                guard let taking = census.taking(of: tensor, in: candidate.combination) else { continue }
                for (capture, table) in uses[taking.rule] {
                    if let value = taking.values[capture] { unread[table].remove(value) }
                }
            }
            return unread.allSatisfy(\.isEmpty)
        }
    }
}
