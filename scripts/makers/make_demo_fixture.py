#!/usr/bin/env python3
"""Makes the demo's stand-in for the published MobileNetV2 weights, and its golden.

The published file (9 MB) is not committed. This one has its format (PyTorch's legacy stream), its 312 keys in
their order, its shapes and dtypes, and is small: every convolution is a view of one of two small storages of
seeded numbers, with rows that overlap (the stride of the output channels is smaller than a row), and the
batch-norm entries are slices of four more. torch.load opens it like any other checkpoint, views
and sharing included.

The golden holds the pooled features that PyTorch computes from it in float32 on the seeded input.
"""

import reference_python  # noqa: F401, first: it says what is missing
import argparse
import math
import pathlib
from collections import OrderedDict

import torch
import torchvision

import capture_golden
import seeded_weights

# Elements of a bank: what its widest view needs, and a little more for views that start elsewhere.
KERNELS, POINTWISE, CHANNELS = 1031, 3001, 1409


def flat_key(key: str) -> str:
    """The published file's name for torchvision's: `features.2.conv.1.0.weight` is `features.2.conv.3.weight`.

    It lists the layers of a block in one row (convolution, batch norm, activation …), where torchvision nests
    each convolution with its batch norm.
    """
    parts = key.split(".")
    if parts[2] != "conv":
        return key
    if len(parts) == 6:  # features.N.conv.<unit>.<layer>.<leaf>
        return ".".join(parts[:3] + [str(3 * int(parts[3]) + int(parts[4])), parts[5]])
    last = 3 if parts[1] == "1" else 6  # features.N.conv.<layer>.<leaf>: the projection and its batch norm
    first = 1 if parts[1] == "1" else 2
    return ".".join(parts[:3] + [str(last + int(parts[3]) - first), parts[4]])


def view(bank: torch.Tensor, offset: int, shape: torch.Size) -> torch.Tensor:
    """A convolution's weight: rows of `bank` that overlap, from `offset` on."""
    row = math.prod(shape[1:])
    step = min(row, (bank.numel() - offset - row) // (shape[0] - 1))
    assert step > 0, (shape, bank.numel())
    return bank.as_strided(shape, [step, shape[2] * shape[3], shape[3], 1], offset)


def make() -> tuple[OrderedDict, torch.nn.Module]:
    """The state dict, and torchvision's model with its values."""
    model = torchvision.models.mobilenet_v2(weights=None)

    def bank(name: str, shape: list[int]) -> torch.Tensor:
        return torch.from_numpy(seeded_weights.seeded(f"demo.{name}", shape)).reshape(-1)

    channels = {leaf: bank(leaf, [CHANNELS]) for leaf in ("weight", "bias", "running_mean", "running_var")}
    kernels = bank("kernels", [KERNELS, 9])[:KERNELS].clone()
    pointwise = bank("pointwise", [POINTWISE, 192])[:POINTWISE].clone()
    tracked = torch.zeros((), dtype=torch.int64)
    state, nested = OrderedDict(), {}
    for key, tensor in model.features.state_dict(prefix="features.").items():
        leaf = key.rsplit(".", 1)[-1]
        start = seeded_weights.fnv1a64(key)
        if leaf == "num_batches_tracked":
            value = tracked
        elif tensor.dim() == 1:
            value = channels[leaf].narrow(0, start % (CHANNELS - tensor.numel() + 1), tensor.numel())
        else:
            is_pointwise = tensor.shape[2] == 1
            value = view(pointwise if is_pointwise else kernels, start % 97 if is_pointwise else 0, tensor.shape)
        nested[key] = value
        state[flat_key(key)] = value
    model.load_state_dict(nested, strict=False)
    return state, model


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--published", metavar="FILE",
                        help="the published file: check that keys, order, shapes and dtypes are equal")
    parser.add_argument("--folder", default=pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "demo",
                        type=pathlib.Path, help="where to write (default: fixtures/demo)")
    options = parser.parse_args()
    state, model = make()
    if options.published:
        published = torch.load(options.published, weights_only=True)
        expected = [(key, value.shape, value.dtype) for key, value in published.items()]
        found = [(key, value.shape, value.dtype) for key, value in state.items()]
        differing = [pair for pair in zip(expected, found) if pair[0] != pair[1]]
        assert len(expected) == len(found) and not differing, (len(expected), len(found), differing[:4])
    path = options.folder / "mobilenet_v2_legacy.pt"
    torch.save(state, path, _use_new_zipfile_serialization=False)
    loaded = torch.load(path, weights_only=True)
    assert all(torch.equal(loaded[key], value) for key, value in state.items())
    golden = capture_golden.capture(
        model, torch.from_numpy(seeded_weights.seeded_input((1, 3, 224, 224))), seeded_input=True, stage="neck",
        weights=path.name, output_of="features", pool=True, name="torchvision:mobilenet_v2")
    torch.save(golden, options.folder / "mobilenet_v2_legacy_features.pth")
    spread = golden["output"]
    print(f"{path}: {len(state)} tensors, {path.stat().st_size:,} bytes; features from {spread.min():.3g} to "
          f"{spread.max():.3g}, {int((spread > 0).sum())} of {spread.numel()} positive")


if __name__ == "__main__":
    main()
