#!/usr/bin/env python3
"""Makes fixtures/difference/: two checkpoints, and what PyTorch finds by how much their tensors differ.

usage: make_difference_facts.py [--out DIR] [--table]

left.pth and right.pth have tensors of many types under the same keys, some of them equal, and a few that only one has;
right.safetensors has what of right.pth that format takes. facts.json: {key: {"changed", "count", "max", "place", "rms",
"relative", "cosine", "nonfinite": [left, right]}} for the pairs whose numbers are compared, computed in float64 (complex
numbers as two reals each); pairs with a NaN or an infinity count as changed where one side has another, and take no
part in the rest. Seeded: the same versions give the same bytes. --table prints the rows of fixtures/README.md.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import json
import pathlib

import numpy
import safetensors.torch
import torch

import fixture_files

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pairs() -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(16)

    def normal(*shape):
        return torch.randn(shape, generator=generator)

    base = normal(6, 5, 3)
    one = base.clone()
    one[4, 2, 1] += 0.75
    broken, infinite = normal(40), normal(40)
    other = broken.clone()
    broken[3], other[3] = float("nan"), float("nan")
    broken[7], other[7] = float("inf"), float("inf")
    other[11] = float("nan")
    infinite[5], opposite = float("inf"), None
    opposite = infinite.clone()
    opposite[5] = float("-inf")
    large = normal(130, 150)
    moved = large + 1e-3 * normal(130, 150)
    complex_pair = torch.complex(normal(4, 3), normal(4, 3))
    turned = complex_pair * 1.01
    quantized = torch.quantize_per_tensor(normal(4, 4), 0.1, 3, torch.qint8)
    coarse = torch.quantize_per_tensor(quantized.dequantize(), 0.25, -1, torch.qint8)
    sparse = torch.sparse_coo_tensor([[0, 2, 3], [1, 1, 0]], [1.0, 2.0, 3.0], (4, 2)).coalesce()
    denser = torch.sparse_coo_tensor([[0, 2, 3], [1, 1, 0]], [1.0, 2.5, 3.0], (4, 2)).coalesce()
    found = {
        "backbone.same.weight": (base, base.clone()),
        "backbone.one.weight": (base, one),
        "backbone.large.weight": (large, moved),
        "backbone.transposed.weight": (large.t(), large.t().contiguous()),
        "backbone.transposed_moved.weight": (large.t(), moved.t().contiguous()),
        "backbone.broken": (broken, other),
        "backbone.broken_equally": (broken, broken.clone()),
        "backbone.infinite": (infinite, opposite),
        "types.half": (base, base.half()),
        "types.bfloat": (base.double(), base.bfloat16()),
        "types.double": (base, base.double()),
        "types.float8": (base.to(torch.float8_e4m3fn), base.to(torch.float8_e5m2)),
        "types.int64": (torch.arange(12), torch.arange(12) * 2),
        "types.counter": (torch.tensor(500_500), torch.tensor(500_501)),
        "types.bool": (torch.arange(9) % 2 == 0, torch.arange(9) % 3 == 0),
        "types.complex": (complex_pair, turned),
        "types.quantized": (quantized, coarse),
        "types.sparse": (sparse, denser),
        "zeros": (torch.zeros(5), torch.ones(5)),
        "empty": (torch.zeros(0, 3), torch.zeros(0, 3)),
        "shape": (normal(3, 4), normal(4, 3)),
    }
    return found


def numbers(tensor: torch.Tensor) -> torch.Tensor:
    """Row-major in float64."""
    if tensor.is_quantized:
        tensor = tensor.dequantize()  # the scale is a float64, the product is rounded to float32
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor)
    return tensor.double().flatten()


def figures(left: torch.Tensor, right: torch.Tensor) -> dict:
    a, b = numbers(left), numbers(right)
    finite = a.isfinite() & b.isfinite()
    equal = (a == b) | (a.isnan() & b.isnan())
    difference = torch.where(finite, (a - b).abs(), torch.zeros_like(a))
    x, y = a[finite], b[finite]
    norm = float(x.norm())
    place = 0 if difference.numel() == 0 else int(difference.argmax())
    if left.is_complex():
        place //= 2
    return {
        "changed": int((~equal).sum()), "count": a.numel(), "max": float(difference.max()) if a.numel() else 0.0,
        "place": [int(index) for index in numpy.unravel_index(place, left.shape)] if left.numel() else [],
        "rms": float((x - y).square().mean().sqrt()) if len(x) else 0.0,
        "relative": float((x - y).norm()) / norm if norm else None,
        "cosine": float(x @ y) / (norm * float(y.norm())) if norm and float(y.norm()) else None,
        "nonfinite": [int((~a.isfinite()).sum()), int((~b.isfinite()).sum())],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "fixtures/difference")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    both = pairs()
    left = collections.OrderedDict((key, pair[0]) for key, pair in both.items())
    right = collections.OrderedDict((key, pair[1]) for key, pair in reversed(both.items()))
    left["only.left"] = torch.ones(2)
    right["only.right"] = torch.ones(3)
    torch.save(left, options.out / "left.pth")
    torch.save({"state_dict": right, "epoch": 3}, options.out / "right.pth")
    plain = {key: tensor.contiguous() for key, tensor in right.items()
             if not tensor.is_quantized and not tensor.is_sparse and not tensor.is_complex()}
    safetensors.torch.save_file(plain, options.out / "right.safetensors")
    facts = {}
    for key, (a, b) in both.items():
        if a.is_sparse:
            facts[f"{key}.indices"] = figures(a.indices(), b.indices())
            facts[f"{key}.values"] = figures(a.values(), b.values())
        elif a.shape == b.shape:
            facts[key] = figures(a, b)
    with open(options.out / "facts.json", "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(fact)}" for key, fact in facts.items()) + "\n}\n")
    if options.table:
        fixture_files.print_table(options.out)


if __name__ == "__main__":
    main()
