"""The operations of the rule language, evaluated with PyTorch: what a fact says is checked before it is written."""

import re

import torch


class Unfit(Exception):
    """An operation that does not fit its tensors."""


def axes(text):
    """'o (h w c) 1' -> [['o'], ['h', 'w', 'c'], ['1']]"""
    return [word.strip("()").split() for word in re.findall(r"\([^)]*\)|\S+", text)]


def layout(text, tensor):
    """'o (h w c) -> o (c w h) with h=2 w=2', as einops reads it."""
    text, _, given = text.partition(" with ")
    left, right = (axes(side) for side in text.split(" -> "))
    if len(left) != tensor.dim():
        raise Unfit(f"'{text}' does not fit {list(tensor.shape)}")
    sizes = {"1": 1, **{name: int(size) for name, size in (pair.split("=") for pair in given.split())}}
    for group, extent in zip(left, tensor.shape):
        unknown = [name for name in group if name not in sizes]
        known = 1
        for name in group:
            known *= sizes.get(name, 1)
        if len(unknown) > 1 or extent % known or (not unknown and known != extent):
            raise Unfit(f"'{text}' does not fit {list(tensor.shape)}")
        for name in unknown:
            sizes[name] = extent // known
    names = [name for group in left for name in group if name != "1"]
    order = [names.index(name) for group in right for name in group if name != "1"]
    parted = tensor.reshape([sizes[name] for name in names]).permute(order)
    extents = []
    for group in right:
        extent = 1
        for name in group:
            extent *= sizes[name]
        extents.append(extent)
    return parted.reshape(extents)


def apply(operation, tensors):
    """Applies one operation to the list of tensors that the one before it left."""
    if "->" in operation:
        return [None if tensor is None else layout(operation, tensor) for tensor in tensors]
    word, *arguments = operation.split()
    if word == "concat":
        like = next(tensor for tensor in tensors if tensor is not None)
        return [torch.cat([torch.zeros_like(like) if t is None else t for t in tensors], dim=int(arguments[0]))]
    if word == "split":
        return list(tensors[0].chunk(int(arguments[1]), dim=int(arguments[0])))
    if word == "slice":
        first, last = (int(bound) if bound else None for bound in arguments[1].split(".."))
        index = [slice(None)] * tensors[0].dim()
        index[int(arguments[0])] = slice(first, last)
        return [tensors[0][tuple(index)]]
    if word == "add" and arguments == ["corner"]:
        large, small = tensors
        result = large.clone()
        result[tuple(slice(0, extent) for extent in small.shape)] += small
        return [result]
    if word == "add" and arguments:
        return [sum(float(weight) * tensor.double() for weight, tensor in zip(arguments, tensors)).to(tensors[0].dtype)]
    if word == "add":
        return [sum(tensors[1:], tensors[0])]
    if word == "cast":
        return [tensor.to(getattr(torch, arguments[0])) for tensor in tensors]
    if word == "lora":
        base, down, up = tensors
        scale, _, divisor = arguments[0].partition("/")
        return [base + up @ down * (float(scale) / (len(down) if divisor == "rank" else float(divisor or 1)))]
    raise Unfit(f"no operation '{operation}'")


def results(text, tensors):
    """The tensors that 'op; op' makes of the source tensors; None stands for zeros of the others' shape."""
    for operation in text.split(";"):
        tensors = apply(operation.strip(), tensors)
    return tensors


def evaluate(text, tensors):
    """The only tensor that they make."""
    tensors = results(text, tensors)
    if len(tensors) != 1:
        raise Unfit(f"'{text}' leaves {len(tensors)} tensors")
    return tensors[0]
