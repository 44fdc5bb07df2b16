#!/usr/bin/env python3
"""Makes fixtures/numpy/ and fixtures/hostile/numpy/ with NumPy.

usage: make_numpy_fixtures.py [--out DIR] [--hostile DIR]

Needs NumPy 2 and, beside it, torch for what torch calls the types. No randomness. facts.json holds for each file its
arrays in the order of the file: name, dtype as torch spells it, shape, stride in elements, sha256 of the row-major
little-endian elements; or what stands in place of an array.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import hashlib
import io
import json
import os
import struct
import zipfile

import numpy as np
import torch

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures")
DATE = (1980, 1, 1, 0, 0, 0)


def numbers(dtype, *shape):
    count = int(np.prod(shape, dtype=int))
    width = np.dtype(dtype).itemsize
    content = bytes((7 * index + 3) % 251 for index in range(count * width))
    if np.dtype(dtype) == bool:
        content = bytes(index % 2 for index in range(count))
    return np.frombuffer(content, dtype=dtype).reshape(shape)


def fact(name, array):
    array = np.asarray(array)
    if array.dtype.kind in "US" or array.dtype.hasobject:
        return {"key": name, "value": array.tolist() if array.dtype.kind == "U" else repr(array.tolist())}
    shape, strides = list(array.shape), [stride // array.itemsize for stride in array.strides]
    if array.dtype.names or array.dtype.kind in "MmV" or array.dtype.itemsize > 16 or array.dtype == np.longdouble:
        width = array.dtype.itemsize
        row = np.frombuffer(array.tobytes(), np.uint8).reshape([*shape, width])
        return {
            "key": name, "dtype": "uint8", "shape": [*shape, width],
            "stride": [stride * width for stride in strides] + [1], "sha256": hashlib.sha256(row.tobytes()).hexdigest(),
        }
    little = array.astype(array.dtype.newbyteorder("<"), order="C")
    dtype = str(torch.from_numpy(np.zeros(1, little.dtype)).dtype).removeprefix("torch.")
    return {
        "key": name, "dtype": dtype, "shape": shape, "stride": strides,
        "sha256": hashlib.sha256(little.tobytes()).hexdigest(),
    }


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, np.asanyarray(array), version=version)
    return out.getvalue()


def npz(path, arrays, method=zipfile.ZIP_STORED, extra=()):
    """As numpy.savez, but for the times, which it takes from the clock."""
    with zipfile.ZipFile(path, "w") as file:
        for name, content in [*((name + ".npy", npy(array)) for name, array in arrays.items()), *extra]:
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = method
            with file.open(info, "w", force_zip64=True) as entry:
                entry.write(content)


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def make(out):
    os.makedirs(out, exist_ok=True)
    path = lambda name: os.path.join(out, name)
    names = "f8 f4 f2 c16 c8 i8 i4 i2 i1 u8 u4 u2 u1 b1".split()
    every = {name: numbers(name, 2, 3) for name in names}
    every |= {">" + name: numbers(">" + name, 2, 3) for name in names if np.dtype(name).itemsize > 1}
    layouts = {
        "Transformer/encoderblock_0/LayerNorm_0/scale": numbers("f4", 4),
        "fortran": np.asfortranarray(numbers("f4", 2, 3, 4)), "fortran_big": np.asfortranarray(numbers(">i2", 3, 2)),
        "scalar": np.float64(1.5), "empty": np.zeros((3, 0), "f4"), "ones": numbers("i4", 1, 1, 1),
    }
    others = {
        "text": np.array("Größe \U0001F600"), "names": np.array([["a", "bc", ""], ["d\0e", "ä", "xyz"]]),
        "big_text": np.array(["ab", "c"], ">U3"), "bytes": np.array([b"ab", b"c\0d"]),
        "fortran_text": np.asfortranarray(np.array([["a", "b"], ["c", "d"]])),
        "fields": numbers([("x", "<f4"), ("y", "<i2", (2,)), ("ä", [("z", "u1")])], 3),
        "fortran_fields": np.asfortranarray(numbers([("x", "<f4"), ("y", "u1")], 2, 2)),
        "dates": np.array(["2024-01-01", "2025-01-01"], "M8[D]"), "raw": numbers("V3", 2),
    }
    objects = np.empty(2, object)
    objects[:] = [{"step": 3}, "text"]
    pair = np.zeros(2, [("a", object), ("b", "<f4")])
    pair["a"] = [np.ones(3, "<f4"), "text"]
    files = {"types": every, "layouts": layouts, "others": others, "objects": {"config": objects, "pair": pair}}
    facts = {}
    for name, arrays in files.items():
        npz(path(name + ".npz"), arrays)
        facts[name + ".npz"] = [fact(key, array) for key, array in arrays.items()]
        with np.load(path(name + ".npz"), allow_pickle=True) as read:
            assert list(read) == list(arrays)
            assert all(np.array_equal(read[key], array) for key, array in arrays.items() if name != "objects")
    packed = layouts | {"zeros": np.zeros((50, 60), ">f4")}
    npz(path("packed.npz"), packed, zipfile.ZIP_DEFLATED, extra=[("readme.txt", b"not an array")])
    facts["packed.npz"] = [fact(key, array) for key, array in packed.items()]
    for version in [(1, 0), (2, 0), (3, 0)]:
        name = f"version{version[0]}.npy"
        array = np.asfortranarray(numbers("<f4", 2, 3))
        write(path(name), npy(array, version))
        facts[name] = [fact("", array)]
    write(path("python2.npy"), npy(numbers("<f4", 2, 3)).replace(b"(2, 3), }  ", b"(2L, 3L), }"))
    facts["python2.npy"] = [fact("", numbers("<f4", 2, 3))]
    assert np.array_equal(np.load(path("python2.npy")), numbers("<f4", 2, 3))
    write(path("two.npy"), npy(numbers("<i2", 4)) + npy(numbers("<i2", 4)))
    facts["two.npy"] = [fact("", numbers("<i2", 4))]
    with open(path("facts.json"), "w") as file:
        json.dump(facts, file, indent=1)
        file.write("\n")


def header(text, data=b"", version=1, length=None):
    text = text.encode("latin1")
    size = struct.pack("<H" if version == 1 else "<I", len(text) if length is None else length)
    return b"\x93NUMPY" + bytes([version, 0]) + size + text + data


def described(descr="'<f4'", order="False", shape="(4,)"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def hostile(out):
    os.makedirs(out, exist_ok=True)
    zeros = bytes(16)
    deep = "(" * 5000 + ")" * 5000
    files = {
        "cut": header(described(), zeros[:9]),
        "cut_header": header(described(), b"")[:30],
        "cut_length": header(described())[:9],
        "version9": header(described(), zeros, version=9),
        "long_header": header(described(), zeros, version=2, length=2**32 - 1),
        "calls": header(described(shape="(__import__('os').system('id'),)"), zeros),
        "no_dictionary": header("[1, 2]\n", zeros),
        "no_shape": header("{'descr': '<f4', 'fortran_order': False}\n", zeros),
        "unterminated": header("{'descr': '<f4", zeros),
        "deep": header(described(shape=deep), zeros),
        "order_number": header(described(order="7"), zeros),
        "negative_extent": header(described(shape="(-4,)"), zeros),
        "absurd_shape": header(described(shape="(4611686018427387904, 4611686018427387904)"), zeros),
        "absurd_empty_shape": header(described(shape="(4611686018427387904, 8, 0)"), zeros),
        "huge_extent": header(described(shape="(99999999999999999999,)"), zeros),
        "terabytes": header(described(shape="(1099511627776,)"), zeros),
        "many_dimensions": header(described(shape="(" + "1, " * 65 + ")"), zeros),
        "empty_lists": header(described(descr="'<U1'", shape="(1000000000000, 0)")),
        "unknown_type": header(described(descr="'<q4'"), zeros),
        "absurd_width": header(described(descr="'V99999999999999999999'"), zeros),
        "fields_overflow": header(described(descr="[('a', 'V1073741824', (4611686018427387904, 2))]"), zeros),
        "surrogate": header(described(descr="'<U1'"), struct.pack("<4I", 65, 0xD800, 66, 67)),
        "objects_cut": header(described(descr="'|O'"), b"\x80\x04]"),
    }
    for name, data in files.items():
        write(os.path.join(out, name + ".npy"), data)

    def archive(name, entries, method=zipfile.ZIP_STORED):
        with zipfile.ZipFile(os.path.join(out, name), "w") as file:
            for entry, content in entries:
                info = zipfile.ZipInfo(entry, DATE)
                info.compress_type = method
                file.writestr(info, content)

    good = header(described(), zeros)
    archive("cut_entry.npz", [("w.npy", header(described(), zeros[:9]))])
    archive("no_array.npz", [("w.npy", b"\x93NUMPY")])
    archive("text.npz", [("w.npy", b"hello, this is text")])
    archive("packed_cut_entry.npz", [("w.npy", header(described(), zeros[:9]))], zipfile.ZIP_DEFLATED)
    archive("packed_short.npz", [("w.npy", b"\x93NUM")], zipfile.ZIP_DEFLATED)
    archive("twice.npz", [("w.npy", good), ("w.npy", good)])
    archive("packed_damaged.npz", [("w.npy", good + bytes(range(256)))], zipfile.ZIP_DEFLATED)
    place = os.path.join(out, "packed_damaged.npz")
    with open(place, "rb") as file:
        data = bytearray(file.read())
    # The CRC-32, in both headers.
    data[14:18] = data[data.index(b"PK\1\2") + 16 : data.index(b"PK\1\2") + 20] = b"\1\2\3\4"
    write(place, bytes(data))
    archive("cut.npz", [("w.npy", good)])
    with open(os.path.join(out, "cut.npz"), "rb") as file:
        data = file.read()
    write(os.path.join(out, "cut.npz"), data[:-30])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.join(ROOT, "numpy"))
    parser.add_argument("--hostile", default=os.path.join(ROOT, "hostile", "numpy"))
    arguments = parser.parse_args()
    make(arguments.out)
    hostile(arguments.hostile)
