import ModelConfig
import TestSupport
import Testing

@testable import ImagePipeline

@Suite struct PreprocessorTests {
    static func config(_ entries: (String, ConfigValue)...) -> ConfigDictionary {
        ConfigDictionary(entries.map { .init(key: .string($0.0), value: $0.1) })
    }

    @Test(
        "kernels of all instruction sets divide as IEEE does", arguments: ImageKernels.available, [1, 5, 16, 33, 100])
    func divides(_ kernels: ImageKernels, _ width: Int) throws {
        let config = Self.config(
            ("mean", .list([.float(123.675), .float(116.28), .float(103.53)])),
            ("std", .list([.float(58.395), .float(57.12), .float(57.375)])), ("to_rgb", .bool(true)))
        let preprocessor = try Preprocessor(config)
        var generator = SplitMix64(seed: UInt64(width))
        let image = Image(
            height: 3, width: width, channels: 3,
            samples: (0..<9 * width).map { _ in .random(in: 0...255, using: &generator) })
        var found = [Float](repeating: 0, count: 9 * width)
        found.withUnsafeMutableBufferPointer { preprocessor.normalize(image, into: $0.baseAddress!, by: kernels) }
        for channel in 0..<3 {
            let mean = [Float(123.675), 116.28, 103.53][channel]
            let deviation = [Float(58.395), 57.12, 57.375][channel]
            for pixel in 0..<3 * width {
                let sample = Float(image.samples[pixel * 3 + 2 - channel])
                #expect(found[channel * 3 * width + pixel] == (sample - mean) / deviation)
            }
        }
    }

    @Test("one channel and three means become three channels")
    func broadcasts() throws {
        let preprocessor = try Preprocessor(
            Self.config(
                ("mean", .list([.int(1), .int(2), .int(3)])), ("std", .list([.int(2)])), ("to_rgb", .bool(true))))
        let image = Image(height: 1, width: 2, channels: 1, samples: [5, 9])
        #expect(preprocessor.shape(of: image) == [3, 1, 2])
        var found = [Float](repeating: 0, count: 6)
        found.withUnsafeMutableBufferPointer { preprocessor.normalize(image, into: $0.baseAddress!) }
        #expect(found == [2, 4, 1.5, 3.5, 1, 3])
    }

    @Test("padding follows normalisation, to the right and below")
    func pads() throws {
        let preprocessor = try Preprocessor(
            Self.config(
                ("mean", .list([.int(1)])), ("std", .list([.int(2)])), ("pad_size_divisor", .int(2)),
                ("pad_value", .float(-7))))
        let image = Image(height: 1, width: 3, channels: 1, samples: [1, 3, 5])
        #expect(preprocessor.shape(of: image) == [1, 2, 4])
        var found = [Float](repeating: 0, count: 8)
        found.withUnsafeMutableBufferPointer { preprocessor.normalize(image, into: $0.baseAddress!) }
        #expect(found == [0, 1, 2, -7, -7, -7, -7, -7])
    }

    @Test("settings that make no sense are refused by name")
    func refuses() {
        func message(_ entries: (String, ConfigValue)...) -> String? {
            do throws(PipelineError) {
                _ = try Preprocessor(ConfigDictionary(entries.map { .init(key: .string($0.0), value: $0.1) }))
                return nil
            } catch {
                return error.description
            }
        }
        #expect(message(("mean", .list([.int(1)]))) == "data_preprocessor: mean: needs 'std' besides")
        #expect(
            message(("mean", .list([.int(1), .int(2)])), ("std", .list([.int(1)])))
                == "data_preprocessor: mean: needs 1 or 3 numbers, found 2")
        #expect(
            message(("type", .string("ImgDataPreprocessor")))
                == "data_preprocessor: type: 'ImgDataPreprocessor' is not supported; 'ClsDataPreprocessor' is")
        #expect(
            message(("to_rbg", .bool(true)))
                == "data_preprocessor: there is no argument 'to_rbg'; did you mean 'to_rgb'?")
    }
}
