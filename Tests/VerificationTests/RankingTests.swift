import Testing

@testable import Verification

@Suite struct RankingTests {
    @Test("the best classes agree when they are the same set in every row")
    func sets() {
        #expect(Ranking.agree([3, 2, 1, 1, 2, 3], [9, 5, 0, 0, 5, 9], classes: 3, best: 1, tie: 0))
        #expect(!Ranking.agree([3, 2, 1, 3, 2, 1], [9, 5, 0, 0, 5, 9], classes: 3, best: 1, tie: 0))
        #expect(Ranking.agree([2, 3, 1], [3, 2, 1], classes: 3, best: 2, tie: 0))
        #expect(!Ranking.agree([2, 3, 1], [3, 1, 2], classes: 3, best: 2, tie: 0))
    }

    @Test("classes that tie may stand for each other")
    func ties() {
        #expect(Ranking.agree([1, 1.001, 0], [1, 1, 0], classes: 3, best: 1, tie: 0.002))
        #expect(Ranking.agree([1, 1.001, 0], [1.001, 1, 0], classes: 3, best: 1, tie: 0.002))
        #expect(!Ranking.agree([1, 1.01, 0], [1.01, 1, 0], classes: 3, best: 1, tie: 0.002))
        #expect(Ranking.agree([1, 1, 1], [1, 1, 1], classes: 3, best: 1, tie: 0))
    }

    @Test("more classes are asked for than there are: all of them are the best")
    func fewClasses() {
        #expect(Ranking.agree([1, 2], [2, 1], classes: 2, best: 5, tie: 0))
    }
}
