import Foundation
import TestSupport
import Testing

/// A finished run of one of the built executables, as a shell would start it.
struct ToolRun {
    /// Every tool: what holds for all of them is tested with this list.
    static let tools = [
        "ckpt", "ckpt-diff", "ckpt-scan", "ckpt-tree", "convert", "evaluate", "get-flops", "metafile", "preprocess",
        "print-config", "publish", "reparameterize", "shape-diff", "verify",
    ]

    let status: Int32
    let output: String
    let errors: String

    /// - Parameters:
    ///   - tool: the executable's name, or a path.
    ///   - environment: variables besides PATH and HOME.
    init(_ tool: String, _ arguments: [String], environment: [String: String] = [:], folder: String? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path(of: tool))
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"].merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let scratch = try TemporaryFolder()
        let (outputPath, errorPath) = (scratch.path + "/out", scratch.path + "/err")
        for path in [outputPath, errorPath] { try Data().write(to: URL(fileURLWithPath: path)) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: outputPath)
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationReason == .exit, "\(tool) was ended by signal \(process.terminationStatus)")
        status = process.terminationStatus
        output = try String(contentsOfFile: outputPath, encoding: .utf8)
        errors = try String(contentsOfFile: errorPath, encoding: .utf8)
    }

    /// The folder that the package is built into, where this test's own executable is.
    private static let executables: URL = {
        #if os(macOS)
            Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL.deletingLastPathComponent()
                ?? Bundle.main.bundleURL
        #else
            URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        #endif
    }()

    static func path(of tool: String) -> String {
        tool.contains("/") ? tool : executables.appendingPathComponent(tool).path
    }

    /// Standard output as JSON.
    func json() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
}
