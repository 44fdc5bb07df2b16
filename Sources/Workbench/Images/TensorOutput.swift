import ByteIO
import CheckpointIO
import ImagePipeline

/// A file for the tensor of images, `input`: float32 `[images, channels, height, width]`.
struct TensorOutput {
    private enum Format {
        case numpy
        case checkpoint(OutputFormat)
    }

    private let path: String
    private let format: Format

    /// - Parameter images: files that are not written to.
    /// - Throws: `WorkbenchError.unsupportedOutput`.
    init(path: String, images: [String]) throws(WorkbenchError) {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? ""
        switch name.lastIndex(of: ".").map({ name[$0...].lowercased() }) {
        case ".npy": format = .numpy
        case ".safetensors": format = .checkpoint(.safetensors)
        case ".pth", ".pt": format = .checkpoint(.torchZip)
        default:
            throw .unsupportedOutput(
                path: path, reason: "name it .pth, .safetensors or .npy, which chooses the format")
        }
        if FileIdentity.isShared(by: path, and: images) {
            throw .unsupportedOutput(path: path, reason: "it is one of the images, which are not written to")
        }
        self.path = path
    }

    /// Writes the file, whole or not at all.
    /// - Parameter names: of the images, for errors.
    /// - Throws: `WorkbenchError.unsupportedOutput` for tensors of several shapes, `IOError`, `CheckpointError`.
    func write(_ tensors: [InputTensor], names: [String]) throws -> PreprocessingReport.Output {
        guard let first = tensors.first else {
            throw WorkbenchError.unsupportedOutput(path: path, reason: "there are no images")
        }
        if let other = tensors.firstIndex(where: { $0.shape != first.shape }) {
            throw WorkbenchError.unsupportedOutput(
                path: path,
                reason:
                    "\(names[0]) becomes \(pythonTuple(first.shape)) and \(names[other]) \(pythonTuple(tensors[other].shape)), which do not fit into one tensor; write one at a time"
            )
        }
        let shape = [tensors.count] + first.shape.dropFirst()
        let header =
            switch format {
            case .numpy: try NumPyOutput.header(of: .float32, shape: shape)
            case .checkpoint: Self.safetensorsHeader(shape)
            }
        let size = first.values.count * MemoryLayout<Float>.size
        let file = Bytes(count: header.count + size * tensors.count) { target in
            target.copyBytes(from: header)
            for (index, tensor) in tensors.enumerated() {
                let start = header.count + index * size
                tensor.values.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(rebasing: target[start..<start + size]).copyMemory(from: $0)
                }
            }
        }
        switch format {
        case .numpy:
            try file.withUnsafeBytes { (bytes) throws(IOError) in try AtomicFile.write(bytes, to: path) }
            return .init(path: path, shape: shape, byteCount: file.count)
        case .checkpoint(let format):
            let checkpoint = try Checkpoint.open(file, path: "input.safetensors")
            let written = try CheckpointOutput(unchanged: checkpoint.stateDict()).plan(to: path, OutputOptions(format))
                .write()
            return .init(path: path, shape: shape, byteCount: written.reduce(0) { $0 + $1.byteCount })
        }
    }

    private static func safetensorsHeader(_ shape: [Int]) -> [UInt8] {
        let sizes = shape.map(String.init).joined(separator: ",")
        let count = shape.reduce(MemoryLayout<Float>.size, *)
        var text = #"{"input":{"dtype":"F32","shape":[\#(sizes)],"data_offsets":[0,\#(count)]}}"#
        text += String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian, Array.init) + Array(text.utf8)
    }
}
