import Synchronization
import Testing

@testable import Engine

@Suite struct ThreadPoolTests {
    @Test("every task is performed exactly once", arguments: [1, 2, 3, 5], [0, 1, 2, 7, 1000])
    func performsEachTaskOnce(threads: Int, tasks: Int) {
        let pool = ThreadPool(threads: threads)
        for _ in 0..<20 {
            let performed = Mutex([Int](repeating: 0, count: tasks))
            pool.perform(tasks) { index in performed.withLock { $0[index] += 1 } }
            #expect(performed.withLock { $0 } == [Int](repeating: 1, count: tasks))
        }
    }
}
