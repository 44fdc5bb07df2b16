import FoundationEssentials
import ModelGraph
import TestSupport
import Testing

@Suite struct OperationShapeTests {
    @Test("convolutions and poolings have PyTorch's output shapes, and refuse what it refuses")
    func operations() throws {
        let data = try Data(contentsOf: URL(filePath: fixture("models/operations.txt")))
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 450)
        for line in lines {
            let fields = line.split(separator: " ").map(String.init)
            let input = shape(fields[1])
            let settings = fields[2...].dropLast().compactMap { Int($0) }
            let found = try? outputShape(fields[0], input: input, settings)
            #expect(found == (fields.last == "error" ? nil : shape(fields[fields.count - 1])), "\(line)")
        }
    }

    private func outputShape(_ name: String, input: [Int], _ settings: [Int]) throws -> [Int] {
        if name == "conv" {
            let (outputs, kernel, groups, inputs) = (settings[0], settings[1], settings[5], settings[6])
            let geometry = Conv2dGeometry(
                stride: .square(settings[2]), padding: .square(settings[3]), dilation: .square(settings[4]),
                groups: groups)
            return try Operation.conv2d(.init(geometry)).outputShape(
                inputs: [input], weights: [[outputs, inputs / groups, kernel, kernel]])
        }
        let geometry = Pool2dGeometry(
            kernel: .square(settings[0]), stride: .square(settings[1]), padding: .square(settings[2]),
            ceilMode: settings[3] == 1)
        let operation: Operation =
            name == "max_pool" ? .maxPool2d(geometry) : .averagePool2d(.init(geometry, countIncludePad: true))
        return try operation.outputShape(inputs: [input], weights: [])
    }

    private func shape(_ text: String) -> [Int] { text.split(separator: "x").compactMap { Int($0) } }

    @Test("operands that do not fit are errors with both numbers")
    func refusals() {
        let map = [1, 4, 8, 8]
        let refusals: [(Operation, inputs: [[Int]], weights: [[Int]], ShapeError)] = [
            (.input, [], [], .operands(expected: "no", found: 0)),
            (.binary(.init(.add)), [map], [], .operands(expected: "2", found: 1)),
            (.binary(.init(.add)), [map, [1, 4, 8, 7]], [], .unequal(map, [1, 4, 8, 7])),
            (.binary(.init(.multiply)), [map, [1, 3, 8, 8]], [], .unequal(map, [1, 3, 8, 8])),
            (.conv2d(.init(Conv2dGeometry())), [map], [], .operands(expected: "1 or 2", found: 0)),
            (.conv2d(.init(Conv2dGeometry())), [map], [[4, 3, 1, 1]], .channels(expected: 3, found: 4)),
            (.conv2d(.init(Conv2dGeometry())), [map], [[6, 4, 1, 1], [5]], .unequal([6], [5])),
            (.conv2d(.init(Conv2dGeometry(groups: 3))), [map], [[6, 2, 1, 1]], .groups(3, channels: 4)),
            (.conv2d(.init(Conv2dGeometry())), [map], [[6, 4, 9, 1]], .window(9, input: 8)),
            (
                .conv2d(.init(Conv2dGeometry(stride: .square(0)))), [map], [[6, 4, 1, 1]],
                .geometry(window: 1, stride: 0, padding: 0, dilation: 1)
            ),
            (
                .conv2d(.init(Conv2dGeometry(padding: .square(.max)))), [map], [[6, 4, 1, 1]],
                .geometry(window: 1, stride: 1, padding: .max, dilation: 1)
            ),
            (
                .slice(.init(axis: 1, start: 3, count: 1 << 40, step: 1 << 40)), [map], [],
                .range(start: 3, count: 1 << 40, step: 1 << 40, extent: 4)
            ),
            (.reshape(.init([Int](repeating: 1, count: 65))), [[1]], [], .size([Int](repeating: 1, count: 65))),
            (.batchNorm(.init(epsilon: 1e-5)), [map], [[4], [4], [3], [4]], .unequal([4], [3])),
            (.batchNorm(.init(epsilon: 1e-5)), [[4]], [[4], [4], [4], [4]], .rank(expected: 4, found: [4])),
            (.linear, [[1, 5]], [[3, 4]], .channels(expected: 4, found: 5)),
            (.linear, [[1, 4]], [[3, 4], [4]], .unequal([3], [4])),
            (.adaptiveAveragePool2d(.init(Extent2d(height: 0, width: 1))), [map], [], .size([1, 4, 0, 1])),
            (.reshape(.init([1 << 60])), [[1 << 30, 1 << 30]], [], .size([1 << 30, 1 << 30])),
            (.activation(.relu), [[.max, .max]], [], .size([.max, .max])),
        ]
        for (operation, inputs, weights, expected) in refusals {
            #expect(throws: expected, "\(operation)") {
                try operation.outputShape(inputs: inputs, weights: weights)
            }
        }
    }

    @Test("a gate of one value a channel spreads over the feature map")
    func gate() throws {
        #expect(
            try Operation.binary(.init(.multiply)).outputShape(inputs: [[2, 4, 8, 8], [2, 4, 1, 1]], weights: []) == [
                2, 4, 8, 8,
            ])
    }

    @Test("a linear layer works on the last axis")
    func linear() throws {
        #expect(try Operation.linear.outputShape(inputs: [[2, 7, 4]], weights: [[3, 4], [3]]) == [2, 7, 3])
    }
}
