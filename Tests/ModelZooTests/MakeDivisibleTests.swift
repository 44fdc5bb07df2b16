import Testing

@testable import ModelZoo

@Suite struct MakeDivisibleTests {
    @Test(
        "channels are rounded as MMPreTrain's make_divisible rounds them",
        arguments: [(24.0, 24), (1, 8), (11.9, 16), (12, 16), (19, 24), (20, 24), (36, 40), (91.5, 88), (33.6, 32)])
    func rounding(channels: Double, expected: Int) {
        #expect(makeDivisible(channels, by: 8) == expected)
    }
}
