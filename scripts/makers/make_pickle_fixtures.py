#!/usr/bin/env python3
"""Makes fixtures/pickle: data.pkl of real torch.save files, plain pickles of all protocols, and facts about them.

Needs PyTorch 2.15, numpy and mmengine under CPython 3.11 (whose pickler's batches and memo the fixtures show).
The files are the same on every run; --table prints them with their sha256 for fixtures/README.md.
facts.json holds for each file what CPython found in it: `globals` (module and name as Python 3 looks them up, in
the order of first use), `storages` (keys of persistent IDs in order of first use), `memo` (slots filled), and for
plain data `repr`. opcodes.json holds the opcodes by name, from pickletools.
"""

import reference_python  # noqa: F401, first: it says what is missing
import _compat_pickle
import argparse
import collections
import io
import json
import os
import pathlib
import pickle
import pickletools
import sys
import zipfile

import numpy
import torch
from mmengine.config import ConfigDict
from mmengine.logging import HistoryBuffer
from torch import nn

from fixture_files import print_table

NESTED = {
    "none": None,
    "bools": [True, False],
    "ints": [0, 1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -1, -(2**31), -(2**31) - 1, 2**39, -(2**39), 2**63 - 1],
    "big": [2**63, -(2**63), -(2**63) - 1, 2**64, 10**30, -(10**30), 2**2031, -(2**2048)],
    "floats": [0.0, -0.0, 1.5, 0.1, 1e-05, 0.0001, 1e16, 123456789012345.6, 1234567890123456.7, 1e22, 5e-324],
    "special": [float("inf"), float("-inf"), float("nan")],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "text": ["", "it's", 'say "x"', "it's \"x\"", "a\\b\n\r\t\0\x7f", "é\u00ad\u2028\U0001f600", "\ud800x"],
    "nested": {1: [{(2, 3): {"k": []}}]},
}


class Inert:
    """Stands for every object that a fixture makes: takes any argument, state and item."""

    def __new__(cls, *arguments, **keywords):
        return object.__new__(cls)

    def __init__(self, *arguments, **keywords):
        pass

    def __setstate__(self, state):
        pass

    def __setitem__(self, key, value):
        pass

    def append(self, item):
        pass

    def extend(self, items):
        pass


class Recorder(pickle.Unpickler):
    def __init__(self, data):
        super().__init__(io.BytesIO(data))
        self.protocol = data[1] if data[0] == 0x80 else 0
        self.globals, self.storages = [], []

    def find_class(self, module, name):
        if self.protocol < 3:
            if (module, name) in _compat_pickle.NAME_MAPPING:
                module, name = _compat_pickle.NAME_MAPPING[module, name]
            module = _compat_pickle.IMPORT_MAPPING.get(module, module)
        if [module, name] not in self.globals:
            self.globals.append([module, name])
        return Inert

    def persistent_load(self, pid):
        if pid[2] not in self.storages:
            self.storages.append(pid[2])
        return Inert()


def facts(data, value):
    recorder = Recorder(data)
    recorder.load()
    puts = {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}
    found = {
        "globals": recorder.globals,
        "storages": recorder.storages,
        "memo": sum(opcode.name in puts for opcode, _, _ in pickletools.genops(data)),
    }
    if value is not None:
        found["repr"] = repr(value)
    return found


def torch_pickle(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    with zipfile.ZipFile(buffer) as archive:
        return archive.read("archive/data.pkl")


def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2))


def mmengine_checkpoint():
    return {
        "meta": {"epoch": 3, "iter": 30, "dataset_meta": {"classes": ("cat", "dog")}},
        "message_hub": {
            "log_scalars": collections.OrderedDict([("train/loss", HistoryBuffer([1.5, 2.5], [1, 1]))]),
            "resumed_keys": collections.OrderedDict(),
        },
        "cfg": ConfigDict(optimizer=dict(type="SGD", lr=0.1)),
        "state_dict": model().state_dict(),
    }


def optimizer_checkpoint():
    net = model()
    optimizer = torch.optim.AdamW(net.parameters())
    net(torch.ones(1, 3, 2, 2)).sum().backward()
    optimizer.step()
    return {"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "lr": 1e-05}


def shared():
    base = torch.arange(10.0)
    return {"a": base, "b": base[2:5], "again": base, "view": base.view(2, 5).t()}


def recursive():
    inside, triple, quadruple, own = [], [], [], {}
    inside.append(inside)
    triple.append((triple, 1))
    pair = (quadruple, 1, 2, 3)
    quadruple.append(pair)
    own["self"] = own
    return [inside, triple, pair, own]


def python_objects():
    return {
        "bytes": [b"", b"abc", b"\x00\xff'", b"abc"],
        "bytearrays": [bytearray(b""), bytearray(b"xy")],
        "sets": [{1}, frozenset(), frozenset([7])],
        "defaultdict": collections.defaultdict(list, {"a": [1]}),
        "counter": collections.Counter("aab"),
        "deque": collections.deque([1, 2], maxlen=3),
        "complex": 1j,
        "range": range(3),
        "slice": slice(1, 2),
        "ellipsis": ...,
        "type": type(None),
        "dtype": torch.float32,
        "device": torch.device("cpu"),
        "size": torch.Size([1, 2]),
        "numpy": numpy.arange(3, dtype=numpy.int32),
        "scalar": numpy.float64(3.5),
        "exception": OSError(2, "no"),
    }


def fixtures():
    """Name, pickle, and the value where its repr is to be kept."""
    yield "state_dict", torch_pickle(model().state_dict()), None
    yield "plain_state_dict", torch_pickle(dict(model().state_dict())), None
    yield "parameters", torch_pickle(dict(model().named_parameters())), None
    yield "module", torch_pickle(model()), None
    yield "shared", torch_pickle(shared()), None
    yield "optimizer", torch_pickle(optimizer_checkpoint()), None
    yield "mmengine", torch_pickle(mmengine_checkpoint()), None
    yield "mmengine_p4", torch_pickle(mmengine_checkpoint(), pickle_protocol=4), None
    yield "python_objects", torch_pickle(python_objects()), None
    yield "recursive", torch_pickle(recursive()), recursive()
    for protocol in range(6):
        yield f"nested_p{protocol}", pickle.dumps(NESTED, protocol), NESTED
    yield "bytes_p5", pickle.dumps([b"abc", bytearray(b"xy"), {1}, frozenset([2])], 5), [
        b"abc", bytearray(b"xy"), {1}, frozenset([2]),
    ]  # fmt: skip
    for count in (999, 1000, 1001):
        yield f"list_{count}", torch_pickle([None] * count), None
        yield f"dict_{count}", torch_pickle(dict.fromkeys(range(count))), None
        yield f"ordered_dict_{count}", torch_pickle(collections.OrderedDict.fromkeys(range(count))), None
        yield f"deque_{count}", torch_pickle(collections.deque([None] * count)), None
    yield "memo_300", torch_pickle([[str(number)] for number in range(150)] * 2), None
    # What Python 2 wrote: byte strings, old-style instances, its own module names.
    yield "python2_p0", b"(dp0\nS'it\\'s \\x00\\n'\np1\n(icollections\nOrderedDict\np2\ns.", None
    yield "python2_p2", b"\x80\x02}q\x00U\x03keyq\x01c__builtin__\nxrange\nq\x02K\x00K\x05K\x01\x87q\x03Rq\x04s.", None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "fixtures" / "pickle", help="folder to write")
    parser.add_argument("--table", action="store_true", help="print file, size and sha256 as a Markdown table")
    options = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    options.out.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, data, value in fixtures():
        (options.out / f"{name}.pkl").write_bytes(data)
        found[name] = facts(data, value)
    (options.out / "facts.json").write_text(json.dumps(found, indent=1) + "\n")
    opcodes = {opcode.name: ord(opcode.code) for opcode in pickletools.opcodes}
    (options.out / "opcodes.json").write_text(json.dumps(opcodes, indent=1) + "\n")
    if options.table:
        print_table(options.out)


if __name__ == "__main__":
    main()
