import PlatformC

/// What the process has taken of the machine.
enum ProcessUse {
    /// `12.3 ms, 16 MiB of memory at most`
    static func text(since start: ContinuousClock.Instant) -> String {
        let time = (ContinuousClock.now - start).components
        let tenths = time.seconds * 10_000 + time.attoseconds / 100_000_000_000_000
        let duration = tenths < 100_000 ? "\(tenths / 10).\(tenths % 10) ms" : "\(tenths / 10_000) s"
        return "\(duration), \(peakMemory >> 20) MiB of memory at most"
    }

    /// The largest resident size so far, in bytes.
    private static var peakMemory: Int {
        var use = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
        #else
            getrusage(CInt(RUSAGE_SELF), &use)
        #endif
        #if canImport(Darwin)
            return Int(use.ru_maxrss)
        #else
            return Int(use.ru_maxrss) << 10
        #endif
    }
}
