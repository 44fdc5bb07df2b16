/// A line of a rule file as written.
struct Statement: Sendable {
    indirect enum Kind: Sendable {
        case rules(String)
        case root([String])
        case model(String, Selection, optional: [SidePattern])
        case parameter(String, [String])
        case table(String, Selection, [String], [String])
        case runs(String, Selection, from: Int, group: Int, [Int])
        case under(SidePattern, SidePattern)
        case or(SidePattern, SidePattern)
        case end
        case rule(Rule)
        case drop(SidePattern, [Condition], reason: String)
        case make(SidePattern, dtype: String, value: String, each: SidePattern)
    }

    /// `(depth=16 bn=no|yes)`: parameter, values.
    typealias Selection = [(parameter: String, values: [String])]

    /// `src, src -> dst, dst when … : op; op`
    struct Rule: Sendable {
        var isOptional: Bool
        var sources: [Source]
        var targets: [SidePattern]
        var conditions: [Condition]
        /// Each as its words.
        var operations: [[String]]
    }

    enum Source: Sendable {
        case side(SidePattern)
        case zeros
        /// `base:key`, from the input of that name.
        case input(String, SidePattern)
    }

    enum Condition: Sendable {
        case parameter(String, [String])
        case presence(Bool, SidePattern, reverse: SidePattern?)
    }

    let kind: Kind
    let location: RuleLocation
    /// The line without comment and indentation.
    let text: String
}
