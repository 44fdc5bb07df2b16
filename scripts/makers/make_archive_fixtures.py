#!/usr/bin/env python3
"""Makes fixtures/archives/: one state dict in every shape of file that PyTorch writes or opens.

usage: make_archive_fixtures.py [--out DIR] [--table]

Needs torch (2.15 made the committed ones) and Info-ZIP's zip. No randomness; the same versions give the same bytes.
torch.load opens each of them but no_folder.pth, and gives the state dict of facts.json: {"tensors": [{"key", "dtype", "shape",
"stride", "offset", "sha256"}]}; of skipped.pth, whose storages are holes, zeros of the same types and shapes.
--table prints the rows of fixtures/README.md.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import hashlib
import io
import json
import os
import pickle
import shutil
import struct
import subprocess
import tempfile
import zipfile

import torch
from torch.utils.serialization import config

from fixture_files import Unseekable

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUT = ""


def state_dict():
    shared = torch.arange(24, dtype=torch.float32)
    return collections.OrderedDict(
        [
            ("a.weight", shared[:12].reshape(3, 4)),
            ("a.bias", shared[20:]),
            ("b.count", torch.tensor(7)),
            ("b.mask", torch.tensor([True, False, True])),
            ("c.half", torch.arange(5, dtype=torch.float16)),
            ("c.complex", torch.tensor([1 + 2j, -3j])),
            ("empty", torch.empty(0, 2)),
        ]
    )


def path(name):
    return os.path.join(OUT, name)


def saved():
    file = io.BytesIO()
    torch.save(state_dict(), file)
    return file.getvalue()


def records():
    with zipfile.ZipFile(io.BytesIO(saved())) as archive:
        return [(info.filename.split("/", 1)[1], archive.read(info)) for info in archive.infolist()]


def check(name, zeros=False):
    """torch.load gives the state dict."""
    # Its restricted unpickler knows the opcodes of protocol 2.
    for weights_only in (False,) if name.startswith("legacy_protocol") else (True, False):
        found = torch.load(path(name), weights_only=weights_only)
        assert list(found) == list(state_dict()), name
        for key, value in state_dict().items():
            value = torch.zeros_like(value) if zeros else value
            assert found[key].dtype == value.dtype and torch.equal(found[key], value), (name, key)


def torch_writer(name, extra=()):
    """As older PyTorch laid files out: the records that are named, and no others."""
    writer = torch._C.PyTorchFileWriter(path(name))
    for record, data in records():
        if record == "data.pkl" or record.startswith("data/") or record in extra:
            writer.write_record(record, data, len(data))
    writer.write_end_of_file()


def stored_anew(name, prefix, method=zipfile.ZIP_STORED, streamed=False, order=None, keep=lambda record: True):
    with open(path(name), "wb") as file:
        target = Unseekable(file) if streamed else file
        with zipfile.ZipFile(target, "w", method) as archive:
            for record, data in sorted(records(), key=order) if order else records():
                if keep(record):
                    info = zipfile.ZipInfo(prefix + record)
                    info.compress_type = method
                    archive.writestr(info, data)


def info_zip(name, *options):
    with tempfile.TemporaryDirectory() as folder:
        for record, data in records():
            target = os.path.join(folder, "model", record)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(data)
            os.utime(target, (1700000000, 1700000000))
        for place, folders, _ in os.walk(folder):
            os.utime(place, (1700000000, 1700000000))
        archive = os.path.join(folder, "packed.zip")
        names = ["model/"] + ["model/" + record for record, _ in records()]
        # -X leaves out the access times, which would differ each time.
        environment = {**os.environ, "TZ": "UTC"}
        subprocess.run(["zip", "-q", "-X", *options, archive, *names], cwd=folder, check=True, env=environment)
        shutil.copyfile(archive, path(name))


def legacy(name, little_endian=True, views=False, protocol=2):
    """A legacy stream with its storages named 0, 1 …; `views`: as views of one storage, as PyTorch 0.4 wrote them;
    `protocol`: torch.save's `pickle_protocol`."""
    names, order, contents = {}, [], {}

    def number(storage):
        return names.setdefault(storage._cdata, str(len(names)))

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            if not isinstance(value, torch.storage.TypedStorage):
                return None
            whole = value._untyped_storage
            key, width = number(whole), torch._utils._element_size(value.dtype)
            count = whole.nbytes() // width
            if key not in contents:
                order.append(key)
                contents[key] = (count, bytes(whole))
            view = (f"{key}.view", 0, count) if views else None
            if views and self.offsets.get(id(value)):
                view = self.offsets[id(value)]
            return ("storage", getattr(torch, value.pickle_storage_type()), key, "cpu", count, view)

    class Call:
        def __init__(self, function, *arguments):
            self.call = (function, arguments)

        def __reduce__(self):
            return self.call

    value = state_dict()
    offsets, keep = {}, []
    if views:
        # The tensors that begin inside their storage count from the start of a view of it.
        for key, tensor in list(value.items()):
            if tensor.storage_offset() > 0:
                storage = tensor._typed_storage()
                keep.append(storage)
                offset = tensor.storage_offset()
                offsets[id(storage)] = (f"view of {key}", offset, tensor.numel())
                hooks = collections.OrderedDict()
                value[key] = Call(
                    torch._utils._rebuild_tensor_v2, storage, 0, tuple(tensor.shape), tensor.stride(), False, hooks
                )
    file = io.BytesIO()
    pickle.dump(torch.serialization.MAGIC_NUMBER, file, protocol=protocol)
    pickle.dump(torch.serialization.PROTOCOL_VERSION, file, protocol=protocol)
    sizes = {"short": 2, "int": 4, "long": 4}
    pickle.dump({"protocol_version": 1001, "little_endian": little_endian, "type_sizes": sizes}, file, protocol=protocol)
    pickler = Pickler(file, protocol=protocol)
    pickler.offsets = offsets
    pickler.dump(value)
    pickle.dump(sorted(order), file, protocol=protocol)
    for key in sorted(order):
        count, data = contents[key]
        file.write(struct.pack("<q", count) + data)
    with open(path(name), "wb") as output:
        output.write(file.getvalue())


def facts():
    rows = []
    for key, tensor in state_dict().items():
        data = tensor.contiguous()
        width = data.element_size()
        start = data.storage_offset() * width
        content = bytes(data.untyped_storage()[start : start + data.numel() * width]) if data.numel() else b""
        rows.append(
            {
                "key": key,
                "dtype": str(tensor.dtype).removeprefix("torch."),
                "shape": list(tensor.shape),
                "stride": list(tensor.stride()),
                "offset": tensor.storage_offset(),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    with open(path("facts.json"), "w") as file:
        file.write('{"tensors": [\n  %s\n]}\n' % ",\n  ".join(json.dumps(row) for row in rows))


def big_endian(name):
    widths = {"float32": 4, "int64": 8, "float16": 2, "complex64": 4, "bool": 1}
    order = ["float32", "int64", "bool", "float16", "complex64", "float32"]
    writer = torch._C.PyTorchFileWriter(path(name))
    for record, data in records():
        if record == "byteorder":
            data = b"big"
        elif record.startswith("data/"):
            width = widths[order[int(record[5:])]]
            data = b"".join(data[at : at + width][::-1] for at in range(0, len(data), width))
        if record == "data.pkl" or record == "byteorder" or record.startswith("data/"):
            writer.write_record(record, data, len(data))
    writer.write_end_of_file()


def main():
    global OUT
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.join(ROOT, "fixtures", "archives"), help="default: %(default)s")
    parser.add_argument("--table", action="store_true", help="print the table of fixtures/README.md")
    options = parser.parse_args()
    OUT = options.out
    os.makedirs(OUT, exist_ok=True)
    facts()
    for alignment in (1, 256):
        config.save.storage_alignment = alignment
        torch.save(state_dict(), path(f"alignment_{alignment}.pth"))
    config.save.storage_alignment = 64
    torch.serialization.set_crc32_options(False)
    torch.save(state_dict(), path("without_crc.pth"))
    torch.serialization.set_crc32_options(True)
    with torch.serialization.skip_data():
        torch.save(state_dict(), path("skipped.pth"))
    torch.save(state_dict(), path("Gewichte \u00fc \u6a21\u578b.pth"))
    torch_writer("torch_2_1.pth", extra=("byteorder",))
    big_endian("big_endian.pth")
    stored_anew("stored.pth", "any name/")
    stored_anew("deflated.pth", "model/", zipfile.ZIP_DEFLATED)
    stored_anew("streamed.pth", "model/", zipfile.ZIP_DEFLATED, streamed=True)
    stored_anew("bare.pth", "x/", keep=lambda record: record in ("data.pkl", "version") or record.startswith("data/"))
    stored_anew("pickle_last.pth", "x/", order=lambda record: (record[0] == "data.pkl", record[0]))
    info_zip("info_zip.pth")
    info_zip("info_zip_stored.pth", "-0")
    legacy("legacy.pth")
    legacy("legacy_views.pth", views=True)
    legacy("legacy_big_endian_machine.pth", little_endian=False)
    for protocol in (1, 4, 5):
        legacy(f"legacy_protocol_{protocol}.pth", protocol=protocol)
    stored_anew("no_folder.pth", "")
    for name in sorted(os.listdir(OUT)):
        if name.endswith(".pth") and name != "no_folder.pth":
            check(name, zeros=name == "skipped.pth")
    if options.table:
        for name in sorted(os.listdir(OUT)):
            with open(path(name), "rb") as file:
                data = file.read()
            print(f"| `{name}` | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |")


if __name__ == "__main__":
    main()
