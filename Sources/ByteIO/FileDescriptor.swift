#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file descriptor and the path it came from; closed with its last owner.
final class FileDescriptor: Sendable {
    let descriptor: Int32
    /// The path as the user named it, for errors.
    let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Reads exactly `buffer.count` bytes at `offset` of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(IOError) {
        var done = 0
        while done < buffer.count {
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, target.baseAddress, target.count, off_t(offset + done))
            if count > 0 {
                done += count
            } else if count == 0 {
                throw IOError(.read, path, .shrunk(expected: offset + buffer.count, size: offset + done))
            } else if errno != EINTR {
                throw IOError(.read, path)
            }
        }
    }

    /// Writes all of `buffer` at the descriptor's position.
    func write(_ buffer: UnsafeRawBufferPointer) throws(IOError) {
        var done = 0
        while done < buffer.count {
            let source = UnsafeRawBufferPointer(rebasing: buffer[done...])
            #if canImport(Glibc)
                let count = Glibc.write(descriptor, source.baseAddress, source.count)
            #elseif canImport(Musl)
                let count = Musl.write(descriptor, source.baseAddress, source.count)
            #else
                let count = Darwin.write(descriptor, source.baseAddress, source.count)
            #endif
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw IOError(.write, path)
            }
        }
    }
}
