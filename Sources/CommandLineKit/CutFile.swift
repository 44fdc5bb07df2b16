import PlatformC
import Synchronization

/// A file that another process cuts while it is mapped, or whose disk fails: to touch what is not there raises SIGBUS.
package enum CutFile {
    /// What is done before the process ends; nil as soon as a thread does it.
    private static let steps = Mutex<[@Sendable (_ message: String) -> Void]?>([])

    /// Makes the signal an error with exit code 2, as for other input that cannot be read.
    /// - Parameter step: takes the message; it comes after those of earlier calls.
    package static func becomesError(_ step: @escaping @Sendable (_ message: String) -> Void) {
        steps.withLock { _ = $0?.append(step) }
        signal(SIGBUS) { _ in CutFile.end() }
    }

    /// The signal comes from a read of mapped bytes, so that this thread has no lock that is needed here.
    private static func end() -> Never {
        let taken = steps.withLock { steps in
            let all = steps
            steps = nil
            return all
        }
        // Several threads read the file: the first of them reports it.
        guard let all = taken else { while true { pause() } }
        // Ends the process should a step wait for ever.
        signal(SIGALRM, SIG_DFL)
        alarm(10)
        let message =
            path.map { "cannot read '\($0)': it was cut while it was read" }
            ?? "cannot read an input: its disk failed, or it was cut while it was read"
        for step in all { step(message) }
        _exit(ExitStatus.failure.rawValue)
    }

    /// The first file that ends before the pages that are mapped of it; nil where the system does not list them.
    private static var path: String? {
        guard let maps = fopen("/proc/self/maps", "r") else { return nil }
        let page = Int(getpagesize())
        var buffer: UnsafeMutablePointer<CChar>?
        var capacity = 0
        while getline(&buffer, &capacity, maps) > 0, let line = buffer {
            // 7f3a00000000-7f3a00400000 r--p 00000000 fe:00 6251282      /data/model.pth
            let fields = String(cString: line).split(separator: " ", maxSplits: 5)
            guard fields.count == 6, let offset = Int(fields[2], radix: 16) else { continue }
            let ends = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard ends.count == 2 else { continue }
            let path = String(fields[5].drop { $0 == " " }.prefix { $0 != "\n" })
            var status = stat()
            guard path.hasPrefix("/"), stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let pages = (Int(status.st_size) + page - 1) / page * page
            if pages < offset + ends[1] - ends[0] { return path }
        }
        return nil
    }
}
