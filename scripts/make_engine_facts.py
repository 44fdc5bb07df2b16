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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parent.parent
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
