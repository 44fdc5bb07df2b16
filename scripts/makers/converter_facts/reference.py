"""How upstream's scripts, MMPreTrain's models and the official repositories are run."""

import contextlib
import functools
import importlib
import importlib.util
import io
import pathlib
import re
import sys
import tempfile
import types
from collections import OrderedDict

import torch

from seeded_weights import fill, seeded_input


class Mistake(Exception):
    """A case is not what its module says; nothing is written."""


class Unavailable(Exception):
    """A repository that this run was not given."""


# Where the official repositories lie: --sources.
sources_folder = None

# The published MobileNetV2: --published.
published_file = None


@contextlib.contextmanager
def uninitialised():
    """Modules built inside keep the memory as it comes: initialising takes minutes and is of no use here."""
    functions = [name for name in dir(torch.nn.init) if name.endswith("_") and not name.startswith("_")]
    saved = {name: getattr(torch.nn.init, name) for name in functions}
    methods = {name: getattr(torch.Tensor, name) for name in ("normal_", "uniform_", "trunc_normal_", "erfinv_")
               if hasattr(torch.Tensor, name)}
    for name in functions:
        setattr(torch.nn.init, name, lambda tensor, *arguments, **options: tensor)
    for name in methods:
        setattr(torch.Tensor, name, lambda tensor, *arguments, **options: tensor)
    try:
        yield
    finally:
        for name, function in saved.items():
            setattr(torch.nn.init, name, function)
        for name, function in methods.items():
            setattr(torch.Tensor, name, function)


@contextlib.contextmanager
def quiet():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


# MMPreTrain

def converters():
    import mmpretrain
    return pathlib.Path(mmpretrain.__file__).parent / ".mim" / "tools" / "model_converters"


def script(name, stubs=None):
    """Upstream's script `name` as a module; `stubs` are modules that it imports and this machine lacks."""
    return load(converters() / f"{name}.py", stubs or {})


@contextlib.contextmanager
def supplied(stubs):
    """Inside, modules have these attributes in the place of real ones, which are missing or of another version."""
    created, saved, absent = [], [], object()
    for stub, attributes in dict(stubs).items():
        parts = stub.split(".")
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[:count])
            if name not in sys.modules and not available(name):
                module = types.ModuleType(name)
                module.__path__ = []
                sys.modules[name] = module
                created.append(name)
                if count > 1:
                    setattr(sys.modules[".".join(parts[:count - 1])], parts[count - 1], module)
        for attribute, value in attributes.items():
            if stub not in created:
                saved.append((sys.modules[stub], attribute, vars(sys.modules[stub]).get(attribute, absent)))
            setattr(sys.modules[stub], attribute, value)
    try:
        yield
    finally:
        for module, attribute, value in reversed(saved):
            if value is absent:
                delattr(module, attribute)
            else:
                setattr(module, attribute, value)
        for name in created:
            del sys.modules[name]


def available(name):
    """Whether the real module can be imported; then it is."""
    try:
        with quiet():
            importlib.import_module(name)
        return True
    except ImportError:
        return False


def load(path, stubs=(), folder=None, within=None):
    """The Python file as a module, its imports found in `folder` first."""
    name = (f"{within}." if within else "") + f"upstream_{path.stem.replace('-', '_')}"

    def execute():
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        with quiet():
            spec.loader.exec_module(module)
        return module
    with supplied(stubs):
        return execute() if folder is None else beside(folder, execute)


def beside(folder, run):
    """What `run` gives if imports are found in `folder` first; none of them stays."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        return run()
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(folder) in str(getattr(sys.modules[name], "__file__", None) or ""):
                del sys.modules[name]


def through_files(convert, *arguments):
    """A script that converts a file to a file, as a function of a state dict."""
    def run(state_dict):
        with tempfile.TemporaryDirectory() as scratch:
            source, target = f"{scratch}/in.pth", f"{scratch}/out.pth"
            torch.save(state_dict, source)
            with quiet():
                convert(source, target, *arguments)
            result = torch.load(target)
        return result.get("state_dict", result)
    return run


def quietly(convert):
    def run(state_dict):
        with quiet():
            return convert(state_dict)
    return run


@functools.lru_cache(maxsize=2)
def build(model):
    """MMPreTrain's model of that name, or the module that the callable makes; not initialised."""
    with uninitialised(), quiet():
        if callable(model):
            return model().eval()
        from mmpretrain import get_model
        return get_model(model, pretrained=False).eval()


@functools.lru_cache(maxsize=None)
def model_from_config(path):
    """A function that builds the model of a configuration that has no registered name."""
    def model():
        from mmpretrain import get_model
        return get_model(str(converters().parent.parent / "configs" / path), pretrained=False)
    return model


def model_state_dict(model):
    return build(model).state_dict()


# Official repositories

def official(repository, module, stubs=(), folder="", within=None):
    """A module of an official repository ("owner/name@commit"), which --sources must hold.

    `module` is a dotted name below `folder`, or the path of a file, which then is a module of the package `within`.
    Their models register themselves with timm of old; here that does nothing.
    """
    owner = repository.partition("@")[0].replace("/", "+")
    if sources_folder is None or not (sources_folder / owner).is_dir():
        raise Unavailable(f"{repository} is not in --sources")
    root = sources_folder / owner / folder
    timm = {
        "timm.models.registry": {"register_model": lambda function: function},
        "timm.models.layers": vars(importlib.import_module("timm.layers")),
    }
    if module.endswith(".py"):
        return load(root / module, {**timm, **dict(stubs)}, folder=(root / module).parent, within=within)

    def execute():
        with quiet():
            return importlib.import_module(module)
    with supplied({**timm, **dict(stubs)}):
        return beside(root, execute)


def instance(make, *arguments, **options):
    """The module that `make` builds, not initialised, in eval mode. NumPy has its old names of Python's types."""
    with uninitialised(), quiet(), supplied({"numpy": {"float": float, "int": int}}):
        module = make(*arguments, **options)
        module.eval()
    return module


# Proof

def agree(network, model, convert, shape=(1, 3, 224, 224), outputs=lambda y: y, computed="(?!)"):
    """Whether the source network and the MMPreTrain model with the converted weights compute the same.

    Both get the seeded weights of the source's keys; integers, and what `computed` matches, stay as the models define
    them.
    """
    defined = {key: tensor.clone() for key, tensor in network.state_dict().items() if re.fullmatch(computed, key)}
    fill(network)
    network.load_state_dict(defined, strict=False)
    converted = convert(OrderedDict(network.state_dict()))
    target = build(model)
    own = target.state_dict()
    floating = {key: tensor for key, tensor in converted.items() if tensor.is_floating_point() and key in own}
    absent = [key for key, tensor in own.items() if tensor.is_floating_point() and key not in floating
              and not re.fullmatch(computed, key)]
    if absent:
        raise Unavailable(f"no proof: {absent[:3]} are not made")
    target.load_state_dict(floating, strict=False)
    # Some models keep in eval mode what they computed of their weights when they were put into it.
    target.train().eval()
    image = torch.from_numpy(seeded_input(shape))
    with torch.no_grad(), quiet():
        expected, found = outputs(network(image)), outputs(target(image))
    if isinstance(found, (tuple, list)):
        found = found[-1]
    scale = expected.abs().max().item()
    error = (expected - found).abs().max().item() / scale
    if not error < 1e-3:
        raise Mistake(f"{model}: the networks differ by {error:.2e} of the largest output, {scale:.3g}")
    return f"proof: with these weights both networks give the same {tuple(shape)} -> {tuple(found.shape)} to 1e-3"
