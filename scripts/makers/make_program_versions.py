#!/usr/bin/env python3
"""Makes fixtures/programs/versions: small programs as this PyTorch's torch.export.save writes them.

usage: make_program_versions.py FOLDER

Run it with each PyTorch whose files are read: 2.6.0, 2.8.0, 2.11.0 and 2.15.0. Writes FOLDER/torch-VERSION.pt2 and
FOLDER/torch-VERSION.golden.pth with the input and both outputs, `output` and `features`. The
network has what the layouts of the archive differ in: tied parameters, buffers that are and are not persistent, constants
that are attributes and such as appear in the code, a wrapper of torch.no_grad, calls in place, two outputs. Weights are
n / 64 mod 1 − 1/2 by position. FOLDER/torch-VERSION.masked.pt2 and its golden are a softmax with a mask of
-inf, for which JSON has no digits. Nothing but torch is needed.
"""
import pathlib
import sys
import tempfile
import zipfile
import zlib

if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
    print(__doc__.strip())
    sys.exit(0 if len(sys.argv) == 2 else 2)

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.first = nn.Linear(8, 8)
        self.second = nn.Linear(8, 8, bias=False)
        self.second.weight = self.first.weight
        self.register_buffer("steps", torch.arange(8, dtype=torch.float32), persistent=False)
        self.register_buffer("order", torch.arange(7, -1, -1))
        self.offset = torch.full((8,), 0.25)

    def forward(self, x):
        with torch.no_grad():
            x = self.norm(self.conv(x)).relu_()
        x = x.mean((2, 3))
        features = self.second(self.first(x)) + self.steps / 8
        x = features[:, self.order] * torch.tensor([1.0, -1.0]).repeat(4)
        x += self.offset
        return x, features


class Masked(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 4, stride=4)
        self.register_buffer("mask", torch.tensor([True, False, False, True]))

    def forward(self, x):
        return self.conv(x).flatten(2).masked_fill(self.mask, float("-inf")).softmax(-1)


def filled(module):
    norm = getattr(module, "norm", None)
    statistics = [norm.running_mean, norm.running_var] if norm else []
    for position, tensor in enumerate([*module.parameters(), *statistics]):
        values = (torch.arange(tensor.numel()) * 37 + position * 11) % 64 / 64
        with torch.no_grad():
            tensor.copy_((values + (0.5 if norm and tensor is norm.running_var else -0.5)).reshape(tensor.shape))
    return module.eval()


def without_paths(path) -> bytes:
    """The archive with what names this machine's folders written over, as long as it was."""
    contents = path.read_bytes()
    own = [str(pathlib.Path(torch.__file__).parent.parent), str(pathlib.Path(__file__).resolve().parent)]
    with zipfile.ZipFile(path) as archive:
        records = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    for record in records.values():
        changed = record
        for name in own:
            changed = changed.replace(name.encode(), b"/path/to".ljust(len(name), b"/"))
        if changed != record:
            contents = contents.replace(record, changed)
            old, new = (zlib.crc32(data).to_bytes(4, "little") for data in (record, changed))
            contents = contents.replace(old, new)
    return contents


folder = pathlib.Path(sys.argv[1])
version = torch.__version__.partition("+")[0]
image = ((torch.arange(3 * 8 * 8) * 29 % 64) / 32 - 1).reshape(1, 3, 8, 8)


def write(name, program, golden):
    # The archive's records are named after the file.
    with tempfile.TemporaryDirectory() as temporary:
        path = pathlib.Path(temporary) / "program.pt2"
        torch.export.save(program, path)
        (folder / f"{name}.pt2").write_bytes(without_paths(path))
        torch.save(golden, pathlib.Path(temporary) / "golden.pth")
        (folder / f"{name}.golden.pth").write_bytes((pathlib.Path(temporary) / "golden.pth").read_bytes())
    print(name, (folder / f"{name}.pt2").stat().st_size)


network, masked = filled(Net()), filled(Masked())
with torch.no_grad():
    output, features = network(image)
    shares = masked(image)
write(
    f"torch-{version}", torch.export.export(network, (image,), strict=False),
    {"input": image, "output": output, "features": features})
write(
    f"torch-{version}.masked", torch.export.export(masked, (image,), strict=False),
    {"input": image, "output": shares})
