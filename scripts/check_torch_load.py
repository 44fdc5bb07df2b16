#!/usr/bin/env python3
"""Opens a checkpoint with real PyTorch as its users do: torch.load(weights_only=True), also with mmap=True.

usage: check_torch_load.py FILE [--against FILE] [--unsafe] [--elements] [--state-key KEY]

With --against, both files must hold equal values: types, shapes, strides, offsets, bytes, sharing of memory,
requires_grad, Parameter, attributes such as _metadata, and the order of keys; the parts of sparse and nested tensors,
scheme and scales of quantized ones, arrays by dtype and content. Legacy streams (which mmap=True does
not open) may stand on that side. --unsafe loads with weights_only=False, for files with other classes: it runs
what they name.

Either file may also be .safetensors, .npz, or the .index.json of shards, opened by safetensors, NumPy, or both and
torch.load. Those hold tensors under flat keys and nothing else, so only keys, types, shapes and elements are compared
then, as with --elements; of a torch file those of the state dict at --state-key, or of the root where it is not.
Exit code: 0 fine, 1 a difference, 2 a file does not load or a library is missing.
"""
import argparse
import json
import pathlib
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--against")
    parser.add_argument("--unsafe", action="store_true", help="load with weights_only=False")
    parser.add_argument("--elements", action="store_true", help="compare keys, types, shapes and elements only")
    parser.add_argument("--state-key", default="", help="the state dict of a torch file, as a dotted path")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed: nothing was checked", file=sys.stderr)
        return 2
    files = [options.file] + ([options.against] if options.against else [])
    comparison = Comparison(torch)
    try:
        if options.elements or any(is_flat(path) for path in files):
            loaded = [flat(torch, path, options) for path in files]
            comparison.compare_flat(loaded[0], loaded[-1])
        else:
            loaded = torch.load(options.file, weights_only=not options.unsafe)
            mapped = torch.load(options.file, weights_only=not options.unsafe, mmap=True)
            other = torch.load(options.against, weights_only=not options.unsafe) if options.against else None
            comparison.compare(loaded, mapped, "mmap")
            if options.against:
                comparison = Comparison(torch, comparison.differences)
                comparison.compare(loaded, other, "")
    except Exception as error:
        print(f"{options.file}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for line in comparison.differences[:20]:
        print(line)
    what = f", equal to {options.against}" if options.against else ""
    print(f"{options.file}: {comparison.tensors} tensors" + (what if not comparison.differences else ", NOT equal"))
    return 1 if comparison.differences else 0


def is_flat(path):
    return path.endswith((".safetensors", ".npz", ".index.json"))


def flat(torch, path, options):
    """The tensors of a file by their keys."""
    if path.endswith(".safetensors"):
        from safetensors.torch import load_file

        return load_file(path)
    if path.endswith(".npz"):
        import numpy

        return {key: torch.from_numpy(array) for key, array in numpy.load(path).items()}
    if path.endswith(".index.json"):
        index = json.loads(pathlib.Path(path).read_text())
        shards = {name: flat(torch, str(pathlib.Path(path).parent / name), options) for name in set(index["weight_map"].values())}
        found = {key: name for name, tensors in shards.items() for key in tensors}
        if found != index["weight_map"]:
            raise ValueError("the shards do not hold what weight_map says")
        return {key: shards[name][key] for key, name in index["weight_map"].items()}
    value = torch.load(path, weights_only=not options.unsafe)
    for part in filter(None, options.state_key.split(".")):
        value = value.get(part, value)
    return {key: tensor for key, tensor in value.items() if isinstance(tensor, torch.Tensor)}


class Comparison:
    def __init__(self, torch, differences=None):
        self.torch = torch
        self.differences = differences if differences is not None else []
        self.tensors = 0
        self.storages = ({}, {})
        self.seen = set()

    def differ(self, path, what, left, right):
        self.differences.append(f"{path or 'root'}: {what}: {left!r} and {right!r}")

    def compare(self, left, right, path):
        if type(left) is not type(right):
            return self.differ(path, "type", type(left), type(right))
        if isinstance(left, self.torch.Tensor):
            self.compare_tensors(left, right, path)
            # NestedTensor keeps symbols that no two instances share.
            if left.layout != self.torch.jagged and (vars(left) or vars(right)):
                self.compare(vars(left), vars(right), path + ".__dict__")
            return None
        if (id(left), id(right)) in self.seen:
            return
        if isinstance(left, dict):
            self.seen.add((id(left), id(right)))
            if list(left) != list(right):
                return self.differ(path, "keys", list(left), list(right))
            for key in left:
                self.compare(left[key], right[key], f"{path}.{key}")
        elif isinstance(left, (list, tuple)):
            self.seen.add((id(left), id(right)))
            if len(left) != len(right):
                return self.differ(path, "length", len(left), len(right))
            for index, (a, b) in enumerate(zip(left, right)):
                self.compare(a, b, f"{path}.{index}")
        elif self.is_array(left):
            return self.compare_arrays(left, right, path)
        elif isinstance(left, (self.torch.UntypedStorage, self.torch.TypedStorage)):
            if bytes(getattr(left, "_untyped_storage", left)) != bytes(getattr(right, "_untyped_storage", right)):
                self.differ(path, "bytes of storage", "these", "others")
            return None
        elif not self.has_attributes(left) and left != right and not (left != left and right != right):
            self.differ(path, "value", left, right)
        if self.has_attributes(left):
            self.seen.add((id(left), id(right)))
            self.compare(vars(left), vars(right), path + ".__dict__")

    def quantizer(self, tensor):
        scheme = tensor.qscheme()
        if scheme == self.torch.per_tensor_affine:
            return [str(scheme), tensor.q_scale(), tensor.q_zero_point()]
        parts = [tensor.q_per_channel_scales(), tensor.q_per_channel_zero_points(), tensor.q_per_channel_axis()]
        return [str(scheme), *parts]

    def parts(self, tensor):
        """The accessors of the tensors that a tensor is made of; none for a strided one."""
        torch = self.torch
        if tensor.layout == torch.sparse_coo:
            return ["_indices", "_values"]
        if tensor.layout in (torch.sparse_csr, torch.sparse_bsr):
            return ["crow_indices", "col_indices", "values"]
        if tensor.layout in (torch.sparse_csc, torch.sparse_bsc):
            return ["ccol_indices", "row_indices", "values"]
        if tensor.layout == torch.jagged:
            return ["values", "offsets"]
        if tensor.is_nested:
            return ["values", "_nested_tensor_size", "_nested_tensor_strides", "_nested_tensor_storage_offsets"]
        return []

    @staticmethod
    def is_array(value):
        return type(value).__module__ == "numpy" and hasattr(value, "tobytes")

    def compare_arrays(self, left, right, path):
        for what in ("dtype", "shape"):
            if getattr(left, what) != getattr(right, what):
                self.differ(path, what, getattr(left, what), getattr(right, what))
        if left.dtype.hasobject:
            self.compare(left.tolist(), right.tolist(), path)
        elif left.tobytes() != right.tobytes():
            self.differ(path, "array", left, right)

    def compare_flat(self, left, right):
        if set(left) != set(right):
            return self.differ("", "keys", sorted(set(left) - set(right)), sorted(set(right) - set(left)))
        for key, tensor in left.items():
            self.tensors += 1
            sides = [value.detach().resolve_conj().resolve_neg().contiguous() for value in (tensor, right[key])]
            for what in ("dtype", "shape"):
                if getattr(sides[0], what) != getattr(sides[1], what):
                    self.differ(key, what, getattr(sides[0], what), getattr(sides[1], what))
            elements = [side.reshape(-1).view(self.torch.uint8) for side in sides]
            if not self.torch.equal(*elements):
                self.differ(key, "elements", "these", "others")

    @staticmethod
    def has_attributes(value):
        return hasattr(value, "__dict__") and not callable(value)

    def compare_tensors(self, left, right, path):
        self.tensors += 1
        for what in ("dtype", "shape", "requires_grad", "device"):
            if what == "shape" and (left.is_nested or right.is_nested):
                continue  # of its parts
            if getattr(left, what) != getattr(right, what):
                self.differ(path, what, getattr(left, what), getattr(right, what))
        if type(left).__torch_dispatch__ is not self.torch.Tensor.__torch_dispatch__:
            return None  # a wrapper: its attributes are compared
        if left.layout != right.layout:
            return self.differ(path, "layout", left.layout, right.layout)
        if left.is_quantized:
            self.compare(self.quantizer(left), self.quantizer(right), path + ".quantizer")
        parts = self.parts(left)
        if parts:
            for name in parts:
                self.compare(getattr(left, name)(), getattr(right, name)(), f"{path}.{name}")
            return None
        if left.device.type == "meta":
            if left.stride() != right.stride():
                self.differ(path, "stride", left.stride(), right.stride())
            return None
        for what in ("is_conj", "is_neg"):
            if getattr(left, what)() != getattr(right, what)():
                self.differ(path, what, getattr(left, what)(), getattr(right, what)())
        numbers = []
        for side, tensor in zip(self.storages, (left, right)):
            numbers.append(side.setdefault(tensor.untyped_storage()._cdata, len(side)))
        if numbers[0] != numbers[1]:
            self.differ(path, "shared storage", *numbers)
        layouts = [(tensor.stride(), tensor.storage_offset()) for tensor in (left, right)]
        if layouts[0] != layouts[1]:
            self.differ(path, "stride and offset", *layouts)
        storages = [tensor.untyped_storage() for tensor in (left, right)]
        if storages[0].nbytes() != storages[1].nbytes():
            return self.differ(path, "size of storage", *(storage.nbytes() for storage in storages))
        memory = [self.torch.empty(0, dtype=self.torch.uint8).set_(storage) for storage in storages]
        if not self.torch.equal(*memory):
            self.differ(path, "bytes of storage", "these", "others")


if __name__ == "__main__":
    sys.exit(main())
