import ByteIO
import PlatformC

func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// Ends the run as a crash does, after saying which promise an input broke.
func broken(_ promise: String) -> Never {
    write(STDERR_FILENO, promise + "\n", promise.utf8.count + 1)
    abort()
}

private let target: FuzzTarget = {
    if let target = FuzzTarget.named { return target }
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
    broken("set FUZZ_TARGET to one of \(names)")
}()

/// What libFuzzer calls with each input. Source: https://llvm.org/docs/LibFuzzer.html
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(Bytes(UnsafeBufferPointer(start: data, count: count)))
    return 0
}
