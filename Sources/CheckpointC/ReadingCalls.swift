import CheckpointIO
import PlatformC
import TensorCore

// The functions of `checkpoint_io.h`, which says what each does. `CheckpointCTests` calls them by that header.

@_cdecl("ckpt_error_free")
public func ckptErrorFree(_ error: UnsafeMutablePointer<CChar>?) { free(error) }

@_cdecl("ckpt_open")
public func ckptOpen(
    _ path: UnsafePointer<CChar>?, _ stateKey: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> OpaquePointer? {
    result(error, orElse: nil) {
        let checkpoint = try Checkpoint.open(text(path, "path"))
        let stateKey = stateKey == nil ? nil : try text(stateKey, "state_key")
        return OpenCheckpoint(try checkpoint.stateDict(at: stateKey).tensors, format: checkpoint.format)
            .retainedHandle()
    }
}

@_cdecl("ckpt_close")
public func ckptClose(_ file: OpaquePointer?) { OpenCheckpoint.release(file) }

@_cdecl("ckpt_format")
public func ckptFormat(_ file: OpaquePointer?) -> UnsafePointer<CChar>? { OpenCheckpoint.of(file)?.format }

@_cdecl("ckpt_count")
public func ckptCount(_ file: OpaquePointer?) -> UInt { UInt(OpenCheckpoint.of(file)?.tensors.count ?? 0) }

@_cdecl("ckpt_find")
public func ckptFind(_ file: OpaquePointer?, _ key: UnsafePointer<CChar>?) -> Int {
    guard let key, let text = String(validatingCString: key) else { return -1 }
    return OpenCheckpoint.of(file)?.index(of: Key(text)) ?? -1
}

@_cdecl("ckpt_key")
public func ckptKey(_ file: OpaquePointer?, _ index: UInt, _ length: UnsafeMutablePointer<UInt>?) -> UnsafePointer<
    CChar
>? {
    start(of: OpenCheckpoint.of(file)?.key(at: index), countAt: length)
}

@_cdecl("ckpt_dtype")
public func ckptDtype(_ file: OpaquePointer?, _ index: UInt) -> UnsafePointer<CChar>? {
    OpenCheckpoint.of(file)?.dtype(at: index)
}

@_cdecl("ckpt_shape")
public func ckptShape(_ file: OpaquePointer?, _ index: UInt, _ rank: UnsafeMutablePointer<UInt>?) -> UnsafePointer<
    Int64
>? {
    start(of: OpenCheckpoint.of(file)?.shape(at: index), countAt: rank)
}

@_cdecl("ckpt_byte_count")
public func ckptByteCount(_ file: OpaquePointer?, _ index: UInt) -> UInt {
    UInt(OpenCheckpoint.of(file)?.tensor(at: index)?.tensor.byteCount ?? 0)
}

@_cdecl("ckpt_value_count")
public func ckptValueCount(_ file: OpaquePointer?, _ index: UInt) -> UInt {
    UInt(OpenCheckpoint.of(file)?.tensor(at: index)?.tensor.valueCount ?? 0)
}

@_cdecl("ckpt_read")
public func ckptRead(
    _ file: OpaquePointer?, _ index: UInt, _ buffer: UnsafeMutableRawPointer?, _ size: UInt,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status(error) {
        let tensor = try OpenCheckpoint.of(file, "file").checkedTensor(at: index)
        let reader = try ElementReader(tensor.tensor)
        let needed = tensor.tensor.byteCount
        guard size >= UInt(needed) else {
            throw CallError.buffer(key: tensor.key, unit: "bytes", needed: needed, size: size)
        }
        guard needed > 0 else { return }
        guard let buffer else { throw CallError.null("buffer") }
        try reader.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: needed))
    }
}

@_cdecl("ckpt_read_floats")
public func ckptReadFloats(
    _ file: OpaquePointer?, _ index: UInt, _ buffer: UnsafeMutablePointer<Float>?, _ count: UInt,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status(error) {
        let tensor = try OpenCheckpoint.of(file, "file").checkedTensor(at: index)
        let bytes = try tensor.tensor.contiguousBytes()
        let needed = tensor.tensor.valueCount
        guard count >= UInt(needed) else {
            throw CallError.buffer(key: tensor.key, unit: "numbers", needed: needed, size: count)
        }
        guard buffer != nil || needed == 0 else { throw CallError.null("buffer") }
        let target = UnsafeMutableBufferPointer(start: buffer, count: needed)
        try bytes.withUnsafeBytes { try tensor.tensor.dtype.decode($0, into: target) }
    }
}

/// Where `elements` begin, with their number at `count`; nil and 0 for nil.
private func start<Element>(
    of elements: UnsafeBufferPointer<Element>?, countAt count: UnsafeMutablePointer<UInt>?
) -> UnsafePointer<Element>? {
    count?.pointee = UInt(elements?.count ?? 0)
    return elements?.baseAddress
}

extension LazyTensor {
    /// How many numbers the elements are; 0 for a tensor without elements of its own.
    fileprivate var valueCount: Int {
        let (count, overflow) = layout.count.multipliedReportingOverflow(by: dtype.valuesPerElement)
        return hasElements ? (overflow ? .max : count) : 0
    }
}
