import ByteIO
import Pickle
import TensorCore

/// One array of a file, to become a value of a composed graph.
struct NumPyEntry {
    let path: String
    /// What errors and notes call it: its entry in an archive; empty for an array that is a file.
    let name: String
    let header: NumPyHeader
    let data: Data

    /// The array's bytes from its signature on.
    enum Data {
        case mapped(Bytes, RecordCheck?)
        /// Unpacked when they are asked for.
        case packed(@Sendable () throws(CheckpointError) -> Bytes)
    }

    /// More texts than this are shown as bytes: each would take many times its size in the file.
    private static let maximumTextCount = 1 << 16

    /// - Parameter notes: grow by what is not shown as NumPy would.
    func value(in composed: inout ComposedGraph, notes: inout [String]) throws(CheckpointError) -> PickleValue {
        switch header.elements {
        case .tensor(let dtype, let order):
            return composed.tensor(dtype, try layout(), name: name, content(of: dtype, order))
        case .text, .byteText:
            // Texts of no width take no bytes, which bound the count of all others.
            let count = try layout().count
            guard count <= Self.maximumTextCount else {
                return try opaque("\(grouped(count)) texts", in: &composed, &notes)
            }
            return try texts(in: &composed)
        case .object:
            let pickle = try elements()
            do throws(PickleError) {
                var graph = try PickleReader.read(pickle)
                if header.shape.isEmpty, let item = graph.onlyItem {
                    graph.root = item
                    let who = name.isEmpty ? "the file" : "'\(name)'"
                    notes.append("\(who) is an array of one object: what is used is the object, as item() gives it")
                }
                return composed.value(of: graph)
            } catch {
                throw CheckpointError(path, .pickle(entry: name.isEmpty ? "objects" : name, error))
            }
        case .opaque(_, let name): return try opaque(name, in: &composed, &notes)
        }
    }

    private func layout() throws(CheckpointError) -> StridedLayout {
        do throws(LayoutError) {
            return try header.layout()
        } catch {
            throw CheckpointError(path, .layout(key: Key(name), error))
        }
    }

    private func content(of dtype: DType, _ order: ByteOrder) -> TensorStorage.Content {
        switch data {
        case .mapped(let bytes, let check):
            guard let elements = try? bytes.slice(at: header.dataOffset, count: header.dataCount) else {
                return .missing
            }
            let content = TensorStorage.Content.bytes(elements, of: dtype, order)
            return check.map { .checked(content, $0) } ?? content
        case .packed:
            return .deferred(
                DeferredBytes(count: header.dataCount) { () throws(CheckpointError) in
                    let bytes = try elements()
                    return order == .big ? bytes.swappingByteOrder(of: dtype) : bytes
                })
        }
    }

    /// What follows the header, as it lies in the file; of objects all of it.
    private func elements() throws(CheckpointError) -> Bytes {
        let bytes: Bytes
        switch data {
        case .mapped(let mapped, let check):
            try check?.run()
            bytes = mapped
        case .packed(let unpack): bytes = try unpack()
        }
        let rest = bytes.count - header.dataOffset
        let count = header.elements == .object ? rest : header.dataCount
        guard let elements = try? bytes.slice(at: header.dataOffset, count: count) else {
            throw error(.cut(needed: header.dataOffset + count, held: bytes.count))
        }
        return elements
    }

    private func error(_ error: NumPyError) -> CheckpointError { CheckpointError(path, .numpy(entry: name, error)) }

    /// The elements' bytes as a further dimension.
    private func opaque(
        _ what: String, in composed: inout ComposedGraph, _ notes: inout [String]
    ) throws(CheckpointError) -> PickleValue {
        let who = name.isEmpty ? "the array" : "'\(name)'"
        notes.append("\(who) holds \(what), which no tensor can: the bytes are shown, as uint8")
        let width = header.elements.width
        let elements = try layout()
        // An array without elements may have extents that no memory bounds.
        let strides = try elements.strides.map { (stride) throws(CheckpointError) in
            let (bytes, overflow) = stride.multipliedReportingOverflow(by: width)
            guard !overflow else { throw error(.shape(header.shape)) }
            return bytes
        }
        do throws(LayoutError) {
            let layout = try StridedLayout(shape: elements.shape + [width], strides: strides + [1])
            return composed.tensor(.uint8, layout, name: name, content(of: .uint8, .little))
        } catch {
            throw CheckpointError(path, .layout(key: Key(name), error))
        }
    }
}

extension PickleGraph {
    /// The object in an array of objects without axes, as `numpy.save` pickles a dictionary that it is given.
    fileprivate var onlyItem: PickleValue? {
        guard let array = object(root), callee(of: array)?.qualifiedName.hasSuffix("multiarray._reconstruct") ?? false,
            case .build(let state)? = array.steps.first, array.steps.count == 1,
            let fields = tuple(state), fields.count == 5, tuple(fields[1])?.isEmpty ?? false,
            let items = sequence(fields[4]), items.count == 1
        else { return nil }
        return items[0]
    }
}

// MARK: - Text

extension NumPyEntry {
    /// A string, or lists of strings inside one another.
    private func texts(in composed: inout ComposedGraph) throws(CheckpointError) -> PickleValue {
        let bytes = try elements()
        var values: [PickleValue] = []
        try layout().forEachRow { (first, length, step) throws(CheckpointError) in
            for index in 0..<length {
                let element = first + index * step
                values.append(try text(element, of: bytes, in: &composed.graph))
            }
        }
        var rest = values[...]
        return Self.nested(&rest, header.shape[...], in: &composed.graph)
    }

    private static func nested(
        _ values: inout ArraySlice<PickleValue>, _ shape: ArraySlice<Int>, in graph: inout PickleGraph
    ) -> PickleValue {
        guard let extent = shape.first else { return values.popFirst() ?? .none }
        var items: [PickleValue] = []
        // An empty array has no lists inside, however many it could have.
        while items.count < extent, !values.isEmpty {
            items.append(nested(&values, shape.dropFirst(), in: &graph))
        }
        return graph.list(items)
    }

    private func text(
        _ element: Int, of bytes: Bytes, in graph: inout PickleGraph
    ) throws(CheckpointError) -> PickleValue {
        let width = header.elements.width
        guard let raw = try? bytes.slice(at: element * width, count: width) else {
            throw error(.cut(needed: (element + 1) * width, held: bytes.count))
        }
        guard case .text(let count, let order) = header.elements else {
            let count = raw.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
            return .node(graph.append(.bytes(Bytes(raw.prefix(count)))))
        }
        var scalars = String.UnicodeScalarView()
        var zeros = 0
        for index in 0..<count {
            guard let code = try? raw.load(UInt32.self, at: 4 * index, order), let scalar = Unicode.Scalar(code) else {
                throw error(.text(element: element))
            }
            if code == 0 {
                zeros += 1
            } else {
                scalars.append(contentsOf: repeatElement("\0", count: zeros))
                scalars.append(scalar)
                zeros = 0
            }
        }
        return graph.string(String(scalars))
    }
}
