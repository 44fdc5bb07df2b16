#!/usr/bin/env python3
"""Writes Sources/PickleScan/Catalog/GlobalCatalog+Torch.swift: the globals that real libraries vouch for.

usage: scripts/makers/make_known_globals.py [--stdout]

Sources, all read from the installed libraries:
  * what `torch.load(weights_only=True)` allows: torch._weights_only_unpickler._get_allowed_globals()
  * the layers of torch.nn.modules, the optimizers and schedulers of torch.optim: classes that a whole model or
    a training state names, whose construction runs nothing that the file brings
  * numpy's scalar types and dtype classes, under both numpy.core and numpy._core where the module moved

Needs a Python with torch and numpy (see scripts/README.md). Deterministic for given library versions.
"""
import argparse
import importlib
import inspect
import pathlib
import pkgutil

import reference_python  # noqa: F401: first, it says so where PyTorch is missing

import numpy
import torch
from torch._weights_only_unpickler import _get_allowed_globals

TARGET = pathlib.Path(__file__).resolve().parents[2] / "Sources/PickleScan/Catalog/GlobalCatalog+Torch.swift"

HEAD = '''// Written by scripts/makers/make_known_globals.py from PyTorch {torch} and NumPy {numpy}; not to be edited by hand.

/// Globals that real libraries vouch for: a line is a module and the names in it.
extension GlobalCatalog {{
'''


def allowed_by_weights_only():
    return {split(name) for name in _get_allowed_globals()}


def split(name):
    module, _, last = name.rpartition(".")
    return module, last


def classes(package, base):
    """The public classes below `base` that are defined inside `package`."""
    found = set()
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        try:
            module = importlib.import_module(info.name)
        except Exception:
            continue
        for name, value in vars(module).items():
            if inspect.isclass(value) and issubclass(value, base) and value.__module__ == info.name:
                if value.__qualname__ == name:
                    found.add((info.name, name))
    return found


def torch_classes():
    import torch.nn.modules
    import torch.optim
    from torch.optim.lr_scheduler import LRScheduler

    layers = classes(torch.nn.modules, torch.nn.Module)
    schedulers = {
        ("torch.optim.lr_scheduler", name)
        for name, value in vars(torch.optim.lr_scheduler).items()
        if inspect.isclass(value) and value.__module__ == "torch.optim.lr_scheduler" and issubclass(value, LRScheduler)
    }
    schedulers.add(("torch.optim.lr_scheduler", "ReduceLROnPlateau"))
    # Some say that they are defined in the package that exports them, as Adafactor and Muon do.
    exported = {
        (value.__module__, name)
        for name, value in vars(torch.optim).items()
        if inspect.isclass(value) and issubclass(value, torch.optim.Optimizer) and value.__module__ == "torch.optim"
    }
    return layers | classes(torch.optim, torch.optim.Optimizer) | exported | schedulers


def numpy_names():
    scalars = {("numpy", kind.__name__) for kind in set(numpy.sctypeDict.values())}
    dtypes = {
        ("numpy.dtypes", name) for name in dir(numpy.dtypes) if name.endswith("DType") and not name.startswith("_")
    }
    return scalars | dtypes


def table(name, comment, pairs):
    modules = {}
    for module, last in pairs:
        modules.setdefault(module, []).append(last)
    lines = [f"    /// {comment}", f'    static let {name} = """']
    for module in sorted(modules):
        line = f"        {module}:"
        for last in sorted(modules[module]):
            if len(line) + 1 + len(last) > 115:
                lines.append(line)
                line = f"        {module}:"
            line += " " + last
        lines.append(line)
    return "\n".join(lines + ['        """', ""])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stdout", action="store_true", help="print instead of writing the file")
    options = parser.parse_args()
    text = HEAD.format(torch=torch.__version__.split("+")[0], numpy=numpy.__version__)
    text += "\n".join([
        table("weightsOnly", "What `torch.load(weights_only=True)` allows.", allowed_by_weights_only()),
        table("torchClasses", "Layers, optimizers and schedulers.", torch_classes()),
        table("numpyTypes", "Scalar types and dtype classes.", numpy_names()),
    ])
    text += "}\n"
    if options.stdout:
        print(text, end="")
    else:
        TARGET.write_text(text)


if __name__ == "__main__":
    main()
