// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 language mode (the default of these tools), warnings are errors.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
]

/// One library target and the test target that mirrors it.
struct Room {
    var name: String
    var dependencies: [Target.Dependency] = []
    var testDependencies: [Target.Dependency] = []
    var resources: [Resource] = []
}

/// The JSON Schemas that `ckpt schema` prints; `ReportSchema.swift` beside them hands them out by name.
let reportSchemas = [
    "ckpt-diff", "ckpt-scan", "ckpt-tree", "ckpt-tree-dump", "ckpt-tree-duplicates", "ckpt-tree-nonfinite",
    "convert", "convert-average", "convert-check", "convert-list-models", "convert-list-rules", "convert-to",
    "error", "evaluate", "get-flops", "get-flops-models", "metafile-check", "metafile-fill", "metafile-index",
    "preprocess", "print-config", "publish", "reparameterize", "shape-diff", "verify", "verify-compare",
    "verify-model", "verify-suite",
]

/// The libraries, lowest first: a target may depend on those above it only.
let rooms: [Room] = [
    Room(name: "Spelling"),
    Room(name: "JSON"),
    Room(name: "PythonSyntax"),
    Room(name: "SystemLibrary", dependencies: ["PlatformC"]),
    Room(name: "YAML", dependencies: ["CYAML", "SystemLibrary"]),
    Room(name: "ByteIO", dependencies: [.target(name: "CLinux", condition: .when(platforms: [.linux])), "PlatformC"]),
    Room(name: "ZipArchive", dependencies: ["ByteIO", "CKernels", "CZlib"]),
    Room(name: "TarArchive", dependencies: ["ByteIO"]),
    Room(name: "Pickle", dependencies: ["ByteIO", "PlatformC", "PythonSyntax"]),
    Room(name: "TensorFlowBundle", dependencies: ["ByteIO", "CKernels"]),
    Room(
        name: "PickleScan", dependencies: ["ByteIO", "JSON", "Pickle", "PythonSyntax", "TarArchive", "ZipArchive"]),
    Room(name: "TensorCore", dependencies: ["PlatformC"]),
    Room(
        name: "CheckpointIO",
        dependencies: [
            "ByteIO", "JSON", "Pickle", "PickleScan", "PlatformC", "PythonSyntax", "TarArchive", "TensorCore",
            "TensorFlowBundle", "ZipArchive",
        ]),
    Room(
        name: "CheckpointC", dependencies: ["CheckpointIO", "PlatformC", "TensorCore"],
        testDependencies: ["CCheckpointIO"]),
    Room(name: "TensorOperations", dependencies: ["ByteIO", "TensorCore"]),
    Room(
        name: "KeyRules", dependencies: ["ByteIO", "CheckpointIO", "TensorCore", "TensorOperations"],
        testDependencies: ["Converters", "ModelGraph", "ModelZoo", "Verification"]),
    Room(
        name: "ModelConfig", dependencies: ["PlatformC", "PythonSyntax", "Spelling"],
        testDependencies: ["ByteIO", "TarArchive", "ZipArchive"]),
    Room(
        name: "ImagePipeline",
        dependencies: [
            "ByteIO", "CImageCodecs", "CJPEG", "CKernels", "CPNG", "CWebP", "ModelConfig", "PlatformC", "Spelling",
            "SystemLibrary",
        ],
        testDependencies: ["JSON"]),
    Room(name: "ImageDataset", dependencies: ["ByteIO", "ModelConfig", "Pickle", "PlatformC"]),
    Room(name: "ModelIndex", dependencies: ["JSON", "ModelConfig", "TensorCore"]),
    Room(name: "ModelGraph", dependencies: ["PlatformC", "TensorCore"]),
    Room(
        name: "ProgramImport",
        dependencies: ["ByteIO", "CheckpointIO", "JSON", "ModelGraph", "PlatformC", "TensorCore"],
        testDependencies: ["Engine", "Verification", "ZipArchive"]),
    Room(
        name: "ModelZoo",
        dependencies: ["ModelConfig", "ModelGraph", "ModelIndex", "PlatformC", "Spelling", "TensorCore"]),
    Room(
        name: "Engine",
        dependencies: [
            "CKernels", .target(name: "CLinux", condition: .when(platforms: [.linux])), "ModelGraph", "PlatformC",
            "TensorCore",
        ],
        testDependencies: ["ModelZoo"]),
    Room(
        name: "Verification", dependencies: ["CheckpointIO", "Engine", "ModelGraph", "TensorCore"],
        testDependencies: ["ModelConfig", "ModelZoo"]),
    Room(
        name: "BranchFolding", dependencies: ["Engine", "ModelGraph", "TensorCore"],
        testDependencies: ["ModelZoo", "Verification"]),
    Room(
        name: "CommandLineKit",
        dependencies: [.target(name: "CLinux", condition: .when(platforms: [.linux])), "JSON", "PlatformC", "Spelling"]),
    Room(
        name: "Workbench",
        dependencies: [
            "BranchFolding", "ByteIO", "CCrypto", "CheckpointIO", "CommandLineKit", "Converters", "DatasetClasses",
            "Engine", "ImageDataset", "ImagePipeline", "JSON", "KeyRules", "ModelConfig", "ModelGraph", "ModelIndex",
            "ModelZoo", "PickleScan", "PlatformC", "ProgramImport", "PythonSyntax", "Spelling", "SystemLibrary",
            "TensorCore", "TensorOperations", "Verification", "YAML", "ZipArchive",
        ], testDependencies: ["TarArchive"]),
    Room(
        name: "Commands",
        dependencies: [
            "ByteIO", "CheckpointIO", "CommandLineKit", "JSON", "KeyRules", "TensorCore", "Verification", "Workbench",
        ], resources: reportSchemas.map { .embedInCode("Schemas/\($0).json") }),
]

/// The command-line tools: mains that run a command of `Commands`. `ckpt` runs any of them.
let tools = [
    "ckpt", "ckpt-diff", "ckpt-scan", "ckpt-tree", "convert", "evaluate", "get-flops", "metafile", "preprocess",
    "print-config", "publish", "reparameterize", "shape-diff", "verify",
]

let package = Package(
    name: "checkpoint-workbench",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "CheckpointIO", targets: ["CheckpointIO"]),
        .library(name: "KeyRules", targets: ["KeyRules"]),
        .library(name: "checkpoint_io", type: .dynamic, targets: ["CheckpointC"]),
    ] + tools.map { .executable(name: $0, targets: [$0]) },
    targets: [
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CCheckpointIO"),
        .systemLibrary(name: "CJPEG", providers: [.apt(["libjpeg62-turbo-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(name: "CWebP", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
        .target(
            name: "CImageCodecs", dependencies: ["CJPEG", "CPNG"], cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "PlatformC", swiftSettings: strict),
        .target(name: "CKernels", cSettings: [.treatAllWarnings(as: .error)]),
        .executableTarget(name: "bundle-rules", swiftSettings: strict),
        .plugin(name: "BundleRules", capability: .buildTool(), dependencies: ["bundle-rules"]),
        .target(
            name: "Converters", path: "converters", exclude: ["README.md", "TABLE.md"], swiftSettings: strict,
            plugins: ["BundleRules"]),
        .target(
            name: "DatasetClasses", exclude: ["README.md"],
            resources: [.embedInCode("classes.json")], swiftSettings: strict),
        .executableTarget(
            name: "bench-inference",
            dependencies: [
                "CheckpointIO", "Engine", "ModelGraph", "ModelZoo", "PlatformC", "ProgramImport", "TensorCore",
                "Verification",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CKernelsTests", dependencies: ["CKernels", "PlatformC", "TestSupport"], swiftSettings: strict),
        .executableTarget(
            name: "bench-images", dependencies: ["ByteIO", "ImagePipeline", "ModelConfig", "PlatformC"],
            swiftSettings: strict),
        .testTarget(
            name: "ToolTests",
            dependencies: tools.map { .target(name: $0) } + ["ByteIO", "TarArchive", "TestSupport", "ZipArchive"],
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["CCrypto"], path: "Tests/TestSupport", swiftSettings: strict,
            linkerSettings: [.linkedLibrary("crypto")]),
    ]
        + rooms.map {
            .target(name: $0.name, dependencies: $0.dependencies, resources: $0.resources, swiftSettings: strict)
        }
        + rooms.map {
            .testTarget(
                name: $0.name + "Tests",
                dependencies: [.target(name: $0.name), "TestSupport"] + $0.dependencies + $0.testDependencies,
                swiftSettings: strict)
        }
        + tools.map { .executableTarget(name: $0, dependencies: ["Commands"], swiftSettings: strict) }
)

// scripts/fuzz builds the readers under libFuzzer, which brings a `main` of its own: without it they don't link.
// The plugin's tool would not link either.
if Context.environment["CHECKPOINT_FUZZ"] != nil {
    package.targets.removeAll { ["BundleRules", "bundle-rules"].contains($0.name) }
    for target in package.targets where target.name == "Converters" { target.plugins = nil }
    package.targets.append(
        .executableTarget(
            name: "fuzz-readers",
            dependencies: [
                "ByteIO", "CheckpointIO", "Engine", "ImagePipeline", "JSON", "KeyRules", "ModelConfig", "ModelGraph",
                "Pickle", "PickleScan", "PlatformC", "ProgramImport", "TarArchive", "TensorCore", "TensorFlowBundle",
                "Verification", "YAML", "ZipArchive",
            ],
            swiftSettings: strict))
}
