import ByteIO
import Testing

@Suite struct ConcurrentMapTests {
    @Test("results stand in the order of their numbers, whoever computed them", arguments: [0, 1, 2, 1000])
    func order(_ count: Int) {
        #expect(concurrentMap(count) { "\($0 * $0)" } == (0..<count).map { "\($0 * $0)" })
    }
}
