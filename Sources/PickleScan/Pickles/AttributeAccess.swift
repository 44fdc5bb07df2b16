import Pickle
import PythonSyntax

/// `getattr(object, name)`, by which Python pickles methods, members of enumerations and classes inside classes.
///
/// The result is harmless if the object is a class that is, and the name that of an ordinary attribute. What is then
/// done with the result is judged where it is done.
struct AttributeAccess {
    let judgement: (verdict: Verdict, reason: String)

    /// Attributes of attributes, at most.
    private static let maximumDepth = 8

    /// Whether it is a method that a table names, such as `ZoneInfo._unpickle`.
    static func isKnown(_ arguments: [PickleValue], in graph: PickleGraph) -> Bool {
        guard arguments.count == 2, let owner = graph.global(arguments[0])?.resolved,
            let name = graph.text(arguments[1])
        else { return false }
        return GlobalCatalog.known.contains(GlobalCatalog.entry(owner.module, "\(owner.name).\(name)"))
    }

    init(
        _ arguments: [PickleValue], in graph: PickleGraph, _ judgements: [PickleNodeID: GlobalCatalog.Judgement],
        depth: Int = 0
    ) {
        guard arguments.count >= 2, let name = graph.text(arguments[1]) else {
            judgement = (.dangerous, "takes an attribute whose name is computed")
            return
        }
        let shown = PythonText.string(name, limit: 60)
        if Self.isKnown(arguments, in: graph) {
            judgement = (.clean, "takes the attribute \(shown), which is known to be harmless")
            return
        }
        guard !GlobalCatalog.isHarmful(attribute: name) else {
            judgement = (.dangerous, "takes the attribute \(shown)")
            return
        }
        guard !GlobalCatalog.isGateway(name) else {
            judgement = (.dangerous, "takes the attribute \(shown), a module that another one imports")
            return
        }
        guard case .node(let id) = arguments[0] else {
            judgement = (.dangerous, "takes the attribute \(shown) of a constant")
            return
        }
        if let owner = graph.global(arguments[0]), let known = judgements[id] {
            let isPlain = known.scrutiny == .none || known.scrutiny == .attributeOfKnown
            let path = "\(owner.resolved.name).\(name)"
            let harm = GlobalCatalog.harm(module: owner.resolved.module, name: path)
            let least: Verdict = GlobalCatalog.isPrivate(attribute: name) ? .review : .clean
            let verdict = isPlain && harm == nil ? max(known.verdict, least) : .dangerous
            let reason = "takes the attribute \(shown) of \(owner.qualifiedName)"
            judgement = (verdict, harm.map { "\(reason): \($0)" } ?? reason)
            return
        }
        guard let owner = graph.object(arguments[0]) else {
            judgement = (.dangerous, "takes the attribute \(shown) of a \(graph[id].typeName)")
            return
        }
        let isNested = judgements[owner.callable]?.scrutiny == .attribute
        if isNested, depth < Self.maximumDepth {
            let inner = AttributeAccess(graph.arguments(of: owner), in: graph, judgements, depth: depth + 1)
            judgement = (inner.judgement.verdict, "takes the attribute \(shown) of another attribute")
        } else {
            judgement = (
                max(.review, judgements[owner.callable]?.verdict ?? .dangerous),
                "takes the attribute \(shown) of an object"
            )
        }
    }
}
