import Foundation
import PackagePlugin

/// Writes the text of each `.rules` file of the target's folder into a Swift file of the target.
@main
struct BundleRules: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = target.directoryURL
        let rules = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "rules" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let output = context.pluginWorkDirectoryURL.appending(path: "BundledRules+Files.swift")
        return [
            .buildCommand(
                displayName: "Bundling \(rules.count) rule files",
                executable: try context.tool(named: "bundle-rules").url,
                arguments: [output.path(percentEncoded: false)] + rules.map { $0.path(percentEncoded: false) },
                inputFiles: rules, outputFiles: [output])
        ]
    }
}
