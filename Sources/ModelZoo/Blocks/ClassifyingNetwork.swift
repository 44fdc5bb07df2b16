import ModelConfig
import ModelGraph

/// Convolutions and, in a backbone that classifies by itself, linear layers after them.
struct ClassifyingNetwork: Stage {
    let scope: Scope
    let convolutions: Sequential
    /// nil for a backbone that gives feature maps.
    let classifier: Sequential?
    /// What of the feature maps the classifier takes.
    let vectors: (Scope, Value) throws(GraphError) -> Value

    func features(_ input: Features) throws(GraphError) -> Features {
        var value = try convolutions(input.value)
        if let classifier { value = try classifier(try vectors(scope, value)) }
        return try scope.features([value])
    }
}

extension ConfigReader {
    /// The `num_classes` of a backbone that classifies by itself; 0 for one that gives feature maps.
    mutating func ownClasses() throws(ArgumentError) -> Int {
        let classes = max(0, try int("num_classes", default: -1))
        guard classes < 1 << 24 else { throw error("num_classes", "'num_classes' is too large: \(classes)") }
        return classes
    }
}
