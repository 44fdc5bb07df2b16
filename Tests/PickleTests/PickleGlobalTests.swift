import Testing

@testable import Pickle

@Suite struct PickleGlobalTests {
    @Test(
        "Python 2's names resolve to Python 3's and back",
        arguments: [
            ("__builtin__", "xrange", "builtins.range"), ("copy_reg", "_reconstructor", "copyreg._reconstructor"),
            ("exceptions", "ValueError", "builtins.ValueError"), ("__builtin__", "long", "builtins.int"),
            ("collections", "OrderedDict", "collections.OrderedDict"), ("torch", "FloatStorage", "torch.FloatStorage"),
            ("multiprocessing", "ProcessError", "multiprocessing.context.ProcessError"),
            ("UserDict", "IterableUserDict", "collections.UserDict"),
        ])
    func mapping(_ module: String, _ name: String, _ qualified: String) {
        let global = PickleGlobal(module: module, name: name, usesPython2Names: true)
        #expect(global.qualifiedName == qualified)
        #expect(global.resolved.asPython2 == global)
    }

    @Test("names that differ in Unicode normalisation only are different globals")
    func normalisation() {
        #expect(PickleGlobal(module: "m", name: "\u{e9}") != PickleGlobal(module: "m", name: "e\u{301}"))
    }
}
