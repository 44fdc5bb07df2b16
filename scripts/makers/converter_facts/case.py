"""What is to be recorded about one conversion."""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Callable, Optional

import torch

from seeded_weights import seeded

# A state dict with more elements than this is large.
SEEDED_LIMIT = 40_000_000


@dataclass
class Made:
    """A target that takes an operation: `target` is a whole-key pattern, `sources` are templates of its groups, or
    functions of the match.

    Without `sources` the one source is found by its contents, whatever their order.
    """
    target: str
    operation: str
    sources: Optional[list] = None

    def sources_of(self, key):
        match = re.fullmatch(self.target, key)
        if match is None:
            return None
        return [template(match) if callable(template) else match.expand(template) for template in self.sources or []]


@dataclass
class Case:
    """One fact file.

    source     key -> tensor; only shape and dtype matter, the contents are replaced by `contents`
    upstream   the real conversion, state dict -> state dict; None where upstream has no script
    right      what is right where upstream is not: state dict -> state dict
    model      MMPreTrain's name, or a callable that builds the target module
    made       operations, see `Made`
    constants  pattern of target keys -> value: the model has them, no source does
    notes      lines for the header: what upstream does, what is right, where the keys come from
    settings   rule parameters that the keys cannot tell
    model_name, model_prefix   what the file calls the model; what stands before its keys in the result
    suffix     what all source keys that are converted end in; it is written once
    beside     endings with which each of these keys, without `suffix`, has a sibling that is dropped
    may_miss   pattern of the target keys that no source has
    seed       in a large state dict, the pattern of the source keys that operations take
    """
    name: str
    rules: str
    source: dict
    upstream: Optional[Callable]
    model: object
    right: Optional[Callable] = None
    made: list = field(default_factory=list)
    constants: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    model_prefix: str = ""
    model_name: Optional[str] = None
    may_miss: str = ""
    seed: str = "(?!)"
    suffix: str = ""
    beside: tuple = ()


def contents(state_dict, seed):
    """The same keys, shapes and dtypes with contents that identify each tensor.

    Floating-point tensors get the seeded weights of their key; integers, and in a large state dict all but those that
    `seed` matches, get their position, as one element with stride 0.
    """
    large = sum(tensor.numel() for tensor in state_dict.values()) > SEEDED_LIMIT
    result = OrderedDict()
    for index, (key, tensor) in enumerate(state_dict.items()):
        if not tensor.dtype.is_floating_point or large and not re.fullmatch(seed, key):
            result[key] = torch.tensor(index, dtype=tensor.dtype).expand(tensor.shape)
        else:
            result[key] = torch.from_numpy(seeded(key, tensor.shape)).to(tensor.dtype)
    return result


def named(name, make, *arguments, **options):
    """`make` with these arguments as a function without arguments that has the name of its case."""
    def case():
        return make(*arguments, **options)
    case.__name__ = name
    return case
