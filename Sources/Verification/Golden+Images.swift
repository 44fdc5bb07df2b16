import CheckpointIO

extension Golden {
    /// The entry `image`: a name, or a list of as many as the input has images.
    /// - Throws: `VerificationError.golden`.
    static func images(_ value: CheckpointValue?, count: Int) throws(VerificationError) -> [String] {
        var names: [String] = []
        switch value {
        case nil, .some(.none): return []
        case .string(let name)?: names = [name]
        case .sequence(let sequence)?:
            for case .string(let name) in sequence.elements { names.append(name) }
            guard names.count == sequence.elements.count else {
                throw .golden(entry: "image", "is a list with something that is not a name")
            }
        default: throw .golden(entry: "image", "is neither a name nor a list of names")
        }
        guard names.count == count else {
            throw .golden(entry: "image", "has \(names.count) names; the input has \(count) images")
        }
        guard names.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
            throw .golden(entry: "image", "has a name that no file can have")
        }
        return names
    }

    /// The entry `steps`: for each image a list of dictionaries with `step` and `sha256`.
    /// - Throws: `VerificationError.golden`.
    static func steps(_ value: CheckpointValue?, count: Int) throws(VerificationError) -> [[Step]] {
        guard case .sequence(let images)? = value else {
            guard value == nil else { throw .golden(entry: "steps", "is not a list") }
            return []
        }
        guard images.elements.count == count else {
            throw .golden(entry: "steps", "is of \(images.elements.count) images; 'image' has \(count) names")
        }
        var result: [[Step]] = []
        for image in images.elements {
            guard case .sequence(let list) = image else { throw .golden(entry: "steps", "has an image without a list") }
            var steps: [Step] = []
            for element in list.elements {
                guard case .dictionary(let fields) = element, case .string(let name)? = fields["step"],
                    case .string(let sha256)? = fields["sha256"], sha256.utf8.count == 64
                else { throw .golden(entry: "steps", "has a step without a 'step' or a 'sha256' of 64 digits") }
                steps.append(Step(name: name, sha256: sha256.lowercased()))
            }
            result.append(steps)
        }
        return result
    }
}
