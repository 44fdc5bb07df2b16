#!/usr/bin/env python3
"""Makes fixtures/legacy_tar/: checkpoints as torch.save wrote them before PyTorch 0.1.10.

usage: make_legacy_tar_fixtures.py [--out DIR]

Needs torch (2.15 made the committed ones). No PyTorch of today writes this format, but torch.load still reads it: the
writer here follows that reader (legacy_load in torch/serialization.py), and every file is opened with the real
torch.load, whose result must equal what was written. No randomness, times or addresses.
Beside NAME.pth stands NAME.json: [{"key", "dtype", "shape", "stride", "sha256"}] of the tensors that
torch.load gives, "sha256" of the contiguous little-endian bytes.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import hashlib
import io
import json
import os
import pickle
import struct
import tarfile

import torch



class Writer:
    """What torch.save of PyTorch 0.1.9 did, with small numbers for the addresses that it took as keys."""

    def __init__(self):
        self.tensors = {}
        self.storages = {}
        self.views = {}
        self.classes = []

    def key(self, table, identity, value):
        if identity not in table:
            table[identity] = (str(1000 + len(self.tensors) + len(self.storages)), value)
        return table[identity][0]

    def persistent_id(self, value):
        if isinstance(value, torch.Tensor):
            self.storage_key(value.untyped_storage(), value.dtype)
            return self.key(self.tensors, id(value), value)
        if value is torch.nn.Sequential and value not in self.classes:
            self.classes.append(value)
            return (value, "container.py", "class Sequential: …")
        return None

    def storage_key(self, storage, dtype):
        return self.key(self.storages, storage._cdata, (storage, dtype))

    def file(self, value, views):
        """The archive; `views` names parts of storages: {tensor: (offset, count)}, by which it is based on a part."""
        body = io.BytesIO()
        pickler = pickle.Pickler(body, protocol=2)
        pickler.persistent_id = self.persistent_id
        pickler.dump(value)
        members = {
            "sys_info": pickle.dumps({"protocol_version": 1000, "little_endian": True}, protocol=2),
            "pickle": body.getvalue(),
            "tensors": self.tensor_member(views),
            "storages": self.storage_member(),
        }
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:", format=tarfile.PAX_FORMAT) as tar:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return out.getvalue()

    def tensor_member(self, views):
        out = pickle.dumps(len(self.tensors), protocol=2)
        for key, tensor in self.tensors.values():
            storage = self.storage_key(tensor.untyped_storage(), tensor.dtype)
            offset = tensor.storage_offset()
            if id(tensor) in views:
                start, count = views[id(tensor)]
                part = f"9{len(self.views)}"
                self.views[part] = (int(part), int(storage), start, count)
                storage, offset = part, offset - start
            out += pickle.dumps((int(key), int(storage), None), protocol=2)
            rank = tensor.dim()
            out += struct.pack("<iI", rank, 0)
            out += struct.pack(f"<{2 * rank + 1}q", *tensor.shape, *tensor.stride(), offset)
        return out

    def storage_member(self):
        out = pickle.dumps(len(self.storages), protocol=2)
        names = {dtype: cls for cls, dtype in CLASSES.items()}
        for key, (storage, dtype) in self.storages.values():
            # As a global, which is what the class was.
            name = names[dtype]
            record = pickle.dumps((int(key), "cpu", name), protocol=2)
            text = name.encode()
            spelled = b"X" + struct.pack("<I", len(text)) + text
            assert spelled in record
            out += record.replace(spelled, b"ctorch\n" + text + b"\n")
            out += struct.pack("<q", len(storage) // dtype.itemsize) + bytes(storage)
        return out + pickle.dumps(list(self.views.values()), protocol=2)


CLASSES = {
    "DoubleStorage": torch.float64, "FloatStorage": torch.float32, "HalfStorage": torch.float16,
    "LongStorage": torch.int64, "IntStorage": torch.int32, "ShortStorage": torch.int16, "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
}


def rows(value, prefix=""):
    if isinstance(value, torch.Tensor):
        yield prefix, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from rows(item, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from rows(item, f"{prefix}.{index}")


def save(folder, name, value, views=None):
    path = os.path.join(folder, name + ".pth")
    with open(path, "wb") as file:
        file.write(Writer().file(value, views or {}))
    loaded = torch.load(path, weights_only=False)
    pairs = list(zip(rows(value), rows(loaded), strict=True))
    assert pairs
    for (key, written), (other, read) in pairs:
        assert key == other and written.dtype == read.dtype and torch.equal(written, read), key
        assert written.stride() == read.stride(), key
    facts = []
    for key, tensor in rows(loaded):
        data = bytes(tensor.contiguous().clone().untyped_storage())
        facts.append(
            {
                "key": key, "dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape),
                "stride": list(tensor.stride()), "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
    with open(os.path.join(folder, name + ".json"), "w") as file:
        file.write("[\n  " + ",\n  ".join(json.dumps(row) for row in facts) + "\n]\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--out", default=os.path.join(root, "fixtures", "legacy_tar"))
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)

    weight = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
    bias = torch.tensor([1.5, -2.5])
    save(out, "state_dict", collections.OrderedDict([("conv.weight", weight), ("conv.bias", bias), ("tied", weight)]))
    save(out, "dtypes", {name: torch.arange(-2, 4).to(dtype) for name, dtype in CLASSES.items()})
    base = torch.arange(20, dtype=torch.float64)
    part = base[4:16].reshape(3, 4).t()
    save(out, "views", {"base": base, "part": part, "row": base[2:5], "list": [1, None, "x", {"scalar": base[3:4]}]},
         {id(part): (4, 12)})
    save(out, "container", {"state_dict": {"weight": bias}, "class": torch.nn.Sequential, "epoch": 3})


if __name__ == "__main__":
    main()
