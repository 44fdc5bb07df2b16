import ByteIO
import PickleScan

/// What files would do if Python unpickled them: what `ckpt-scan` reports.
package struct ScanReport: Sendable {
    package struct File: Sendable {
        /// The path as given, or below the folder that was.
        package let path: String
        package let scan: FileScan
    }

    /// The files in the order given, those of a folder sorted by path.
    package let files: [File]
    /// What could not be read, and why.
    package let failures: [IOError]

    /// - Parameters:
    ///   - paths: files, and folders whose files are scanned at any depth.
    ///   - progress: called with the bytes of the files that are done and of all.
    package init(_ paths: [String], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) {
        var files: [File] = []
        var failures: [IOError] = []
        let trees = paths.map(FileTree.init)
        let total = trees.flatMap(\.files).reduce(0) { $0 &+ FileIdentity.byteCount(at: $1) }
        var done = 0
        progress(done, total)
        for tree in trees {
            for path in tree.files {
                do throws(IOError) {
                    files.append(File(path: path, scan: try Self.scan(path)))
                } catch {
                    failures.append(error)
                }
                done &+= FileIdentity.byteCount(at: path)
                progress(done, total)
            }
            failures += tree.failures
        }
        self.files = files
        self.failures = failures
    }

    /// The gravest verdict of all files.
    package var verdict: Verdict { files.map(\.scan.verdict).max() ?? .clean }

    private static func scan(_ path: String) throws(IOError) -> FileScan {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) }
        return FileScan(try MappedFile(path: path).bytes, name: name ?? path)
    }
}
