#!/usr/bin/env python3
"""Makes fixtures/modules/: modules that real PyTorch saved whole, pickled (.pt) and scripted (.jit.pt).

usage: make_module_fixtures.py [--out DIR]

Needs torch (2.15 made the committed ones). The values follow from the names, so the same version gives the same
bytes, but for legacy streams, which name their storages by address.
Beside NAME stands NAME.json: [{"key", "dtype", "shape", "sha256"}] of what the state_dict() of the module that
PyTorch loads holds, in its order; "sha256" of the contiguous little-endian bytes.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import hashlib
import json
import os
import warnings
from typing import Optional

import torch

OUT = ""


class Block(torch.nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = torch.nn.Conv2d(inputs, outputs, 3, bias=False)
        self.bn = torch.nn.BatchNorm2d(outputs)
        self.scale = torch.nn.Parameter(torch.ones(outputs, 1, 1))
        self.register_buffer("grid", torch.zeros(2), persistent=False)
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))
        self.register_buffer("unused", None)
        self.plain = torch.zeros(3)

    def forward(self, x):
        return self.bn(self.conv(x)) * self.scale + self.grid[0] + self.plain[0]


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter("absent", None)
        self.stem = Block(1, 2)
        self.stages = torch.nn.Sequential(collections.OrderedDict(first=Block(2, 2), second=torch.nn.Identity()))
        self.head = torch.nn.Linear(2, 2)
        self.tied = torch.nn.Linear(2, 2, bias=False)
        self.tied.weight = self.head.weight
        self.shared = self.head
        self.names = ["a", "b"]

    def forward(self, x):
        x = self.stages(self.stem(x)).mean((2, 3))
        return self.shared(self.tied(self.head(x)))


class Lists(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.list = torch.nn.ParameterList([torch.zeros(2), torch.zeros(1)])
        self.dict = torch.nn.ParameterDict({"b": torch.zeros(1), "a": torch.zeros(2)})
        self.modules_by_name = torch.nn.ModuleDict({"x.y".replace(".", "_"): torch.nn.Linear(1, 1)})
        self.narrow = torch.nn.Parameter(torch.zeros(2, dtype=torch.float16), requires_grad=False)


class Scripted(torch.nn.Module):
    lengths: list[int]
    cache: Optional[torch.Tensor]

    def __init__(self):
        super().__init__()
        self.net = Net()
        self.lengths = [1, 2, 3]
        self.rates = {"a": 0.5}
        self.state = torch.zeros(2)
        self.cache = None

    def forward(self, x):
        return self.net(x) * self.rates["a"] + self.state[0] + self.lengths[0]


def fill(module):
    for name, tensor in module.state_dict().items():
        numbers = torch.arange(tensor.numel()).reshape(tensor.shape) + len(name)
        tensor.copy_(numbers if not tensor.is_floating_point() else numbers / 8)
    return module.eval()


def write_facts(name, state):
    rows = []
    for key, tensor in state.items():
        data = bytes(tensor.detach().contiguous().clone().untyped_storage())
        rows.append(
            {
                "key": key, "dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
    with open(os.path.join(OUT, name + ".json"), "w") as file:
        file.write("[\n  " + ",\n  ".join(json.dumps(row) for row in rows) + "\n]\n")


def no_source(*_):
    """A legacy stream keeps the source code of every class, unless it cannot be found; PyTorch's is not ours to keep."""
    raise OSError("the source code is left out")


def pickled(name, value, module=lambda loaded: loaded, legacy=False):
    path = os.path.join(OUT, name + ".pt")
    torch.serialization.get_source_lines_and_file = no_source
    torch.save(value, path, _use_new_zipfile_serialization=not legacy)
    write_facts(name, module(torch.load(path, weights_only=False)).state_dict())


def scripted(name, module):
    """Without the records that map the code back to PyTorch's sources, which are not ours to keep."""
    path = os.path.join(OUT, name + ".jit.pt")
    module.save(path)
    reader = torch._C.PyTorchFileReader(path)
    records = [(record, reader.get_record(record)) for record in reader.get_all_records()]
    writer = torch._C.PyTorchFileWriter(path)
    for record, data in records:
        if not record.endswith(".debug_pkl") and record not in ("version", ".data/serialization_id"):
            writer.write_record(record, data, len(data))
    writer.write_end_of_file()
    write_facts(name + ".jit", torch.jit.load(path).state_dict())


def main():
    global OUT
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--out", default=os.path.join(root, "fixtures", "modules"))
    OUT = parser.parse_args().out
    os.makedirs(OUT, exist_ok=True)

    net = fill(Net())
    pickled("net", net)
    pickled("net_legacy", net, legacy=True)
    pickled("lists", fill(Lists()))
    pickled("data_parallel", torch.nn.DataParallel(net))
    pickled("compiled", torch.compile(fill(torch.nn.Linear(2, 3))))
    training = {"epoch": 3, "model": net, "ema": fill(Net()), "optimizer": {"state": {0: torch.zeros(1)}}}
    pickled("training", training, module=lambda loaded: loaded["model"])
    pickled("averaged", {"epoch": -1, "model": None, "ema": net}, module=lambda loaded: loaded["ema"])

    module = torch.jit.script(fill(Scripted()))
    scripted("scripted", module)
    scripted("traced", torch.jit.trace(net, torch.ones(1, 1, 8, 8)))
    scripted("frozen", torch.jit.freeze(module))


if __name__ == "__main__":
    main()
