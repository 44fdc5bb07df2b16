import PlatformC
import Synchronization

/// The hidden files that outputs are written to where a file cannot be without a name: NFS and others.
package enum HiddenFiles {
    /// Where their paths are: C strings that live as long as the process.
    private static let paths = Mutex<[UInt]>([])

    /// Has a signal that ends the process (Ctrl-C, `kill`, a closed terminal) remove them first. For tools: a library
    /// leaves signals to its host.
    package static func endWithProcess() {
        paths.withLock { _ in }
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let before = signal(number) { number in
                HiddenFiles.removeAll()
                signal(number, SIG_DFL)
                raise(number)
            }
            // What started the process has it ignore the signal, as nohup does.
            if unsafeBitCast(before, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self) { signal(number, SIG_IGN) }
        }
    }

    /// Notes a file that is about to be made. That it has another name later does no harm: the name is not used again.
    static func add(_ path: String) {
        guard let copy = strdup(path) else { return }
        let address = UInt(bitPattern: copy)
        paths.withLock { $0.append(address) }
    }

    /// Called by a signal handler: neither waits nor allocates.
    package static func removeAll() {
        _ = paths.withLockIfAvailable { paths in
            for address in paths {
                if let path = UnsafePointer<CChar>(bitPattern: address) { unlink(path) }
            }
        }
    }
}
