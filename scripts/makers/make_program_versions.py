#!/usr/bin/env python3
"""Makes fixtures/programs/versions: one small program as this PyTorch's torch.export.save writes it.

usage: make_program_versions.py FOLDER

Run it with each PyTorch whose files are read: 2.6.0, 2.8.0, 2.11.0 and 2.15.0. Writes FOLDER/torch-VERSION.pt2 and
FOLDER/torch-VERSION.golden.pth with the input and both outputs, `output` and `features`. The
network has what the layouts of the archive differ in: tied parameters, buffers that are and are not persistent, constants
that are attributes and such as appear in the code, a wrapper of torch.no_grad, calls in place, two outputs. Weights are
n / 64 mod 1 − 1/2 by position. Nothing but torch is needed.
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


def filled(module):
    for position, tensor in enumerate([*module.parameters(), module.norm.running_mean, module.norm.running_var]):
        values = (torch.arange(tensor.numel()) * 37 + position * 11) % 64 / 64
        with torch.no_grad():
            tensor.copy_((values + (0.5 if tensor is module.norm.running_var else -0.5)).reshape(tensor.shape))
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
network = filled(Net())
image = ((torch.arange(3 * 8 * 8) * 29 % 64) / 32 - 1).reshape(1, 3, 8, 8)
program = torch.export.export(network, (image,), strict=False)
# The archive's records are named after the file.
with tempfile.TemporaryDirectory() as temporary:
    path = pathlib.Path(temporary) / "program.pt2"
    torch.export.save(program, path)
    (folder / f"torch-{version}.pt2").write_bytes(without_paths(path))
    with torch.no_grad():
        output, features = network(image)
    torch.save({"input": image, "output": output, "features": features}, pathlib.Path(temporary) / "golden.pth")
    (folder / f"torch-{version}.golden.pth").write_bytes((pathlib.Path(temporary) / "golden.pth").read_bytes())
print(version, (folder / f"torch-{version}.pt2").stat().st_size)
