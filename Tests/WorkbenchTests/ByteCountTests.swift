import Testing

@testable import Workbench

@Suite struct ByteCountTests {
    @Test(
        "decimal and binary units, either case, with or without a space",
        arguments: [
            ("4096", 4096), ("1B", 1), ("5KB", 5000), ("5kb", 5000), ("500 MB", 500_000_000), ("5GB", 5_000_000_000),
            ("1.5GiB", 1_610_612_736), ("2MiB", 2_097_152), ("1TB", 1_000_000_000_000), ("0.5KiB", 512),
        ])
    func counts(text: String, count: Int) {
        #expect(byteCount(text) == count)
    }

    @Test(
        "what is not a number of bytes is none",
        arguments: [
            "", "GB", "5XB", "-5GB", "5e9", "1.2.3MB", "99999999999TB", "9223372036854775807KB", "five", "5 G B",
        ])
    func refused(text: String) {
        #expect(byteCount(text) == nil)
    }
}
