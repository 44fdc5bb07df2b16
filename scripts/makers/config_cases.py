"""Small configs, expressions and overrides that make_config_facts.py has mmengine read."""

BASE = "model = dict(type='A', depth=18, head=dict(type='H', topk=(1, 5)))\nlr = 0.1\nnames = ['a', 'b']\n"


def child(text, base=BASE, **more):
    return {"a.py": "_base_ = 'base.py'\n" + text, "base.py": base, **more}


def case(name, files, **more):
    return {"name": name, "files": files if isinstance(files, dict) else {"a.py": files}, **more}


NEW = "from mmengine.config import read_base\nwith read_base():\n    from .base import *\n"
NEW_BASE = "from mmpretrain.models import ResNet\nmodel = dict(type=ResNet, head=dict(n=1, m=[dict(x=1)]))\nlr = 1\n"


def lazy(text, base=NEW_BASE, **more):
    return {"a.py": NEW + text, "base.py": base, **more}


CASES = [
    # Order and merging.
    case("an overridden key keeps its place", child("lr = 0.2\nnew = 1\nmodel = dict(depth=50)\n")),
    case("lists and tuples are replaced whole", child("names = ['c']\nmodel = dict(head=dict(topk=(1,)))\n")),
    case("a dict over another type", child("lr = dict(x=1)\n")),
    case("a dict over None", child("x = dict(y=1)\n", "x = None\n")),
    case("a dict over a list", child("names = dict(y=1)\n")),
    case("a value over a dict", child("model = 3\n")),
    case("_delete_ replaces", child("model = dict(_delete_=True, type='B')\n")),
    case("_delete_ inside replaces", child("model = dict(head=dict(_delete_=True, type='B'))\n")),
    case("_delete_ over another type", child("lr = dict(_delete_=True, x=1)\n")),
    case("_delete_ False merges", child("model = dict(_delete_=False, type='B')\n")),
    case("_delete_ 0 merges and is taken out", child("model = dict(_delete_=0, type='B')\n")),
    case("_delete_ of a key that the base has not stays", child("other = dict(_delete_=True, type='B')\n")),
    case("_delete_ inside a deleted dict stays",
         child("model = dict(_delete_=True, head=dict(_delete_=True, a=1))\n")),
    case("_delete_ in a list stays", child("names = [dict(_delete_=True, a=1)]\n")),
    case("_delete_ without a base stays", "x = dict(_delete_=True, a=1)\n"),
    case("_delete as data", child("model = dict(_delete=True)\n")),
    case("keys that are ints", child("x = {1: dict(b=2), 2: 'c'}\n", "x = {1: dict(a=1)}\n")),
    case("True and 1 are one key", child("x = {True: dict(b=2)}\n", "x = {1: dict(a=1)}\n")),
    # Bases.
    case("several bases in order", {"a.py": "_base_ = ['b.py', 'c.py']\nz = 1\n", "b.py": "y = 1\n", "c.py": "x = 1\n"}),
    case("two bases with a key", {"a.py": "_base_ = ['b.py', 'c.py']\n", "b.py": "x = 1\n", "c.py": "x = 1\n"}),
    case("a chain", {"d/a.py": "_base_ = '../b.py'\nx = dict(c=3)\n", "b.py": "_base_ = 'e/c.py'\nx = dict(b=2)\n",
                     "e/c.py": "x = dict(a=1)\n"}),
    case("a base that is missing", {"a.py": "_base_ = 'none.py'\n"}),
    case("an expression as _base_", {"a.py": "_base_ = ['b' + '.py'] + [f'{n}.py' for n in 'cd']\n", "b.py": "b = 1\n",
                                     "c.py": "c = 1\n", "d.py": "d = 1\n"}),
    case("_base_ cannot name what the file defines", {"a.py": "n = 'b.py'\n_base_ = n\n", "b.py": "b = 1\n"}),
    case("_base_ of a tuple", {"a.py": "_base_ = ('b.py',)\n", "b.py": "b = 1\n"}),
    case("_base_ of a number", {"a.py": "_base_ = 1\n"}),
    case("an empty list of bases", {"a.py": "_base_ = []\nx = 1\n"}),
    case("_base_ after other statements", {"a.py": "x = 1\n_base_ = 'b.py'\ny = 2\n", "b.py": "b = 1\n"}),
    case("a second _base_ is left out", {"a.py": "_base_ = 'b.py'\n_base_ = 'none.py'\n", "b.py": "b = 1\n"}),
    case("a base of another kind", {"a.py": "_base_ = 'b.txt'\n", "b.txt": "b = 1\n"}),
    # The name _base_.
    case("values of the base", child("x = _base_.model.head.topk\ny = _base_['names'][::-1]\n")),
    case("an assignment into the base", child("_base_.model.head.topk = [1]\n_base_['lr'] = 2\n_base_.names[0] = 'z'\n")),
    case("what is assigned into the base is copied",
         child("p = [dict(a=1)]\n_base_.names = p\np[0]['a'] = 2\np.append(3)\n")),
    case("a list of the base is shared", child("p = _base_.names\np.append('c')\n_base_.names += ['d']\n")),
    case("a dict of the base is shared", child("h = _base_.model.head\nh['x'] = 1\nh.y = 2\n")),
    case("a key that the base has not", child("x = _base_['nothing']\n")),
    case("an attribute that the base has not", child("x = _base_.nothing\n")),
    case("methods of the base's dicts",
         child("a = _base_.model.pop('depth')\nb = _base_.model.get('none', 3)\nc = _base_.pop('none')\n"
               "_base_.model.update(head=dict(z=1))\n_base_.names.insert(0, 'x')\n")),
    case("the base's dict has no method as key", child("_base_.model.keys = 3\n")),
    case("a new key of the base", child("_base_.other = dict(a=1)\nz = 1\n")),
    case("a deletion in the base", child("del _base_.model['depth']\ndel _base_.names[0]\n")),
    # Sharing.
    case("what names share is written twice", "p = [1]\nx = dict(a=p, b=p)\ny = p\n"),
    case("a change is seen by all names", "p = [dict(a=1)]\nx = dict(p=p)\np[0]['a'] = 2\nx['p'].append(3)\n"),
    case("a child does not change what shared a value",
         child("d = dict(a=2)\n", "d = dict(a=1)\ne = d\n")),
    case("deepcopy keeps sharing inside", "import copy\np = [1]\nq = copy.deepcopy([p, p])\nq[0].append(2)\n"),
    case("copy is shallow", "import copy\np = [[1]]\nq = copy.copy(p)\nq[0].append(2)\nq.append(3)\n"),
    case("in place and not", "a = [1]\nb = a\na += [2]\nc = (1,)\nd = c\nc += (2,)\ne = [1]\nf = e\ne = e + [2]\na *= 2\n"),
    case("update of a plain dict is flat", "d = dict(a=dict(x=1))\nd.update(a=dict(y=2), b=3)\nd.update([('c', 1)])\n"),
    case("attributes of a plain dict", "d = dict(a=1)\nd.a = 2\n"),
    case("a list that contains itself", "a = []\na.append(a)\n"),
    # Templates.
    case("a value of the base by template", child("x = {{_base_.model.head}}\ny = [{{ _base_.lr }}, ({{_base_.names}},)]\n")),
    case("a template over the base's own key", child("lr = {{_base_.model.depth}}\n")),
    case("a template that the base has not", child("x = {{_base_.nothing}}\n")),
    case("a template into a value", child("x = {{_base_.lr.a}}\n")),
    case("a template in a comment", child("x = 1  # {{_base_.nothing}}\n")),
    case("the file's name", "x = '{{ fileBasename }}'\ny = '{{fileBasenameNoExtension}}-{{fileExtname}}'\nz = '{{ fileDirname }}'\n"),
    case("the environment", "x = '{{$CONFIG_CASE:one}}/x'\ny = {{'$CONFIG_COUNT:80'}}\n"),
    case("the environment, set", "x = '{{$CONFIG_CASE:one}}'\ny = {{'$CONFIG_COUNT:80'}}\n",
         environment={"CONFIG_CASE": "two", "CONFIG_COUNT": "[1, 2]"}),
    case("the environment without a default", "x = '{{$CONFIG_CASE:}}'\n"),
    case("a template of the environment outside quotes", "x = {{$CONFIG_COUNT:80}}\n"),
    case("an f-string with braces", "q = 'a'\nx = f'{{question}} {q}'\n"),
    # Names.
    case("names with underscores", "__x = 1\n_y = 2\n_ = 3\n"),
    case("a reserved name", "text = 1\n"),
    case("a reserved name of a base", child("x = 1\n", "filename = 1\n")),
    case("_deprecation_ is taken out", "_deprecation_ = dict(expected='b.py', reference='r')\nx = 1\n"),
    case("modules and functions are not data", "import os\nfrom copy import deepcopy\nimport os.path as osp\nx = 1\n"),
    case("__name__ is not __main__", "x = __name__\nif __name__ == '__main__':\n    y = undefined\nelse:\n    y = 1\n"),
    case("variables of a loop stay", "a = []\nfor i, c in enumerate('ab'):\n    a.append((i, c))\n"),
    case("variables of a comprehension do not", "a = [i for i in range(3)]\nb = i\n"),
    case("a name that is not defined", "x = y\n"),
    case("conditions", "x = 1\nif x > 2:\n    y = 1\nelif x == 1:\n    y = 2\nelse:\n    y = 3\n"),
    case("several targets", "a = b = [1]\nb.append(2)\n(c, d), e = (1, 2), 3\n"),
    case("annotations", "x: int = 3\n"),
    case("statements on one line", "x = 1; y = 2;\n"),
    case("a docstring", "'''A config.'''\nx = 1\n"),
    case("Windows lines", "x = dict(\r\n    a=1)\r\ny = '''a\r\nb'''\r\n"),
    case("a continued line", "x = 1 + \\\n    2\n"),
    case("an empty file", ""),
    case("a comment only", "# nothing\n"),
    # Errors of syntax.
    case("an open bracket", "x = dict(a=1\n"),
    case("an open string", "x = 'a\n"),
    case("a missing comma", "x = [1 2]\n"),
    case("an odd indentation", "x = 1\n  y = 2\n"),
    case("a repeated argument", "x = dict(a=1, a=2)\n"),
    case("a repeated key overrides", "x = {'a': 1, 'b': 2, 'a': 3}\n"),
    case("an argument given twice", "y = dict(a=1)\nx = dict(a=1, **y)\n"),
    case("a positional argument after a named one", "x = dict(a=1, [])\n"),
    case("an assignment to a call", "dict() = 1\n"),
    case("a number with a leading zero", "x = 012\n"),
    # New style.
    case("imported classes", "from mmpretrain.models import ResNet\nimport torch.nn as nn\nimport mmcls.models\n"
         "model = dict(type=ResNet, a=nn.Conv2d, b=mmcls.models.X, c=ResNet.x)\n"),
    case("a class under another name", "from torch.optim import SGD as Sgd\nx = [Sgd, (Sgd,)]\n"),
    case("a new-style base", lazy("x = lr\n")),
    case("update merges", lazy("model.update(head=dict(k=2), z=3)\nmodel.update(dict(head=dict(_delete_=True, j=1)))\n")),
    case("merge heeds _delete_", lazy("model.merge(dict(head=dict(_delete_=True, j=1), new=dict(_delete_=True, a=1)))\n")),
    case("merge keeps order", lazy("model.merge(dict(new=1, head=dict(n=2, k=1)))\n")),
    case("attributes", lazy("model.head.n = dict(a=1)\nmodel.head.n.b = 2\nmodel.head.m[0].x = 5\n")),
    case("attributes of a dict of the file itself", "from x import Y\nd = dict(a=1)\nd.a = 2\n"),
    case("update of a dict of the file itself is flat", lazy("d = dict(a=dict(x=1))\nd.update(a=dict(y=2))\n")),
    case("named imports of a base",
         {"a.py": "from mmengine.config import read_base\nwith read_base():\n    from .base import lr as rate\n", "base.py": NEW_BASE}),
    case("a name that a base has not",
         {"a.py": "from mmengine.config import read_base\nwith read_base():\n    from .base import nothing\n", "base.py": NEW_BASE}),
    case("an import that a base shares with its child", lazy("x = ResNet\nResNet = 1\n")),
    case("a base of a base",
         {"d/a.py": "from mmengine.config import read_base\nwith read_base():\n    from ..b.c import *\nm.update(y=2)\n",
          "b/c.py": NEW + "m.z = 3\n", "b/base.py": "m = dict(x=1)\n"}),
    case("a missing new-style base", {"a.py": NEW}),
    case("a star outside read_base", "from mmpretrain.models import *\n"),
    case("an old-style base in a new-style config", lazy("x = 1\n", "_base_ = 'other.py'\n", **{"other.py": "y = 1\n"})),
    case("a new-style base in an old-style config",
         {"a.py": "_base_ = 'b.py'\n", "b.py": NEW, "base.py": NEW_BASE}),
    case("both styles in one file", {"a.py": NEW + "_base_ = 'base.py'\n", "base.py": NEW_BASE}),
    case("something else inside read_base", {"a.py": "from mmengine.config import read_base\nwith read_base():\n    x = 1\n"}),
    case("another with", "with open('x') as f:\n    x = 1\n"),
    case("a call of an imported name", "from x import Y\nz = Y(1)\n"),
    case("templates of a new-style config stay", "from x import Y\nz = '{{ fileBasename }}'\n"),
    case("the module mmengine.config is not a reason", "from mmengine.config import read_base\nx = 1\n"),
    case("a dict of the base is shared in new style", lazy("h = model.head\nh.n = 7\nh.update(m=2)\n")),
    case("setdefault, pop and get", lazy("a = model.setdefault('q', dict(z=1))\na['z'] = 2\nb = model.pop('none')\nc = model.get('type')\n")),
    # Overrides.
    case("overrides", BASE, overrides=["model.depth=50", "model.head.topk=(1,)", "lr=1e-3", "new.a.b=True", "names=x,y"]),
    case("an override of an element", "p = [dict(a=1), dict(b=[dict(c=1)])]\n", overrides=["p.1.b.0.c=2", "p.0.z=None"]),
    case("an override beyond a list", "p = [dict(a=1)]\n", overrides=["p.2.a=1"]),
    case("an override of a whole element", "p = [1, 2]\n", overrides=["p.0=5"]),
    case("an override of an element of a tuple", "p = (dict(a=1),)\n", overrides=["p.0.a=5"]),
    case("an override by name into a list", "p = [dict(a=1)]\n", overrides=["p.x.a=5"]),
    case("an override into a value", BASE, overrides=["lr.x=5"]),
    case("an override with _delete_", BASE, overrides=["model._delete_=True", "model.type=B"]),
    case("digits are keys of a dict", "p = dict(a=1)\n", overrides=["p.0=5"]),
    case("overrides that contradict", BASE, overrides=["a=1", "a.b=2"]),
    case("an override of a template's kind", BASE, overrides=["lr={{_base_.x}}"]),
]

EXPRESSIONS = [
    # Literals.
    "1_000", "0x1F", "0o17", "0b101", "00", "1.", ".5", "1e-4", "2.5E+3", "1_0.5", "-3", "+2", "~5", "- -1",
    "'a' 'b'", "'a' \"b\" '''c\nd'''", r"'\n\t\\\'\x41\u00e9\101\0'", r"r'\n'", "'\\\n'", "'\\q'", "u'x'", "''", "1_", "1__0", "0x",
    "'é😀'", "True", "None", "()", "(1,)", "(1)", "[1, [2, (3,)]]", "{1, 2, 2.0, 1.0, True}", "{}", "set()",
    "{'a': 1, 2: (3,), None: 4, 1.5: 5, (1, 2): 6}", "{**{'a': 1}, 'b': 2, **{'a': 3}}", "[*[1, 2], 3, *(4,)]", "(*[1], 2)", "1, 2",
    "dict([('a', 1), ('b', 2)], c=3)", "dict({'a': 1}, a=2)", "dict(**{'a': 1}, b=2)", "dict(1)", "dict([1])", "{[1]: 2}",
    # Arithmetic.
    "1 / 3", "7 // 2", "-7 // 2", "7 % -3", "-7 % 3", "7.5 // 2", "-7.5 // 2", "7.5 % -2", "-7.5 % 2", "1e16 // 0.1", "0.0 // 5", "-0.0 % 3",
    "2 ** 10", "2 ** -1", "2 ** 0.5", "-2 ** 2", "2 ** 3 ** 2", "0 ** 0", "0.0 ** -1", "0 ** -1", "(-1) ** 3", "10 ** 18", "(-8) ** (1 / 3)",
    "True + True", "True * 2.0", "1 + 1.0", "3 * 0.1", "0.1 + 0.2", "1.5e-4 * 4096 / 256", "128 * 2**3", "2.5e-7/1.25e-3", "256 / 9 * 4",
    "0.48145466 * 255", "0.40821073 * 255", "1 / 0", "1.0 / 0", "1 // 0", "1 % 0", "5.0 % 0", "1e308 * 10", "-1e308 * 10", "2.0 ** 2000",
    "9007199254740993 / 3", "9223372036854775807 / 3", "9223372036854775807 / 9007199254740993", "1 / 9223372036854775807",
    "9007199254740993 * 1.0", "9007199254740993 == 9007199254740992.0", "9007199254740993 > 9007199254740992.0", "1 << 4", "-9 >> 1", "6 & 3", "6 | 3", "6 ^ 3", "True & False", "1 << -1", "1.5 << 1",
    # Functions.
    "round(2.5)", "round(3.5)", "round(-2.5)", "round(116.28)", "round(2.675, 2)", "round(1.005, 2)", "round(0.5, 0)", "round(1234.5678, -2)", "round(25, -1)", "round(35, -1)", "round(-25, -1)", "round(2.5, None)", "round(6.762206791769146e+17, -2)", "round(50.0, -2)", "round(150.0, -2)", "round(150.5, -2)", "round(999.0, -1)", "round(-4.5, -1)", "round(1e300, -299)", "round(5e-324, -1)", "round(True)",
    "[round(x) for x in [123.675, 116.28, 103.53][::-1]]", "int(320 / 224 * 256)", "int(-3.7)", "int('12')", "int(' 1_2 ')", "int('1.5')", "float('1e-3')", "float('inf')", "-float('inf')", "float('x')", "str(1e-5)", "str([1, 'a', None, 1.0, (2,)])", "str({'a': {1}})", "bool([])", "bool('0')",
    "len('é😀')", "len({'a': 1})", "max(1, 2.5)", "min([3, 1, 2])", "max('a', 'b')", "min([])", "sum([0.1] * 10)", "sum([1, 2], 3)", "sum([[1], [2]], [])", "abs(-3)", "abs(-3.5)", "sorted([3, 1, 2], reverse=True)", "sorted(['b', 'a'])", "list(reversed([1, 2]))",
    "list(range(3))", "list(range(5, 0, -2))", "[*range(2, 4)]", "tuple(range(2))", "list('ab')", "list({'a': 1})", "list(zip([1, 2], 'ab'))", "list(enumerate('ab', 1))", "list({'a': 1}.items())", "any([0, 1])", "all([])", "range(1.5)",
    "[x * y for x in range(3) for y in range(x) if x != y]", "{k: v for k, v in [('a', 1)]}", "{x % 2 for x in range(5)}", "tuple(x for x in 'ab')", "sum(x for x in range(4))", "[a for a, b in [(1, 2)]]", "[a for a, b in [1]]",
    # Sequences.
    "[1, 2, 3][-1]", "[1, 2][2]", "(1, 2)[0]", "'abc'[1]", "'abc'[::-1]", "[1, 2, 3, 4][1:3]", "[1, 2, 3][-2:]", "[1, 2, 3][:-1]", "[1, 2, 3, 4, 5][::2]", "[1, 2, 3][5:1:-1]", "[1, 2, 3][10:]", "[1, 2][::0]", "(1, 2, 3)[1:]", "[1] * 3", "2 * (1, 2)", "'ab' * 2", "[1] * -1", "[1] + [2]", "[1] + (2,)", "'a' + 1", "[1] * 1.5", "{'a': 1}['b']", "[1]['a']", "[1, 2][True]", "None[0]",
    # Comparisons and choices.
    "1 < 2 < 3", "1 < 2 > 3", "1 == 1.0", "'a' in 'abc'", "1 in [1, 2]", "'a' in {'a': 1}", "3 not in (1, 2)", "None is None", "[] is not None", "[1, 2] < [1, 3]", "(1, 'a') == (1, 'a')", "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "1 < 'a'", "not 1", "1 and 2", "0 or 'x'", "[] and 1", "1 if [] else 2", "True == 1", "'é' == 'e\u0301'", "{1, 2} == {2, 1}",
    # Text.
    "'layers.{}'.format(3)", "'{0}-{1}-{0}'.format('a', 2)", "'{x:.2f} {y!r}'.format(x=1, y='a')", "'{:>5}|{:<4}|{:^5}|{:05d}|{:+d}|{:,}'.format('a', 'b', 'c', 42, 3, 1234567)", "'{{}}'.format()", "'{} {}'.format(1)",
    "'%d-%s-%r-%.3f-%5d-%%' % (1, 'a', 'b', 0.12345, 42)", "'%s' % 1", "'%s %s' % (1,)", "'%d' % 'a'", "'%e %g' % (12345.678, 0.0001)",
    "f'{1 + 1} {0.1 + 0.2} {[1, 2]} {None} {\"a\"!r} {3.14159:.2f} {5:03d} {{x}}'", "f'a' 'b' f'{1}'", "f'{True} {True:>5} {True!s:>5} {False:d}'", "f'{1:{5}}'", "f'{ {1: 2}[1] }'", "f'{1'", "f'{}'", "rf'\\d{1}'",
    "'a,b,c'.split(',')", "' a  b '.split()", "'-'.join(['a', 'b'])", "'-'.join([1])", "'aXbX'.replace('X', '--')", "'AbC'.lower()", "'abc'.upper()", "' a '.strip()", "'xxaxx'.strip('x')", "'abc'.startswith('ab')", "'abc'.endswith('bc')",
    "{'a': 1}.get('b', 2)", "{'a': 1}.pop('b')", "{'a': 1} | {'b': 2}", "[3, 1].index(1)", "[1].index(2)", "[1, 1].count(1)", "str(0.1)", "str(1e16)", "str(123456789012345.0)", "str(1e22)", "str(-0.0)", "str(float('nan'))", "str('é\\n\"')", "str(['\\u00e9\\x07\\'', \"it's\"])",
    "abs('a')", "undefined", "len(1)", "1()", "'a'.nothing", "[1].nothing()", "-'a'", "not_a_function(1)",
]

OVERRIDES = [
    "1", "-1", "+1", "1_000", "1.5", "1e-3", ".5", "5.", "inf", "-inf", "true", "FALSE", "True", "None", "none", "", "abc", "a b", "a,b", "1,2,3", "1,", ",", "[1,2]", "[1, 2.5, x]", "(1,2)", "(1,)", "()", "[]", "[()]",
    "[(1,2,3),[a,b],c]", "'abc'", "\"1\"", "'[1,2]'", "['a','b']", "[a", "(1,2", "1,2)", "[1,2],[3,4]", "(a),(b)", "a=b", "1e400", "0x10", "1__0", "_1", " 7 ", "1 2", "[[1,2],[3]]", "1e5,true,None", "((1))", "é",
]
