import TensorCore
import Testing

@Suite("StridedLayout")
struct StridedLayoutTests {
    @Test("the storage must reach the highest index used")
    func requiredElements() throws {
        #expect(try StridedLayout(shape: [2, 3], strides: [3, 1]).requiredElements == 6)
        #expect(try StridedLayout(shape: [2, 3], strides: [1, 2], offset: 4).requiredElements == 10)
        #expect(try StridedLayout(shape: [5, 4], strides: [0, 0], offset: 7).requiredElements == 8)
        #expect(try StridedLayout(shape: [], strides: [], offset: 3).requiredElements == 4)
        #expect(try StridedLayout(shape: [0, 3], strides: [3, 1], offset: 100).requiredElements == 0)
    }

    @Test("contiguous means row-major without gaps, whatever the stride of an extent of one")
    func contiguity() throws {
        #expect(try StridedLayout(contiguous: [2, 3, 4]).isContiguous)
        #expect(try StridedLayout(shape: [2, 1, 4], strides: [4, 99, 1]).isContiguous)
        #expect(try StridedLayout(shape: [0, 3], strides: [77, 5]).isContiguous)
        #expect(try !StridedLayout(shape: [3, 2], strides: [1, 3]).isContiguous)
        #expect(try !StridedLayout(shape: [2, 2], strides: [4, 1]).isContiguous)
    }

    @Test("rows visit the elements in row-major order of the shape")
    func rows() throws {
        let layout = try StridedLayout(shape: [2, 3, 2], strides: [1, 4, 2], offset: 5)
        var visited: [Int] = []
        layout.forEachRow { first, length, step in
            for element in 0..<length { visited.append(first + element * step) }
        }
        var expected: [Int] = []
        for i in 0..<2 { for j in 0..<3 { for k in 0..<2 { expected.append(5 + i + 4 * j + 2 * k) } } }
        #expect(visited == expected)
    }

    @Test("a scalar is one row of one element, an empty tensor has no row")
    func degenerateRows() throws {
        var rows = 0
        try StridedLayout(shape: [], strides: [], offset: 9).forEachRow { first, length, _ in
            #expect(first == 9 && length == 1)
            rows += 1
        }
        #expect(rows == 1)
        try StridedLayout(shape: [3, 0], strides: [1, 1]).forEachRow { _, _, _ in rows += 1 }
        #expect(rows == 1)
    }

    @Test("figures that no tensor can have are errors that name them")
    func impossibleFigures() {
        #expect(throws: LayoutError.rank(shape: 2, strides: 1)) { try StridedLayout(shape: [2, 2], strides: [1]) }
        #expect(throws: LayoutError.negative("extent", -1)) { try StridedLayout(shape: [-1], strides: [1]) }
        #expect(throws: LayoutError.negative("stride", -1)) { try StridedLayout(shape: [2], strides: [-1]) }
        #expect(throws: LayoutError.negative("storage offset", -8)) {
            try StridedLayout(shape: [2], strides: [1], offset: -8)
        }
        #expect(throws: LayoutError.offset(1 << 60)) { try StridedLayout(shape: [0], strides: [1], offset: 1 << 60) }
    }

    @Test(
        "sizes past the range of Int are errors, also after an extent of zero",
        arguments: [
            ([Int.max, 2], [2, 1]), ([0, Int.max, 3], [1, 1, 1]),
        ] as [([Int], [Int])])
    func overflow(shape: [Int], strides: [Int]) {
        #expect(throws: LayoutError.overflow(shape: shape)) { try StridedLayout(shape: shape, strides: strides) }
    }

    @Test(
        "an element past the range of Int is an error, a scalar's too",
        arguments: [
            ([2], [Int.max], 0), ([3, 3], [Int.max / 2, Int.max / 2], 0), ([1], [1], Int.max), ([], [], Int.max),
        ] as [([Int], [Int], Int)])
    func reach(shape: [Int], strides: [Int], offset: Int) {
        #expect(throws: LayoutError.reach(shape: shape, strides: strides, offset: offset)) {
            try StridedLayout(shape: shape, strides: strides, offset: offset)
        }
    }
}
