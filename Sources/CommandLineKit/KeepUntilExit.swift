/// Lets what `value` refers to live until the process ends: taking all of a large checkpoint's parts down one by one,
/// only to leave, is time that the system does not need to release them at once.
package func keepUntilExit(_ value: some Any) {
    _ = Unmanaged.passRetained(Kept(value))
}

private final class Kept {
    let value: Any

    init(_ value: Any) { self.value = value }
}
