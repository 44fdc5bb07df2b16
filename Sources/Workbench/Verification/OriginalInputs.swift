import ByteIO
import ImageDataset
import ImagePipeline
import ModelGraph
import ModelZoo
import PlatformC
import TensorCore
import Verification

/// What an original and the model that is held against it both run on.
struct OriginalInputs {
    private let graph: Graph
    private let images: [DenseTensor<Float>]
    private let seeded: Int
    /// What the reader should know of the images.
    let notes: [String]

    /// - Parameters:
    ///   - graph: the original. An image that is fewer than N stands there N times.
    ///   - seeded: how many seeded inputs were asked for.
    /// - Throws: `WorkbenchError.alignment` for images that cannot be read or are of another size than the original's
    ///   input, `PipelineError`, and what is wrong with the config of the pipeline.
    init(
        _ options: ModelVerification.Options, _ model: ModelDescription, graph: Graph, seeded: Int?
    ) throws {
        self.graph = graph
        self.seeded = max(seeded ?? (options.images.isEmpty ? 1 : 0), options.images.isEmpty ? 1 : 0)
        guard !options.images.isEmpty else {
            (images, notes) = ([], [])
            return
        }
        let config = try options.pipeline?.config() ?? Self.pipeline(of: model)
        let pipeline = try TestPipeline(
            steps: config.steps, preprocessor: config.preprocessor,
            options: .init(pillow: PillowRelease(number: options.pillow)))
        let shape = graph.inputShape
        var images: [DenseTensor<Float>] = []
        for path in try Self.files(options.images) {
            let input: InputTensor
            do { input = try pipeline.run(try MappedFile(path: path).bytes) } catch let error as IOError {
                throw error
            } catch {
                throw WorkbenchError.alignment("\(path): \(error)")
            }
            guard graph.inputs == [GraphInput(shape)], shape.count == 4 else {
                throw WorkbenchError.alignment("\(path): the original does not take images, [N, C, H, W]")
            }
            guard Array(input.shape.suffix(3)) == Array(shape.suffix(3)) else {
                let (own, wanted) = (pythonTuple(Array(input.shape.suffix(3))), pythonTuple(Array(shape.suffix(3))))
                throw WorkbenchError.alignment(
                    "\(path): the pipeline makes \(own) of it, the original takes \(wanted)")
            }
            images.append(
                DenseTensor(shape: shape, scalars: (0..<shape[0]).flatMap { _ in input.values }))
        }
        self.images = images
        notes = config.notes + pipeline.notes
    }

    var count: Int { images.count + seeded }

    /// `3 images and 2 seeded inputs`
    var text: String {
        let parts = [
            images.isEmpty ? nil : countText(images.count, "image"),
            seeded == 0 ? nil : countText(seeded, "seeded input"),
        ]
        return parts.compactMap { $0 }.joined(separator: " and ")
    }

    func withEach(_ body: (DenseTensor<Float>) throws -> Void) throws {
        for image in images { try body(image) }
        for number in 0..<seeded { try body(SeededWeights.input(of: graph, number: number)) }
    }

    /// The model's own test pipeline.
    private static func pipeline(of model: ModelDescription) throws -> PipelineConfig {
        guard case .definition(let definition) = model else {
            throw WorkbenchError.alignment(
                "--images: a program has no test pipeline; --pipeline names a config that has")
        }
        guard let steps = definition.testPipeline else {
            throw WorkbenchError.noTestPipeline(config: definition.name, reason: "it is not tested on images")
        }
        return PipelineConfig(steps: steps, preprocessor: definition.dataPreprocessor)
    }

    /// Files as they are given, and those of each folder by name.
    private static func files(_ given: [String]) throws -> [String] {
        var paths: [String] = []
        for path in given {
            guard MetafileRoot.kind(of: path) == S_IFDIR else {
                paths.append(path)
                continue
            }
            let folder = try DataFolder(path: path)
            let names = try FolderListing(path: path).names.sorted()
            let own = names.map { DataFolder.join(path, $0) }.filter { MetafileRoot.kind(of: $0) == S_IFREG }
            guard !own.isEmpty else { throw WorkbenchError.alignment("\(path): the folder has no images") }
            for file in own { try folder.check(file) }
            paths += own
        }
        return paths
    }
}
