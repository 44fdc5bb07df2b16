#!/usr/bin/env python3
"""Makes fixtures/hostile/checkpoints/: files that a reader of checkpoints must refuse, or open without harm.

usage: make_hostile_checkpoints.py [--out DIR]

Needs torch, whose functions the pickles name. No randomness. What each file attacks stands in fixtures/README.md.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import io
import os
import pickle
import struct
import tarfile
import zipfile

import torch
from torch._utils import _rebuild_sparse_tensor, _rebuild_tensor_v2
from torch.serialization import _get_layout

OUT = ""


class Storage:
    def __init__(self, count=4, key="0", kind=torch.FloatStorage, *more):
        self.payload = ("storage", kind, key, "cpu", count, *more)


class Call:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        return value.payload if isinstance(value, Storage) else None


def dump(value):
    buffer = io.BytesIO()
    Pickler(buffer, protocol=2).dump(value)
    return buffer.getvalue()


def tensor(storage=None, offset=0, size=(4,), stride=(1,)):
    hooks = collections.OrderedDict()
    return Call(_rebuild_tensor_v2, storage or Storage(), offset, size, stride, False, hooks)


def path(name):
    return os.path.join(OUT, name)


def raw(name, data):
    with open(path(name), "wb") as file:
        file.write(data)


def archive(name, value=None, storages=(b"\0" * 16,), order=b"little", data=None, extra=(), method=zipfile.ZIP_STORED):
    records = [("data.pkl", dump(value) if data is None else data), ("byteorder", order)]
    records += [(f"data/{index}", content) for index, content in enumerate(storages)]
    records += [("version", b"3\n"), *extra]
    with zipfile.ZipFile(path(name), "w") as file:
        for record, content in records:
            file.writestr(zipfile.ZipInfo("archive/" + record), content, compress_type=method)


def legacy(name, value, keys, tail):
    head = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True}]
    raw(name, b"".join(dump(part) for part in [*head, value, keys]) + tail)


def shared_text(text, start, first, rest, end, protocol=2):
    """A pickle that names a text once and refers to it again and again."""
    return b"\x80" + bytes([protocol]) + start + b"X" + struct.pack("<I", len(text)) + text.encode() + b"q\0" + first + rest + end


def of_eight(key="0"):
    """Eight indices in one row, or eight values, as a tensor of its own."""
    if key == "0":
        return tensor(Storage(8, "0", torch.LongStorage), size=(1, 8), stride=(8, 1))
    return tensor(Storage(8, key), size=(8,), stride=(1,))


def main():
    global OUT
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    folder = os.path.join(root, "fixtures", "hostile", "checkpoints")
    parser.add_argument("--out", default=folder, help="default: %(default)s")
    OUT = parser.parse_args().out
    os.makedirs(OUT, exist_ok=True)

    archive("short_storage.pth", {"w": tensor()}, storages=[b"\0" * 12])
    archive("short_view.pth", {"w": tensor(size=(5,))})
    archive("missing_storage.pth", {"w": tensor(Storage(key="7"))})
    archive("absurd_shape.pth", {"w": tensor(size=(2**40, 2**40), stride=(2**40, 1))})
    archive("absurd_empty_shape.pth", {"w": tensor(size=(2**40, 2**40, 0), stride=(1, 1, 1))})
    archive("expanded_terabytes.pth", {"w": tensor(size=(2**44,), stride=(0,))})
    archive("absurd_stride.pth", {"w": tensor(size=(2, 2), stride=(2**62, 2**62))})
    archive("absurd_count.pth", {"w": tensor(Storage(2**62))})
    archive("negative_stride.pth", {"w": tensor(stride=(-1,))})
    archive("negative_size.pth", {"w": tensor(size=(-4,))})
    archive("negative_offset.pth", {"w": tensor(offset=-1)})
    archive("negative_count.pth", {"w": tensor(Storage(-4))})
    archive("offset_past_end.pth", {"w": tensor(offset=2**63 - 1, size=(1,))})
    archive("empty_far_offset.pth", {"w": tensor(offset=2**61, size=(0,))})
    archive("ranks.pth", {"w": tensor(size=(2, 2), stride=(1,))})
    archive("few_arguments.pth", {"w": Call(_rebuild_tensor_v2, Storage(), 0)})
    archive("no_persistent_id.pth", {"w": Call(_rebuild_tensor_v2, "0", 0, (4,), (1,), False, None)})
    archive("unknown_class.pth", {"w": tensor(Storage(4, "0", collections.Counter))})
    archive("two_sizes.pth", [tensor(), tensor(Storage(2), size=(2,))])
    archive("byte_order.pth", {"w": tensor()}, order=b"middle")
    archive("no_pickle.pth", data=b"")
    archive("damaged_pickle.pth", data=dump({"w": tensor()})[:-20])
    archive("duplicate_storage.pth", {"w": tensor()}, extra=[("data/0", b"\1" * 16)])

    cycle = []
    cycle.append(cycle)
    archive("cycle.pth", {"loop": cycle, "w": tensor()})
    laughs = [tensor()]
    for _ in range(40):
        laughs = [laughs] * 10
    archive("laughs.pth", laughs)
    archive("long_name.pth", {"n" * 2**20: [tensor()] * 300}, method=zipfile.ZIP_DEFLATED)
    archive("repeated_key.pth", data=shared_text("k" * 2**16, b"}(", b"N", b"h\0N" * 2000, b"u."), method=zipfile.ZIP_DEFLATED)
    attributes = shared_text("a" * 2**16, b"cfoo\nBar\n)\x81}(", b"N", b"h\0N" * 2000, b"ub.")
    archive("repeated_attribute.pth", data=attributes, method=zipfile.ZIP_DEFLATED)
    archive("long_global.pth", data=shared_text("m" * 600, b"", b"0", b"h\0h\0\x930" * 3, b"N.", protocol=4))
    archive("long_storage_key.pth", {"w": tensor(Storage(key="k" * 2000))})
    indices = tensor(Storage(0, "0", torch.LongStorage), size=(2**63 - 1, 0), stride=(1, 1))
    values = tensor(Storage(0, "1"), size=(0, 1, 1), stride=(1, 1, 1))
    parts = (indices, values, (1,), False)
    layout = Call(_get_layout, "torch.sparse_coo")
    archive("sparse_rank.pth", {"w": Call(_rebuild_sparse_tensor, layout, parts)}, storages=[b"", b""])
    many = [Call(_rebuild_sparse_tensor, layout, (of_eight(), of_eight("1"), (8,), False)) for _ in range(5)]
    archive("sparse_shared.pth", many, storages=[struct.pack("<8q", *range(8)), b"\0" * 32])
    rows, columns = Storage(2, "0", torch.LongStorage), Storage(4, "1", torch.LongStorage)
    compressed = [
        Call(_rebuild_sparse_tensor, Call(_get_layout, "torch.sparse_csr"),
             (tensor(rows, size=(2,)), tensor(columns), tensor(Storage(4, "2")), (1, 8)))
        for _ in range(5)]
    csr = [struct.pack("<2q", 0, 4), struct.pack("<4q", *range(4)), b"\0" * 16]
    archive("sparse_shared_csr.pth", compressed, storages=csr)
    archive("deep.pth", data=b"\x80\x02" + b"]q\0" * 20000 + b"a" * 19999 + b".")
    archive("deep_keys.pth", data=b"\x80\x02}" + b"K\1" + b"\x85" * 20000 + b"K\1s.")
    archive("runs_code.pth", {"w": tensor(), "payload": Call(os.system, "touch /tmp/hostile")})

    value = {"w": tensor(Storage(4, "a", torch.FloatStorage, None))}
    good = struct.pack("<q", 4) + b"\0" * 16
    legacy("legacy_cut.pth", value, ["a"], good[:-5])
    legacy("legacy_absurd_count.pth", value, ["a"], struct.pack("<q", 2**61) + b"\0" * 16)
    legacy("legacy_negative_count.pth", value, ["a"], struct.pack("<q", -4) + b"\0" * 16)
    legacy("legacy_other_count.pth", value, ["a"], struct.pack("<q", 3) + b"\0" * 12)
    legacy("legacy_unnamed.pth", value, ["a", "b"], good + good)
    legacy("legacy_missing.pth", value, [], b"")
    legacy("legacy_view.pth", {"w": tensor(Storage(4, "a", torch.FloatStorage, ("v", 3, 2)))}, ["a"], good)

    with open(path("short_storage.pth"), "rb") as file:
        raw("cut.pth", file.read()[:-100])
    raw("empty.pth", b"")
    raw(
        "lfs_pointer.pth",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9084095\n",
    )
    raw("page.pth", b"\n<!DOCTYPE html>\n<html><title>404 Not Found</title></html>\n")
    raw("plain_pickle.pkl", pickle.dumps({"w": 1}, protocol=2))
    with tarfile.open(path("legacy.tar"), "w") as file:
        file.addfile(tarfile.TarInfo("storages"))
    for name, record in [("torchscript_1_3.pt", "model.json"), ("exported.pt2", "archive_format")]:
        with zipfile.ZipFile(path(name), "w") as file:
            file.writestr(zipfile.ZipInfo("model/" + record), b"{}")
    raw("noise.bin", bytes(range(1, 200)))


if __name__ == "__main__":
    main()
