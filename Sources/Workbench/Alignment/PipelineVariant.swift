import ByteIO
import ImagePipeline
import ModelConfig

/// A test pipeline with what of it was changed.
struct PipelineVariant {
    /// A change of a step.
    struct Change: Sendable, Hashable {
        /// The position of the first step that it is of; `Int.max` for the preprocessor.
        let position: Int
        /// `1:ResizeEdge`, `data_preprocessor`
        let step: String
        /// `backend='pillow'`
        let text: String
    }

    var steps: [ConfigValue]
    var preprocessor: ConfigDictionary?
    var pillow: PillowRelease
    private(set) var changes: [Change] = []

    init(steps: [ConfigValue], preprocessor: ConfigDictionary?, pillow: PillowRelease) {
        self.steps = steps
        self.preprocessor = preprocessor
        self.pillow = pillow
    }

    /// - Throws: `PipelineError`.
    func pipeline() throws(PipelineError) -> TestPipeline {
        try TestPipeline(steps: steps, preprocessor: preprocessor, options: .init(pillow: pillow))
    }

    /// `1:ResizeEdge`
    func name(of step: Int) -> String { "\(step):\(type(of: step) ?? "?")" }

    func type(of step: Int) -> String? {
        guard case .dictionary(let arguments) = steps[step], case .string(let type)? = arguments["type"] else {
            return nil
        }
        return type.split(separator: ".").last.map(String.init)
    }

    func argument(_ name: String, of step: Int) -> ConfigValue? {
        guard case .dictionary(let arguments) = steps[step] else { return nil }
        return arguments[name]
    }

    // MARK: Changing

    /// The same with other arguments of a step.
    func setting(_ arguments: [(String, ConfigValue)], of step: Int) -> PipelineVariant {
        guard case .dictionary(var dictionary) = steps[step] else { return self }
        for (name, value) in arguments { dictionary[.string(name), origin: nil] = value }
        var variant = self
        variant.steps[step] = .dictionary(dictionary)
        let text = arguments.map { "\($0)=\(Self.text($1))" }.joined(separator: ", ")
        variant.changes.append(Change(position: step, step: name(of: step), text: text))
        return variant
    }

    /// The same with other steps in the place of some.
    func replacing(_ range: Range<Int>, by new: [[(String, ConfigValue)]], _ text: String) -> PipelineVariant {
        var variant = self
        variant.steps.replaceSubrange(
            range,
            with: new.map { arguments in
                .dictionary(ConfigDictionary(arguments.map { .init(key: .string($0), value: $1) }))
            })
        variant.changes.append(Change(position: range.lowerBound, step: name(of: range.lowerBound), text: text))
        return variant
    }

    func swapping(_ first: Int, _ second: Int) -> PipelineVariant {
        var variant = self
        variant.steps.swapAt(first, second)
        variant.changes.append(
            Change(position: first, step: name(of: first), text: "\(name(of: second)) before it"))
        return variant
    }

    /// The same with another release of Pillow.
    func setting(_ release: PillowRelease, because step: Int) -> PipelineVariant {
        var variant = self
        variant.pillow = release
        variant.changes.append(
            Change(position: step, step: name(of: step), text: "the order of passes of Pillow \(release.rawValue)"))
        return variant
    }

    /// The same with other arguments of the preprocessor; `nil` takes one away.
    func settingPreprocessor(_ arguments: [(String, ConfigValue?)], _ text: String) -> PipelineVariant {
        var variant = self
        var dictionary = preprocessor ?? ConfigDictionary()
        for (name, value) in arguments { dictionary[.string(name), origin: nil] = value }
        variant.preprocessor = dictionary
        variant.changes.append(Change(position: .max, step: "data_preprocessor", text: text))
        return variant
    }

    /// A value as Python writes it.
    static func text(_ value: ConfigValue) -> String {
        switch value {
        case .string(let text): "'\(text)'"
        case .int(let number): "\(number)"
        case .bool(let flag): flag ? "True" : "False"
        case .tuple(let values): "(\(values.map(text).joined(separator: ", ")))"
        case .list(let values): "[\(values.map(text).joined(separator: ", "))]"
        case .float(let number): "\(number)"
        default: "None"
        }
    }
}
