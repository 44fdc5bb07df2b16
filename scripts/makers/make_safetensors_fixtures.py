#!/usr/bin/env python3
"""Makes fixtures/safetensors/ and fixtures/hostile/safetensors/ with the safetensors library.

usage: make_safetensors_fixtures.py [--out DIR] [--hostile DIR]

Needs torch and safetensors 0.8. No randomness. Beside each file that opens stands NAME.json: its metadata, and its
tensors in the order of the header, as safetensors.torch reads them (types that torch lacks: as the header says).
hostile/safetensors/reference.json holds what the library says of each hostile file; null where it opens it.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import hashlib
import json
import os
import re
import struct

import safetensors
import torch
from safetensors.torch import load_file, save_file

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures")


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def header_of(data):
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8 : 8 + length], object_pairs_hook=collections.OrderedDict), 8 + length


def facts(path):
    with open(path, "rb") as file:
        data = file.read()
    header, start = header_of(data)
    metadata = header.pop("__metadata__", {})
    foreign = any(entry["dtype"].startswith("F6_") for entry in header.values())
    read = {} if foreign else load_file(path)
    rows = []
    for key, entry in header.items():
        begin, end = entry["data_offsets"]
        content = data[start + begin : start + end]
        row = {"key": key, "type": entry["dtype"], "sha256": hashlib.sha256(content).hexdigest()}
        if key in read:
            tensor = read[key]
            assert bytes(tensor.contiguous().flatten().view(torch.uint8).numpy()) == content
            row |= {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape)}
        else:
            row |= {"dtype": "uint8", "shape": entry["shape"][:-1] + [entry["shape"][-1] * 6 // 8]}
        rows.append(row)
    with open(path.removesuffix(".safetensors") + ".json", "w") as file:
        json.dump({"metadata": list(metadata.items()), "tensors": rows}, file, indent=1)
        file.write("\n")


def raw(header, data=b"", length=None):
    """A file by hand: `header` as text or as an object, its length as it is or as told."""
    text = header if isinstance(header, bytes) else json.dumps(header, ensure_ascii=False).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def f32(begin, end, shape=None):
    return {"dtype": "F32", "shape": [(end - begin) // 4] if shape is None else shape, "data_offsets": [begin, end]}


def numbers(dtype, *shape):
    count = 1
    for extent in shape:
        count *= extent
    width = torch.empty(0, dtype=dtype).element_size()
    content = bytes((7 * index + 3) % 251 for index in range(count * width))
    if dtype == torch.bool:
        content = bytes(index % 2 for index in range(count))
    return torch.frombuffer(bytearray(content), dtype=dtype).reshape(shape)


def make(out):
    os.makedirs(out, exist_ok=True)
    path = lambda name: os.path.join(out, name + ".safetensors")
    names = (
        "float64 float32 float16 bfloat16 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu "
        "float4_e2m1fn_x2 complex64 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool"
    ).split()
    tensors = {name: numbers(getattr(torch, name), 2, 3) for name in names}
    tensors |= {"empty": torch.zeros(3, 0), "scalar": torch.tensor(1.5)}
    save_file(tensors, path("types"), metadata={"ä\n": "\"quoted\" \u2028"})

    six_bits = raw(
        {
            "a": {"dtype": "F6_E2M3", "shape": [2, 4], "data_offsets": [0, 6]},
            "b": {"dtype": "F6_E3M2", "shape": [1, 8], "data_offsets": [6, 12]},
        },
        bytes(range(12)),
    )
    safetensors.deserialize(six_bits)
    write(path("six_bits"), six_bits)

    state = {"conv.weight": numbers(torch.float32, 4, 3, 3, 3), "conv.bias": numbers(torch.float32, 4)}
    state |= {"bn.running_mean": numbers(torch.float32, 4), "bn.num_batches_tracked": torch.tensor(12)}
    state |= {"head.weight": numbers(torch.bfloat16, 2, 4), "scale": numbers(torch.float8_e4m3fn, 5)}
    save_file(state, path("state_dict"), metadata={"format": "pt"})
    # What PyTorch writes of the same tensors in the order of the header.
    header, _ = header_of(open(path("state_dict"), "rb").read())
    order = [key for key in header if key != "__metadata__"]
    loaded = load_file(path("state_dict"))
    torch.save(collections.OrderedDict((key, loaded[key]) for key in order), os.path.join(out, "state_dict.pth"))

    # Another order than that of the bytes, spaces after the header, escapes, unknown fields.
    odd = (
        rb'{"b\u00e9 \ud83d\ude00":{"shape":[2],"dtype":"F32","data_offsets":[ 8 , 16 ],"more":{"x":[1.5,null]}},'
        rb'"be\u0301":{"dtype":"I16","data_offsets":[0,8],"shape":[2,2]},"":{"dtype":"U8","shape":[],"data_offsets":[16,17]}'
        rb',"__metadata__":{"z":"1","a":"2"}}      '
    )
    write(path("unordered"), raw(odd, bytes(range(17))))
    write(path("no_tensors"), raw({}))
    for name in ("types", "six_bits", "state_dict", "unordered", "no_tensors"):
        facts(path(name))
        os.chmod(path(name), 0o644)


def hostile(out):
    os.makedirs(out, exist_ok=True)
    zeros = bytes(16)
    deep = b'{"w":' + b'{"a":' * 1000 + b"}" * 1001
    long = 2**62
    files = {
        "header_past_end": raw({"w": f32(0, 16)}, zeros, length=1000),
        "header_too_long": raw({"w": f32(0, 16)}, zeros, length=100_000_001),
        "header_of_terabytes": raw({"w": f32(0, 16)}, zeros, length=2**40 - 1),
        "no_json": raw(b"{w}", zeros),
        "cut_json": raw(b'{"w":{"dtype":"F32","shape":[4],"data_off', b""),
        "second_value": raw(b'{"w":' + json.dumps(f32(0, 16)).encode() + b"}{}", zeros),
        "deep": raw(deep, zeros),
        "not_utf8": raw(b'{"\xff":' + json.dumps(f32(0, 16)).encode() + b"}", zeros),
        "half_surrogate": raw(b'{"\\ud800":' + json.dumps(f32(0, 16)).encode() + b"}", zeros),
        "array": raw(b'{"w":[]}', zeros),
        "duplicate": raw(b'{"w":%s,"\\u0077":%s}' % ((json.dumps(f32(0, 16)).encode(),) * 2), zeros),
        "duplicate_field": raw(b'{"w":{"dtype":"F32","dtype":"F32","shape":[4],"data_offsets":[0,16]}}', zeros),
        "metadata_number": raw({"__metadata__": {"step": 3}, "w": f32(0, 16)}, zeros),
        "metadata_twice": raw(b'{"__metadata__":{"a":"1"},"__metadata__":{"a":"1"}}'),
        "no_dtype": raw({"w": {"shape": [4], "data_offsets": [0, 16]}}, zeros),
        "no_offsets": raw({"w": {"dtype": "F32", "shape": [4]}}, zeros),
        "unknown_dtype": raw({"w": f32(0, 16) | {"dtype": "F33"}}, zeros),
        "negative_extent": raw({"w": f32(0, 16, [-4])}, zeros),
        "negative_offset": raw({"w": f32(0, 16) | {"data_offsets": [-16, 0]}}, zeros),
        "float_offset": raw(b'{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16.0]}}', zeros),
        "absurd_offset": raw(b'{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,18446744073709551616]}}', zeros),
        "one_offset": raw({"w": f32(0, 16) | {"data_offsets": [16]}}, zeros),
        "three_offsets": raw({"w": f32(0, 16) | {"data_offsets": [0, 8, 16]}}, zeros),
        "reversed_offsets": raw({"w": f32(0, 16) | {"data_offsets": [16, 0]}}, zeros),
        "absurd_shape": raw({"w": f32(0, 16, [long, long])}, zeros),
        "absurd_empty_shape": raw({"w": f32(0, 0, [long, long, 0])}),
        "terabytes": raw({"w": f32(0, 2**42)}, zeros),
        "small_room": raw({"w": f32(0, 16, [5])}, zeros),
        "large_room": raw({"w": f32(0, 16, [3])}, zeros),
        "partial_byte": raw({"w": {"dtype": "F4", "shape": [3], "data_offsets": [0, 2]}}, bytes(2)),
        "overlap": raw({"v": f32(0, 12), "w": f32(8, 16)}, zeros),
        "hundred_names": raw({f"weight_{i}": f32(0, 16, [2, 2]) for i in range(100)}, zeros),
        "hole": raw({"v": f32(0, 4), "w": f32(8, 16)}, zeros),
        "hole_at_start": raw({"w": f32(4, 16)}, zeros),
        "trailing": raw({"w": f32(0, 16)}, zeros + b"PK\5\6"),
        "cut": raw({"v": f32(0, 8), "w": f32(8, 16)}, zeros[:9]),
    }
    reference = {}
    for name, data in files.items():
        write(os.path.join(out, name + ".safetensors"), data)
        try:
            safetensors.deserialize(data)
            reference[name] = None
        except Exception as error:
            # Which of equal tensors it names differs from run to run.
            reference[name] = re.sub(r"weight_\d+", "weight_…", str(error))
    with open(os.path.join(out, "reference.json"), "w") as file:
        json.dump(reference, file, indent=1, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.join(ROOT, "safetensors"))
    parser.add_argument("--hostile", default=os.path.join(ROOT, "hostile", "safetensors"))
    arguments = parser.parse_args()
    make(arguments.out)
    hostile(arguments.hostile)
