#!/usr/bin/env python3
"""Writes fixtures/engine/operations.json: what PyTorch computes, in float64, for small cases of each operation.

Needs torch (any recent version). Deterministic: inputs come from one generator with seed 2026, in eighths, so
that they are exact in every format. Run it again and the file does not change.

usage: make_engine_facts.py [--help] [OUTPUT]
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import json
import pathlib

import torch
from torch import nn


def eighths(generator, *shape):
    return torch.randint(-16, 17, shape, generator=generator, dtype=torch.float64) / 8


def cases():
    conv = nn.Conv2d
    yield "conv2d", conv(3, 4, 3), dict(stride=[1, 1], padding=[0, 0], dilation=[1, 1], groups=1), (2, 3, 6, 5)
    yield (
        "conv2d", conv(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
        dict(stride=[2, 1], padding=[1, 2], dilation=[1, 2], groups=2), (1, 4, 7, 6),
    )
    yield (
        "conv2d", conv(5, 5, 3, stride=2, padding=1, groups=5, bias=False),
        dict(stride=[2, 2], padding=[1, 1], dilation=[1, 1], groups=5), (1, 5, 8, 7),
    )
    yield "conv2d", conv(6, 3, 1), dict(stride=[1, 1], padding=[0, 0], dilation=[1, 1], groups=1), (2, 6, 3, 4)
    yield "batchNorm2d", nn.BatchNorm2d(4, eps=1e-3), dict(epsilon=1e-3), (2, 4, 3, 2)
    yield "relu", nn.ReLU(), {}, (1, 2, 3, 3)
    yield "relu6", nn.ReLU6(), {}, (1, 2, 3, 3)
    yield "sigmoid", nn.Sigmoid(), {}, (1, 2, 3, 3)
    for kernel, stride, padding, ceil in [(3, 2, 1, False), (3, 2, 0, True), (2, 2, 1, True), (3, 1, 1, False)]:
        window = dict(kernel=[kernel] * 2, stride=[stride] * 2, padding=[padding] * 2, ceil=ceil)
        yield "maxPool2d", nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil), window, (1, 2, 7, 6)
        for include in (False, True):
            pool = nn.AvgPool2d(kernel, stride, padding, ceil_mode=ceil, count_include_pad=include)
            yield "averagePool2d", pool, dict(window, countIncludePad=include), (1, 2, 7, 6)
    for size in [(1, 1), (3, 2), (7, 7)]:
        yield "adaptiveAveragePool2d", nn.AdaptiveAvgPool2d(size), dict(size=list(size)), (2, 2, 7, 5)
    yield "flatten", nn.Flatten(), {}, (2, 3, 2, 2)
    yield "linear", nn.Linear(7, 5), {}, (3, 7)
    yield "linear", nn.Linear(4, 3, bias=False), {}, (1, 4)
    yield "linear", nn.Linear(4, 3), {}, (2, 3, 4)
    yield "batchNorm1d", nn.BatchNorm1d(4, eps=1e-6, affine=False), dict(epsilon=1e-6), (3, 4)
    yield "layerNorm", nn.LayerNorm(7, eps=1e-6), dict(epsilon=1e-6), (2, 3, 7)
    yield "layerNorm", nn.LayerNorm(5, elementwise_affine=False), dict(epsilon=1e-5), (2, 5)
    for groups in (1, 2):
        yield "groupNorm", nn.GroupNorm(groups, 4), dict(epsilon=1e-5, groups=groups), (2, 4, 3, 2)
    for axis in (1, 2):
        yield "softmax", nn.Softmax(axis), dict(axis=axis), (2, 3, 5)
        yield "normalize", Function(lambda x, axis=axis: nn.functional.normalize(x, dim=axis)), dict(axis=axis), (2, 3, 5)
    yield "silu", nn.SiLU(), {}, (1, 2, 3, 3)
    yield "gelu", nn.GELU(), {}, (1, 2, 3, 3)
    yield "hardswish", nn.Hardswish(), {}, (1, 2, 5, 3)
    yield "hardsigmoid", Function(lambda x: ((x + 3) / 6).clamp(0, 1)), {}, (1, 2, 5, 3)
    yield "tanh", nn.Tanh(), {}, (1, 2, 3, 3)
    yield "leaky_relu", nn.LeakyReLU(0.01), dict(slope=0.01), (1, 2, 3, 3)
    yield "exp", Function(torch.exp), {}, (1, 2, 3, 3)
    yield "clamp", Function(lambda x: x.clamp(-0.5, 1)), dict(lower=-0.5, upper=1), (1, 2, 3, 3)
    yield "affine", Function(lambda x: x * 0.375 - 2), dict(scale=0.375, shift=-2), (2, 3)
    for kind, function in (("add", torch.add), ("subtract", torch.sub), ("multiply", torch.mul)):
        for shape in ((2, 3, 4), (4,), (3, 1), (2, 1, 1)):
            yield kind, Operand(function, shape), {}, (2, 3, 4)
    yield "divide", Operand(lambda x, y: x / (y * y + 1), (3, 1)), {}, (2, 3, 4)
    yield "matmul", Operand(torch.matmul, (4, 5)), {}, (2, 3, 4)
    yield "matmulTransposed", Operand(lambda x, y: x @ y.transpose(-1, -2), (2, 5, 4)), {}, (2, 3, 4)
    yield "attention", Operand(self_attention, (3, 3)), dict(scale=0.5), (2, 2, 3, 4)
    for mode in ("nearest", "bilinear", "bicubic"):
        for size in ((7, 3), (2, 9)):
            for corners in (False, True)[: 1 if mode == "nearest" else 2]:
                yield (
                    "resize", Function(lambda x, mode=mode, size=size, corners=corners: nn.functional.interpolate(
                        x, size=size, mode=mode, **({} if mode == "nearest" else dict(align_corners=corners)))),
                    dict(mode=mode, size=list(size), corners=corners), (1, 2, 4, 5))
    for kind, function in (
        ("sum", torch.sum), ("mean", torch.mean), ("max", torch.amax), ("norm", torch.linalg.vector_norm),
    ):
        for axes in ([1], [2, 3], [1, 3]):
            yield (
                "reduce", Function(lambda x, f=function, axes=axes: f(x, dim=axes, keepdim=True)),
                dict(kind=kind, axes=axes), (2, 3, 4, 2))
    yield "reshape", Function(lambda x: x.reshape(3, 8)), dict(size=[3, 8]), (2, 3, 4)
    yield "permute", Function(lambda x: x.permute(2, 0, 3, 1)), dict(axes=[2, 0, 3, 1]), (2, 3, 4, 2)
    yield "expand", Function(lambda x: x.expand(2, 3, 4)), dict(size=[2, 3, 4]), (3, 1)
    yield "slice", Function(lambda x: x[:, 1:6:2]), dict(axis=1, start=1, count=3, step=2), (2, 7, 3)
    yield "cat", Function(lambda x: torch.cat([x, x], 1)), dict(axis=1), (2, 3, 2)
    yield (
        "pad", Function(lambda x: nn.functional.pad(x, (1, 2, 0, 3, 2, 0))), dict(before=[0, 2, 0, 1], after=[0, 0, 3, 2]),
        (1, 2, 3, 2))
    yield "roll", Function(lambda x: x.roll((-2, 1), (1, 2))), dict(shifts=[-2, 1], axes=[1, 2]), (2, 5, 3)
    yield "gather", Function(lambda x: x[:, [2, 0, 0, 1]]), dict(axis=1, index=[2, 0, 0, 1]), (2, 3, 2)
    for kernel, stride, padding in ((2, 2, 0), (3, 2, 1), (3, 1, 0)):
        yield (
            "unfold", nn.Unfold(kernel, padding=padding, stride=stride),
            dict(kernel=[kernel] * 2, stride=[stride] * 2, padding=[padding] * 2, dilation=[1, 1]), (1, 2, 6, 5))
    for channels, height, width in ((2, 4, 6), (3, 5, 7), (2, 3, 4), (1, 6, 1), (2, 1, 2)):
        yield (
            "spectralFilter", Operand(spectral_filter, (channels, height, width // 2 + 1, 2)), {},
            (2, channels, height, width))
    yield "einsum", Operand(lambda x, y: torch.einsum("byhwc,hkc->byhwk", x, y), (3, 2, 5)), {}, (2, 2, 3, 4, 5)
    for size in (3, 8):
        yield (
            "resizeLinear", Function(lambda x, size=size: nn.functional.interpolate(x, size=size, mode="linear")),
            dict(size=[size]), (1, 2, 5))
    yield "topk", Function(lambda x: distinct(x).topk(4).indices.double()), dict(count=4), (2, 3, 9)
    yield "selectRows", Function(nearest_rows), dict(count=2), (2, 5, 3)
    yield "quick_gelu", Function(lambda x: x * torch.sigmoid(1.702 * x)), {}, (1, 2, 3, 3)


def distinct(x):
    """x + i / 1024 for the i-th of a row: of equal elements PyTorch's topk may choose either."""
    return x + torch.arange(x.shape[-1]) / 1024


def nearest_rows(x):
    """Of each matrix the rows at the positions of the two largest elements of each row."""
    return torch.stack([matrix[distinct(matrix).topk(2).indices] for matrix in x])


class Function(nn.Module):
    """A function of one tensor."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Operand(Function):
    """A function of the input and a second operand, which is a parameter."""

    def __init__(self, function, shape):
        super().__init__(function)
        self.other = nn.Parameter(torch.empty(shape))

    def forward(self, x):
        return self.function(x, self.other)


def self_attention(x, mask):
    return nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=mask, scale=0.5)


def spectral_filter(x, weight):
    """As GlobalLocalFilter of MMPreTrain's HorNet."""
    spectrum = torch.fft.rfft2(x, dim=(2, 3), norm="ortho") * torch.view_as_complex(weight.contiguous())
    return torch.fft.irfft2(spectrum, s=x.shape[2:], dim=(2, 3), norm="ortho")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("output", nargs="?", default=root / "fixtures/engine/operations.json", type=pathlib.Path)
    output = parser.parse_args().output
    generator = torch.Generator().manual_seed(2026)
    facts = []
    for name, module, options, shape in cases():
        module = module.double().eval()
        weights = []
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                value.copy_(eighths(generator, *value.shape).abs() + 0.125 if key == "running_var"
                            else eighths(generator, *value.shape))
                weights.append(dict(name=key, shape=list(value.shape), values=value.flatten().tolist()))
        x = eighths(generator, *shape)
        with torch.no_grad():
            y = module(x)
        facts.append(dict(
            operation=name, options=options, weights=weights,
            input=dict(shape=list(x.shape), values=x.flatten().tolist()),
            output=dict(shape=list(y.shape), values=y.flatten().tolist())))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("[\n" + ",\n".join(json.dumps(f, separators=(",", ":")) for f in facts) + "\n]\n")


if __name__ == "__main__":
    main()
