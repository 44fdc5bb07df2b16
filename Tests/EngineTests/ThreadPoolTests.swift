import Testing

@testable import Engine

@Suite struct ThreadPoolTests {
    @Test("every task is performed exactly once", arguments: [1, 2, 3, 5], [0, 1, 2, 7, 1000])
    func performsEachTaskOnce(threads: Int, tasks: Int) {
        let pool = ThreadPool(threads: threads)
        for _ in 0..<20 {
            // Without a lock: a task performed twice, or not seen by the caller, is a race for ThreadSanitizer, too.
            nonisolated(unsafe) let performed = UnsafeMutableBufferPointer<Int>.allocate(capacity: tasks)
            defer { performed.deallocate() }
            performed.initialize(repeating: 0)
            pool.perform(tasks) { index in performed[index] += 1 }
            #expect(performed.allSatisfy { $0 == 1 })
        }
    }
}
