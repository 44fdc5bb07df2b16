#!/usr/bin/env python3
"""Writes Sources/PickleScan/Catalog/GlobalCatalog+Estimators.swift: estimators of scikit-learn that are plain objects.

usage: scripts/makers/make_known_estimators.py [--stdout]

An estimator is plain if an unpickler calls no method of it but BaseEstimator's __setstate__, which enters the state, and those
of READ, which a person has read: they compute from the object's own state. Left out are the modules of OTHERS, whose fitted
estimators give arrays of the file to native code that does not check them: they have trees or support vectors.

Needs a Python with scikit-learn. Deterministic for a version.
"""
import argparse
import collections
import inspect
import pathlib
import sys
import textwrap
import warnings

warnings.filterwarnings("ignore")
import sklearn.calibration
import sklearn.gaussian_process._gpc
import sklearn.gaussian_process.kernels
import sklearn.neural_network._stochastic_optimizers
from sklearn.base import BaseEstimator
from sklearn.utils import all_estimators

TARGET = pathlib.Path(__file__).resolve().parents[2] / "Sources/PickleScan/Catalog/GlobalCatalog+Estimators.swift"

CALLED = """__new__ __setstate__ __del__ __setattr__ __delattr__ __getattr__ __getattribute__ __setitem__ __getitem__ __hash__ __eq__
    __len__ __bool__ __iter__ __contains__ __str__ __repr__ __reduce__ __reduce_ex__ append extend add update keys items
    values""".split()
READ = {"BaseEnsemble", "ColumnTransformer", "FeatureUnion", "Pipeline", "Kernel", "CompoundKernel", "KernelOperator", "Sum",
        "Product", "Exponentiation", "ConstantKernel", "WhiteKernel", "RBF", "Matern", "RationalQuadratic", "ExpSineSquared",
        "DotProduct", "PairwiseKernel"}
OTHERS = tuple(f"sklearn.{name}" for name in (
    "svm", "tree", "neighbors", "manifold", "cluster._birch", "cluster._hdbscan", "ensemble._hist", "semi_supervised",
    "experimental", "datasets"))

HEAD = '''// Written by scripts/makers/make_known_estimators.py from scikit-learn {version}; not to be edited by hand.

/// Estimators that are plain objects: a line is a module and the names in it.
extension GlobalCatalog {{
    static let estimators = """
'''


def own(kind):
    return [one for one in kind.__mro__ if one is not BaseEstimator and one.__module__.startswith("sklearn.")]


def is_plain(kind):
    roots = {one.__module__.partition(".")[0] for one in kind.__mro__}
    called = any(one.__name__ not in READ and name in vars(one) for one in own(kind) for name in CALLED)
    return roots <= {"sklearn", "builtins", "abc"} and not called and not kind.__module__.startswith(OTHERS)


def classes():
    yield from (kind for _, kind in all_estimators())
    for module in sklearn.gaussian_process.kernels, sklearn.neural_network._stochastic_optimizers:
        yield from (one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__)
    yield from (sklearn.calibration._CalibratedClassifier, sklearn.calibration._SigmoidCalibration)
    yield sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stdout", action="store_true")
    options = parser.parse_args()
    names = collections.defaultdict(set)
    for kind in filter(is_plain, classes()):
        names[kind.__module__].add(kind.__name__)
    text = HEAD.format(version=sklearn.__version__)
    for module, found in sorted(names.items()):
        for line in textwrap.wrap(" ".join(sorted(found)), 110 - len(module), break_on_hyphens=False):
            text += f"        {module}: {line}\n"
    text += '        """\n}\n'
    if options.stdout:
        sys.stdout.write(text)
    else:
        TARGET.write_text(text)


if __name__ == "__main__":
    main()
