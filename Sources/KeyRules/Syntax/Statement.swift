/// A line of a rule file as written.
struct Statement: Sendable {
    indirect enum Kind: Sendable {
        case rules(String)
        case root([String])
        case codebase(LineReader.Word, Selection, isDefault: Bool)
        case model(LineReader.Word, Selection, optional: [SidePattern])
        case parameter(String, [String])
        case table(String, Selection, [String], [String])
        case runs(String, Selection, from: Int, group: Int, [Int])
        case under(SidePattern, SidePattern)
        case or(SidePattern, SidePattern)
        case end
        case rule(Rule)
        case drop(Drop)
        case make(SidePattern, dtype: LineReader.Word, value: LineReader.Word, each: SidePattern)
        case absent(SidePattern, Selection, reason: String)
        case caveat([Condition], text: String)
    }

    /// `(depth=16 bn=no|yes)`: parameter, values, the column where they stand.
    typealias Selection = [(parameter: String, values: [String], column: Int)]

    /// `src, src -> dst, dst when … : op; op`
    struct Rule: Sendable {
        var isOptional: Bool
        var sources: [Source]
        var targets: [SidePattern]
        /// What stands for zeros among the results, by position; `targets` are the others.
        var zeroResults: [Int] = []
        var conditions: [Condition]
        /// Each as its words joined by blanks; parameters are still names.
        var operations: [SidePattern]
    }

    /// `drop side when … because reason`
    struct Drop: Sendable {
        var isOptional: Bool
        var source: Source
        var conditions: [Condition]
        var reason: String
    }

    enum Source: Sendable {
        case side(SidePattern)
        case zeros
        /// `base:key`, from the input of that name.
        case input(String, SidePattern)

        var side: SidePattern? {
            switch self {
            case .side(let side), .input(_, let side): side
            case .zeros: nil
            }
        }

        /// The source of a rule inside `under`.
        func following(_ prefix: SidePattern) -> Source {
            switch self {
            case .side(let side): .side(prefix.followed(by: side))
            case .input(let name, let side): .input(name, prefix.followed(by: side))
            case .zeros: .zeros
            }
        }
    }

    enum Condition: Sendable {
        case parameter(String, [String], column: Int)
        case presence(Bool, SidePattern, reverse: SidePattern?)
    }

    let kind: Kind
    /// The line.
    let location: RuleLocation
    /// Where its first word begins.
    let start: RuleLocation
    /// The line without comment and indentation.
    let text: String
}
