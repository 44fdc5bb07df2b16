#!/usr/bin/env python3
"""Makes fixtures/operations/operations.facts: what PyTorch and einops make of small tensors.

usage: make_operation_facts.py [--out FILE]

Needs torch and einops. Seed 11. A case is a line `operation …`, spelled as a rule file spells it, and lines
`in DTYPE SHAPE HEX` and `out DTYPE SHAPE HEX`: extents joined by commas (`-` for a scalar), little-endian elements.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import os

import torch
from einops import rearrange

ANY = "bool uint8 int16 float16 bfloat16 float8_e4m3fn float32 int64 float64 complex128".split()
LAYOUTS = [
    ("h w i o -> o i h w", (2, 1, 3, 9), {}),
    ("h w c 1 -> c 1 h w", (3, 2, 5, 1), {}),
    ("h w -> w h", (9, 37), {}),
    ("h w -> w h", (19, 33), {}),
    ("a b c -> b a c", (3, 5, 2), {}),
    ("o (h w c) -> o (c w h) with h=2 w=2", (3, 20), {"h": 2, "w": 2}),
    ("(a b) c -> b (c a) with b=3", (12, 5), {"b": 3}),
    ("1 n d -> n d", (1, 4, 6), {}),
    ("n d -> 1 n d 1", (4, 6), {}),
    ("a b c d e -> e c a (d b)", (2, 3, 2, 3, 2), {}),
    ("(h w) c -> 1 c h w with h=3", (12, 9), {"h": 3}),
]
NARROW = "float16 bfloat16 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz".split()


def dtype(name):
    return getattr(torch, name)


def values(name, shape):
    if name == "bool":
        return torch.randint(0, 2, shape).bool()
    if name.startswith("complex"):
        return torch.complex(torch.randn(shape, dtype=torch.float64), torch.randn(shape, dtype=torch.float64))
    if "int" in name:
        return torch.randint(0, 100, shape).to(dtype(name))
    return torch.randn(shape, dtype=torch.float64).to(dtype(name))


def text(tensor):
    name = str(tensor.dtype).removeprefix("torch.")
    shape = ",".join(map(str, tensor.shape)) or "-"
    data = tensor.detach().contiguous().view(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""
    return f"{name} {shape} {data.hex() or '-'}"


def write_case(file, operation, sources, results):
    file.write(f"operation {operation}\n")
    for word, tensors in (("in", sources), ("out", results)):
        for tensor in tensors:
            file.write(f"{word} {text(tensor)}\n")


def cases():
    for layout, shape, lengths in LAYOUTS:
        pattern = layout.split(" with ")[0]
        for name in ANY if len(shape) == 4 else ["float32"]:
            tensor = values(name, shape)
            yield layout, [tensor], [rearrange(tensor, pattern, **lengths)]
    for axis in (0, 1, -1):
        for name in ("float32", "int16", "bool"):
            parts = [values(name, (2, 3, 4)) for _ in range(3)]
            yield f"concat {axis}", parts, [torch.cat(parts, axis)]
    parts = [values("float32", (3, n, 2)) for n in (1, 5, 2)]
    yield "concat 1 1 5 2", parts, [torch.cat(parts, 1)]
    for axis, count in ((0, 3), (1, 2), (-1, 5)):
        tensor = values("float32", (6, 4, 5))
        yield f"split {axis} {count}", [tensor], list(torch.chunk(tensor, count, axis))
    tensor = values("float16", (3, 8))
    yield "split 1 1 5 2", [tensor], list(torch.split(tensor, [1, 5, 2], 1))
    for axis in (0, 1, 2, -1):
        parts = [values("bfloat16", (3, 5)) for _ in range(4)]
        yield f"stack {axis} i", parts, [torch.stack(parts, axis)]
        tensor = values("float32", (3, 4, 2))
        yield f"unstack {axis if axis < 2 else -1} i", [tensor], list(torch.unbind(tensor, axis if axis < 2 else -1))
    tensor = values("float32", (2, 9, 3))
    yield "slice 1 1..", [tensor], [tensor[:, 1:]]
    yield "slice 1 ..4", [tensor], [tensor[:, :4]]
    yield "slice -2 -3..-1", [tensor], [tensor[:, -3:-1]]
    yield "slice 0 1..2", [tensor], [tensor[1:2]]
    for name in ("float64", "float32", "float16", "bfloat16", "int64", "int8", "uint8"):
        parts = [values(name, (5, 7)) for _ in range(2)]
        yield "add", parts, [parts[0] + parts[1]]
        small = values(name, (3, 4))
        whole = parts[0].clone()
        whole[:3, :4] += small
        yield "add corner", [parts[0], small], [whole]
    edges = [0.0, -0.0, 1.0, -1.5, 2.0**-24, 3 * 2.0**-25, 2.0**-25, 6.1e-5, 1e-8, 65504.0, 65519.0, 65520.0, 1e30,
             448.0, 463.9, 464.0, 464.1, 240.0, 247.9, 248.0, 57344.0, 61439.0, 61440.0, 2.0**-9, 2.0**-10,
             3 * 2.0**-11, 2.0**-16, 2.0**-17, 1.0625, 1.1875, 3.4e38, float("inf"), -300.25, -1e9]
    tensor = torch.cat([torch.tensor(edges, dtype=torch.float32), torch.randn(30)])
    for name in NARROW:
        yield f"cast {name}", [tensor], [tensor.to(dtype(name))]
        back = values(name, (40,))
        yield f"cast {name} float32", [back], [back.float()]
        yield "cast float64", [back], [back.double()]
    for source in ("float64", "float32", "float16", "int64", "int32", "int8", "uint8", "bool"):
        for target in ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int8", "uint8", "bool"):
            tensor = values(source, (13,))
            tensor = tensor.abs() if target == "uint8" and source != "bool" else tensor
            yield f"cast {target}", [tensor], [tensor.to(dtype(target))]
    tensor = torch.tensor([2**53 + 1, 2**24 + 1, 2**62 + 2**38 + 1, -(2**62) - 1], dtype=torch.int64)
    yield "cast float64", [tensor], [tensor.double()]
    yield "cast float32", [tensor], [tensor.float()]
    # Sixteenths, so that no order of summation rounds.
    for name in ("float32", "float16", "bfloat16", "float64"):
        base, down, up = ((torch.randint(-16, 16, shape) / 16).to(dtype(name)) for shape in ((5, 7), (3, 7), (5, 3)))
        work = torch.float64 if name == "float64" else torch.float32
        merged = base.to(work) + up.to(work) @ down.to(work) * 2.0
        yield "lora 16/8", [base, down, up], [merged.to(dtype(name))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--out", default=os.path.join(root, "fixtures", "operations", "operations.facts"))
    out = parser.parse_args().out
    torch.manual_seed(11)
    os.makedirs(os.path.dirname(out), exist_ok=True)
    with open(out, "w") as file:
        file.write("# made by scripts/makers/make_operation_facts.py\n")
        for case in cases():
            write_case(file, *case)


if __name__ == "__main__":
    main()
