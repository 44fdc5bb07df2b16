#!/usr/bin/env python3
"""Makes fixtures/edits/ and fixtures/averaging/: what GNU sed makes of keys, and PyTorch of the average of checkpoints.

usage: make_edit_facts.py [--table]

edits/substitutions.tsv: lines of an expression, a key and what `sed -E` prints for it (equal where nothing matches).
edits/arrays.json: {key: [type, shape, sha256]} of the arrays that NumPy makes of checkpoints/dtypes.pth: types that NumPy
lacks in the narrowest that has their every value, quantized tensors as their integers.
averaging/: four checkpoints of one small net, as torch zips, one of them in safetensors too; the later three differ in
an integer. facts.json: {"equal" | "weighted": {key: sha256 of the row-major little-endian elements}}, computed in
float64 and rounded to the tensor's type: (a + b + c + d) / 4, and 0.5 a + 0.25 b + 0.15 c + 0.1 d, added in this order.
Seeded: the same versions give the same bytes. --table prints the rows of fixtures/README.md.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import hashlib
import json
import os
import pathlib
import subprocess

import safetensors.torch
import torch

import fixture_files

ROOT = pathlib.Path(__file__).resolve().parents[2]
EDITS = ROOT / "fixtures/edits"
AVERAGING = ROOT / "fixtures/averaging"
WEIGHTS = {"equal": None, "weighted": [0.5, 0.25, 0.15, 0.1]}

EXPRESSIONS = [
    r"s/^/x./", r"s/$/.x/", r"s/conv/c/", r"s/conv/c/g", r"s/[0-9]+/<&>/", r"s/[0-9]+/<&>/2", r"s/[0-9]+/<&>/2g",
    r"s/layer([0-9])\.([0-9]+)/stage\1.block\2/", r"s|\.|/|g", r"s/\./\//g", r"s,a\,b,c,", r"s/weight|bias/p/",
    r"s/(a|ab)(c|bcd)?/[\1,\2]/", r"s/x*/-/g", r"s/a*/x/g", r"s/b*/x/2", r"s/(.*)\.(.*)/\2.\1/", r"s/^features\.//",
    r"s/[[:digit:]]{1,2}/N/g", r"s/[^.]+$/[&]/", r"s/\bconv\b/word/g", r"s/\<c/C/g", r"s/t\>/T/g", r"s/\w+/W/",
    r"s/(.)(.)/\2\1/g", r"s/CONV/c/i", r"s/CONV/c/Ig", r"s/(a|b)*c/<\1>/", r"s/\&/and/", r"s/o/\&/g", r"s/o/[&&]/",
    r"s/(l)(a)(y)(e)(r)/\5\4\3\2\1\0/", r"s/\.+/./g", r"s/()/x/", r"s/a|b|/x/g",
    r"s/(^|\.)0(\.|$)/\1zero\2/g", r"s#module\.##", r"s+a\+b+c+", r"s/[]x]/y/g", r"s/[a-c]{2,}/+/g", r"s/\{0\}/x/",
    r"s/(conv|bn)([0-9])\.(weight|bias)$/\1_\2.\3/", r"s/\W/_/g", r"s/\B/-/g", r"s/a{,2}b/x/", r"s/(ab?)+c?/<&|\1>/",
    r"s/^.*(layer).*$/\1/", r"s/(((a)b)c)/\3\2\1/", r"s/[a-z]*$//", r"s.[.]._.g", r"s,[^,b]+,x,", r"s.[[:digit:].]+.N.",
    r"s|[]|]|/|", r"s,[a\,]+,<&>,g",
]
KEYS = [
    "layer1.0.conv1.weight", "layer10.12.conv2.bias", "features.0.0.weight", "module.module.conv", "conv.conv.conv",
    "abcd", "abc", "aab", "baaac", "xxabxx", "a,b", "a+b", "a&b", "a|b", "0", "0.0.0", "]x[", "{0}",
    "with space.t", "Conv1.cOnV", "aaaa", "ababac", "..", "patch_embed.norm_layer",
]
# sed takes empty matches inside letters that are not ASCII, and its classes are the locale's: only what is neither.
LETTERS = [r"s/é/e/", r"s/./_/3", r"s/(.)(.)/\2\1/g", r"s/[^.]+$/[&]/", r"s/[éà]/?/g"]


def substitutions():
    rows = []
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    runs = [(expression, KEYS) for expression in EXPRESSIONS] + [(expression, ["été.wéight"]) for expression in LETTERS]
    for expression, keys in runs:
        run = subprocess.run(
            ["sed", "-E", expression], input="\n".join(keys) + "\n", text=True, check=True, capture_output=True,
            env=environment)
        for key, result in zip(keys, run.stdout.split("\n")[:-1], strict=True):
            rows.append(f"{expression}\t{key}\t{result}\n")
    EDITS.mkdir(parents=True, exist_ok=True)
    (EDITS / "substitutions.tsv").write_text("".join(rows), encoding="utf-8")


def arrays():
    facts = {}
    for key, tensor in torch.load(ROOT / "fixtures/checkpoints/dtypes.pth", weights_only=False).items():
        if not isinstance(tensor, torch.Tensor) or tensor.layout != torch.strided:
            continue
        if tensor.is_quantized:
            tensor = tensor.int_repr()
        elif tensor.dtype == torch.complex32:
            tensor = tensor.to(torch.complex64)
        elif tensor.dtype.is_floating_point and tensor.dtype.itemsize < 4 and tensor.dtype != torch.float16:
            try:
                tensor = tensor.float()
            except (RuntimeError, NotImplementedError):
                continue
        try:
            array = tensor.resolve_conj().numpy()
        except (RuntimeError, TypeError):
            continue
        facts[key] = [str(array.dtype), list(array.shape), hashlib.sha256(array.tobytes()).hexdigest()]
    (EDITS / "arrays.json").write_text(json.dumps(facts, indent=1) + "\n")


def net(seed: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(shape, generator=generator)

    shared = normal(7, 5)
    spread = normal(33) * 10.0 ** torch.arange(-16, 17)
    spread[3] = float("inf")
    spread[5] = float("nan") if seed == 2 else 1
    return {
        "conv.weight": normal(8, 3, 3, 3),
        "conv.transposed": normal(6, 9).t(),
        "conv.last": normal(2, 3, 4, 5).to(memory_format=torch.channels_last),
        "bn.running_mean": normal(8),
        "bn.num_batches_tracked": torch.tensor(100 if seed == 1 else 200),
        "index": torch.arange(6).reshape(2, 3),
        "mask": torch.tensor([True, False, True]),
        "half": normal(19).half(),
        "bfloat": normal(4, 4).bfloat16(),
        "double": normal(5).double() / 3,
        "float8": normal(12).to(torch.float8_e4m3fn),
        "complex": torch.complex(normal(3), normal(3)),
        "spread": spread,
        "head.weight": shared,
        "embedding.weight": shared,
        "scalar": normal(1).reshape(()),
        "empty": torch.zeros(0, 4),
    }


def mean(tensors: list[torch.Tensor], weights: list[float] | None) -> torch.Tensor:
    first = tensors[-1]
    if not (first.is_floating_point() or first.is_complex()):
        return first
    wide = torch.complex128 if first.is_complex() else torch.float64
    total = torch.zeros(first.shape, dtype=wide)
    for index, tensor in enumerate(tensors):
        total += tensor.to(wide) if weights is None else weights[index] * tensor.to(wide)
    return (total / len(tensors) if weights is None else total).to(first.dtype)


def digest(tensor: torch.Tensor) -> str:
    contiguous = tensor.contiguous().reshape(-1)
    return hashlib.sha256(contiguous.view(torch.uint8).numpy().tobytes()).hexdigest()


def averages():
    AVERAGING.mkdir(parents=True, exist_ok=True)
    nets = [net(seed) for seed in (1, 2, 3, 4)]
    for name, tensors in zip("abcd", nets):
        torch.save({"state_dict": tensors, "epoch": ord(name)}, AVERAGING / f"{name}.pth")
    plain = {key: tensor.contiguous().clone() for key, tensor in nets[1].items()}
    safetensors.torch.save_file(plain, AVERAGING / "b.safetensors")
    facts = {
        name: {key: digest(mean([tensors[key] for tensors in nets], weights)) for key in nets[0]}
        for name, weights in WEIGHTS.items()
    }
    (AVERAGING / "facts.json").write_text(json.dumps(facts, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true", help="print the rows of fixtures/README.md")
    arguments = parser.parse_args()
    substitutions()
    arrays()
    averages()
    if arguments.table:
        for folder in EDITS, AVERAGING:
            print(f"\n{folder.name}/")
            fixture_files.print_table(folder)


if __name__ == "__main__":
    main()
