/// A stack of a pickle being read. Every opcode pushes or pops, so there is one owner and no copy on write.
///
/// `@unchecked Sendable`: the memory has no other owner.
struct PickleStack<Value: BitwiseCopyable & Sendable>: ~Copyable, @unchecked Sendable {
    private var values: UnsafeMutableBufferPointer<Value>
    private(set) var count = 0

    init() { values = .allocate(capacity: 1 << 10) }

    deinit { values.deallocate() }

    /// The value on top.
    var last: Value? { count > 0 ? values[count - 1] : nil }

    /// - Parameter index: counts from the bottom.
    @inline(__always)
    subscript(index: Int) -> Value {
        precondition(index >= 0 && index < count, "value \(index) of \(count)")
        return values[index]
    }

    @inline(__always)
    mutating func append(_ value: Value) {
        if count == values.count { grow() }
        values.initializeElement(at: count, to: value)
        count += 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutableBufferPointer<Value>.allocate(capacity: 2 * values.count)
        _ = larger.moveInitialize(fromContentsOf: values)
        values.deallocate()
        values = larger
    }

    @inline(__always)
    mutating func removeLast() -> Value {
        precondition(count > 0, "a value of an empty stack")
        count -= 1
        return values[count]
    }

    /// Drops the values from `height` on.
    @inline(__always)
    mutating func cut(to height: Int) {
        precondition(height >= 0 && height <= count, "\(height) of \(count) values")
        count = height
    }

    /// Calls `body` with the values from `height` on.
    @inline(__always)
    func withValues<Result>(from height: Int, _ body: (UnsafeBufferPointer<Value>) -> Result) -> Result {
        precondition(height >= 0 && height <= count, "\(height) of \(count) values")
        return body(UnsafeBufferPointer(rebasing: values[height..<count]))
    }
}
