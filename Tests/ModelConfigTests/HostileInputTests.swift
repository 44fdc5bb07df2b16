import Testing

@testable import ModelConfig

/// Configs that would take time, memory or stack without end are refused, with the place.
@Suite struct HostileInputTests {
    private static let levels = 200

    /// A tenth of the usual ones, so that reaching them takes little time.
    private static let limits: ConfigLimits = {
        var limits = ConfigLimits()
        limits.steps /= 10
        limits.elements /= 10
        limits.textBytes /= 10
        return limits
    }()

    static let sources: [(name: String, source: String, word: String)] = [
        ("a power", "x = 10 ** 10 ** 10\n", "a.py:1:5: the result does not fit into 64 bits"),
        ("a float power", "x = 10.0 ** 10 ** 10\n", "a.py:1:5: the result"),
        ("a long string", "x = 'a' * 10**12\n", "a.py:1:5: the config has more than"),
        ("a long string, longer than memory", "x = 'ab' * (2**62)\n", "a.py:1:5: the config has more than"),
        ("a long list", "x = [0] * 10**12\n", "a.py:1:5: the config has more than"),
        ("a list of lists", "x = [[0] * 1000] * 1000\ny = [x, x]\n", "the config has more than 100000 elements"),
        ("an empty list, often", "x = [] * 10**18\ny = [0] * 10**18\n", "a.py:2:5"),
        ("a range", "x = list(range(10**15))\n", "a.py:1:10: the config has more than"),
        ("a range over all integers", "x = range(-2**62 - 2**62, 2**62)\n", "a.py:1:5: the config has more than"),
        (
            "nested comprehensions",
            "x = [1 for a in range(1000) for b in range(1000) for c in range(1000) for d in range(1000)]\n",
            "a.py:1:"
        ),
        (
            "comprehensions that keep nothing", "x = [1 for a in range(9999) for b in range(9999) if False]\n",
            "steps to evaluate"
        ),
        ("a loop", "for a in range(1000000):\n    for b in range(1000000):\n        pass\n", "a.py:"),
        (
            "a list that grows while it is read", "x = [1]\nfor i in range(64):\n    x += x\n",
            "a.py:3:5: the config has more than"
        ),
        ("text that doubles", "x = 'aa'\nfor i in range(64):\n    x += x\n", "a.py:3:5: the config has more than"),
        (
            "text of text", "x = ['a' * 99999]\nfor i in range(40):\n    x = [str(x), str(x)]\n",
            "the config has more than"
        ),
        ("a format's width", "x = '{:>99999999999}'.format(1)\n", "a.py:1:5: a width"),
        ("a format's precision", "x = f'{1.0:.999999999f}'\n", "a width or precision of a format is at most 1000"),
        ("a replacement", "x = ('a' * 99999).replace('a', 'b' * 99999)\n", "the config has more than"),
        ("a search", "x = ('a' * 400000) in ('a' * 400000 + 'b')\n", "steps to evaluate"),
        ("a join", "x = ('b' * 99999).join(['a'] * 9999)\n", "the config has more than"),
        ("a sum of lists", "x = sum([[0] * 1000] * 1000, [])\n", "the config has more than"),
        ("long keys", "k = 'a' * 5000\nx = {k: 1}\n", "bytes in a key"),
        (
            "tuples shared in a key", "t = (0,) * 1000\nt = (t,) * 1000\nt = (t,) * 1000\nx = {t: 1}\n",
            "a.py:4:6: the config has more than 100 elements in a key"
        ),
        (
            "a list in itself, sorted", "a = []\na.append(a)\na.append(a)\na.sort()\n",
            "a.py:4:1: the config has more than 100 levels"
        ),
        (
            "equal sets, compared often", "s = set(range(40000))\nfor i in range(9999):\n    s == s\n",
            "a.py:3:5: the config has more than 100000 steps to evaluate"
        ),
        (
            "names deleted one by one",
            (0..<9000).map { "a\($0) = 1\n" }.joined() + (0..<9000).map { "del a\($0)\n" }.joined(),
            "steps to evaluate"
        ),
        ("a list in itself", "a = []\na.append(a)\nx = str(a)\n", "a.py:3:5: the config has more than 100 levels"),
        ("a list in itself, as a value", "a = []\na.append(a)\n", "a.py:1:1: the config has more than 100 levels"),
        ("lists in themselves, compared", "a = []\na.append(a)\nb = []\nb.append(b)\nx = a == b\n", "a.py:5:5"),
        ("a dict in itself, copied", "import copy\na = {}\na['a'] = a\nb = copy.deepcopy(a)\ndel a\n", "a.py:3:1"),
        ("a dict in itself, updated", "a = {}\na['a'] = a\na.update(a)\n", "a.py:2:1"),
        (
            "a slice's step", "x = [1, 2, 3][::2**62]\ny = 'abc'[-2**62::-2**62]\nz = undefined\n",
            "a.py:3:5: the name 'undefined'"
        ),
        ("a shift", "x = 1 << 10**10\n", "a.py:1:5: the result does not fit"),
        ("a division", "x = (-2**62 - 2**62) // -1\n", "a.py:1:6: the result does not fit"),
        ("the least integer", "x = abs(-2**62 - 2**62)\n", "a.py:1:5: the result does not fit"),
        ("an integer of 500 digits", "x = " + String(repeating: "9", count: 500) + "\n", "a.py:1:5: the integer 999"),
        ("brackets", "x = " + String(repeating: "[", count: levels) + "\n", "a.py:1:"),
        (
            "matched brackets",
            "x = " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + "\n",
            "nested deeper than 100 levels"
        ),
        (
            "parentheses",
            "x = " + String(repeating: "(", count: 99_999) + "1" + String(repeating: ")", count: 99_999) + "\n",
            "nested deeper"
        ),
        ("signs", "x = " + String(repeating: "-", count: 99_999) + "1\n", "nested deeper than 100 levels"),
        ("not", "x = " + String(repeating: "not ", count: 99_999) + "1\n", "nested deeper than 100 levels"),
        ("powers", "x = " + String(repeating: "1**", count: 99_999) + "1\n", "nested deeper than 100 levels"),
        ("sums", "x = " + String(repeating: "1+", count: 99_999) + "1\n", "nested deeper than 100 levels"),
        ("attributes", "x = a" + String(repeating: ".a", count: 99_999) + "\n", "nested deeper than 100 levels"),
        ("subscripts", "x = a" + String(repeating: "[0]", count: 99_999) + "\n", "nested deeper than 100 levels"),
        ("choices", "x = " + String(repeating: "1 if 1 else ", count: 9_999) + "1\n", "nested deeper than 100 levels"),
        (
            "elif", "if 0:\n    pass\n" + String(repeating: "elif 0:\n    pass\n", count: 9999),
            "nested deeper than 100 levels"
        ),
        (
            "blocks", (0..<levels).map { String(repeating: " ", count: $0) + "if 1:\n" }.joined(),
            "nested deeper than 100 levels"
        ),
        ("f-strings", "x = " + String(repeating: "f'{", count: 50) + "\n", "a.py:1:"),
        (
            "templates of the environment", "x = 1 #" + String(repeating: "{{$A:", count: 99_999) + "\ny = z\n",
            "a.py:2:5: the name 'z'"
        ),
        (
            "200,000 arguments", "x = max(" + String(repeating: "1,", count: 200_000) + "1)\n",
            "a.py:1:200003: the config has more than 100000 steps"
        ),
        ("text that values share", "a = 'x' * 100000\nb = [a] * 1000\n", "bytes of text"),
        (
            "a long name that values share",
            "import b\na = b." + String(repeating: "c", count: 100_000) + "\nd = [a] * 1000\n", "bytes of text"
        ),
        (
            "paths, taken apart often",
            "import os.path as osp\na = 'x/' * 100000\nfor i in range(9999):\n    osp.basename(a)\n", "a.py:4:5: "
        ),
        ("numbers in long text", "a = ' ' * 100000 + '1'\nfor i in range(9999):\n    int(a)\n", "a.py:3:5: "),
        ("text that is the same", "a = 'x' * 100000\nb = a + ''\nfor i in range(9999):\n    a is b\n", "a.py:4:5: "),
        ("a long format", "a = '{0:.0}' * 20000\nfor i in range(9999):\n    a.format('')\n", "a.py:3:5: "),
        (
            "a long format of percents", "a = '%.0s' * 20000\nt = ('',) * 20000\nfor i in range(9999):\n    a % t\n",
            "a.py:4:5: "
        ),
        (
            "a name that grows", "import a.b as b\nfor i in range(20000):\n    b = b.c\n",
            "a.py:3:9: the config has more than 1677721 bytes of text"
        ),
        ("long text in a tuple that is a key", "k = ('x' * 100,) * 100\nx = {k: 1}\n", "bytes in a key"),
        ("zeros", "\0\0\0", "a.py:1:1: unexpected character"),
        ("a byte order mark", "\u{FEFF}x = 1\n", "a.py:1:1: unexpected character"),
    ]

    @Test("what takes too much is refused with its place", arguments: sources)
    func refused(name: String, source: String, word: String) {
        let error = MemoryFiles(["a.py": source]).error("a.py", Self.limits)
        #expect(error.contains(word), "\(error)")
        #expect(error.hasPrefix("a.py:"), "\(error)")
    }

    @Test("a value of a thousand million parts by sharing is refused")
    func billionLaughs() {
        var source = "a0 = ['lol'] * 10\n"
        for level in 1...9 { source += "a\(level) = [a\(level - 1)] * 10\n" }
        #expect(MemoryFiles(["a.py": source]).error("a.py", Self.limits).contains("more than 100000 elements"))
        #expect(
            MemoryFiles(["a.py": source + "x = f'{a9}'\n"]).error("a.py", Self.limits).hasPrefix(
                "a.py:11:8: the config has more than"))
    }

    @Test("a chain of lists, each inside the next, ends without recursion")
    func deepChain() {
        for step in ["a = [a]", "a = (a,)", "a = dict(a=a)"] {
            let source = "a = 1\n" + String(repeating: step + "\n", count: 20_000) + "a = 1\n"
            #expect(MemoryFiles(["a.py": source]).error("a.py") == "loaded: a = 1\n")
        }
    }

    @Test("text that is not UTF-8, and files that are too long, are refused")
    func bytes() {
        #expect(MemoryFiles(["a.py": [0x61, 0xFF]]).error("a.py") == "a.py:1:1: the text is not UTF-8")
        let long = MemoryFiles(["a.py": [UInt8](repeating: 0x23, count: 1 << 20 + 1)])
        #expect(long.error("a.py").contains("at most 1048576 are read"))
    }

    @Test("names that are not data are left out in one pass, however many", .timeLimit(.minutes(20)))
    func manyNames() {
        let source = (0..<60_000).map { "__a\($0) = 1\n" }.joined() + "x = 1\n"
        #expect(MemoryFiles(["a.py": source]).error("a.py") == "loaded: x = 1\n")
    }

    @Test("templates that would make a text too long are refused")
    func longTemplates() {
        let path = String(repeating: "d", count: 4000) + "/a.py"
        let source = "# " + String(repeating: "{{fileDirname}}", count: 1000) + "\n"
        let error = MemoryFiles([path: Array(source.utf8)]).error(path)
        #expect(error.hasSuffix("a.py:1:1: the text has 4008003 bytes; at most 1048576 are read"), "\(error)")
    }

    @Test("bases that go in circles, or that are many, are refused")
    func circles() {
        let circle = MemoryFiles(["a.py": "_base_ = 'b.py'\n", "b.py": "\n_base_ = ['./../x/../b.py', 'a.py']\n"])
        #expect(
            circle.error("a.py").hasPrefix("b.py:2:11: the base cannot be read: ../b.py"), "\(circle.error("a.py"))")
        let pair = MemoryFiles(["a.py": "_base_ = 'b.py'\n", "b.py": "\n_base_ = 'a.py'\n"])
        #expect(pair.error("a.py") == "b.py:2:10: 'a.py' inherits from itself; inherited at a.py:1:10")
        var files: [String: [UInt8]] = [:]
        for level in 0..<40 {
            files["\(level).py"] = Array("_base_ = ['\(level + 1).py', '\(level + 1).py']\n".utf8)
        }
        files["40.py"] = []
        #expect(MemoryFiles(files).error("0.py").contains("more than 100 files"))
    }
}
