import PlatformC

/// Where a call stores the sentence of its failure.
typealias ErrorPlace = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// What `body` returns; where it throws, `failure` and a sentence at `error`, which the caller frees.
func result<Value>(_ error: ErrorPlace?, orElse failure: Value, of body: () throws -> Value) -> Value {
    error?.pointee = nil
    do {
        return try body()
    } catch let thrown {
        error?.pointee = strdup("\(thrown)")
        return failure
    }
}

/// 0, or −1 and a sentence at `error`.
func status(_ error: ErrorPlace?, of body: () throws -> Void) -> Int32 {
    result(error, orElse: -1) {
        try body()
        return 0
    }
}

/// The text that a caller passes as the parameter `name`.
func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(CallError) -> String {
    guard let pointer else { throw .null(name) }
    guard let text = String(validatingCString: pointer) else { throw .encoding(name) }
    return text
}

/// An object as a caller in C holds it: retained until the handle is released.
protocol Handle: AnyObject {}

extension Handle {
    /// A new handle, which the caller releases once.
    func retainedHandle() -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

    /// The object of a handle; nil for NULL.
    static func of(_ handle: OpaquePointer?) -> Self? {
        handle.map { Unmanaged<Self>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
    }

    /// The object of a handle that a caller passes as the parameter `name`.
    static func of(_ handle: OpaquePointer?, _ name: String) throws(CallError) -> Self {
        guard let object = of(handle) else { throw .null(name) }
        return object
    }

    static func release(_ handle: OpaquePointer?) {
        if let handle { Unmanaged<Self>.fromOpaque(UnsafeRawPointer(handle)).release() }
    }
}
