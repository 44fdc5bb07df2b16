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

/// libFuzzer's own change of an input in place; gives its new length.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int) -> Int

/// What libFuzzer calls for a new input. Pickles are changed by instructions every other time,
/// programs by edits always.
/// Source: https://github.com/google/fuzzing/blob/master/docs/structure-aware-fuzzing.md
@_cdecl("LLVMFuzzerCustomMutator")
package func fuzzMutate(
    _ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: CUnsignedInt
) -> Int {
    if target == .calls {
        let changed = EditableProgram.changed(Array(UnsafeBufferPointer(start: data, count: count)), seed: seed)
        data.update(from: changed, count: min(changed.count, capacity))
        return min(changed.count, capacity)
    }
    guard target.takesPickles, seed % 2 == 0, count > 0 else { return mutateBytes(data, count, capacity) }
    var mutation = PickleMutation(Array(UnsafeBufferPointer(start: data, count: count)), seed: seed)
    let changed = mutation.changed { argument in
        let room = argument.count + 16
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
            _ = buffer.initialize(from: argument + [UInt8](repeating: 0, count: 16))
            initialized = buffer.baseAddress.map { mutateBytes($0, argument.count, room) } ?? 0
        }
    }
    guard !changed.isEmpty, changed.count <= capacity else { return mutateBytes(data, count, capacity) }
    data.update(from: changed, count: changed.count)
    return changed.count
}
