import CKernels
import PlatformC
import Synchronization

#if os(Linux)
    import CLinux
#endif

/// A fixed set of threads that perform numbered tasks together with the caller.
///
/// A layer of a small model takes some 20 µs, so between two calls the threads spin for a while before they
/// sleep. Each thread begins with its own share of the tasks, neighbours in number, and then helps the others: layers
/// whose tasks are in the order of their rows find what they read in the cache of the processor that wrote it. Which
/// thread performs a task is left to chance; no result may depend on it.
final class ThreadPool: Sendable {
    /// A task: the context that `perform` was given, the task's number, and the number of the thread that runs
    /// it, below `threads`.
    typealias Task = @convention(c) (UnsafeRawPointer?, Int, Int) -> Void

    /// The number of threads, the caller's included.
    var threads: Int { workers.count + 1 }

    private let board: JobBoard
    private let workers: [Worker]
    private let callers = Mutex(())

    /// Starts `threads − 1` threads; fewer if the system refuses.
    /// - Precondition: `threads` is positive.
    init(threads: Int) {
        board = JobBoard(threads: threads)
        workers = (1..<threads).compactMap { [board] _ in Worker(board) }
    }

    deinit {
        board.stop()
        for worker in workers { worker.join() }
    }

    /// Calls `task(context, i, thread)` for each i in `0..<count`, in any order and on any thread, and returns when all
    /// are done.
    func perform(_ count: Int, context: UnsafeRawPointer?, _ task: Task) {
        if count <= 1 || workers.isEmpty {
            for index in 0..<count { task(context, index, 0) }
        } else {
            callers.withLock { _ in board.perform(count, workers: workers.count, context: context, task) }
        }
    }

    /// Calls `body(i)` for each i in `0..<count`, in any order and on any thread, and returns when all are done.
    func perform(_ count: Int, _ body: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { body in
                perform(count, context: body) { context, index, _ in
                    context?.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(index)
                }
            }
        }
    }
}

/// Where a caller posts a job and the threads of a pool find it.
///
/// What travels between processors costs up to half a microsecond a cache line, so a job is one line, each thread counts
/// its tasks in a line of its own, and says in another that it is done.
private final class JobBoard: @unchecked Sendable {
    /// What the caller writes before `round` rises, and the others read after they saw it rise.
    private struct Job {
        var count = 0
        var context: UnsafeRawPointer?
        var task: ThreadPool.Task = { _, _, _ in }
    }

    private let threads: Int
    private let job: UnsafeMutablePointer<Job>
    /// Rises by one with each job; a thread that saw the last one waits for the next. In the line of `job`.
    private let round: UnsafeMutablePointer<Atomic<Int>>
    private let shares: Shares
    /// The last round that each thread has finished.
    private let done: Lines
    /// Threads that have begun to serve; each takes its number from here.
    private let served = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)
    private let bell = Bell()
    private let memory: UnsafeMutableRawPointer

    /// Spins of a waiting thread before it sleeps: some 200 µs.
    private static let patience = 10_000

    init(threads: Int) {
        self.threads = threads
        shares = Shares(threads: threads)
        done = Lines(threads)
        memory = .allocate(byteCount: Lines.bytes, alignment: Lines.bytes)
        round = memory.bindMemory(to: Atomic<Int>.self, capacity: 1)
        round.initialize(to: Atomic(0))
        job = (memory + 16).bindMemory(to: Job.self, capacity: 1)
        job.initialize(to: Job())
    }

    deinit {
        job.deinitialize(count: 1)
        round.deinitialize(count: 1)
        memory.deallocate()
    }

    func perform(_ count: Int, workers: Int, context: UnsafeRawPointer?, _ task: ThreadPool.Task) {
        job.pointee = Job(count: count, context: context, task: task)
        let number = round.pointee.add(1, ordering: .sequentiallyConsistent).newValue
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { bell.ring() }
        work(thread: 0, round: number)
        var spins = 0
        for worker in 1...workers {
            while done[worker].pointee.load(ordering: .acquiring) != number {
                spins += 1
                if spins < Self.patience { ck_pause() } else { sched_yield() }
            }
        }
    }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        round.pointee.add(1, ordering: .sequentiallyConsistent)
        bell.ring()
    }

    /// The life of a thread of the pool.
    func serve() {
        let thread = served.add(1, ordering: .relaxed).newValue
        var seen = 0
        while true {
            seen = awaitRound(after: seen)
            if isStopping.load(ordering: .relaxed) { return }
            work(thread: thread, round: seen)
            done[thread].pointee.store(seen, ordering: .releasing)
        }
    }

    private func work(thread: Int, round: Int) {
        let job = job.pointee
        for step in 0..<threads {
            let owner = (thread + step) % threads
            while let index = shares.take(from: owner, of: job.count, round: round) {
                job.task(job.context, index, thread)
            }
        }
    }

    private func awaitRound(after seen: Int) -> Int {
        for _ in 0..<Self.patience {
            let current = round.pointee.load(ordering: .acquiring)
            if current != seen { return current }
            ck_pause()
        }
        sleepers.add(1, ordering: .sequentiallyConsistent)
        defer { sleepers.subtract(1, ordering: .relaxed) }
        bell.wait { round.pointee.load(ordering: .sequentiallyConsistent) != seen }
        return round.pointee.load(ordering: .acquiring)
    }
}

/// Numbers that threads share, each in cache lines of its own: processors fetch lines in pairs.
private final class Lines: @unchecked Sendable {
    static let bytes = 128
    private let memory: UnsafeMutableRawPointer
    private let count: Int

    init(_ count: Int) {
        self.count = count
        memory = .allocate(byteCount: count * Self.bytes, alignment: Self.bytes)
        for index in 0..<count {
            (memory + index * Self.bytes).bindMemory(to: Atomic<Int>.self, capacity: 1).initialize(to: Atomic(0))
        }
    }

    deinit {
        for index in 0..<count { self[index].deinitialize(count: 1) }
        memory.deallocate()
    }

    subscript(index: Int) -> UnsafeMutablePointer<Atomic<Int>> {
        (memory + index * Self.bytes).assumingMemoryBound(to: Atomic<Int>.self)
    }
}

/// The tasks of a job, an equal share a thread.
///
/// A share's counter holds the number of its round. The first thread that takes from it in a new round starts it again,
/// so that no thread resets the counters of others.
private struct Shares {
    private let threads: Int
    /// The round in the upper half, the next task in the lower one.
    private let next: Lines
    private static let lower = 32

    init(threads: Int) {
        self.threads = threads
        next = Lines(threads)
    }

    /// nil when the share is used up.
    func take(from thread: Int, of count: Int, round: Int) -> Int? {
        let (begin, end) = (count * thread / threads, count * (thread + 1) / threads)
        let tag = round & (1 << 31 - 1)
        let next = next[thread]
        var seen = next.pointee.load(ordering: .relaxed)
        while seen >> Self.lower != tag {
            let (exchanged, original) = next.pointee.compareExchange(
                expected: seen, desired: tag << Self.lower | begin + 1, ordering: .relaxed)
            if exchanged { return begin < end ? begin : nil }
            seen = original
        }
        guard seen & (1 << Self.lower - 1) < end else { return nil }
        let index = next.pointee.add(1, ordering: .relaxed).oldValue & (1 << Self.lower - 1)
        return index < end ? index : nil
    }
}

/// A condition variable.
private final class Bell: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(lock)
        condition.deallocate()
        lock.deallocate()
    }

    func ring() {
        pthread_mutex_lock(lock)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(lock)
    }

    /// Sleeps until the bell rings and `isOver`.
    func wait(until isOver: () -> Bool) {
        pthread_mutex_lock(lock)
        while !isOver() { pthread_cond_wait(condition, lock) }
        pthread_mutex_unlock(lock)
    }
}

/// One thread of a pool.
private struct Worker: @unchecked Sendable {
    private let thread: pthread_t

    /// - Returns: nil if the system has no thread to give.
    init?(_ board: JobBoard) {
        let unmanaged = Unmanaged.passRetained(board)
        #if canImport(Darwin)
            var handle: pthread_t?
        #else
            var handle = pthread_t()
        #endif
        let status = pthread_create(&handle, nil, serveBoard, unmanaged.toOpaque())
        #if canImport(Darwin)
            guard status == 0, let handle else {
                unmanaged.release()
                return nil
            }
        #else
            guard status == 0 else {
                unmanaged.release()
                return nil
            }
        #endif
        thread = handle
    }

    func join() { pthread_join(thread, nil) }
}

#if canImport(Darwin)
    private func serveBoard(_ board: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<JobBoard>.fromOpaque(board).takeRetainedValue().serve()
        return nil
    }
#else
    private func serveBoard(_ board: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let board else { return nil }
        Unmanaged<JobBoard>.fromOpaque(board).takeRetainedValue().serve()
        return nil
    }
#endif

extension ThreadPool {
    /// The number of processors that the process may use: online, in its affinity, and in its control group's quota.
    static var processors: Int {
        var count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        #if os(Linux)
            var set = [UInt](repeating: 0, count: 128)
            if sched_getaffinity(0, set.count * MemoryLayout<UInt>.size, &set) == 0 {
                let allowed = set.reduce(0) { $0 + $1.nonzeroBitCount }
                if allowed > 0 { count = min(count, allowed) }
            }
            if let quota = controlGroupQuota { count = min(count, max(1, Int(quota.rounded(.up)))) }
        #endif
        return count
    }

    #if os(Linux)
        /// Processors' worth of time that the control group grants, from `cpu.max`: `200000 100000` is 2, `max` nil.
        private static var controlGroupQuota: Double? {
            guard let file = fopen("/sys/fs/cgroup/cpu.max", "r") else { return nil }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 64)
            guard fgets(&line, Int32(line.count), file) != nil else { return nil }
            let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                .split { $0 == " " || $0 == "\n" }
            guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), period > 0 else {
                return nil
            }
            return quota / period
        }
    #endif
}
