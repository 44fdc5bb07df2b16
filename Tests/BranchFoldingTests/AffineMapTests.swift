import ModelGraph
import Testing

@testable import BranchFolding

struct AffineMapTests {
    private func map(_ geometry: Conv2dGeometry, _ shape: [Int]) -> AffineMap {
        let count = shape.reduce(1, *)
        return AffineMap(
            geometry: geometry, shape: shape, kernel: (0..<count).map { Double($0 * 7 % 11) - 5 },
            bias: (0..<shape[0]).map { Double($0) + 0.5 })
    }

    /// y[o, r, c] of one image of `height` × `width`, by the definition of `torch.nn.Conv2d`.
    private func output(_ map: AffineMap, _ image: (_ channel: Int, _ row: Int, _ column: Int) -> Double?) -> [Double] {
        let geometry = map.geometry
        let perGroup = map.shape[0] / geometry.groups
        return (0..<map.shape[0]).flatMap { output in
            (0..<9).map { position in
                var sum = map.bias[output]
                for input in 0..<map.shape[1] {
                    for row in 0..<map.shape[2] {
                        for column in 0..<map.shape[3] {
                            let tap = ((output * map.shape[1] + input) * map.shape[2] + row) * map.shape[3] + column
                            let y =
                                position / 3 * geometry.stride.height - geometry.padding.height
                                + row * geometry.dilation.height
                            let x =
                                position % 3 * geometry.stride.width - geometry.padding.width
                                + column * geometry.dilation.width
                            sum += map.kernel[tap] * (image(output / perGroup * map.shape[1] + input, y, x) ?? 0)
                        }
                    }
                }
                return sum
            }
        }
    }

    private func image(_ channel: Int, _ row: Int, _ column: Int) -> Double? {
        (0..<6).contains(row) && (0..<6).contains(column) ? Double((channel * 36 + row * 6 + column) * 5 % 13) - 6 : nil
    }

    static let forms: [(from: Conv2dGeometry, [Int], to: Conv2dGeometry, [Int])] = [
        (Conv2dGeometry(), [4, 4, 1, 1], Conv2dGeometry(padding: .square(1)), [4, 4, 3, 3]),
        (
            Conv2dGeometry(stride: .square(2), groups: 2), [4, 2, 1, 1],
            Conv2dGeometry(stride: .square(2), padding: .square(2), groups: 2), [4, 2, 5, 5]
        ),
        (
            Conv2dGeometry(padding: .square(1), groups: 4), [4, 1, 3, 3],
            Conv2dGeometry(padding: .square(2), groups: 2), [4, 2, 5, 5]
        ),
        (
            Conv2dGeometry(padding: .square(2), dilation: .square(2)), [2, 3, 3, 3],
            Conv2dGeometry(padding: .square(3)), [2, 3, 7, 7]
        ),
        (
            Conv2dGeometry(padding: Extent2d(height: 0, width: 1)), [2, 2, 1, 3],
            Conv2dGeometry(padding: Extent2d(height: 1, width: 1)), [2, 2, 3, 3]
        ),
        (Conv2dGeometry(groups: 4), [4, 1, 1, 1], Conv2dGeometry(padding: .square(1), groups: 1), [4, 4, 3, 3]),
    ]

    @Test("a wider form computes the same", arguments: forms.indices)
    func expands(index: Int) throws {
        let (geometry, shape, wideGeometry, wideShape) = Self.forms[index]
        let narrow = map(geometry, shape)
        let wide = try #require(narrow.expanded(to: wideGeometry, shape: wideShape))
        #expect(wide.shape == wideShape)
        #expect(output(wide, image) == output(narrow, image))
    }

    @Test("a form that cannot hold the map is none")
    func refuses() {
        let three = map(Conv2dGeometry(padding: .square(1)), [2, 2, 3, 3])
        let forms: [(Conv2dGeometry, [Int])] = [
            (Conv2dGeometry(), [2, 2, 1, 1]),
            (Conv2dGeometry(stride: .square(2), padding: .square(1)), [2, 2, 3, 3]),
            (Conv2dGeometry(padding: .square(1), groups: 2), [2, 1, 3, 3]),
            (Conv2dGeometry(padding: .square(4), dilation: .square(3)), [2, 2, 3, 3]),
            (Conv2dGeometry(padding: .square(1)), [3, 2, 3, 3]),
        ]
        for (geometry, shape) in forms { #expect(three.expanded(to: geometry, shape: shape) == nil) }
    }

    @Test("scaling goes to kernel and bias, a shift to the bias, a sum adds both")
    func scalesAndAdds() {
        let one = map(Conv2dGeometry(), [2, 1, 1, 1]).scaled(by: [2, -1], shift: [10, 20])
        #expect(one.kernel == [-10, -2])
        #expect(one.bias == [11, 18.5])
        let sum = one.adding(one)
        #expect(sum.kernel == [-20, -4])
        #expect(sum.bias == [22, 37])
        #expect(AffineMap(identityOf: 3).isIdentity)
        #expect(!AffineMap(identityOf: 3).scaled(by: [1, 1, 2], shift: [0, 0, 0]).isIdentity)
    }
}
