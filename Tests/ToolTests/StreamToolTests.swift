import Foundation
import TestSupport
import Testing

/// OUT as standard output, and what is shown on a terminal meanwhile.
@Suite struct StreamToolTests {
    private let input = fixture("checkpoints/state_dict.pth")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A line of a shell with paths in place of `CKPT`, the tool, and `IN`.
    private func named(_ line: String) -> String {
        line.replacingOccurrences(of: "CKPT", with: "'\(ToolRun.path(of: "ckpt"))'")
            .replacingOccurrences(of: "IN", with: "'\(input)'")
    }

    /// Runs a line of a shell in the folder.
    /// - Returns: the exit code and standard error; standard output is in the file `out`.
    private func run(_ line: String) throws -> (status: Int32, errors: String) {
        let text = named(line)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "cd '\(folder.path)' && { \(text); } > out 2> err"]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try folder.contents("err"), as: UTF8.self))
    }

    @Test(
        "OUT - writes to standard output what a file of that format would hold, and speaks on standard error",
        arguments: [
            ("CKPT convert IN OUT", "archive.pth"), ("cat IN | CKPT convert - OUT", "archive.pth"),
            ("CKPT convert IN OUT --as safetensors", "x.safetensors"),
            ("CKPT convert --add-prefix a IN OUT", "archive.pth"), ("CKPT convert --average IN IN OUT", "archive.pth"),
        ])
    func stream(line: String, name: String) throws {
        let run = try run(line.replacingOccurrences(of: "OUT", with: "-"))
        #expect(run.status == 0 && run.errors.contains("standard output: "), "\(run.errors)")
        let streamed = try folder.contents("out")
        #expect(try self.run(line.replacingOccurrences(of: "OUT", with: name)).status == 0)
        #expect(try folder.contents(name) == streamed)
    }

    @Test("standard output keeps the format of a safetensors file")
    func format() throws {
        _ = try run("CKPT convert IN a.safetensors")
        #expect(try run("CKPT convert a.safetensors -").status == 0)
        #expect(try folder.contents("out") == folder.contents("a.safetensors"))
    }

    @Test("--as gives the format of a file whose extension says nothing")
    func extensionless() throws {
        #expect(try run("CKPT convert --as pth IN weights && CKPT tree weights").status == 0)
        #expect(try run("CKPT convert IN weights2").errors.contains("no extension"))
    }

    @Test(
        "an error leaves standard output empty",
        arguments: [
            ("CKPT convert nothing.pth -", "cannot open 'nothing.pth'"),
            ("CKPT convert IN - --max-shard-size 1GB", "standard output takes one file"),
            ("TMPDIR=/nonexistent CKPT convert IN -", "cannot create '/nonexistent'"),
            ("CKPT convert IN - --model resnet18", "not written"),
            (
                "cat IN | TMPDIR=/nonexistent CKPT convert - -",
                "cannot copy standard input to a file in '/nonexistent' (TMPDIR): "
            ),
            ("CKPT convert IN - > /dev/full", "cannot write to standard output: "),
            ("CKPT convert IN - >&-", "cannot write to standard output: "),
        ])
    func failure(line: String, message: String) throws {
        let run = try run(line)
        #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
        #expect(try folder.contents("out") == [])
    }

    @Test("a file does not take the number of a closed stream, and is there even if its report cannot be printed")
    func closed() throws {
        #expect(try run("CKPT convert IN a.pth").status == 0)
        let whole = try folder.contents("a.pth")
        for (streams, status) in [("2>&-", 0), (">&-", 2), ("<&- >&- 2>&-", 2)] as [(String, Int32)] {
            #expect(try run("rm a.pth; CKPT convert -v IN a.pth \(streams)").status == status, "\(streams)")
            #expect(try folder.contents("a.pth") == whole, "\(streams)")
        }
    }

    @Test("a report for programs and OUT - exclude each other, unless nothing is written")
    func report() throws {
        #expect(try run("CKPT convert IN - --json").errors.contains("both take standard output"))
        #expect(try run("CKPT convert IN - --json --dry-run").status == 0)
        #expect(try folder.contents("out").starts(with: "{".utf8))
    }

    #if os(Linux)
        /// Runs a line on a terminal of its own, what it shows in the file `out`.
        private func onTerminal(_ line: String) throws -> (status: Int32, shown: String) {
            try folder.write("line.sh", named(line).utf8)
            let status = try run("script -qec 'sh line.sh' /dev/null < /dev/null").status
            return (status, String(decoding: try folder.contents("out"), as: UTF8.self))
        }

        @Test("a terminal is shown no checkpoint")
        func terminal() throws {
            let run = try onTerminal("CKPT convert IN -")
            #expect(run.status == 2 && run.shown.contains("standard output is a terminal"), "\(run.shown)")
        }

        @Test("what takes more than a second says so on a terminal, and the line is gone before the result")
        func progress() throws {
            let run = try onTerminal("{ sleep 2; cat IN; } | CKPT tree --summary never -")
            #expect(run.status == 0)
            let erasure = "\r\u{1B}[K"
            #expect(run.shown.contains(erasure + "reading standard input, 1 s"), "\(run.shown)")
            let shown = run.shown.split(separator: erasure, omittingEmptySubsequences: false).last.map(String.init)
            #expect(shown?.contains("reading") == false && shown?.contains("weight") == true, "\(run.shown)")
            #expect(try !onTerminal("{ sleep 2; cat IN; } | CKPT tree -q -").shown.contains("reading"))
        }
    #endif
}
