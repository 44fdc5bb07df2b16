import PlatformC

/// Standard input as a file, which readers map and read in any order.
enum StandardInput {
    /// What leads to it, as reports name it.
    static let path = "/dev/stdin"

    /// What comes through a pipe is first copied to a file without a name in `TMPDIR`, which takes as much room there as
    /// it has bytes and goes away with the process.
    /// - Throws: `StreamError`: standard input is a terminal, reading failed, or there is no room.
    static func becomeFile() throws(StreamError) {
        guard isatty(STDIN_FILENO) == 0 else { throw StreamError(stream: .input, code: ENOTTY) }
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0 else { throw StreamError(stream: .input, code: errno) }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFIFO || kind == S_IFSOCK else { return }
        let file = try temporaryFile()
        defer { close(file) }
        try copy(to: file)
        guard dup2(file, STDIN_FILENO) == STDIN_FILENO else { throw StreamError(stream: .input, code: errno) }
    }

    private static func copy(to file: Int32) throws(StreamError) {
        let size = 1 << 20
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(STDIN_FILENO, buffer, size)
            if count == 0 { return }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw StreamError(stream: .input, code: errno)
            }
            var done = 0
            while done < count {
                let step = write(file, buffer + done, count - done)
                if step > 0 {
                    done += step
                } else if errno != EINTR {
                    throw StreamError(stream: .input, code: errno, folder: temporaryFolder)
                }
            }
        }
    }

    /// The descriptor of a file that goes away when it is closed.
    private static func temporaryFile() throws(StreamError) -> Int32 {
        var template = Array("\(temporaryFolder)/ckpt-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw StreamError(stream: .input, code: errno, folder: temporaryFolder) }
        unlink(template)
        return file
    }
}

extension Command {
    /// The arguments with standard input in place of each `-` that is not an OUT.
    func withStandardInput(_ arguments: Arguments) throws(StreamError) -> Arguments {
        let inputs = arguments.positionals.indices.filter { index in
            let isOutput = index > 0 && index == arguments.positionals.count - 1 && positionals.last?.name == "OUT"
            return arguments.positionals[index] == "-" && !isOutput
        }
        guard !inputs.isEmpty else { return arguments }
        try StandardInput.becomeFile()
        var arguments = arguments
        for index in inputs { arguments.positionals[index] = StandardInput.path }
        return arguments
    }
}
