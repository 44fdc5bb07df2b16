import ByteIO
import Pickle

/// The files of CIFAR-10 and CIFAR-100: pickles of a dictionary with `data`, uint8 `[N, 3072]` of red, green and blue
/// planes of 32 × 32, and `labels` or `fine_labels`. https://www.cs.toronto.edu/~kriz/cifar.html
struct CIFARBatches {
    /// Bytes of an image.
    private static let imageSize = 3 * 32 * 32

    private let files: [String]

    /// nil for a dataset of another type, and where the folder has no such files: it is a folder of classes then.
    /// - Throws: `DatasetError.outside`.
    init?(_ description: DatasetDescription, in folder: DataFolder) throws(DatasetError) {
        let (base, training, test): (String, [String], [String])
        switch description.typeName {
        case "CIFAR10":
            (base, training, test) = ("cifar-10-batches-py", (1...5).map { "data_batch_\($0)" }, ["test_batch"])
        case "CIFAR100": (base, training, test) = ("cifar-100-python", ["train"], ["test"])
        default: return nil
        }
        let names = description.split == "test" ? test : training
        let root = DataFolder.join(folder.path, description.prefix.hasPrefix("/") ? "" : description.prefix)
        let places = [DataFolder.join(root, base), DataFolder.join(folder.path, base), folder.path]
        let place = places.first { place in names.contains { DataFolder.isFile(DataFolder.join(place, $0)) } }
        guard let place else { return nil }
        files = names.map { DataFolder.join(place, $0) }
        for file in files { try folder.check(file) }
    }

    /// The images; an image is named `FILE[index]`.
    /// - Throws: `DatasetError.unusable` for a file that is missing or not one of CIFAR's pickles.
    func samples() throws(DatasetError) -> [ImageDataset.Sample] {
        var samples: [ImageDataset.Sample] = []
        for file in files { samples += try Self.samples(of: file) }
        return samples
    }

    private static func samples(of path: String) throws(DatasetError) -> [ImageDataset.Sample] {
        func wrong(_ reason: String) -> DatasetError { .unusable(path: path, reason: reason) }
        let graph: PickleGraph
        do {
            graph = try PickleReader.read(try MappedFile(path: path).bytes, limits: PickleLimits(nodes: 1 << 22))
        } catch {
            throw wrong("\(error)")
        }
        guard let entries = graph.entries(graph.root) else { throw wrong("the pickle is not of a dictionary") }
        func value(_ key: String) -> PickleValue? {
            graph.value(of: key, in: entries)
                ?? entries.last { graph.bytes($0.key)?.utf8Text == key }?.value
        }
        guard let data = value("data") else { throw wrong("the dictionary has no 'data'") }
        guard let images = UInt8Matrix(data, of: graph) else {
            throw wrong("'data' is not a uint8 array of two dimensions")
        }
        guard images.columns == imageSize else {
            throw wrong("'data' has rows of \(images.columns) bytes; an image of 32 × 32 has \(imageSize)")
        }
        guard let list = (value("labels") ?? value("fine_labels")).flatMap(graph.sequence) else {
            throw wrong("the dictionary has no list 'labels' or 'fine_labels'")
        }
        guard list.count == images.rows else { throw wrong("\(images.rows) images have \(list.count) labels") }
        var samples: [ImageDataset.Sample] = []
        samples.reserveCapacity(list.count)
        for (index, item) in list.enumerated() {
            guard let label = graph.integer(item) else { throw wrong("label \(index) is not an integer") }
            guard let planes = try? images.bytes.slice(at: index * imageSize, count: imageSize) else {
                throw wrong("image \(index) is outside 'data'")
            }
            samples.append(.init(path: "\(path)[\(index)]", label: Int(label), planes: planes))
        }
        return samples
    }
}

/// A NumPy array of bytes as a pickle describes it.
private struct UInt8Matrix {
    let rows, columns: Int
    /// Row-major, rows · columns of them.
    let bytes: Bytes

    /// nil for anything but a matrix of uint8 in C order whose bytes are all there.
    init?(_ value: PickleValue, of graph: PickleGraph) {
        guard let object = graph.object(value), let callee = graph.callee(of: object)?.qualifiedName else { return nil }
        let (shape, type, content): (PickleValue, PickleValue, PickleValue)
        switch callee {
        case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
            // version, shape, type, Fortran order, bytes
            guard let state = object.states.last.flatMap(graph.tuple), state.count == 5, state[3] == .bool(false) else {
                return nil
            }
            (shape, type, content) = (state[1], state[2], state[4])
        case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer":
            // buffer, type, shape, order
            let arguments = graph.arguments(of: object)
            guard arguments.count == 4, graph.isText(arguments[3], "C") else { return nil }
            (shape, type, content) = (arguments[2], arguments[1], arguments[0])
        default: return nil
        }
        guard let extents = graph.tuple(shape), extents.count == 2, let rows = graph.integer(extents[0]),
            let columns = graph.integer(extents[1]), rows >= 0, columns > 0,
            let dtype = graph.object(type), graph.callee(of: dtype)?.qualifiedName == "numpy.dtype",
            let name = graph.arguments(of: dtype).first.flatMap(graph.text), ["u1", "uint8", "|u1"].contains(name),
            let bytes = Self.bytes(content, of: graph)
        else { return nil }
        let (count, overflow) = Int(rows).multipliedReportingOverflow(by: Int(columns))
        guard !overflow, bytes.count == count else { return nil }
        (self.rows, self.columns, self.bytes) = (Int(rows), Int(columns), bytes)
    }

    /// `bytes`, or the `str` of Python 2 that the published files have.
    private static func bytes(_ value: PickleValue, of graph: PickleGraph) -> Bytes? {
        if case .byteString(let bytes)? = graph[value] { return bytes }
        return graph.bytes(value)
    }
}
