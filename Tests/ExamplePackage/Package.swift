// swift-tools-version: 6.2
import PackageDescription

// A program outside of the package, as `Library.md` shows it.
let package = Package(
    name: "Example",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "checkpoint-workbench", path: "../..")],
    targets: [
        .executableTarget(
            name: "example",
            dependencies: [
                .product(name: "CheckpointIO", package: "checkpoint-workbench"),
                .product(name: "KeyRules", package: "checkpoint-workbench"),
            ])
    ]
)
