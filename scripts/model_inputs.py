"""What a model is called with: the option --input of capture_golden.py and export_program.py."""
import math
import re

import numpy as np
import torch

import seeded_weights

HELP = ("the model's input (repeatable, in the order of its arguments): .npy, a tensor saved with torch.save, 'seeded' of "
        "--shape, or DTYPE:EXTENTS of one that is seeded, e.g. float32:1,80,200, bool:1,16, or int64:1,16<30522, integers "
        "from 0 to 30521; NAME=… goes by keyword")


class Inputs:
    """Tensors by position and by keyword."""

    def __init__(self, positional, named=None, is_seeded=False):
        self.positional, self.named = tuple(positional), dict(named or {})
        self.is_seeded = is_seeded  # whether it is the one tensor of floats that the formula gives

    @classmethod
    def of(cls, given, is_seeded=False):
        """A tensor alone is the only input."""
        return given if isinstance(given, Inputs) else cls([given], is_seeded=is_seeded)

    @classmethod
    def read(cls, specifications, shape) -> "Inputs":
        """What the words of --input say; without any one seeded tensor of `shape`."""
        positional, named = [], {}
        is_seeded = False
        for number, word in enumerate(specifications or ["seeded"]):
            name, separator, rest = word.partition("=")
            name, word = (name, rest) if separator and name.isidentifier() else ("", word)
            tensor, by_formula = read_tensor(word, shape, number)
            is_seeded = by_formula and tensor.is_floating_point()
            if name:
                named[name] = tensor
            else:
                positional.append(tensor)
        return cls(positional, named, is_seeded and len(positional) == 1 and not named)

    @property
    def tensors(self) -> tuple:
        return (*self.positional, *self.named.values())

    def map(self, function) -> "Inputs":
        return Inputs(map(function, self.positional), {name: function(part) for name, part in self.named.items()},
                      self.is_seeded)

    def of_floats(self, dtype) -> "Inputs":
        """Integers and truths stay."""
        return self.map(lambda part: part.to(dtype) if part.is_floating_point() else part)

    def call(self, module):
        return module(*self.positional, **self.named)

    def entries(self) -> dict:
        """What a golden says of them."""
        if self.is_seeded:
            return {"input": "seeded", "input_shape": tuple(self.tensors[0].shape)}
        return {"input": self.tensors[0] if len(self.tensors) == 1 else list(self.tensors)}


def seeded(dtype: torch.dtype, shape, limit: int | None, number: int) -> torch.Tensor:
    """Floats by the formula of the input; integers ⌊u · limit⌋, of truths the limit is 2."""
    key = f"input.{number}" if number else "input"
    if dtype.is_floating_point:
        return torch.from_numpy(seeded_weights.seeded(key, shape, is_input=True)).to(dtype)
    u = (seeded_weights.hashes(key, 0, math.prod(shape)) >> np.uint64(40)).astype(np.float64) * 2.0**-24
    return torch.from_numpy(np.floor(u * (limit or 2)).astype(np.int64).reshape(shape)).to(dtype)


def read_tensor(word: str, shape, number: int) -> tuple[torch.Tensor, bool]:
    """The tensor, floats in float32, and whether a formula made it."""
    if word == "seeded":
        return seeded(torch.float32, tuple(shape), None, number), True
    described = re.fullmatch(r"(float32|int32|int64|bool):([0-9,]*)(?:<([0-9]+))?", word)
    if described:
        dtype, extents, limit = described.groups()
        extents = tuple(int(extent) for extent in extents.split(",") if extent)
        return seeded(getattr(torch, dtype), extents, int(limit) if limit else None, number), True
    if word.endswith(".npy"):
        tensor = torch.from_numpy(np.load(word))
    else:
        tensor = torch.load(word, map_location="cpu", weights_only=True)
        tensor = tensor["input"] if isinstance(tensor, dict) else tensor
    return tensor.float() if tensor.is_floating_point() else tensor, False
