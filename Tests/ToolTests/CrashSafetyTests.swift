import Foundation
import TestSupport
import Testing

/// What is left of a conversion that is killed.
@Suite struct CrashSafetyTests {
    /// A safetensors file of 24 MB, and what `convert` makes of it undisturbed.
    private struct Job {
        let folder: TemporaryFolder
        let input: String
        let content: Data
        let arguments: [String]
        let expected: [String: Data]
        let duration: Duration

        /// - Parameter output: its name.
        init(_ arguments: [String], output: String) throws {
            folder = try TemporaryFolder()
            let tensors = (0..<24).map {
                #""layer.\#($0).weight":{"dtype":"F32","shape":[512,512],"data_offsets":[\#($0 << 20),\#(($0 + 1) << 20)]}"#
            }
            let header = Data("{\(tensors.joined(separator: ","))}".utf8)
            let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
            content = length + header + Data((0..<24 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) })
            input = try folder.write("in.safetensors", content)
            let reference = try TemporaryFolder()
            let begin = ContinuousClock.now
            let run = try ToolRun("convert", arguments + [input, reference.path + "/" + output])
            duration = ContinuousClock.now - begin
            try #require(run.status == 0, "\(run.errors)")
            expected = try Self.files(reference)
            self.arguments = arguments + [input, folder.path + "/" + output]
        }

        static func files(_ folder: TemporaryFolder) throws -> [String: Data] {
            try Dictionary(
                uniqueKeysWithValues: folder.names.map { name in
                    (name, try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name)))
                })
        }

        /// Starts `convert` and sends it a signal that ends it after `delay`.
        func run(killedAfter delay: Duration, by signal: Int32 = SIGKILL) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: ToolRun.path(of: "convert"))
            process.arguments = arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: delay / .seconds(1))
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            let status = process.terminationStatus
            #expect(process.terminationReason == .exit ? status == 0 : status == signal, "\(status) after \(delay)")
        }

        /// Delays from nothing to somewhat more than a whole run, evenly.
        func delays(_ count: Int) -> [Duration] { (0..<count).map { duration * 1.2 * Double($0) / Double(count) } }
    }

    @Test("killed at any moment, a conversion leaves its whole output or nothing, and its input as it was")
    func single() throws {
        let job = try Job([], output: "out.pth")
        for (number, delay) in job.delays(24).enumerated() {
            try job.run(killedAfter: delay, by: [SIGKILL, SIGTERM, SIGINT][number % 3])
            var left = try Job.files(job.folder)
            #expect(left.removeValue(forKey: "in.safetensors") == job.content)
            #expect(left.isEmpty || left == job.expected, "\(left.keys.sorted()) after \(delay)")
            try? FileManager.default.removeItem(atPath: job.folder.path + "/out.pth")
        }
    }

    @Test("killed at any moment, a conversion over an old file leaves that or the new one")
    func replaced() throws {
        let job = try Job([], output: "out.pth")
        let old = Data("old".utf8)
        for delay in job.delays(16) {
            _ = try job.folder.write("out.pth", old)
            try job.run(killedAfter: delay)
            let left = try Data(contentsOf: URL(fileURLWithPath: job.folder.path + "/out.pth"))
            #expect(left == old || left == job.expected["out.pth"], "after \(delay)")
        }
    }

    @Test("killed at any moment, a split has an index only if all its files are there and whole")
    func split() throws {
        let job = try Job(["--max-shard-size", "5MB"], output: "out.safetensors")
        #expect(job.expected.count == 7)
        for delay in job.delays(16) {
            try job.run(killedAfter: delay)
            var left = try Job.files(job.folder)
            #expect(left.removeValue(forKey: "in.safetensors") == job.content)
            if left["out.safetensors.index.json"] != nil { #expect(left == job.expected, "after \(delay)") }
            for (name, content) in left {
                #expect(content == job.expected[name], "\(name) after \(delay)")
                try FileManager.default.removeItem(atPath: job.folder.path + "/" + name)
            }
        }
    }

    @Test("cut at any moment, an input is an error, in the report too, and not a crash")
    func cut() throws {
        let job = try Job(["--dtype", "bfloat16"], output: "out.pth")
        for delay in job.delays(16) {
            _ = try job.folder.write("in.safetensors", job.content)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: ToolRun.path(of: "ckpt-tree"))
            process.arguments = ["--json", "--digest", job.input]
            let report = try job.folder.write("report.json", Data())
            process.standardOutput = FileHandle(forWritingAtPath: report)
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: delay / .seconds(1))
            #expect(truncate(job.input, 5_000) == 0)
            process.waitUntilExit()
            let status = process.terminationStatus
            #expect(process.terminationReason == .exit && [0, 2].contains(status), "\(status) after \(delay)")
            let text = try Data(contentsOf: URL(fileURLWithPath: report))
            let document = try JSONSerialization.jsonObject(with: text) as? [String: Any]
            #expect((document?["error"] is String) == (status == 2), "after \(delay)")
        }
    }
}
