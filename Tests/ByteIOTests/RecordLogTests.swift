import TestSupport
import Testing

@testable import ByteIO

struct RecordLogTests {
    @Test("records follow each other, and a log goes on where it is told to")
    func appends() throws {
        let folder = try TemporaryFolder()
        try folder.write("log", [9, 9, 9])
        let log = try RecordLog(creating: folder.path("log"))
        try log.append([1, 2])
        try log.append([])
        try log.append([3])
        #expect(try folder.contents("log") == [1, 2, 3])
        try RecordLog(continuing: folder.path("log"), after: 2).append([4, 5])
        #expect(try folder.contents("log") == [1, 2, 4, 5])
        RecordLog.remove(folder.path("log"))
        #expect(try folder.names == [])
    }

    @Test("a folder, and a file that is not there to go on with, are errors")
    func errors() throws {
        let folder = try TemporaryFolder()
        #expect(throws: IOError.self) { try RecordLog(creating: folder.path) }
        #expect(throws: IOError.self) { try RecordLog(continuing: folder.path("none"), after: 0) }
        #expect(throws: IOError.self) { try RecordLog(creating: "/dev/null") }
    }
}
