import CheckpointIO
import TensorCore

/// As many axes as NumPy and PyTorch's operations take.
private let mostAxes: UInt = 64

/// What a `ckpt_writer` points to.
final class Writer: Handle {
    var tensors: [OutputTensor] = []
}

@_cdecl("ckpt_writer_new")
public func ckptWriterNew() -> OpaquePointer? { Writer().retainedHandle() }

@_cdecl("ckpt_writer_free")
public func ckptWriterFree(_ writer: OpaquePointer?) { Writer.release(writer) }

@_cdecl("ckpt_writer_add")
public func ckptWriterAdd(
    _ writer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ dtype: UnsafePointer<CChar>?,
    _ shape: UnsafePointer<Int64>?, _ rank: UInt, _ bytes: UnsafeRawPointer?, _ size: UInt,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status(error) {
        let writer = try Writer.of(writer, "writer")
        let key = Key(try text(key, "key"))
        let name = try text(dtype, "dtype")
        guard let dtype = DType(rawValue: name) else { throw CallError.dtype(name) }
        guard shape != nil || rank == 0 else { throw CallError.null("shape") }
        guard rank <= mostAxes else { throw CallError.rank(key: key, rank, limit: mostAxes) }
        let extents = Array(UnsafeBufferPointer(start: shape, count: Int(rank)))
        if let negative = extents.first(where: { $0 < 0 }) { throw CallError.extent(key: key, negative) }
        let needed = dtype.byteCount(ofShape: extents.map { Int($0) })
        guard let needed, UInt(needed) == size else { throw CallError.size(key: key, needed: needed, size: size) }
        guard bytes != nil || needed == 0 else { throw CallError.null("bytes") }
        writer.tensors.append(
            OutputTensor(
                key, dtype: dtype, shape: extents.map { Int($0) },
                bytes: UnsafeRawBufferPointer(start: bytes, count: needed)))
    }
}

@_cdecl("ckpt_writer_add_stored")
public func ckptWriterAddStored(
    _ writer: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ file: OpaquePointer?, _ index: UInt,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status(error) {
        let writer = try Writer.of(writer, "writer")
        let open = try OpenCheckpoint.of(file, "file")
        let key = Key(try text(key, "key"))
        writer.tensors.append(OutputTensor(key, try open.checkedTensor(at: index).tensor))
    }
}

@_cdecl("ckpt_writer_write")
public func ckptWriterWrite(
    _ writer: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status(error) {
        let writer = try Writer.of(writer, "writer")
        try Checkpoint.write(writer.tensors, to: text(path, "path"))
    }
}
