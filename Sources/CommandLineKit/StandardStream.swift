import PlatformC

/// One of the three streams that a process is started with.
package enum StandardStream: Int32, Sendable {
    case input = 0
    case output = 1
    case error = 2

    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Columns of the terminal: what `COLUMNS` says, or the terminal itself; 80 without either.
    func width(environment: (String) -> String?) -> Int {
        if let columns = environment("COLUMNS").flatMap(Int.init), columns > 0 { return columns }
        var size = winsize()
        guard isTerminal, ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes the whole text. A reader that has gone away (`ckpt-tree x | head`) is not an error: nobody misses
    /// what it did not read.
    /// - Throws: `StreamError` where the system refuses, e.g. on a full disk.
    package func write(_ text: String) throws(StreamError) {
        var text = text
        let failure = text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
        if failure != 0 { throw StreamError(stream: self, code: failure) }
    }

    /// Writes text that is in UTF-8, as `write(_:)` does.
    package func write(utf8 text: [UInt8]) throws(StreamError) {
        let failure = text.withUnsafeBytes { write($0) }
        if failure != 0 { throw StreamError(stream: self, code: failure) }
    }

    /// - Returns: `errno`, or 0.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        var rest = bytes[...]
        while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            let written = systemWrite(rawValue, base, rest.count)
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EPIPE {
                return 0
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

/// The system's refusal to read or write a standard stream.
package struct StreamError: Error, Equatable, Sendable, CustomStringConvertible {
    package let stream: StandardStream
    /// `errno`
    package let code: Int32
    /// The folder that was to take a copy of standard input, if that failed.
    var folder: String?

    package var description: String {
        let action =
            folder.map { "copy standard input to a file in '\($0)' (TMPDIR)" }
            ?? "\(stream == .input ? "read" : "write to") standard \(stream)"
        return "cannot \(action): \(String(cString: strerror(code)))"
    }
}
