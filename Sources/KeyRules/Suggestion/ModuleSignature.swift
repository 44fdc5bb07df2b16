/// What parameters a module has.
struct ModuleSignature: Hashable {
    /// The parameters, in the order of the roles.
    private let parameters: [Parameter]

    private struct Parameter: Hashable {
        let role: ModuleOutline.Role
        let shape: [Int]
        let core: [Int]
    }

    /// What a parameter counts whose shape differs by axes of length 1.
    private static let reshaped: Float = 0.75

    init(_ module: ModuleOutline) {
        parameters = module.parameters.map { Parameter(role: $0.role, shape: $0.shape, core: $0.core) }
            .sorted { $0.role.rawValue < $1.role.rawValue }
    }

    /// By signature: those that agree with it in something, and how well.
    static func agreement(among signatures: [ModuleSignature]) -> [[Int: Float]] {
        var places: [[Int]: Set<Int>] = [:]
        for (index, signature) in signatures.enumerated() {
            for parameter in signature.parameters { places[parameter.core, default: []].insert(index) }
        }
        return signatures.map { signature in
            var shares: [Int: Float] = [:]
            for other in Set(signature.parameters.flatMap { places[$0.core] ?? [] }) {
                let share = signature.agreement(with: signatures[other])
                if share > 0 { shares[other] = share }
            }
            return shares
        }
    }

    /// The share of the parameters that both have with one shape; 0 where one has another shape.
    private func agreement(with other: ModuleSignature) -> Float {
        var common: Float = 0
        for parameter in parameters {
            guard let counterpart = other.parameters.first(where: { $0.role == parameter.role }) else { continue }
            if counterpart.shape == parameter.shape {
                common += 1
            } else if counterpart.core == parameter.core {
                common += Self.reshaped
            } else if parameter.role != .batchCount {
                return 0
            }
        }
        if common == 0, parameters.count == 1, other.parameters.count == 1,
            parameters[0].role == .other || other.parameters[0].role == .other,
            parameters[0].core == other.parameters[0].core
        {
            return parameters[0].shape == other.parameters[0].shape ? 0.5 : 0.5 * Self.reshaped
        }
        return common / Float(max(parameters.count, other.parameters.count, 1))
    }
}
