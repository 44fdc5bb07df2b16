import PlatformC

#if canImport(CLinux)
    import CLinux
#endif

/// What only Linux offers. Elsewhere each call fails with `ENOSYS`, for which its caller has another way.
extension FileDescriptor {
    /// A new file in `folder` that has no name yet, to write and read; nil with `errno` set where that cannot be.
    static func unnamed(in folder: String, mode: mode_t, path: String) -> FileDescriptor? {
        #if os(Linux)
            let descriptor = open(folder, Int32(CLINUX_O_TMPFILE) | O_RDWR | O_CLOEXEC, mode)
            return descriptor < 0 ? nil : FileDescriptor(descriptor: descriptor, path: path)
        #else
            errno = ENOSYS
            return nil
        #endif
    }

    /// Gives an unnamed file the name `path`, which must be free.
    /// - Returns: false, with `errno` set, where that cannot be.
    func link(to path: String) -> Bool {
        #if os(Linux)
            return linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
        #else
            errno = ENOSYS
            return false
        #endif
    }

    /// Copies up to `count` bytes, from `offset` of `source` to this descriptor's position, inside the kernel.
    /// - Returns: the bytes copied, 0 at the end of `source`, or −1 with `errno` set.
    func copyInKernel(from source: FileDescriptor, at offset: Int, count: Int) -> Int {
        #if os(Linux)
            var position = Int64(offset)
            let target = descriptor
            let copied = try? source.withDescriptor { copy_file_range($0, &position, target, nil, count, 0) }
            guard let copied else {
                errno = ENOSYS
                return -1
            }
            return copied
        #else
            errno = ENOSYS
            return -1
        #endif
    }

    /// Sets room on the disk aside for the first `count` bytes of the file, without growing it. A hint: it may do nothing.
    func reserve(_ count: Int) {
        #if os(Linux)
            _ = fallocate(descriptor, Int32(CLINUX_FALLOC_FL_KEEP_SIZE), 0, Int64(count))
        #endif
    }

    /// Asks the system to begin writing what lies in these bytes of the file to the disk. A hint: it may do nothing.
    func startWriteback(from offset: Int, count: Int) {
        #if os(Linux)
            _ = sync_file_range(descriptor, Int64(offset), Int64(count), UInt32(CLINUX_SYNC_FILE_RANGE_WRITE))
        #endif
    }
}
