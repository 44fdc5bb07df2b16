import Pickle

/// The globals of a pickle that are not known to be harmless, the gravest first: what a tool that reads the file
/// warns of. Costs as much as the pickle has globals.
package struct UnsafeGlobals: Sendable {
    /// A global, once, with the gravest that was found of it.
    package struct Item: Sendable, Hashable {
        /// `module.name` as Python 3 looks it up.
        package let global: String
        package let verdict: Verdict
        package let reason: String
    }

    /// The gravest first.
    package let items: [Item]

    /// The globals of a file without a pickle: none.
    package init() { items = [] }

    /// The unsafe globals of a pickle.
    package init(of graph: PickleGraph) {
        var isSuspect = false
        for id in graph.imports {
            guard let global = graph.importedGlobal(id) else {
                isSuspect = true
                continue
            }
            let judgement = GlobalCatalog.judgement(of: global)
            // Of some that are harmless by name the use decides.
            if judgement.verdict != .clean || judgement.scrutiny != .none { isSuspect = true }
        }
        guard isSuspect else {
            items = []
            return
        }
        var seen: Set<String> = []
        items = PickleInspection(graph).observations
            .filter { $0.verdict != .clean && !$0.global.text.isEmpty }
            .sorted { $0.verdict > $1.verdict }
            .filter { seen.insert($0.global.text).inserted }
            .map { Item(global: $0.global.text, verdict: $0.verdict, reason: $0.reason) }
    }

    /// The gravest verdict of the items; clean without items.
    package var verdict: Verdict { items.first?.verdict ?? .clean }
}
