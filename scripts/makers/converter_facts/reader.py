"""Reads the fact files that `record` writes; scripts/makers/make_converter_facts.py states the format."""
import dataclasses
import math
import pathlib

ITEM_SIZES = {"float32": 4, "float64": 8, "float16": 2, "bfloat16": 2, "int64": 8, "int32": 4, "uint8": 1, "bool": 1}
BATCH_NORM = ("weight", "bias", "running_mean", "running_var")


@dataclasses.dataclass(frozen=True)
class Tensor:
    key: str
    dtype: str
    shape: tuple

    @property
    def size(self):
        return math.prod(self.shape) * ITEM_SIZES[self.dtype]


@dataclasses.dataclass(frozen=True)
class Entry:
    """One target tensor; a source of None stands for zeros, an operation of None for a rename."""
    sources: tuple
    target: Tensor
    operation: str = None


class Facts:
    """One case. Keys of a named input stand after its name: "delta:key"."""

    def __init__(self, path):
        self.name = pathlib.Path(path).stem
        self.has_model = False
        self.converter, self.settings, self.entries = "", [], []
        self.dropped, self.made, self.missing = [], [], []
        self._operations, self._suffix, besides = {}, "", []
        for line in pathlib.Path(path).read_text().splitlines():
            words = line.split()
            if not words or line.startswith("#"):
                continue
            kind, rest = words[0], words[1:]
            if kind == "facts":
                if rest != ["2"]:
                    raise ValueError(f"{path}: facts of version {rest}, this reads version 2")
            elif kind == "model":
                self.has_model = True
            elif kind == "converter":
                self.converter = rest[0]
            elif kind == "set":
                self.settings.append(rest[0])
            elif kind == "suffix":
                self._suffix = rest[0]
            elif kind == "beside":
                besides.append("" if rest[0] == "-" else rest[0])
            elif kind == "operation":
                self._operations[rest[0]] = " ".join(rest[1:])
            elif kind in ("drop", "missing", "make"):
                into = {"drop": self.dropped, "missing": self.missing, "make": self.made}[kind]
                into += [self._tensor(rest[0], field) for word in rest[1:] for field in self._fields(word)]
            elif kind == "many":
                target = self._fields(rest[1])[0]
                sources = [None if word == "zeros" else self._tensor("-", self._fields(word)[0]) for word in rest[2:]]
                self.entries.append(Entry(tuple(sources), self._tensor("-", target), self._operations[rest[0]]))
            else:
                for word in rest[1:]:
                    for field in self._fields(word):
                        source = self._tensor(kind, field)
                        source = dataclasses.replace(source, key=source.key + self._suffix)
                        target = Tensor(join(rest[0], field["target"]), field["dtype"], field["target_shape"])
                        self.entries.append(Entry((source,), target, field["operation"]))
        converted = [source for entry in self.entries for source in entry.sources if source]
        for ending in besides:
            self.dropped += [dataclasses.replace(tensor, key=tensor.key[:len(tensor.key) - len(self._suffix)] + ending)
                             for tensor in converted]
        self.sources = list({tensor.key: tensor for tensor in converted + self.dropped}.values())
        self.targets = [entry.target for entry in self.entries] + self.made
        self.model = self.targets + self.missing

    def model_or_none(self):
        """The model's state dict; None where the facts are of some layers only."""
        return self.model if self.has_model else None

    def _tensor(self, module, field):
        return Tensor(join(module, field["leaf"]), field["dtype"], field["shape"])

    def _fields(self, word):
        """leaf[>leaf of the target]:[dtype:]extents[>extents of the target][@operation][#digest][=value]"""
        if word.startswith("bn:"):
            words = [f"{leaf}:{word[3:]}" for leaf in BATCH_NORM] + ["num_batches_tracked:int64:"]
            return [field for one in words for field in self._fields(one)]
        text, _, operation = word.split("=")[0].split("#")[0].partition("@")
        *parts, extents = text.split(":")
        dtype = parts.pop() if parts[-1] in ITEM_SIZES else "float32"
        leaves = ":".join(parts).split(">")
        shapes = [tuple(int(extent) for extent in shape.split(",") if extent) for shape in extents.split(">")]
        return [{
            "leaf": leaves[0], "target": leaves[-1], "dtype": dtype, "shape": shapes[0], "target_shape": shapes[-1],
            "operation": self._operations[operation] if operation else None,
        }]


def join(module, leaf):
    """"a.b" and "c" make "a.b.c", "a/b/" and "c" "a/b/c"; "-" is not a module."""
    if module == "-":
        return leaf
    return module + leaf if module.endswith("/") else f"{module}.{leaf}"
