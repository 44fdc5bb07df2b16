#!/usr/bin/env python3
"""Seeded weights: parameters made by a formula, so that a golden need not carry them.

For key k and element i (row-major):

    z = splitmix64(fnv1a64(utf8(k)) + i)      64-bit, wrapping
    u = (z >> 40) * 2**-24                    in [0, 1)
    s = 2 u - 1                               in [-1, 1)

    running_var                     0.75 + 0.5 u
    running_mean                    0.2 s
    other, at most 1-D              1 + 0.2 s  if the name ends in weight, gamma or scale, else 0.2 s
    2-D and more                    s sqrt(3 / product(shape[1:]))
    other buffers                   as the model defines them: indices, tables of positions
    the input                       s, with the key "input"

All is computed in double precision and rounded once to float32. `Sources/Verification/SeededWeights.swift`
is the same formula; the two are compared bit for bit by the tests.
"""

import argparse
import math

import numpy as np

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
CHUNK = 1 << 22


def fnv1a64(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode("utf-8"):
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def splitmix64(state: np.ndarray) -> np.ndarray:
    z = state + GOLDEN_GAMMA
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def hashes(key: str, first: int, count: int) -> np.ndarray:
    """splitmix64(fnv1a64(key) + i) for i in first ..< first + count."""
    start = np.uint64((fnv1a64(key) + first) & 0xFFFFFFFFFFFFFFFF)
    return splitmix64(start + np.arange(count, dtype=np.uint64))


def seeded(key: str, shape, is_input: bool = False) -> np.ndarray:
    """The float32 array for `key` of `shape`."""
    shape = tuple(shape)
    count = math.prod(shape)
    scale, offset, symmetric = 1.0, 0.0, True
    leaf = key.rsplit(".", 1)[-1]
    if is_input:
        pass
    elif leaf == "running_var":
        scale, offset, symmetric = 0.5, 0.75, False
    elif leaf == "running_mean":
        scale = 0.2
    elif len(shape) <= 1:
        scale, offset = 0.2, 1.0 if leaf in ("weight", "gamma", "scale") else 0.0
    else:
        scale = math.sqrt(3 / math.prod(shape[1:]))
    out = np.empty(count, dtype=np.float32)
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        u = (hashes(key, first, size) >> np.uint64(40)).astype(np.float64) * 2.0**-24
        unit = 2 * u - 1 if symmetric else u
        out[first:first + size] = unit * scale + offset
    return out.reshape(shape)


def seeded_input(shape) -> np.ndarray:
    return seeded("input", shape, is_input=True)


def sample_positions(path: str, count: int, size: int) -> np.ndarray:
    """`count` positions in a layer of `size` elements: splitmix64(fnv1a64(path) + i) mod size."""
    return (hashes(path, 0, count) % np.uint64(size)).astype(np.int64)


def fill(module) -> None:
    """Gives every parameter of a torch module and the statistics of its norms their seeded values, in place."""
    import torch

    # Not those of state_dict(), from which a LoRAModel leaves out all that it doesn't train.
    statistics = [(name, tensor) for name, tensor in module.named_buffers()
                  if name.rsplit(".", 1)[-1] in ("running_mean", "running_var")]
    with torch.no_grad():
        for key, tensor in [*module.named_parameters(), *statistics]:
            tensor.copy_(torch.from_numpy(seeded(key, tensor.shape)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Prints seeded weights: the reference numbers that the Swift tests carry.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=__doc__ + "\nexample:\n  scripts/seeded_weights.py backbone.conv1.weight 64 3 7 7 --first 4")
    parser.add_argument("key", help="the state_dict key, e.g. backbone.conv1.weight")
    parser.add_argument("shape", type=int, nargs="*", help="extents, none for a scalar")
    parser.add_argument("--input", action="store_true", help="the values of an input, not of a parameter")
    parser.add_argument("--first", type=int, default=8, help="how many elements to print (default 8)")
    parser.add_argument("--sum", action="store_true", help="also print the sum of all elements' float32 bit patterns")
    options = parser.parse_args()
    values = seeded(options.key, options.shape, options.input).reshape(-1)
    for value in values[:options.first]:
        print(f"{float(value).hex()}  {float(value)!r}")
    if options.sum:
        print(f"sum {int(values.view(np.uint32).sum(dtype=np.uint64)):#x}")


if __name__ == "__main__":
    main()
