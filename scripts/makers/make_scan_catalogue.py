#!/usr/bin/env python3
"""Derives what ckpt-scan knows of Python's libraries from their sources, and writes three Swift tables.

usage: scripts/makers/make_scan_catalogue.py [--stdlib DIR…] [--packages DIR…] [--explain GLOBAL] [--statistics]
       scripts/makers/make_scan_catalogue.py --transformers [--packages DIR…]

  --stdlib DIR…      folders of the standard library's sources, one for each version of Python; the first is the one
                     that the packages are read with. Without it: that of this Python
  --packages DIR…    folders that packages are installed in. Without it: those of this Python
  --explain GLOBAL   say why a global is in the table, and stop
  --statistics       say how many entries each package has
  --transformers     write GlobalCatalog+Transformers.swift alone

Written to Sources/PickleScan/Catalog/:
  HarmfulCallables+Table.swift   every class and function that leads what it is given to an axiom (scan_catalogue/
                                 sinks.py): exec, a process, a socket, a file that is written, native code, another
                                 unpickler; with the next step of the way there
  GlobalCatalog+Plain.swift      classes whose instances are data (scan_catalogue/plain.py), except those that
                                 GlobalCatalog+Dangerous, +Ordinary and +Torch decide on, which the scanner asks first
  GlobalCatalog+Twins.swift      what the standard library's modules export of native ones
  GlobalCatalog+Transformers.swift  layers, models and configurations of transformers that are plain, which are
                                 thousands and do no harm: no more is read for it than they are made of

Nothing is imported or run but this Python's own standard library, for the last table: the sources are parsed. A line of
the first table is a module, a colon and words. A word is a kind, the next step, `=` and the names that take it:
`w.other=a,b` in the same module, `wmodule.other=a,b` in another; `w@module.other=a` says that it is that under another
name. The kinds are those of sinks.py. In the other tables a word is a name. Deterministic for given sources.

Where two folders have a module, the later one counts. Packages that a folder has and PACKAGES does not list are passed over. The committed tables are of Python 3.11, 3.13, 3.8 and
3.6, and of the versions in the tables' heads. Takes some five minutes and as many gigabytes.
"""
import argparse
import collections
import importlib
import importlib.metadata
import pathlib
import re
import sys
import sysconfig

from scan_catalogue.flow import CONSTRUCTORS, LIFECYCLE, Analysis
from scan_catalogue.modules import Library
from scan_catalogue.plain import HARMLESS_BASES, PlainClasses
from scan_catalogue.sinks import HARMLESS, SINKS

CATALOG = pathlib.Path(__file__).resolve().parents[2] / "Sources/PickleScan/Catalog"

# What checkpoints are made with, and what such environments have besides.
PACKAGES = """
    torch torchvision torchgen functorch torchao transformer_engine numpy scipy pandas sklearn joblib dill cloudpickle
    mmengine mmcv mmpretrain timm safetensors transformers accelerate peft huggingface_hub omegaconf hydra lightning
    pytorch_lightning lightning_fabric lightning_utilities ultralytics fairseq onnx onnxruntime xgboost lightgbm
    skops open_clip tensorboard tensorboardX wandb fsspec h5py hickle klepto jsonpickle srsly catalogue thinc smart_open
    yaml ruamel jinja2 mako cffi numba numexpr requests urllib3 aiohttp httpx tornado paramiko fabric invoke sh plumbum
    pexpect psutil pathos multiprocess gdown IPython traitlets virtualenv _pytest fickling picklescan modelscan py7zr
    matplotlib networkx lazy_importer termcolor
    """.split()

# Whose data classes and layers are read for GlobalCatalog+Plain.swift.
PLAIN = """
    torch torchvision timm mmengine mmpretrain mmcv ultralytics omegaconf lightning_fabric pytorch_lightning transformers
    accelerate peft fairseq torchao hydra
    """.split()

TWINS = """
    builtins:io os:posix io:_io pickle:_pickle functools:_functools operator:_operator codecs:_codecs signal:_signal
    socket:_socket
    ctypes:_ctypes sqlite3:_sqlite3 threading:_thread subprocess:_posixsubprocess ssl:_ssl select:select collections:_collections
    """.split()


# Packages that the scanner takes for dangerous as a whole, and whose entries would say no more.
WHOLE = {"idlelib", "turtledemo", "distutils", "lib2to3", "unittest", "tkinter", "turtle", "ensurepip", "test"}
# Hundreds of functions that build one network each, and may download its weights.
BUILDERS = re.compile(r"timm\.models\.[a-z]")


# The networks of transformers, and what they are made of.
NETWORKS = re.compile(r"transformers/models/\w+/(modeling|configuration)_(?!tf_|flax_)\w+\.py$")
MADE_OF = re.compile(
    NETWORKS.pattern + r"|transformers/models/\w+/__init__\.py$|transformers/(?!models/).*\.py$"
    r"|torch/(nn|utils|optim|distributed)/.*\.py$|torch/\w+\.py$|huggingface_hub/.*\.py$")


class Table:
    """The words of each module."""

    def __init__(self):
        self.words = collections.defaultdict(dict)

    def enter(self, library, analysis):
        for name, sink in SINKS.items():
            module, _, last = self.split(library, name)
            self.words[module].setdefault(last, sink.kind)
        for (module, name), (kind, target) in analysis.reasons.items():
            if module.partition(".")[0] in WHOLE or BUILDERS.match(module) or f"{module}.{name}" in HARMLESS:
                continue
            if self.is_public(name):
                self.words[module].setdefault(name, kind + self.relative(module, target))
        for module in library.modules.values():
            if module.name.partition(".")[0] in WHOLE:
                continue
            names = list(module.symbols)
            for star in module.stars:
                if star in library.modules:
                    names += [one for one in library.modules[star].symbols if not one.startswith("_")]
            for name in names:
                self.enter_alias(library, analysis, module, name)

    @staticmethod
    def split(library, dotted):
        parts = dotted.split(".")
        for count in range(len(parts) - 1, 0, -1):
            if ".".join(parts[:count]) in library.modules:
                return ".".join(parts[:count]), ".", ".".join(parts[count:])
        return dotted.rpartition(".")

    @staticmethod
    def is_public(name):
        """Functions all; of classes what one may call from outside, and what an unpickler calls."""
        owner, _, last = name.rpartition(".")
        return not owner or not last.startswith("_") or last in LIFECYCLE or last in CONSTRUCTORS or last == "__call__"

    @staticmethod
    def relative(module, target):
        return target[len(module):] if target.startswith(module + ".") and "." not in target[len(module) + 1:] \
            else target

    def enter_alias(self, library, analysis, module, name):
        if name in self.words[module.name]:
            return
        kind, where, qualified = library.resolve(f"{module.name}.{name}")
        if kind in ("class", "function", "method") and (where.name, qualified) in analysis.reasons \
                and (where.name, qualified) != (module.name, name):
            # Inside a package every module has the names of others: those that it offers to its users are enough, in
            # the package itself or from a private module.
            package = module.name.partition(".")[0]
            is_offered = module.is_package or "._" in where.name and "._" not in module.name
            if f"{where.name}.{qualified}" in HARMLESS or where.name == "typing" or BUILDERS.match(where.name) \
                    or where is not module and where.name.partition(".")[0] == package and not is_offered:
                return
            letter = analysis.reasons[where.name, qualified][0]
            self.words[module.name][name] = f"{letter}@{where.name}.{qualified}"
        elif kind == "other" and qualified in SINKS and qualified != f"{module.name}.{name}":
            self.words[module.name][name] = f"{SINKS[qualified].kind}@{qualified}"


def swift(head, owner, tables):
    lines = [f"// Written by scripts/makers/make_scan_catalogue.py from {head}; not to be edited by hand.", "",
             f"extension {owner} {{"]
    for name, comment, rows in tables:
        lines += [f"    /// {comment}", f'    static let {name} = """']
        lines += ["        " + row for row in rows]
        lines += ['        """', ""]
    return "\n".join(lines[:-1] + ["}", ""])


def rows(words):
    return [row(module, names) for module, names in sorted(words.items()) if names]


def row(module, names):
    groups = collections.defaultdict(list)
    for name, value in sorted(names.items()):
        groups[value].append(name)
    return f"{module}: " + " ".join(f"{value}={','.join(names)}" for value, names in sorted(groups.items()))


def plain_rows(table):
    return [f"{module}: " + " ".join(sorted(names)) for module, names in sorted(table.items())]


def decided():
    """What GlobalCatalog's other tables decide on: globals, modules with all below them, steps of a module's name."""
    block = re.compile(r'"""\n(.*?)"""', re.DOTALL)
    text = (CATALOG / "GlobalCatalog+Dangerous.swift").read_text()
    modules, _, functions = text.partition("static let dangerousFunctions")
    words = re.findall(r'names: (?:"""\n(.*?)"""|"(.*?)")', modules, re.DOTALL)
    tables = block.findall(functions)
    for name in ("Ordinary", "Torch"):
        tables += block.findall((CATALOG / f"GlobalCatalog+{name}.swift").read_text())
    known = {one for table in tables for one in entries(table)}
    gateways = functions.partition("static let gateways")[2].partition("]")[0]
    return known, {word for pair in words for word in "".join(pair).split()}, set(re.findall(r'"(\w+)"', gateways))


def entries(table):
    """`(module, name)` of a table whose lines are a module, a colon and names."""
    module = ""
    for word in table.split():
        if word.endswith(":"):
            module = word[:-1]
        else:
            yield module, word


def undecided(table):
    known, modules, gateways = decided()
    left = {}
    for module, names in table.items():
        parts = module.split(".")
        if gateways & set(parts[1:]) or any(".".join(parts[:count + 1]) in modules for count in range(len(parts))):
            continue
        left[module] = [name for name in names if (module, name) not in known]
    return {module: names for module, names in left.items() if names}


def twins():
    found = []
    for pair in TWINS:
        one, other = pair.split(":")
        module, native = importlib.import_module(one), importlib.import_module(other)
        names = sorted(name for name, value in vars(module).items()
                       if module is not native and callable(value) and getattr(native, name, None) is value
                       and not (name.startswith("__") and name.endswith("__")))
        if names:
            found.append(f"{one} {other}: " + " ".join(names))
    return found


def read(folder, packages=None):
    library = Library()
    library.read(folder)
    for one in packages or []:
        library.read(one, set(PACKAGES))
    return library


def versions(library):
    known = importlib.metadata.packages_distributions()
    found = []
    for name in ("torch", "numpy", "scipy", "pandas", "sklearn", "transformers", "omegaconf", "pytorch_lightning",
                 "ultralytics"):
        if name in library.modules and name in known:
            found.append(f"{name} {importlib.metadata.version(known[name][0]).split('+')[0]}")
    return ", ".join(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stdlib", nargs="+", default=[sysconfig.get_path("stdlib")])
    parser.add_argument("--packages", nargs="+", default=[sysconfig.get_path("purelib")])
    parser.add_argument("--explain", metavar="GLOBAL")
    parser.add_argument("--statistics", action="store_true")
    parser.add_argument("--transformers", action="store_true")
    options = parser.parse_args()
    sys.setrecursionlimit(10_000)
    if options.transformers:
        return write_transformers(options.packages)
    library = read(options.stdlib[0], options.packages)
    analysis = Analysis(library)
    if options.explain:
        explain(library, analysis, options.explain)
        return
    table = Table()
    table.enter(library, analysis)
    for folder in options.stdlib[1:]:
        other = read(folder)
        further = Analysis(other)
        table.enter(other, further)
    data, instances = map(undecided, PlainClasses(library, analysis.reasons).of(set(PLAIN)))
    harmful = rows(table.words)
    head = f"the sources of Python's standard library and of {versions(library)} and others"
    (CATALOG / "HarmfulCallables+Table.swift").write_text(swift(head, "HarmfulCallables", [
        ("derived", "Of each module the names that lead to harm.", harmful)]))
    (CATALOG / "GlobalCatalog+Plain.swift").write_text(swift(head, "GlobalCatalog", [
        ("dataClasses", "Data classes, enumerations, named tuples and the like.", plain_rows(data)),
        ("instanceClasses", "Classes whose instances are plain as `__new__` makes them.", plain_rows(instances))]))
    (CATALOG / "GlobalCatalog+Twins.swift").write_text(swift("Python's standard library", "GlobalCatalog", [
        ("nativeTwins", "A module, the native module that defines what follows, and names.", twins())]))
    if options.statistics:
        counts = collections.Counter()
        for module, names in table.words.items():
            counts[module.partition(".")[0]] += len(names)
        print(", ".join(f"{name} {count}" for name, count in counts.most_common()))
        print(sum(counts.values()), "entries,", sum(len(row) for row in harmful), "bytes;",
              sum(map(len, data.values())), "data classes,", sum(map(len, instances.values())), "others")


def write_transformers(folders):
    library = Library()
    for folder in folders:
        library.read(folder, {"transformers", "torch", "huggingface_hub"}, MADE_OF)
    found = collections.defaultdict(list)
    for table in PlainClasses(library, Analysis(library).reasons).of({"transformers"}):
        for module, names in table.items():
            if NETWORKS.search(module.replace(".", "/") + ".py"):
                found[module] += names
    for base in HARMLESS_BASES:
        module, _, name = base.rpartition(".")
        if module.startswith("transformers."):
            found[module].append(name)
    head = f"the sources of {versions(library)}"
    (CATALOG / "GlobalCatalog+Transformers.swift").write_text(swift(head, "GlobalCatalog", [
        ("transformersClasses", "Networks of transformers whose instances are plain as `__new__` makes them.",
         plain_rows(found))]))


def explain(library, analysis, dotted):
    module, _, name = Table.split(library, dotted)
    kind, where, qualified = library.resolve(dotted)
    key = (where.name, qualified) if where else (module, name)
    while key in analysis.reasons:
        letter, target = analysis.reasons[key]
        print(".".join(key), letter, target)
        owner, _, last = Table.split(library, target)
        key = (owner, last)


if __name__ == "__main__":
    main()
