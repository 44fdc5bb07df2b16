import ModelGraph
import TensorCore

@testable import Engine

extension OperationCase {
    static let attentions: [OperationCase] = [
        OperationCase("packed attention", [2, 13, 24]) { scope, x in
            let (l, h, d) = (13, 3, 8)
            let qkv = try scope.permute(
                scope.reshape(Linear(scope("qkv"), 24, 72)(x), [2, l, 3, h, d]), [2, 0, 3, 1, 4])
            let parts = try scope.unbind(qkv, axis: 0)
            let y = try scope.attention(parts[0], parts[1], parts[2])
            return try scope.reshape(scope.transpose(y, 1, 2), [2, l, 24])
        },
        OperationCase("window attention with bias and mask, written out", [4, 9, 20]) { scope, x in
            let (b, n, h, d) = (4, 9, 2, 10)
            let qkv = try scope.permute(
                scope.reshape(Linear(scope("qkv"), 20, 60)(x), [b, n, 3, h, d]), [2, 0, 3, 1, 4])
            let parts = try scope.unbind(qkv, axis: 0)
            let q = try scope.scale(parts[0], by: 0.3)
            var scores = try scope.matmul(q, scope.transpose(parts[1], -2, -1))
            let table = try scope.value(ofParameter: scope.declare("bias", [h, n, n]))
            scores = try scope.add(scores, scope.unsqueeze(table, 0))
            let mask = ComputedTable("test mask", shape: [2, n, n]) {
                (0..<2 * n * n).map { $0 % 7 == 0 ? -100 : 0 }
            }
            let lifted = try scope.unsqueeze(scope.unsqueeze(scope.constant(mask), 1), 0)
            scores = try scope.add(scope.reshape(scores, [2, 2, h, n, n]), lifted)
            scores = try scope.reshape(scores, [b, h, n, n])
            let y = try scope.matmul(scope.softmax(scores), parts[2])
            return try scope.reshape(scope.transpose(y, 1, 2), [b, n, 20])
        },
        OperationCase("attention over a number, written out", [2, 9, 20]) { scope, x in
            let parts = try scope.splitInHeads(Linear(scope("qkv"), 20, 60)(x), heads: 2)
            let number = try scope.constant(ComputedTable("3.3", shape: []) { [3.3] })
            let scores = try scope.divide(scope.matmul(parts[0], parts[1], transposed: true), by: number)
            return try scope.matmul(scope.softmax(scores), parts[2])
        },
        OperationCase("attention with -inf for later keys, written out", [2, 9, 20]) { scope, x in
            let parts = try scope.splitInHeads(Linear(scope("qkv"), 20, 60)(x), heads: 2)
            let scores = try scope.matmul(parts[0], parts[1], transposed: true)
            let later = ComputedTable("later", shape: [9, 9]) { (0..<81).map { $0 % 9 > $0 / 9 ? 1 : 0 } }
            let hidden = try scope.constant(ComputedTable("hidden", shape: []) { [-.infinity] })
            let masked = try scope.record(.choose(.init()), scope.constant(later), hidden, scores)
            return try scope.matmul(scope.softmax(masked), parts[2])
        },
        OperationCase("attention with a bias for the row and one for the column of a key", [2, 12, 20]) { scope, x in
            let parts = try scope.splitInHeads(Linear(scope("qkv"), 20, 60)(x), heads: 2)
            let map = try scope.reshape(parts[0], [2, 2, 3, 4, 10])
            let rows = try scope.value(ofParameter: scope.declare("rows", [3, 3, 10]))
            let columns = try scope.value(ofParameter: scope.declare("columns", [4, 4, 10]))
            let down = try scope.matmul(map, rows, transposed: true, isEinsum: true)
            let across = try scope.transpose(scope.matmul(scope.transpose(map, 2, 3), columns, transposed: true), 2, 3)
            let sum = try scope.add(scope.unsqueeze(down, 5), scope.unsqueeze(across, 4))
            let scores = try scope.matmul(scope.scale(parts[0], by: 0.3), parts[1], transposed: true)
            let weights = try scope.softmax(scope.add(scores, scope.reshape(sum, [2, 2, 12, 12])))
            return try scope.reshape(scope.transpose(scope.matmul(weights, parts[2]), 1, 2), [2, 12, 20])
        },
        OperationCase("cross-covariance attention", [2, 15, 24]) { scope, x in
            let qkv = try scope.permute(
                scope.reshape(Linear(scope("qkv"), 24, 72)(x), [2, 15, 3, 3, 8]), [2, 0, 3, 4, 1])
            let parts = try scope.unbind(qkv, axis: 0)
            let (q, k) = (try scope.normalize(parts[0], axis: -1), try scope.normalize(parts[1], axis: -1))
            let scores = try scope.softmax(scope.matmul(q, scope.transpose(k, -2, -1)))
            return try scope.reshape(scope.permute(scope.matmul(scores, parts[2]), [0, 3, 1, 2]), [2, 15, 24])
        },
    ]
}

extension Scope {
    /// `[N, L, 3 · C]` → q, k and v, each `[N, heads, L, C / heads]`.
    fileprivate func splitInHeads(_ value: Value, heads: Int) throws -> [Value] {
        let shape = shape(of: value)
        let split = try reshape(value, [shape[0], shape[1], 3, heads, shape[2] / (3 * heads)])
        return try unbind(permute(split, [2, 0, 3, 1, 4]), axis: 0)
    }
}
