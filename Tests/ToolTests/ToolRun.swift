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

    private let tool: String
    private let arguments: [String]
    let status: Int32
    let output: String
    let errors: String

    /// - Parameters:
    ///   - tool: the executable's name, or a path.
    ///   - environment: variables besides PATH and HOME.
    init(_ tool: String, _ arguments: [String], environment: [String: String] = [:], folder: String? = nil) throws {
        self.tool = tool
        self.arguments = arguments
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

    /// Standard output as JSON, which must be what the schema of the report says.
    func json() throws -> [String: Any] {
        let document = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        if let name = schemaName(of: document) {
            let path = fixture("../Sources/Commands/Schemas/\(name).json")
            let schema = try JSONSchema(String(contentsOfFile: path, encoding: .utf8))
            #expect(try schema.violations(in: output) == [], "\(tool) \(arguments)")
        }
        return document
    }

    /// Nil for what is a format of its own.
    private func schemaName(of document: [String: Any]) -> String? {
        if arguments.contains("--sarif") || arguments.contains("sarif") { return nil }
        if Set(document.keys) == ["version", "error"] { return "error" }
        switch tool {
        case "ckpt-tree" where arguments.contains("--nonfinite"): return "ckpt-tree-nonfinite"
        case "ckpt-tree" where arguments.contains("--duplicates"): return "ckpt-tree-duplicates"
        case "ckpt-tree" where arguments.contains("--dump"): return "ckpt-tree-dump"
        case "convert" where arguments.contains("--average"): return "convert-average"
        case "convert" where arguments.contains("--check"): return "convert-check"
        case "convert" where document["legs"] != nil: return "convert-to"
        case "convert" where document["entries"] == nil && document["rules"] is [Any]: return "convert-list-rules"
        case "convert" where document["models"] is [Any]: return "convert-list-models"
        case "verify" where arguments.contains("--compare"): return "verify-compare"
        case "get-flops" where arguments.contains("--models"): return "get-flops-models"
        case "metafile": return "metafile-\(arguments.first ?? "")"
        case "verify" where document["entries"] != nil: return "verify-suite"
        case "verify" where document["checks"] != nil: return "verify-model"
        case "ckpt": return nil
        default: return tool
        }
    }
}
