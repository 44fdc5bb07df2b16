"""Classes whose instances are data: what an unpickler does to make and fill one runs nothing but assignments.

A class is plain if every method that an unpickler calls (`CALLED`) is missing, or is written with assignments, harmless
built-in functions and functions written so, and its bases are plain or built in. Nor may any method that harmless functions
call of what they are given (`dict(x)` asks for `x.keys()` and `x[key]`, `str(x)` for `x.__str__()`) lead to harm, or take
an attribute whose name the object's state gives. Of those, data classes, enumerations and named tuples are data however
they are made; of the others, objects that `__new__` makes are.
"""
import ast

from .modules import FUNCTION

CALLED = ("__new__", "__setstate__", "__del__", "__setattr__", "__delattr__", "__getattr__", "__getattribute__",
          "__setitem__", "__hash__", "__eq__", "__len__", "__bool__", "append", "extend", "add", "update", "_missing_")
# What PyTorch calls of a class of tensors in place of its own functions.
OVERRIDES = ("__torch_function__", "__torch_dispatch__")
CONSTRUCTORS = ("__init__", "__post_init__")
# Methods that only a `class` statement or a question about classes calls.
OF_CLASSES = ("__init_subclass__", "__class_getitem__", "__subclasshook__", "__instancecheck__", "__subclasscheck__",
              "__set_name__")
# Methods that are given the name of an attribute by whoever asks for it.
ACCESS = ("__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__get__", "__set__")
# What Python's and PyTorch's harmless functions call of their arguments by other names.
PROTOCOLS = ("keys", "items", "values", "get", "read", "readline", "detach", "requires_grad_", "as_subclass", "to", "cuda",
             "cpu", "clone", "numpy", "tolist")

HARMLESS_BASES = {
    "object", "dict", "list", "tuple", "set", "frozenset", "str", "int", "float", "bytes", "bool", "Exception",
    "RuntimeError", "ValueError", "UserWarning", "Warning", "KeyError", "AttributeError", "TypeError",
}
HARMLESS_BASES |= {f"builtins.{name}" for name in HARMLESS_BASES}
HARMLESS_BASES |= {
    "collections.OrderedDict", "collections.defaultdict", "collections.UserDict", "collections.Counter",
    "collections.deque", "abc.ABC", "typing.Generic", "typing.NamedTuple", "typing.TypedDict", "typing.Protocol",
    "typing_extensions.Protocol", "enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag",
    "torch.nn.modules.module.Module", "torch.optim.optimizer.Optimizer", "torch.optim.lr_scheduler.LRScheduler",
    "torch.optim.lr_scheduler._LRScheduler", "contextlib.ContextDecorator", "types.SimpleNamespace",
    "collections.abc.Mapping",
    "collections.abc.Sequence", "collections.abc.MutableMapping", "collections.abc.MutableSequence",
    "torch._tensor.Tensor", "torch._C.TensorBase",
    # Of these `append`, `extend`, `update` and `__setitem__` enter modules and parameters under a name.
    *(f"torch.nn.modules.container.{name}" for name in (
        "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict")),
    # Their `__eq__` and `__hash__` compare the attributes as JSON; `update` sets these.
    "transformers.configuration_utils.PreTrainedConfig", "transformers.generation.configuration_utils.GenerationConfig",
    # Of these the source is C++: numbers and names, by torch/_C/_distributed.pyi.
    "torch._C._distributed.Shard", "torch._C._distributed.StridedShard", "torch._C._distributed.Replicate",
    "torch._C._distributed.Partial", "collections.abc.Iterable", "collections.abc.Sized", "collections.abc.Container", "collections.abc.Hashable",
}
# What `dict()`, `OrderedDict()` or `str()` ask of these imports a module, takes an attribute or calls a function that their
# state names.
GATEWAYS = {
    "transformers.processing_utils._LazyAutoProcessorMapping",
    "transformers.models.auto.configuration_auto._LazyConfigMapping",
    "transformers.models.auto.configuration_auto._LazyLoadAllMappings",
    "torch._export.serde.serialize.LazyMap", "torch._logging._internal.LazyString",
}
METACLASSES = {"ABCMeta", "EnumMeta", "EnumType", "abc.ABCMeta"}

FUNCTIONS = {
    "isinstance", "issubclass", "len", "getattr", "setattr", "hasattr", "super", "type", "int", "str", "float", "bool",
    "list", "dict", "tuple", "set", "frozenset", "id", "hash", "repr", "range", "enumerate", "zip", "any", "all",
    "sorted", "min", "max", "callable", "vars", "object.__setattr__", "object.__new__", "object.__getattribute__",
    "OrderedDict", "copy.copy", "warnings.warn", "cast", "typing.cast", "DeprecationWarning", "round",
}
METHODS = {
    "update", "get", "pop", "items", "keys", "values", "setdefault", "append", "extend", "copy", "format", "join",
    "lower", "upper", "startswith", "endswith", "split", "strip", "replace", "index", "add", "clear", "popitem",
    "__setstate__", "__setattr__", "__delattr__", "__getattr__", "__getattribute__", "__new__", "__init__",
    "__hash__", "__eq__", "__setitem__", "__getitem__", "__init_subclass__", "union", "issubset",
    "_make_wrapper_subclass", "_make_subclass",
}

DEPTH = 3  # of harmless functions that call one another


class PlainClasses:
    def __init__(self, library, reasons):
        self.library, self.reasons = library, reasons
        self.verdicts = {}

    def of(self, prefixes):
        """`{module: [data classes]}` and `{module: [other plain classes]}` of the modules below some packages."""
        data, instances = {}, {}
        for module in self.library.modules.values():
            if module.name.partition(".")[0] not in prefixes:
                continue
            for name, (kind, _) in module.symbols.items():
                if kind != "class" or not self.is_plain(module, name):
                    continue
                table = data if self.is_value(module, name) else instances
                for home in {module.name, module.homes.get(name, module.name)}:
                    names = table.setdefault(home, [])
                    if name not in names:
                        names.append(name)
        return data, instances

    def is_value(self, module, name):
        """Whether also a call of the class makes plain data: `Color(2)`, `Box(1, 2)`."""
        if any((module.name, f"{name}.{one}") in self.reasons for one in CONSTRUCTORS):
            return False
        for where, base in self.lineage(module, name):
            if where is None:
                continue
            for item in self.library.class_node(where, base).body:
                if isinstance(item, FUNCTION) and item.name in CONSTRUCTORS and not self.is_harmless(where, item):
                    return False
        return True

    def lineage(self, module, name):
        seen, pending = [], [(module, name)]
        while pending and len(seen) < 40:
            one = pending.pop(0)
            if one in seen:
                continue
            seen.append(one)
            if one[0] is not None and self.library.class_node(*one) is not None:
                pending += list(self.library.bases(*one))
        return seen

    def is_plain(self, module, name):
        key = (module.name, name)
        if key not in self.verdicts:
            self.verdicts[key] = False  # for classes that lead back to themselves
            self.verdicts[key] = self.judge(module, name)
        return self.verdicts[key]

    def judge(self, module, name):
        node = self.library.class_node(module, name)
        if node is None or f"{module.name}.{name}" in GATEWAYS:
            return False
        for keyword in node.keywords:
            dotted = self.library.name_of(keyword.value)
            if keyword.arg == "metaclass" and (dotted or "").rpartition(".")[2] not in METACLASSES:
                return False
        bases = list(self.library.bases(module, name))
        if len(bases) != len(node.bases):
            return False
        for where, base in bases:
            dotted = base if where is None else f"{where.name}.{base}"
            if dotted in HARMLESS_BASES:
                continue
            if where is None or not self.is_plain(where, base):
                return False
        for item in node.body:
            if isinstance(item, FUNCTION) and item.name in CALLED and not self.is_harmless(module, item):
                return False
            if not all(self.is_safe(module, name, item, one) for one in self.methods(item)):
                return False
            if isinstance(item, (ast.Assign, ast.AnnAssign)) and any(
                    isinstance(one, ast.Name) and one.id in CALLED
                    for one in (item.targets if isinstance(item, ast.Assign) else [item.target])):
                return False
        return True

    @staticmethod
    def methods(item):
        """The methods that a statement of a class defines and that others than the unpickler call: `(name, function)`."""
        pairs = [(item.name, item.name)] if isinstance(item, FUNCTION) else []
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Name):  # `__getitem__ = get`
            pairs = [(one.id, item.value.id) for one in item.targets if isinstance(one, ast.Name)]
        return [function for name, function in pairs if name not in CONSTRUCTORS + OF_CLASSES and (
            name in PROTOCOLS or name in METHODS or name.startswith("__") and name.endswith("__"))]

    def is_safe(self, module, owner, item, name):
        """Whether a method does not lead to harm, nor from the state to any attribute of something else."""
        if (module.name, f"{owner}.{name}") in self.reasons or (module.name, name) in self.reasons:
            return False
        if not isinstance(item, FUNCTION) or name in ACCESS or name in OVERRIDES:
            return True
        own = {owner, "cls", "self", *(one.arg for one in item.args.args[:1])}
        for call in ast.walk(item):
            if isinstance(call, ast.Call) and self.library.name_of(call.func) == "getattr" and len(call.args) > 1 \
                    and not isinstance(call.args[1], ast.Constant) and self.library.name_of(call.args[0]) not in own:
                return False
        return True

    def is_harmless(self, module, node, depth=0):
        """Whether a function calls nothing but what is known to compute."""
        for item in ast.walk(node):
            if isinstance(item, (ast.Global, ast.Await, ast.Yield)):
                return False
            if not isinstance(item, ast.Call):
                continue
            dotted = self.library.name_of(item.func)
            if dotted in FUNCTIONS or dotted and dotted.endswith(("Error", "Exception")):
                continue
            if isinstance(item.func, ast.Attribute) and item.func.attr in METHODS:
                continue
            if dotted:
                kind, where, qualified = self.library.resolve_in(module, dotted)
                if kind == "class" and "." not in qualified and self.is_plain(where, qualified):
                    continue
                if kind == "function" and depth < DEPTH and (where.name, qualified) not in self.reasons \
                        and self.is_harmless(where, self.library.symbol(where, qualified)[1], depth + 1):
                    continue
            return False
        return True
