import ByteIO
import ImagePipeline
import ModelConfig
import ModelGraph
import ModelZoo
import TensorCore
import Verification

/// What a model is run on that has nothing to be compared with.
package enum CheckImage: Sendable, Equatable {
    /// Numbers by a formula, in the size that the model is tested at.
    case seeded
    /// The same as MMPreTrain's `1-benchmark_valid.py` has it: a config without a test pipeline is run at 224 × 224.
    case benchmark
    /// The picture at a path, through the test pipeline; `pillow` is the release whose order of passes a resize follows.
    case file(String, pillow: Int)

    var path: String? { if case .file(let path, _) = self { path } else { nil } }

    /// `[1, channels, height, width]`
    /// - Throws: `PipelineError`, `IOError`, `WorkbenchError.alignment` for an image that cannot be read.
    func input(of definition: ModelDefinition) throws -> DenseTensor<Float> {
        func seeded(_ size: Extent2d) -> DenseTensor<Float> {
            SeededWeights.input(shape: [1, definition.inputChannels, size.height, size.width])
        }
        // Some models refuse the size, and are run at their own.
        var benchmarkSize: Extent2d {
            definition.testPipeline == nil && (try? definition.featureGraph(height: 224, width: 224)) != nil
                ? .square(224) : definition.inputSize
        }
        switch self {
        case .seeded: return seeded(definition.inputSize)
        case .benchmark: return seeded(benchmarkSize)
        case .file(let path, let pillow):
            guard var steps = definition.testPipeline else { return seeded(benchmarkSize) }
            let loads = steps.contains { $0.isOfType("LoadImageFromFile") }
            if !loads {
                // The datasets that hold arrays in place of files have images of 32 × 32.
                let resize = ConfigDictionary([
                    .init(key: .string("type"), value: .string("Resize")),
                    .init(key: .string("scale"), value: .int(32)),
                ])
                steps.insert(.dictionary(resize), at: 0)
            }
            let pipeline = try TestPipeline(
                steps: steps, preprocessor: definition.dataPreprocessor,
                options: .init(pillow: PillowRelease(number: pillow)))
            let file = try MappedFile(path: path)
            do {
                let input = try pipeline.run(file.bytes)
                return DenseTensor(shape: input.shape, scalars: input.values)
            } catch {
                throw WorkbenchError.alignment("\(path): \(error)")
            }
        }
    }
}

extension ConfigValue {
    fileprivate func isOfType(_ name: String) -> Bool {
        guard case .dictionary(let arguments) = self, case .string(let type)? = arguments["type"] else { return false }
        return type.split(separator: ".").last.map { $0 == name } ?? false
    }
}
