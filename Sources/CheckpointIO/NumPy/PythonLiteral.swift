/// A literal of Python, of the kinds that NumPy's headers hold.
enum PythonLiteral: Equatable {
    case none
    case bool(Bool)
    case int(Int)
    case string(String)
    case tuple([PythonLiteral])
    case list([PythonLiteral])
    case dict([Item])

    struct Item: Equatable {
        let key: PythonLiteral
        let value: PythonLiteral
    }

    /// The value of a dictionary under a string key; as in Python the last one where it is set twice.
    subscript(key: String) -> PythonLiteral? {
        guard case .dict(let items) = self else { return nil }
        return items.last { $0.key == .string(key) }?.value
    }
}
