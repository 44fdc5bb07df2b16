#!/usr/bin/env python3
"""Makes fixtures/operations/arithmetic.facts: what PyTorch and MMPreTrain compute of small tensors.

usage: make_arithmetic_facts.py [--out FILE]

Needs torch, MMPreTrain's sources and scipy. Seed 12. The format is that of make_operation_facts.py; a line `near` before
a case says that its sums may be rounded in another order: results are equal to a few units in the last place.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import ast
import importlib.util
import os

import numpy as np
import torch
import torch.nn.functional as F

from make_operation_facts import values, write_case


def mmpretrain_functions(*names):
    """Functions of mmpretrain/models/utils/embed.py, without what importing the package needs."""
    package = importlib.util.find_spec("mmpretrain").submodule_search_locations[0]
    with open(os.path.join(package, "models", "utils", "embed.py")) as file:
        tree = ast.parse(file.read())
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in names]
    scope = {"torch": torch, "F": F, "np": np}
    exec(compile(tree, "embed.py", "exec"), scope)
    return [scope[name] for name in names]


def restore_interp2d():
    """SciPy 1.14 has no interp2d; on a regular grid it was FITPACK's regrid, which RectBivariateSpline is."""
    from scipy import interpolate

    class Interp2d:
        def __init__(self, x, y, z, kind):
            assert kind == "cubic"
            self.spline = interpolate.RectBivariateSpline(x, y, np.asarray(z).T, s=0)

        def __call__(self, x, y):
            return self.spline(x, y).T

    interpolate.interp2d = Interp2d


def sixteenths(shape, name="float32"):
    """Numbers of which no sum or product of a few rounds."""
    return (torch.randint(-16, 16, shape) / 16).to(getattr(torch, name))


def sums():
    for name in ("float32", "float16", "bfloat16", "float64"):
        parts = [values(name, (5, 7)) for _ in range(3)]
        yield "mean", parts, [(sum(p.double() for p in parts) / 3).to(parts[0].dtype)]
    counters = [torch.tensor(n) for n in (10, 20, 31)]
    yield "mean", counters, [torch.tensor(20)]
    parts = [torch.tensor([-7, 1, 5], dtype=torch.int32), torch.tensor([0, 1, 6], dtype=torch.int32)]
    yield "mean", parts, [torch.tensor([-3, 1, 5], dtype=torch.int32)]
    parts = [values("float32", (4, 6)) for _ in range(8)]
    yield "mean", parts, [(sum(p.double() for p in parts) / 8).float()]
    weights = [0.5, 0.25, -0.125, 1 / 3]
    parts = [values("float32", (4, 6)) for _ in weights]
    total = sum(w * p.double() for w, p in zip(weights, parts)).float()
    yield "add 0.5 0.25 -0.125 1/3", parts, [total]
    parts = [values("float16", (4, 6)) for _ in range(2)]
    yield "add 1 -1", parts, [(parts[0].float() - parts[1].float()).half()]
    kernel = sixteenths((6, 3, 2, 2))
    yield "sum 1", [kernel], [kernel.sum(1, keepdim=True)]
    yield "mean 1", [kernel], [(kernel.double().mean(1, keepdim=True)).float()]
    yield "sum -1", [kernel], [kernel.sum(-1, keepdim=True)]
    gray = values("float32", (6, 1, 2, 3))
    yield "repeat 1 3", [gray], [gray.repeat(1, 3, 1, 1)]
    yield "repeat 0 2", [gray], [gray.repeat(2, 1, 1, 1)]
    yield "repeat -1 2", [values("int16", (2, 3))], None


def products():
    for name in ("float32", "float16", "bfloat16", "float64"):
        tensor = values(name, (4, 5))
        yield "scale 0.125", [tensor], [tensor * 0.125]
        yield "scale 1/3", [tensor], [(tensor.to(torch.promote_types(tensor.dtype, torch.float32)) * (1 / 3))
                                      .to(tensor.dtype)]
        other = values(name, (4, 5))
        yield "multiply", [tensor, other], [tensor * other]
    weight = values("float32", (6, 4, 3, 3))
    gamma = values("float32", (6,))
    yield "multiply 0", [weight, gamma], [weight * gamma[:, None, None, None]]
    gamma = values("float32", (4,))
    yield "multiply 1", [weight, gamma], [weight * gamma[:, None, None]]
    yield "multiply -3", [weight, gamma], [weight * gamma[:, None, None]]
    row = values("float32", (3,))
    yield "multiply", [weight, row], [weight * row]
    one = torch.tensor(0.75)
    yield "multiply", [weight, one], [weight * one]
    yield "multiply", [values("float16", (3, 4)), values("float32", (1, 4))], None
    yield "multiply", [values("float16", (3, 4)), values("bfloat16", (3, 1))], None
    yield "multiply", [values("int8", (3, 4)), values("float32", (3, 1))], None
    yield "multiply", [values("float8_e4m3fn", (3, 4)), torch.tensor(0.3)], None


def multiplied(first, second):
    wide = torch.promote_types(*(torch.float32 if t.dtype.itemsize == 1 else t.dtype for t in (first, second)))
    return (first.to(torch.float32) * second.to(torch.float32)).to(wide)


def scales():
    def blocks(weight, scale, extents):
        for axis, extent in enumerate(extents):
            scale = scale.repeat_interleave(extent, axis).narrow(axis, 0, weight.shape[axis])
        return scale

    for name in ("float8_e4m3fn", "float8_e5m2", "int8", "bfloat16"):
        weight, scale = values(name, (10, 9)), values("float32", (3, 3)).abs()
        yield "dequantize 4 3", [weight, scale], [weight.float() * blocks(weight, scale, (4, 3))]
    weight, scale = values("float8_e4m3fn", (9, 10)), values("bfloat16", (3, 3))
    yield "dequantize 4", [weight, scale], [weight.float() * blocks(weight, scale.float(), (4, 4))]
    weight, scale = values("float8_e4m3fn", (5, 12)), values("float32", (5, 3))
    yield "dequantize 1 4", [weight, scale], [weight.float() * blocks(weight, scale, (1, 4))]
    scale = values("float32", (5, 1))
    yield "dequantize 1 *", [weight, scale], [weight.float() * scale]
    weight, scale = values("float8_e4m3fn", (2, 5, 4)), values("float64", (2, 2, 2))
    yield "dequantize 1 3 2", [weight, scale], [weight.double() * blocks(weight, scale, (1, 3, 2))]
    weight = values("float8_e4m3fn", (3, 64))
    scale = torch.randint(120, 134, (3, 2), dtype=torch.uint8).view(torch.float8_e8m0fnu)
    yield "dequantize 1 32", [weight, scale], [weight.float() * blocks(weight, scale.float(), (1, 32))]


def low_rank():
    for name in ("float32", "bfloat16"):
        base, down, up = (sixteenths(shape, name) for shape in ((5, 3, 3, 3), (2, 3, 3, 3), (5, 2, 1, 1)))
        update = (up.float().flatten(1) @ down.float().flatten(1)).view(5, 3, 3, 3)
        yield "lora 0.5", [base, down, up], [(base.float() + 0.5 * update).to(base.dtype)]
        alpha = torch.tensor(4.0).to(base.dtype)
        yield "lora alpha/rank", [base, down, up, alpha], [(base.float() + 2.0 * update).to(base.dtype)]
    base, down, up = (sixteenths(shape) for shape in ((6, 8), (4, 8), (6, 4)))
    alpha = torch.tensor([8.0], dtype=torch.float16)
    yield "lora alpha", [base, down, up, alpha], [base + 8 * (up @ down)]
    yield "lora 0.5*alpha/rank", [base, down, up, alpha], [base + up @ down]
    yield "lora 16/sqrt(rank)", [base, down, up], [base + 8 * (up @ down)]
    base, down, up = (sixteenths(shape) for shape in ((6, 4, 3), (2, 4, 3), (6, 2, 1)))
    yield "lora 1", [base, down, up], [base + (up.flatten(1) @ down.flatten(1)).view(6, 4, 3)]


def norms():
    for axis, module in ((0, torch.nn.Conv1d(3, 6, 3)), (0, torch.nn.Linear(6, 4)), (1, torch.nn.ConvTranspose1d(4, 3, 4)),
                         (-1, torch.nn.Conv2d(2, 3, 2)), (None, torch.nn.Linear(5, 4))):
        torch.nn.utils.weight_norm(module, dim=axis if axis is None or axis >= 0 else axis + module.weight.dim())
        with torch.no_grad():
            module.weight_g.mul_(1.3)
        g, v = module.weight_g.detach().clone(), module.weight_v.detach().clone()
        torch.nn.utils.remove_weight_norm(module)
        yield "weight_norm" if axis is None else f"weight_norm {axis}", [g, v], [module.weight.detach()]


def resizes():
    pos_embed, table = mmpretrain_functions("resize_pos_embed", "resize_relative_position_bias_table")
    restore_interp2d()
    for old, new, extra, mode in (((4, 4), (7, 7), 1, "bicubic"), ((7, 7), (4, 4), 1, "bicubic"), ((3, 3), (5, 2), 2, "bicubic"),
                                  ((4, 4), (6, 6), 0, "bicubic"), ((4, 4), (7, 3), 1, "bilinear")):
        tensor = values("float32", (1, old[0] * old[1] + extra, 5))
        axis = f"({extra} + h w)" if extra else "(h w)"
        how = "" if mode == "bicubic" else f" {mode}"
        result = pos_embed(tensor, old, new, mode=mode, num_extra_tokens=extra)
        yield f"resize 1 {axis} c with h={new[0]} w={new[1]}{how}", [tensor], [result]
    tensor = values("float32", (1, 13, 3))
    result = pos_embed(tensor, (2, 6), (4, 5))
    yield "resize 1 (1 + h w) c with h=2..4 w=5", [tensor], [result]
    half = values("float16", (1, 17, 3))
    yield "resize 1 (1 + h w) c with h=6 w=6", [half], [pos_embed(half, (4, 4), (6, 6))]
    tensor = values("float32", (1, 3, 4, 5))
    result = F.interpolate(tensor, size=(6, 3), mode="bicubic", align_corners=False)
    yield "resize n c h w with h=6 w=3", [tensor], [result]
    result = F.interpolate(tensor, size=(6, 3), mode="nearest")
    yield "resize n c h w with h=6 w=3 nearest", [tensor], [result]
    tensor = values("float32", (9, 4))
    result = F.interpolate(tensor.T[None], size=13, mode="linear")[0].T.contiguous()
    yield "resize l c with l=13 bilinear", [tensor], [result]
    for old, new, heads, extra in ((5, 9, 3, 0), (13, 7, 2, 0), (13, 23, 2, 0), (7, 11, 2, 3)):
        tensor = values("float32", (old * old + extra, heads))
        grid = tensor[: old * old]
        result = torch.cat((table(old, new, grid, heads), tensor[old * old:]))
        axis = f"(h w + {extra})" if extra else "(h w)"
        yield f"resize {axis} n with h={new} w={new} geometric", [tensor], [result]


def cases():
    for operation, sources, results in [*sums(), *products(), *scales(), *low_rank()]:
        if results is None:
            results = [sources[0].repeat(1, 2)] if operation.startswith("repeat") else [multiplied(*sources)]
        yield False, operation, sources, results
    for operation, sources, results in [*norms(), *resizes()]:
        yield True, operation, sources, results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--out", default=os.path.join(root, "fixtures", "operations", "arithmetic.facts"))
    out = parser.parse_args().out
    torch.manual_seed(12)
    with open(out, "w") as file:
        file.write("# made by scripts/makers/make_arithmetic_facts.py\n")
        for is_near, *case in cases():
            if is_near:
                file.write("near\n")
            write_case(file, *case)


if __name__ == "__main__":
    main()
