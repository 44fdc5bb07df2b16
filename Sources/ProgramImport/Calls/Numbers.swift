import ModelGraph
import PlatformC

/// Numbers that a program works out of the extents of tensors.
extension ATenCalls {
    static let numbers: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["sym_size.int", "size.int"] {
            table[name] = { call in
                let tensor = try call.first()
                return [.number(Double(tensor.shape[try call.axis(of: tensor)]))]
            }
        }
        for name in ["sym_numel.default", "numel.default"] {
            table[name] = { call in [.number(Double(try call.first().shape.reduce(1, *)))] }
        }
        for name in ["item.default", "_local_scalar_dense.default"] {
            table[name] = { call in
                // Assertions may have it, whatever it is.
                guard let known = try call.first().constant, known.count == 1 else {
                    return [.unavailable("it takes a number that depends on the input")]
                }
                return [.number(known.elements[0])]
            }
        }
        let functions: [(String, @Sendable (Double, Double) -> Double)] = [
            ("add", { $0 + $1 }), ("sub", { $0 - $1 }), ("mul", { $0 * $1 }), ("truediv", { $0 / $1 }),
            ("pow", { pow($0, $1) }),
            ("floordiv", { ($0 / $1).rounded(.down) }), ("mod", { $0 - $1 * ($0 / $1).rounded(.down) }),
            ("eq", { $0 == $1 ? 1 : 0 }), ("ne", { $0 != $1 ? 1 : 0 }), ("lt", { $0 < $1 ? 1 : 0 }),
            ("le", { $0 <= $1 ? 1 : 0 }), ("gt", { $0 > $1 ? 1 : 0 }), ("ge", { $0 >= $1 ? 1 : 0 }),
            ("and_", { $0 != 0 && $1 != 0 ? 1 : 0 }), ("or_", { $0 != 0 || $1 != 0 ? 1 : 0 }),
        ]
        for (name, function) in functions {
            table["_operator." + name] = { call in [.number(function(try call.number(at: 0), try call.number(at: 1)))] }
        }
        let unary: [(String, @Sendable (Double) -> Double)] = [
            ("_operator.neg", { -$0 }), ("math.ceil", { $0.rounded(.up) }), ("math.floor", { $0.rounded(.down) }),
            ("math.trunc", { $0.rounded(.towardZero) }), ("torch.sym_int", { $0.rounded(.towardZero) }),
            ("torch.sym_float", { $0 }),
            ("torch.sym_not", { $0 == 0 ? 1 : 0 }), ("torch._sym_sqrt", { $0.squareRoot() }),
            ("math.sqrt", { $0.squareRoot() }),
            ("builtins.round", { $0.rounded(.toNearestOrEven) }),
        ]
        for (name, function) in unary { table[name] = { call in [.number(function(try call.number(at: 0)))] } }
        table["torch.sym_max"] = { call in [.number(max(try call.number(at: 0), try call.number(at: 1)))] }
        table["torch.sym_min"] = { call in [.number(min(try call.number(at: 0), try call.number(at: 1)))] }
        table["torch.sym_ite"] = { call in
            [.number(try call.number(at: 0) != 0 ? call.number(at: 1) : call.number(at: 2))]
        }
        // What follows from a number that is not worked out is not, either.
        for (name, body) in table {
            table[name] = { call in
                if let why = call.unavailable { return [.unavailable(why)] }
                return try body(call)
            }
        }
        return table
    }()
}
