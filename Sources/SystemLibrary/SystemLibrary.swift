import PlatformC

/// A system library that is loaded when something first needs it: a tool that was linked to it would spend more than a
/// millisecond on it before it begins, and would not start where it is not installed.
///
/// It stays loaded while the process runs.
package struct SystemLibrary {
    let name: String
    let purpose: String
    let handle: UnsafeMutableRawPointer

    /// Loads the first of the files that is there.
    /// - Parameters:
    ///   - name: what messages call it, for example `libcrypto`.
    ///   - purpose: what needs it, for example `SHA-256`.
    ///   - package: Debian's package.
    ///   - files: names that the system's loader looks up, or paths.
    /// - Throws: `SystemLibraryError.notInstalled`.
    package init(
        _ name: String, for purpose: String, package: String, files: [String]
    ) throws(SystemLibraryError) {
        guard let handle = files.lazy.compactMap({ dlopen($0, RTLD_NOW) }).first else {
            throw .notInstalled(name, purpose: purpose, package: package, files: files)
        }
        self.name = name
        self.purpose = purpose
        self.handle = handle
    }

    /// The names of a library's files on this system.
    /// - Parameters:
    ///   - linux: sonames, the newest first.
    ///   - homebrew: the path below Homebrew's `opt`.
    package static func files(linux: [String], homebrew: String) -> [String] {
        #if canImport(Darwin)
            ["/opt/homebrew", "/usr/local"].map { "\($0)/opt/\(homebrew)" }
        #else
            linux
        #endif
    }

    /// The function of that name; the type comes from the library's header.
    /// - Parameter type: a C function pointer.
    /// - Throws: `SystemLibraryError.noFunction`.
    package func function<Function>(
        _ name: String, as type: Function.Type = Function.self
    ) throws(SystemLibraryError) -> Function {
        guard let symbol = dlsym(handle, name) else {
            throw .noFunction(name, library: self.name, purpose: purpose)
        }
        return unsafeBitCast(symbol, to: type)
    }
}

/// Why a system library cannot be used.
package enum SystemLibraryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// None of the files that the library may be is there.
    case notInstalled(String, purpose: String, package: String, files: [String])
    /// The library lacks a function.
    case noFunction(String, library: String, purpose: String)

    package var description: String {
        switch self {
        case .notInstalled(let name, let purpose, let package, let files):
            "\(purpose) needs \(name), which is not installed (\(files.joined(separator: ", "));"
                + " Debian's package is \(package))"
        case .noFunction(let function, let library, let purpose):
            "\(library) has no \(function), which \(purpose) needs"
        }
    }
}
