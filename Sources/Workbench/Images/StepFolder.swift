import ByteIO
import ImagePipeline
import PlatformC

/// A folder of pictures of what the steps of a pipeline make: `IMAGE.1-ResizeEdge.png`, and `IMAGE.tensor.png`, whose red
/// is the tensor's first channel, from its least number to its largest.
struct StepFolder {
    private let path: String
    /// The beginnings of the names, by image.
    private let names: [String]
    /// What is not written to.
    private let images: Set<FileIdentity>

    /// Makes the folder if there is none.
    /// - Throws: `WorkbenchError.unsupportedOutput`.
    init(path: String, images: [String]) throws(WorkbenchError) {
        var status = stat()
        guard
            mkdir(path, 0o777) == 0 || errno == EEXIST && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        else {
            throw .unsupportedOutput(
                path: path, reason: "this folder cannot be made: \(String(cString: strerror(errno)))")
        }
        self.path = path
        self.images = Set(images.compactMap { FileIdentity($0) })
        var uses: [String: Int] = [:]
        names = images.map { image in
            let name = image.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? "image"
            let count = uses[name, default: 0]
            uses[name] = count + 1
            return count == 0 ? name : "\(name).\(count + 1)"
        }
    }

    /// Writes the picture of an array. None is written of packed inputs: they are the image before them.
    /// - Throws: `WorkbenchError.unsupportedOutput`, `IOError`.
    func write(_ array: PipelineArray, image: Int) throws {
        let picture: PNGPicture
        if array.step == "tensor" {
            picture = PNGPicture(tensor: array)
        } else if array.shape.count == 3, [1, 3].contains(array.shape[2]), !array.isPacked {
            picture = PNGPicture(image: array)
        } else {
            return
        }
        let step = array.step.split(separator: ":").joined(separator: "-")
        let target = "\(path)/\(names[image]).\(step).png"
        if let identity = FileIdentity(target), images.contains(identity) {
            throw WorkbenchError.unsupportedOutput(
                path: target, reason: "it is one of the images, which are not written to")
        }
        try AtomicFile.write(picture.file, to: target)
    }
}
