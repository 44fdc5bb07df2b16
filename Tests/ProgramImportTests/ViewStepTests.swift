import Testing

@testable import ProgramImport

@Suite struct ViewStepTests {
    @Test(
        "a reshape is a view where PyTorch finds strides for it",
        arguments: [
            ([2, 2, 4], [12, 4, 1], [2, 8], [12, 1]), ([2, 3], [12, 4], [6], [4]),
            ([2, 3, 2], [12, 4, 1], [2, 6], nil), ([2, 4, 3], [12, 1, 4], [2, 12], nil),
            ([4, 1], [5, 20], [2, 2], [10, 5]), ([3, 4], [0, 1], [12], nil),
        ] as [([Int], [Int], [Int], [Int]?)])
    func reshape(shape: [Int], strides: [Int], target: [Int], expected: [Int]?) {
        #expect(ViewStep.reshape(target).strides(of: shape, strides) == expected)
    }

    @Test("the step of a slice of one element does not count, and may be larger than any memory")
    func slice() {
        let step = ViewStep.slice(axis: 0, start: 0, count: 1, step: 1 << 40)
        #expect(step.strides(of: [2, 1 << 24], [1 << 24, 1]) == [1 << 24, 1])
    }
}
