import ByteIO
import ImagePipeline
import ModelConfig

/// The usual pipeline for 224 × 224, over and over on one image.
struct ImageBench {
    private let file: Bytes
    private let pipeline: TestPipeline

    init(path: String, backend: String, filter: String) throws {
        func step(_ type: String, _ arguments: [(String, ConfigValue)] = []) -> ConfigValue {
            .dictionary(Self.dictionary([("type", .string(type))] + arguments))
        }
        file = try MappedFile(path: path).bytes
        pipeline = try TestPipeline(
            steps: [
                step("LoadImageFromFile"),
                step(
                    "ResizeEdge",
                    [
                        ("scale", .int(256)), ("backend", .string(backend)), ("interpolation", .string(filter)),
                    ]),
                step("CenterCrop", [("crop_size", .int(224))]),
                step("PackInputs"),
            ],
            preprocessor: Self.dictionary([
                ("mean", .list([.float(123.675), .float(116.28), .float(103.53)])),
                ("std", .list([.float(58.395), .float(57.12), .float(57.375)])), ("to_rgb", .bool(true)),
            ]))
    }

    private static func dictionary(_ entries: [(String, ConfigValue)]) -> ConfigDictionary {
        ConfigDictionary(entries.map { .init(key: .string($0.0), value: $0.1) })
    }

    /// Writes the tensor as raw float32.
    func write(to path: String) throws {
        try AtomicFile.write(try pipeline.run(file).bytes, to: path)
    }

    /// The mean time of a run.
    /// - Precondition: `runs` > 0.
    func nanoseconds(runs: Int) throws -> Int {
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<runs { _ = try pipeline.run(file) }
        return Int((clock.now - start) / .nanoseconds(1)) / runs
    }
}
