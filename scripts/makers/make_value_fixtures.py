#!/usr/bin/env python3
"""Makes fixtures/values/: every kind of tensor and value that torch.save can write, with what PyTorch knows of them.

usage: make_value_fixtures.py [--out DIR] [--table]

Needs torch (2.15 made the committed ones) and numpy. The same versions give the same bytes, but for embedded.pth: it
holds legacy streams, which name their storages by address. --table prints the rows
of fixtures/README.md.
Beside NAME.pth stands NAME.json: {"tensors": [row …], "values": {path: text}}. A row has "key", "dtype", "shape",
"stride", "offset", "storage" (equal numbers share memory; null: none), "requires_grad", "parameter", "device",
"layout", "type", "attributes" (repr of the values beside the elements that are not tensors), "component_of" for the
parts of the tensor before it, and "sha256" of the contiguous little-endian bytes where it has elements of its own.
"values" are Python's repr of what is not a tensor; what our text spells in its own way (arrays, objects) is spelled so.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import datetime
import decimal
import enum
import fractions
import hashlib
import io
import json
import os
import pathlib
import types

import numpy
import torch

OUT = ""
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


# Classes that a reader of the fixtures does not have.


class Subclass(torch.Tensor):
    """A tensor by another name, with state of its own."""


class Wrapper(torch.Tensor):
    """A tensor that stands for others, as those of torchao do."""

    @staticmethod
    def __new__(cls, codes, scale):
        return torch.Tensor._make_wrapper_subclass(cls, codes.shape, dtype=torch.float32, device=codes.device)

    def __init__(self, codes, scale):
        self.codes = codes
        self.scale = scale
        self.bits = 8

    @classmethod
    def __torch_dispatch__(cls, function, classes, arguments=(), keywords=None):
        if function is torch.ops.aten.detach.default:
            return cls(arguments[0].codes, arguments[0].scale)
        raise NotImplementedError(str(function))


class Call:
    """Pickles as a call of a function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


class Pair(collections.namedtuple("Pair", "left right")):
    pass


Point = collections.namedtuple("Point", "x y")


class Color(enum.Enum):
    RED = 1


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1
        self.b = [2]


class Names(list):
    """A list with attributes."""


# What PyTorch knows.


class Rows:
    def __init__(self):
        self.rows = []
        self.storages = {}

    def add(self, key, tensor, whole=None):
        layout = str(tensor.layout).removeprefix("torch.")
        parts, attributes, own = [], {}, True
        # A parameter or subclass of a sparse tensor: torch prints it by its layout.
        if layout.startswith("sparse"):
            own = False
            names = {
                "sparse_coo": ["_indices", "_values"],
                "sparse_csr": ["crow_indices", "col_indices", "values"],
                "sparse_bsr": ["crow_indices", "col_indices", "values"],
                "sparse_csc": ["ccol_indices", "row_indices", "values"],
                "sparse_bsc": ["ccol_indices", "row_indices", "values"],
            }[layout]
            parts = [(name.lstrip("_"), getattr(tensor.detach(), name)()) for name in names]
            if layout == "sparse_coo":
                attributes["is_coalesced"] = tensor.is_coalesced()
        elif isinstance(tensor, Wrapper):
            own, layout = False, "wrapper"
            parts = [("codes", tensor.codes), ("scale", tensor.scale)]
            attributes["bits"] = tensor.bits
        elif tensor.is_nested and layout == "strided":
            own, layout = False, "nested"
            names = ("_nested_tensor_size", "_nested_tensor_strides", "_nested_tensor_storage_offsets")
            values = [tensor.values()] + [getattr(tensor, name)() for name in names]
            parts = list(zip(("buffer", "sizes", "strides", "storage_offsets"), values))
        elif layout == "jagged":
            own = False
            parts = [("values", tensor._values), ("offsets", tensor._offsets)]
            parts += [("_metadata_cache." + name, part) for name, part in tensor._metadata_cache.items()]
        elif tensor.device.type == "meta":
            own = False
        if tensor.is_quantized:
            scheme = tensor.qscheme()
            attributes["scheme"] = str(scheme).removeprefix("torch.")
            if scheme == torch.per_tensor_affine:
                attributes["scale"] = tensor.q_scale()
                attributes["zero_point"] = tensor.q_zero_point()
            else:
                # PyTorch writes per_channel_affine for both schemes that have channels.
                attributes["scheme"] = "per_channel_affine"
                attributes["axis"] = tensor.q_per_channel_axis()
                parts = [("scales", tensor.q_per_channel_scales()), ("zero_points", tensor.q_per_channel_zero_points())]
        if not isinstance(tensor, Wrapper) and layout != "jagged":
            for name, value in vars(tensor).items():
                if isinstance(value, torch.Tensor):
                    parts.append((name, value))
                else:
                    attributes[name] = value
        strided = layout == "strided"
        row = {
            "key": key,
            "dtype": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape) if layout not in ("nested", "jagged") else [tensor.size(0)],
            "stride": list(tensor.stride()) if strided else [],
            "offset": tensor.storage_offset() if own else 0,
            "storage": self.storage(tensor) if own else None,
            "requires_grad": tensor.requires_grad,
            "parameter": isinstance(tensor, torch.nn.Parameter),
            "device": str(tensor.device),
        }
        if layout != "strided":
            row["layout"] = layout
        if type(tensor) not in (torch.Tensor, torch.nn.Parameter):
            row["type"] = f"{type(tensor).__module__}.{type(tensor).__qualname__}"
        if tensor.is_conj():
            row["conj"] = True
        if tensor.is_neg():
            row["neg"] = True
        if attributes:
            row["attributes"] = {name: repr(value) for name, value in attributes.items()}
        if whole is not None:
            row["component_of"] = whole
        if own:
            row["sha256"] = digest(tensor)
        self.rows.append(row)
        for name, part in parts:
            self.add(f"{key}.{name}" if key else name, part, key)

    def storage(self, tensor):
        return self.storages.setdefault(tensor.untyped_storage()._cdata, len(self.storages))


def digest(tensor):
    data = tensor.detach()
    if data.is_conj() or data.is_neg():
        data = data.resolve_conj().resolve_neg()
    data = data.contiguous() if not data.is_contiguous() else data
    size = data.element_size() * data.numel()
    if data.dtype in (torch.quint4x2, torch.quint2x4):
        size = data.untyped_storage().nbytes()
    start = data.storage_offset() * data.element_size()
    return hashlib.sha256(bytes(data.untyped_storage()[start : start + size])).hexdigest()


# How we spell keys of classes that are not known.
KEYS = {Color.RED: "__main__.Color(1)"}


def save(name, value, values=None, protocol=2):
    path = os.path.join(OUT, name + ".pth")
    torch.save(value, path, pickle_protocol=protocol)
    loaded = torch.load(path, weights_only=False)
    rows = Rows()
    for key, item in loaded.items():
        if isinstance(item, torch.Tensor):
            rows.add(key if isinstance(key, str) else KEYS.get(key) or repr(key), item)
    text = ",\n  ".join(json.dumps(row) for row in rows.rows)
    spelled = ",\n  ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in (values or {}).items())
    with open(os.path.join(OUT, name + ".json"), "w") as file:
        file.write('{"tensors": [\n  %s\n], "values": {\n  %s\n}}\n' % (text, spelled))


# What is saved.


def dtypes():
    """The types that fixtures/checkpoints/dtypes.pth does not have: those that only hold bits."""
    values = {}
    for name in "bcomplex32 bits1x8 bits2x4 bits4x2 bits8 bits16".split():
        dtype = getattr(torch, name)
        width = torch.empty(0, dtype=dtype).element_size()
        values[name] = torch.arange(7, 7 + 6 * width, dtype=torch.uint8).view(dtype)
    return values


def quantized():
    real = torch.arange(12.0).reshape(3, 4) / 4 - 1
    scales = torch.tensor([0.25, 0.5, 0.125], dtype=torch.float64)
    points = torch.tensor([0, -3, 7])
    by_tensor = torch.quantize_per_tensor(real, 0.125, 3, torch.qint8)
    linear = torch.ao.nn.quantized.Linear(4, 3)
    linear.set_weight_bias(torch.quantize_per_tensor(real, 0.25, 0, torch.qint8), torch.arange(3.0))
    values = {
        "qint8": by_tensor,
        "transposed": by_tensor.t(),
        "row": by_tensor[1],
        "quint8": torch.quantize_per_tensor(real, 0.0625, 100, torch.quint8),
        "qint32": torch.quantize_per_tensor(real, 1e-4, 0, torch.qint32),
        "quint4x2": torch.quantize_per_tensor(torch.arange(5.0), 0.5, 2, torch.quint4x2),
        "quint2x4": torch._empty_affine_quantized([7], scale=1.0, zero_point=0, dtype=torch.quint2x4),
        "by_channel": torch.quantize_per_channel(real, scales, points, 0, torch.qint8),
        "embedding": torch.quantize_per_channel(
            real[:, :3], scales.float(), points.float(), 0, torch.quint4x2
        ),
        "parameter": torch.nn.Parameter(by_tensor, requires_grad=False),
    }
    values["quint2x4"].untyped_storage().fill_(0x1B)
    state = linear.state_dict()
    values["linear.weight"] = state["_packed_params._packed_params"][0]
    return values


def sparse():
    dense = torch.zeros(4, 6)
    dense[0, 1], dense[2, 3], dense[3, 5] = 1, 2, 3
    twice = torch.sparse_coo_tensor([[0, 0], [1, 1]], [1.0, 2.0], (2, 3))
    hybrid = torch.sparse_coo_tensor([[0, 2]], torch.arange(4, dtype=torch.float64).reshape(2, 2), (3, 2)).coalesce()
    return {
        "coo": dense.to_sparse(),
        "uncoalesced": twice,
        "hybrid": hybrid,
        "csr": dense.to_sparse_csr(),
        "csc": dense.to_sparse_csc(),
        "bsr": dense.to_sparse_bsr((2, 3)),
        "bsc": dense.to_sparse_bsc((2, 3)),
        "parameter": torch.nn.Parameter(dense.to_sparse_csr()),
        "empty": torch.zeros(2, 2).to_sparse(),
    }


def meta():
    return {
        "weight": torch.empty(3, 4, device="meta"),
        "transposed": torch.empty(3, 4, device="meta").t(),
        "parameter": torch.nn.Parameter(torch.empty(1000000, 1000000, dtype=torch.bfloat16, device="meta")),
        "int4": torch.empty(3, dtype=torch.int4, device="meta"),
        "uint7": torch.empty(3, dtype=torch.uint7, device="meta"),
        "real": torch.ones(2),
    }


def nested():
    parts = [torch.arange(6.0).reshape(2, 3), torch.ones(1, 3)]
    jagged = torch.nested.nested_tensor_from_jagged(torch.arange(9.0).reshape(3, 3), torch.tensor([0, 2, 3]))
    return {"nested": torch.nested.nested_tensor(parts), "jagged": jagged}


def subclasses():
    shared = torch.arange(4.0)
    noted = shared[1:3]
    noted.note = "kept"
    noted.extra = torch.zeros(2)
    parameter = torch.nn.Parameter(torch.ones(2))
    parameter.tag = 7
    subclass = shared.as_subclass(Subclass)
    subclass.origin = "mine"
    return {
        "shared": shared,
        "noted": noted,
        "parameter": parameter,
        "buffer": torch.nn.Buffer(torch.arange(3)),
        "subclass": subclass,
        "subclass_parameter": torch.nn.Parameter(torch.ones(2).as_subclass(Subclass)),
        "wrapper": Wrapper(torch.arange(6, dtype=torch.int8).reshape(2, 3), torch.tensor([0.5, 0.25])),
    }


def bits():
    base = torch.tensor([[1 + 2j, 3 - 4j], [0 + 0j, -1 - 1j]])
    return {
        "base": base,
        "conjugated": base.conj(),
        "adjoint": base.t().conj(),
        "parameter": torch.nn.Parameter(torch.ones(2, dtype=torch.complex128).conj()),
        "half": torch.tensor([1 + 2j], dtype=torch.complex32).conj(),
    }


def negated():
    return {
        "imaginary": torch.tensor([1 + 2j, 3 - 4j]).conj().imag,
        "both": torch._neg_view(torch.tensor([1 + 2j])).conj(),
        "float": torch._neg_view(torch.arange(3, dtype=torch.bfloat16)),
    }


def devices():
    array = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
    return {
        "numpy": Call(torch._utils._rebuild_device_tensor_from_numpy, array, torch.float32, "cpu", True),
        "xla": Call(torch._utils._rebuild_xla_tensor, numpy.array([True, False]), torch.bool, "cpu", False),
        "cpu": Call(
            torch._utils._rebuild_device_tensor_from_cpu_tensor, torch.arange(3), torch.int64, "cpu", False
        ),
    }


def embedded():
    def inside(storage, zipped):
        file = io.BytesIO()
        torch.save(storage, file, _use_new_zipfile_serialization=zipped)
        return Call(torch.storage._load_from_bytes, file.getvalue())

    def tensor(zipped):
        storage = inside(torch.arange(4.0)._typed_storage(), zipped)
        hooks = collections.OrderedDict()
        return Call(torch._utils._rebuild_tensor_v2, storage, 1, (3,), (1,), False, hooks)

    return {
        "legacy": tensor(False),
        "zip": tensor(True),
        "untyped": torch.arange(3, dtype=torch.uint8).untyped_storage(),
        "typed": torch.arange(3.0)._typed_storage(),
        "loaded": inside(torch.arange(3)._typed_storage(), False),
    }


EMBEDDED = {
    "untyped": "torch.storage.UntypedStorage('0', 'cpu', 3)",
    "typed": "torch.storage.TypedStorage[float32]('1', 'cpu', 12)",
}


def values():
    big = numpy.arange(40).reshape(5, 8)
    names = Names(["a", "b"])
    names.origin = "here"
    moment = datetime.datetime(2024, 2, 29, 13, 5, 7, 12, tzinfo=datetime.timezone.utc)
    python = [
        0, -1, 255, 65536, 2**31, 2**63 - 1, -(2**63), 2**63, -(2**100), True, None, 0.1, -0.0, float("inf"), 1e300,
        "text", "caf\u00e9 \u20ac \U0001f600", "it's", 'a "b"', "tab\tnewline\n\x7f", "\udc80", b"", b"b\x00\xff",
        bytearray(b""), bytearray(b"ab\xff"), 1 + 2j, -2.5j, complex("inf"), slice(0, 3, None), range(0, 10, 2), ...,
        NotImplemented, type(None), int, collections.OrderedDict, (), (1,), (1, (2, [3])), [], [[]], {}, {1: "a"},
        set(), {1}, frozenset(), frozenset({(1, 2)}), collections.deque([1, 2]), collections.deque([1], maxlen=3),
        decimal.Decimal("1.50"), fractions.Fraction(2, 6), fractions.Fraction(3), pathlib.PurePosixPath("/a/b c"),
        pathlib.PurePosixPath("rel/x"), pathlib.PureWindowsPath("C:/x/y"), datetime.date(2024, 1, 2),
        datetime.datetime(2024, 1, 2, 3, 4), datetime.datetime(1, 1, 1, 0, 0, 5), moment, datetime.time(1, 2, 3, 4),
        datetime.timedelta(1, 2, 3), torch.float8_e4m3fn, torch.device("cpu"), torch.device("cuda", 1),
        torch.Size([2, 3]), torch.sparse_csr, torch.per_tensor_affine,
        numpy.float64(0.1), numpy.float32(0.1), numpy.float16(0.5), numpy.int8(-3), numpy.uint64(2**64 - 1),
        numpy.bool_(True), numpy.complex64(1 - 2j), numpy.str_("n\u00e9"), numpy.bytes_(b"ab"), numpy.dtype("float32"),
        numpy.dtype(">i2"), numpy.dtype("U7"), numpy.array([1, 2, 3]), numpy.array(2.5, dtype=numpy.float32),
        numpy.array([[1, 2], [3, 4]], dtype=">i2"), numpy.asfortranarray(numpy.ones((2, 2))), big,
        numpy.array(["a", "bc"]), numpy.array([None, 1], dtype=object), numpy.array([True, False]),
        numpy.array([1 + 1j]), numpy.zeros(2, dtype=[("a", "i4"), ("b", "f8")]), Point(1, "y"), Pair(1, [2]),
        Color.RED, Slotted(), names, argparse.Namespace(lr=0.1), types.SimpleNamespace(a=1),
        collections.Counter("aab"), collections.defaultdict(list, {"k": [1]}), collections.OrderedDict(a=1),
    ]  # fmt: skip
    return {str(index): value for index, value in enumerate(python)}


def value_texts(saved):
    """Python's repr, and for what we spell otherwise our spelling."""
    texts = {}
    for key, value in saved.items():
        name = type(value).__module__ + "." + type(value).__name__
        text = repr(value)
        if isinstance(value, type) and value is not type(None):
            text = f"<{value.__module__}.{value.__qualname__}>"
        elif isinstance(value, numpy.ndarray) and value.dtype.names is None:
            dtype = value.dtype.str if value.dtype.kind in "U" else value.dtype.name
            shown = ""
            if value.dtype.kind in "biufc" and value.size <= 16:
                flat = value.flatten(order="F" if numpy.isfortran(value) else "C")
                shown = "[" + ", ".join(repr(item.item()) for item in flat) + "], "
            order = ", order='F'" if numpy.isfortran(value) else ""
            text = f"numpy.ndarray({shown}shape={value.shape!r}, dtype={dtype}{order})"
        elif isinstance(value, numpy.dtype):
            text = f"dtype('{value.str if value.kind == 'U' else value.name}')"
        elif isinstance(value, numpy.generic):
            text = repr(value)
        elif isinstance(value, (collections.deque, torch.Size)):
            text = f"{'torch.Size' if isinstance(value, torch.Size) else 'collections.deque'}({list(value)!r})"
        elif isinstance(value, collections.Counter):
            text = "collections.Counter({'a': 2, 'b': 1})"
        elif isinstance(value, collections.defaultdict):
            text = "collections.defaultdict({'k': [1]})"
        elif isinstance(value, collections.OrderedDict):
            text = "collections.OrderedDict({'a': 1})"
        elif name.startswith("__main__.") or name.startswith(("argparse.", "types.")) or isinstance(value, (
            datetime.timedelta, torch.layout, torch.qscheme
        )) or getattr(value, "tzinfo", None) is not None or isinstance(value, numpy.ndarray):
            continue
        texts[key] = text
    return texts


def keys():
    """Dictionary keys of every kind, each with a tensor; twins differ in normalisation only."""
    kinds = [
        "plain", "", "a.b", "caf\u00e9", "cafe\u0301", 1, -1, 2.5, True, None, (1, "a"), (1,), b"bytes", 2**70,
        frozenset({3}), torch.float32, torch.device("cpu"), datetime.date(2024, 1, 2), numpy.int64(5), Color.RED, ...,
        "tab\t",
    ]  # fmt: skip
    # True would replace 1.
    return {key: torch.tensor([index]) for index, key in enumerate(kinds) if key is not True}


def main():
    global OUT
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.join(ROOT, "fixtures", "values"), help="default: %(default)s")
    parser.add_argument("--table", action="store_true", help="print the table of fixtures/README.md")
    options = parser.parse_args()
    OUT = options.out
    os.makedirs(OUT, exist_ok=True)
    for function in (dtypes, quantized, sparse, meta, nested, subclasses, bits, negated, devices):
        save(function.__name__, function())
    save("embedded", embedded(), EMBEDDED)
    save("values", values(), value_texts(values()))
    save("values_protocol5", values(), value_texts(values()), protocol=5)
    save("keys", keys())
    if options.table:
        for name in sorted(os.listdir(OUT)):
            with open(os.path.join(OUT, name), "rb") as file:
                data = file.read()
            print(f"| `{name}` | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |")


if __name__ == "__main__":
    main()
