"""Derives the facts of a case from the contents of the tensors, and writes them."""

import hashlib
import re
from collections import OrderedDict

import torch

from . import reference
from .case import contents
from .operations import Unfit, results
from .reference import Mistake

# So many tensors of each operation carry a digest, the smallest ones.
DIGESTS = 2


def constant(tensor):
    return tensor.numel() > 0 and all(stride == 0 for stride in tensor.stride())


def plain(tensor):
    return tensor.detach().contiguous().reshape(-1)


def data(tensor):
    return plain(tensor).view(torch.uint8).numpy().tobytes()


def fingerprint(tensor, ordered=True):
    """What two tensors share that have the same dtype and elements, and, if `ordered`, shape and order."""
    shape = tuple(tensor.shape) if ordered else tensor.numel()
    if constant(tensor):
        return tensor.dtype, shape, tensor.reshape(-1)[:1].item()
    values = plain(tensor)
    if values.numel() and bool((values[:4096] == values[0]).all()) and bool((values == values[0]).all()):
        return tensor.dtype, shape, values[0].item()
    return tensor.dtype, shape, hashlib.sha256(data(values if ordered else values.sort().values)).hexdigest()


def same(one, other):
    return one.dtype == other.dtype and one.shape == other.shape and torch.equal(one, other)


class Facts:
    def __init__(self, case):
        self.case = case
        self.source = contents(case.source, case.seed)
        self.upstream = case.upstream(OrderedDict(self.source)) if case.upstream else None
        self.right = case.right(OrderedDict(self.source)) if case.right else self.upstream
        self.right = OrderedDict((key, value) for key, value in self.right.items())
        self.operations = OrderedDict()
        self.derive()
        self.compare_with_model()

    # What became what

    def derive(self):
        origin = {}
        for key, tensor in self.source.items():
            if origin.setdefault(fingerprint(tensor), key) != key:
                raise Mistake(f"{self.case.name}: {key} has the contents of {origin[fingerprint(tensor)]}")
        self.rows, used = {}, set()
        for target, tensor in self.right.items():
            key = origin.get(fingerprint(tensor))
            made = next((made for made in self.case.made if made.sources_of(target) is not None), None)
            if made is not None and made.sources:
                keys, operation = made.sources_of(target), made.operation
            elif key is not None:
                keys, operation = [key], None
            else:
                if made is None:
                    raise Mistake(f"{self.case.name}: nothing says where {target} comes from")
                keys, operation = [self.scrambled(tensor, target)], made.operation
            if operation is not None:
                self.verify(target, tensor, keys, operation)
            self.rows[target] = (keys, operation)
            used.update(keys)
        self.dropped = [key for key in self.source if key not in used]
        self.digests = {}
        for operation in {operation for _, operation in self.rows.values() if operation}:
            targets = [target for target, row in self.rows.items() if row[1] == operation]
            targets = [target for target in targets
                       if not any(key != "zeros" and constant(self.source[key]) for key in self.rows[target][0])]
            for target in sorted(targets, key=lambda target: self.right[target].numel())[:DIGESTS]:
                self.digests[target] = hashlib.sha256(data(self.right[target])).hexdigest()

    def scrambled(self, tensor, target):
        """The source with the same elements in whatever order and shape."""
        wanted = fingerprint(tensor, ordered=False)
        for key, source in self.source.items():
            if source.numel() == tensor.numel() and fingerprint(source, ordered=False) == wanted:
                return key
        raise Mistake(f"{self.case.name}: {target} has the elements of no source")

    def verify(self, target, tensor, keys, operation):
        try:
            made = results(operation, [None if key == "zeros" else self.source[key] for key in keys])
        except Unfit as error:
            raise Mistake(f"{self.case.name}: {target}: {error}") from None
        if not any(same(result, tensor) for result in made):
            raise Mistake(f"{self.case.name}: {target} is not '{operation}' of {keys}")

    # Against the model

    def compare_with_model(self):
        case = self.case
        self.missing, self.unexpected, self.constants, self.mismatched = [], [], [], []
        if case.model is None:
            self.model = OrderedDict(self.right)
            return
        model = reference.model_state_dict(case.model)
        prefix = case.model_prefix
        self.model = OrderedDict((prefix + key, tensor) for key, tensor in model.items())
        for key, tensor in self.model.items():
            value = next((v for pattern, v in case.constants.items() if re.fullmatch(pattern, key)), None)
            if key in self.right:
                found = self.right[key]
                if (found.shape, found.dtype) != (tensor.shape, tensor.dtype):
                    self.mismatched.append(key)
            elif value is not None:
                self.constants.append((key, value))
            else:
                self.missing.append(key)
        self.unexpected = [key for key in self.right if key not in self.model]
        stray = [key for key in self.missing if not re.fullmatch(case.may_miss, key)] + self.unexpected
        if self.mismatched or stray:
            listed = [f"{key} {list(self.right[key].shape)} for {list(self.model[key].shape)}"
                      for key in self.mismatched[:4]]
            raise Mistake(f"{case.name}: {len(self.missing)} missing, {len(self.unexpected)} unexpected, "
                          f"{len(self.mismatched)} of another shape: {stray[:8]} {listed}")

    # Against upstream

    def judgement(self):
        """Header lines: where upstream's result differs from the right one, and on what it depends."""
        lines = []
        if self.upstream is None:
            return ["upstream has no script for this source"]
        def differing(result):
            return [key for key in self.right if key not in result or not same(result[key], self.right[key])]
        differs = differing(self.upstream)
        strays = [key for key in self.upstream if key not in self.right]
        if differs or strays:
            lines.append(f"upstream gives {len(self.right) - len(differs)} of {len(self.right)} tensors rightly"
                         + (f"; without, or with another value: {differs[0]}" if differs else "")
                         + (f"; {len(strays)} of its own, first {strays[0]}" if strays else ""))
        if self.case.upstream:
            for order, keys in (("sorted", sorted(self.source)), ("reversed", list(self.source)[::-1])):
                try:
                    result = self.case.upstream(OrderedDict((key, self.source[key]) for key in keys))
                except Exception as error:
                    lines.append(f"upstream, with the keys {order}: {type(error).__name__}")
                    continue
                wrong = [key for key in self.upstream
                         if key not in result or not same(result[key], self.upstream[key])]
                if wrong:
                    lines.append(f"upstream, with the keys {order}: {len(wrong)} tensors differ, first {wrong[0]}")
        return lines

    # Writing

    def named(self, operation):
        if operation not in self.operations:
            self.operations[operation] = f"op{len(self.operations) + 1}"
        return self.operations[operation]

    def lines(self):
        rows = []
        first = {}
        for target, (keys, _) in self.rows.items():
            first.setdefault(next(key for key in keys if key != "zeros"), []).append(target)
        for key in self.source:
            for target in first.get(key, []):
                rows.append(self.row(target, *self.rows[target]))
        beside = self.beside()
        dropped = [key for key in self.dropped if not any(key in keys for keys in beside.values())]
        rows += [(("drop", module(key)), field(leaf(key), self.source[key])) for key in dropped]
        rows += [(("make", module(key)), f"{field(leaf(key), self.model[key])}={value}")
                 for key, value in self.constants]
        rows += [(("missing", module(key)), field(leaf(key), self.model[key])) for key in self.missing]
        body = grouped(rows)
        case = self.case
        name = case.model_name or (case.model if isinstance(case.model, str) else None)
        head = [f"# {note}" for note in case.notes + self.judgement()]
        head += ["facts 2", f"converter {case.rules}.rules"]
        head += [f"model {name}"] if name else []
        head += [f"set {key}={value}" for key, value in case.settings.items()]
        head += [f"suffix {case.suffix}"] if case.suffix else []
        head += [f"beside {end or '-'}" for end in beside]
        head += [f"operation {name} {text}" for text, name in self.operations.items()]
        return head + body

    def beside(self):
        """Endings of keys that every source key has a dropped sibling with -> these siblings."""
        result = OrderedDict()
        for end in self.case.beside:
            siblings = {self.stem(key) + end: key for keys, _ in self.rows.values() for key in keys}
            if not all(sibling in self.dropped and self.source[sibling].shape == self.source[key].shape
                       for sibling, key in siblings.items()):
                raise Mistake(f"{self.case.name}: not every source has a sibling in {end}")
            result[end] = set(siblings)
        return result

    def stem(self, key):
        return key.removesuffix(self.case.suffix)

    def row(self, target, keys, operation):
        digest = f"#{self.digests[target]}" if target in self.digests else ""
        tensor = self.right[target]
        if len(keys) > 1:
            sources = [key if key == "zeros" else field(key, self.source[key]) for key in keys]
            text = f"many {self.named(operation)} {field(target, tensor)}{digest} {' '.join(sources)}"
            return (None, text)
        source, key = self.source[keys[0]], self.stem(keys[0])
        names = leaf(key) if leaf(key) == leaf(target) else f"{leaf(key)}>{leaf(target)}"
        text = field(names, source)
        if tensor.shape != source.shape:
            text += f">{','.join(map(str, tensor.shape))}"
        if tensor.dtype != source.dtype:
            raise Mistake(f"{self.case.name}: {target} changes its dtype")
        if operation:
            text += f"@{self.named(operation)}{digest}"
        return (module(key), module(target)), text

    def summary(self):
        kinds = OrderedDict(tensors=len(self.source), transformed=sum(1 for r in self.rows.values() if r[1]),
                            dropped=len(self.dropped), made=len(self.constants), missing=len(self.missing))
        return ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count)


def cut(key):
    return max(key.rfind("."), key.rfind("/"))


def module(key):
    """All but the last segment; a '/' that ends it is kept, '-' stands for none."""
    at = cut(key)
    if at < 0:
        return "-"
    return key[:at + 1] if key[at] == "/" else key[:at]


def leaf(key):
    return key[cut(key) + 1:]


def field(name, tensor):
    """leaf:dtype:extents, without the dtype where it is float32."""
    dtype = "" if tensor.dtype == torch.float32 else f"{str(tensor.dtype)[6:]}:"
    return f"{name}:{dtype}{','.join(map(str, tensor.shape))}"


# The five tensors of a batch norm of n channels are one field, "bn:n".
BATCH_NORM = re.compile(r"weight:(\d+) bias:\1 running_mean:\1 running_var:\1 num_batches_tracked:int64:(?= |$)")


def grouped(rows):
    """rows: (words, text). Consecutive rows of the same words share a line; words None stands alone."""
    lines, previous = [], None
    for words, text in rows:
        if words is not None and words == previous:
            lines[-1] += " " + text
        else:
            lines.append(" ".join([*(words or ()), text]))
        previous = words
    return [BATCH_NORM.sub(r"bn:\1", line) for line in lines]
