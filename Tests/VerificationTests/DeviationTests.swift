import Testing

@testable import Verification

@Suite struct DeviationTests {
    @Test("a deviation has the largest, the mean and the relative difference, and where it is largest")
    func statistics() {
        let deviation = Deviation(of: [1, 2.5, -4], from: [1, 2, -3], negligible: 0)
        #expect(deviation.max == 1)
        #expect(deviation.worst == 2)
        #expect(deviation.rms == (1.25 / 3).squareRoot())
        #expect(deviation.relative == 1.0 / 3)
        #expect(abs(deviation.cosine - 18 / (23.25 * 14).squareRoot()) < 1e-15)
    }

    @Test("elements within the noise of zero have no relative error")
    func negligible() {
        #expect(Deviation(of: [1e-9, 2], from: [0, 1], negligible: 1e-8).relative == 1)
        #expect(Deviation(of: [1e-9], from: [0], negligible: 1e-8).relative == 0)
    }

    @Test("zero vectors point the same way, a zero and another do not")
    func zeros() {
        #expect(Deviation(of: [0, 0], from: [0, 0], negligible: 0).cosine == 1)
        #expect(Deviation(of: [0, 0], from: [1, 0], negligible: 0).cosine == 0)
    }

    @Test("elements that are not finite are counted and the first is named")
    func nonFinite() throws {
        #expect(NonFinite(in: [1.0, -2]) == nil)
        let found = try #require(NonFinite(in: [1, .infinity, .nan]))
        #expect(found.description == "2 of 3 elements are not finite; the first, at 1, is infinite")
        #expect(NonFinite(in: [Float.nan])?.isNaN == true)
    }
}
