import Testing

@testable import CommandLineKit

@Suite struct NearestNameTests {
    @Test(
        "the nearest name is offered, and none when all are far",
        arguments: [
            ("resnet5O", "resnet50"), ("resent50", "resnet50"), ("VGG16", "vgg16"), ("mobilenet", nil), ("", nil),
        ] as [(String, String?)])
    func match(name: String, expected: String?) {
        #expect(
            NearestName.match(for: name, among: ["resnet18", "resnet50", "vgg16", "mobilenet-v2_8xb32"]) == expected)
    }

    @Test(
        "insertions, deletions, replacements and swaps each count one",
        arguments: [
            ("abc", "abc", 0), ("abc", "abxc", 1), ("abc", "ac", 1), ("abc", "axc", 1), ("abc", "acb", 1),
            ("", "ab", 2),
        ])
    func distance(left: String, right: String, expected: Int) {
        #expect(NearestName.editDistance(Array(left), Array(right)) == expected)
        #expect(NearestName.editDistance(Array(right), Array(left)) == expected)
    }
}
