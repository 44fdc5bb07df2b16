import PlatformC

extension OutputTarget {
    /// A new empty file in the destination's folder.
    /// - Returns: the file, and its path unless it has none.
    func createTemporary() throws(IOError) -> (file: FileDescriptor, path: String?) {
        if let file = FileDescriptor.unnamed(in: folder, mode: 0o666, path: path) {
            // Naming it later takes /proc.
            if access("/proc/self/fd/\(file.descriptor)", F_OK) == 0 { return (file, nil) }
        }
        for _ in 0..<100 {
            let candidate = temporaryPath()
            HiddenFiles.add(candidate)
            let descriptor = open(candidate, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 { return (FileDescriptor(descriptor: descriptor, path: path), candidate) }
            guard errno == EEXIST else { break }
        }
        throw IOError(.create, path)
    }

    /// Gives a file that has none a temporary name beside the destination.
    func name(_ file: FileDescriptor) throws(IOError) -> String {
        for _ in 0..<100 {
            let candidate = temporaryPath()
            HiddenFiles.add(candidate)
            if file.link(to: candidate) { return candidate }
            guard errno == EEXIST else { break }
        }
        throw IOError(.create, path)
    }

    /// Puts an empty file at the destination, which must be free: whoever does so first may replace it.
    func reserve() throws(IOError) {
        let descriptor = open(resolvedPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? IOError(.create, path, .exists) : IOError(.create, path)
        }
        close(descriptor)
    }

    /// Makes the folder's entry for the file durable.
    func syncFolder() throws(IOError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IOError(.sync, path) }
        defer { close(descriptor) }
        // Some file systems have nothing to sync in a folder, and say so with EINVAL.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw IOError(.sync, path) }
    }

    private func temporaryPath() -> String {
        let number = String(UInt64.random(in: 0 ... .max), radix: 36)
        return "\(folder)/.\(number).partial"
    }
}
