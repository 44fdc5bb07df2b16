import PlatformC
import TestSupport
import Testing

extension TemporaryFolder {
    func permissions(_ name: String) throws -> Int {
        var status = stat()
        try #require(stat(path(name), &status) == 0)
        return Int(status.st_mode & 0o7777)
    }
}
