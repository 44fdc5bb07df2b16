import Testing

@testable import Workbench

@Suite struct FigureTextTests {
    @Test(
        "sizes are in the largest unit that leaves at least one",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (3456, "3.5 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
            (9_084_095, "9.1 MB"), (1_200_000_000, "1.2 GB"),
        ])
    func bytes(count: Int, expected: String) { #expect(byteText(count) == expected) }

    @Test("shapes are Python tuples", arguments: [([], "()"), ([3], "(3,)"), ([64, 3, 7, 7], "(64, 3, 7, 7)")])
    func tuples(shape: [Int], expected: String) { #expect(pythonTuple(shape) == expected) }

    @Test(
        "numbers have four digits",
        arguments: [(0.0, "0"), (1.0 / 3, "0.3333"), (-1e-9, "-1e-09"), (123456, "1.235e+05")])
    func short(value: Double, expected: String) { #expect(shortText(value) == expected) }

    @Test(
        "counts are grouped by thousands",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
    func grouped(count: Int, expected: String) { #expect(groupedText(count) == expected) }
}
