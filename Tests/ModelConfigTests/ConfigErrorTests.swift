import Testing

@testable import ModelConfig

/// An error names the place, what is wrong, and what to do where that is known.
@Suite struct ConfigErrorTests {
    @Test(
        "an error of one file",
        arguments: [
            ("x = dict(\n    a=1,\n    b=[1 2])\n", "a.py:3:10: expected ',' or ']', found a number"),
            ("x = 'é' + y\n", "a.py:1:11: the name 'y' is not defined"),
            ("depth = 1\nx = dept\n", "a.py:2:5: the name 'dept' is not defined; did you mean 'depth'?"),
            ("x = dict(mean=1)\ny = x['maen']\n", "a.py:2:5: the dict has no key 'maen'; did you mean 'mean'?"),
            ("x = [1, 2][2]\n", "a.py:1:5: index 2 is out of range of 2 elements"),
            (
                "def f():\n    pass\n",
                "a.py:1:1: a `def` statement is not supported: a config is read as data, nothing is run"
            ),
            ("x = lambda: 1\n", "a.py:1:5: a `lambda` is not supported: a config is read as data, nothing is run"),
            (
                "import os\nos.system('ls')\n",
                "a.py:2:1: 'os.system' is not supported: a config is read as data, nothing is run"
            ),
            (
                "x = __import__('os')\n",
                "a.py:1:5: the function '__import__' is not supported: a config is read as data, nothing is run"
            ),
            (
                "x = open('a')\n",
                "a.py:1:5: the function 'open' is not supported: a config is read as data, nothing is run"
            ),
            ("x = b'a'\n", "a.py:1:5: a bytes literal is not supported: a config is read as data, nothing is run"),
            ("x = 2j\n", "a.py:1:5: a complex number is not supported: a config is read as data, nothing is run"),
            ("x = range(3)\n", "a.py:1:1: a range is not data: write what it gives, as list(…)"),
            ("x = dict(a=len)\n", "a.py:1:10: the function 'len' is not data: write what it gives, as list(…)"),
            ("x = 1 / 0\n", "a.py:1:5: division by zero"),
            ("x = round(9223372036854775807, -19)\n", "a.py:1:5: the result does not fit into 64 bits"),
            ("x = list(enumerate('ab', 9223372036854775807))\n", "a.py:1:10: the result does not fit into 64 bits"),
            ("text = 1\n", "a.py:1:1: 'text' is reserved: no config may have a top-level key of that name"),
            (
                "with open('x') as f:\n    pass\n",
                "a.py:1:1: a `with` other than `with read_base():` is not supported: a config is read as data, nothing is run"
            ),
            (
                "_base_ = 'mmdet::x/y.py'\n",
                "a.py:1:10: the base 'mmdet::x/y.py' belongs to the package 'mmdet', and only files are read: copy its configs here and name them by path"
            ),
            ("_base_ = [\n    'none.py',\n]\n", "a.py:2:5: the base cannot be read: none.py: there is no such file"),
            ("_base_ = ['a' + 1]\n", "a.py:1:11: '+' does not take a str and an int"),
            (
                "x = '{{$NOT_SET:}}'\n",
                "a.py:1:8: the environment variable 'NOT_SET' is not set, and the template has no default"
            ),
            (
                "x = '{{ fileBasename }}'\ny = '{{$NOT_SET:}}'\n",
                "a.py:2:8: the environment variable 'NOT_SET' is not set, and the template has no default"
            ),
            (
                "_base_ = []\nimport numpy as np\nx = dict(a=np.pi)\n",
                "a.py:3:10: 'numpy.pi' is not supported: a config is read as data, nothing is run"
            ),
            ("x = {{_base_.y}}\n", "a.py:1:5: '_base_' has no key 'y'"),
            (
                "x = \"{{_base_.y}}\"\n",
                "a.py:1:6: a template of a base stands inside a string: write it without the quotes"
            ),
            (
                "x = '{{_base_.y}}'\n",
                "a.py:1:1: a template of a base is a value by itself: it cannot be a key, or part of a string or an expression"
            ),
            ("y = {{_base_.y}} ; x = z\n", "a.py:1:24: the name 'z' is not defined"),
            (
                "x = _base_ = ['b.py']\nfrom torch.optim import Adam\n",
                "a.py:1:5: `_base_` is set to a value: only a statement `_base_ = …`, of an old-style config, names bases"
            ),
        ])
    func one(source: String, message: String) {
        #expect(MemoryFiles(["a.py": source]).error("a.py") == message)
    }

    @Test("a child that does not fit names the child's place and the base's")
    func merge() {
        let files = MemoryFiles([
            "d/a.py": "_base_ = '../b.py'\nmodel = dict(\n    head=dict(n=1))\n", "b.py": "model = dict(head=[1])\n",
        ])
        #expect(
            files.error("d/a.py")
                == "d/a.py:3:5: 'head' is a dict here and a list in the base: with `_delete_=True` it replaces that; inherited at b.py:1:14"
        )
    }

    @Test("bases with a key in common name it and both places")
    func duplicates() {
        let files = MemoryFiles(["a.py": "_base_ = ['b.py',\n  'c.py']\n", "b.py": "x = 1\n", "c.py": "y = 1\nx = 1\n"])
        #expect(files.error("a.py") == "a.py:2:3: two bases set 'x': 'x' at b.py:1:1 and c.py:2:1")
    }

    @Test("an error of a base names the statements that led there")
    func chain() {
        let files = MemoryFiles(["a.py": "_base_ = 'b.py'\n", "b.py": "_base_ = 'c.py'\n", "c.py": "x = y\n"])
        #expect(
            files.error("a.py")
                == "c.py:1:5: the name 'y' is not defined; inherited at b.py:1:10; inherited at a.py:1:10")
    }

    @Test("a missing file, a folder and another kind of file are errors")
    func files() {
        #expect(MemoryFiles([:] as KeyValuePairs).error("none.py") == "none.py: there is no such file")
        #expect(
            MemoryFiles([:] as KeyValuePairs).error("none.yml")
                == "none.yml: a config is a Python file, whose name ends in .py")
        do throws(ConfigError) {
            _ = try ModelConfig.load("/dev/null.py")
            Issue.record("loaded")
        } catch { #expect(error.description == "/dev/null.py: there is no such file") }
    }

    @Test(
        "an override that cannot be applied says why",
        arguments: [
            ("x.3.y=1", "--cfg-options: index 3 is out of range of 1 element"),
            ("x.0=1", "--cfg-options: element 0 cannot be replaced: name a key of it, as '0.key=value'"),
            (
                "y.z=1",
                "--cfg-options: 'y' is a dict here and an int in the base: with `_delete_=True` it replaces that"
            ),
            ("x=[1,2", "--cfg-options: 'x=[1,2': the brackets do not match"),
            ("x", "--cfg-options: 'x' is not KEY=VALUE"),
            (
                "_base_=b.py",
                "`_base_` is set to a value: only a statement `_base_ = …`, of an old-style config, names bases"
            ),
        ])
    func override(text: String, message: String) {
        var options = ModelConfig.Options()
        options.overrides = [text]
        do throws(ConfigError) {
            _ = try MemoryFiles(["a.py": "x = [dict(y=1)]\ny = 1\n"]).load("a.py", options)
            Issue.record("loaded")
        } catch { #expect(error.description == message) }
    }

    @Test("each entry knows where it was set last")
    func origins() throws {
        let files = MemoryFiles([
            "a.py": "_base_ = 'b.py'\nmodel = dict(\n    depth=50)\n_base_.lr = 2\n",
            "b.py": "model = dict(type='é', depth=18, **dict(z=1))\nlr = 1\n",
        ])
        let values = try files.load("a.py").values
        guard case .dictionary(let model)? = values["model"] else { throw CancellationError() }
        #expect(values.entry("model")?.origin?.description == "b.py:1:1")
        #expect(model.entry("type")?.origin?.description == "b.py:1:14")
        #expect(model.entry("depth")?.origin?.description == "a.py:3:5")
        #expect(model.entry("z")?.origin?.description == "b.py:1:41")
        #expect(values.entry("lr")?.origin?.description == "a.py:4:1")
    }

    @Test("a class under another name stays in an old-style config, the name that its import binds does not")
    func importedClass() throws {
        let files = MemoryFiles(["a.py": "_base_ = []\nfrom mine import ResNet\nx = ResNet\n"])
        let values = try files.load("a.py").values
        #expect(values.entries.map(\.key) == [.string("x")])
        #expect(values["x"] == .string("mine.ResNet"))
    }

    @Test("what will be deprecated is noted", arguments: ["", "from torch import nn\n"])
    func deprecation(imports: String) throws {
        let files = MemoryFiles(["a.py": imports + "_deprecation_ = dict(expected='b.py', reference='r')\nx = 1\n"])
        let config = try files.load("a.py")
        #expect(config.notes == ["a.py will be deprecated; use b.py; see r"])
        #expect(config.values.entries.map(\.key) == [.string("x")])
    }
}
