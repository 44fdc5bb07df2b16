import Spelling
import Testing

@Suite struct NearestNamesTests {
    private let names = ["resnet18", "resnet34", "resnet50", "vgg16", "vgg16bn", "mobilenet_v2"]

    @Test(
        "the nearest names come first, equal ones in alphabetical order",
        arguments: [
            ("resnet50", ["resnet50", "resnet18", "resnet34"]), ("resnte50", ["resnet50", "resnet18", "resnet34"]),
            ("vgg61", ["vgg16"]), ("mobilenetv2", ["mobilenet_v2"]), ("VGG16bn", ["vgg16bn", "vgg16"]),
            ("zebra", []), ("", []),
        ])
    func order(name: String, nearest: [String]) {
        #expect(nearestNames(to: name, among: names) == nearest)
    }

    @Test("a name that occurs twice is named once, and the last is led by 'or'")
    func sentence() {
        #expect(nearestNames(to: "vgg61", among: names + names) == ["vgg16"])
        #expect(suggestion(of: ["a"]) == "; did you mean 'a'?")
        #expect(suggestion(of: ["a", "b", "c"]) == "; did you mean 'a', 'b' or 'c'?")
        #expect(suggestion(of: [], otherwise: "; see --help") == "; see --help")
    }

    @Test("a limit is kept")
    func limit() {
        #expect(nearestNames(to: "resnet5", among: names, limit: 1) == ["resnet50"])
    }
}
