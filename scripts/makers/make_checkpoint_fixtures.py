#!/usr/bin/env python3
"""Makes fixtures/checkpoints/: small files that real PyTorch wrote, each with the facts that PyTorch knows of it.

usage: make_checkpoint_fixtures.py [--out DIR]

Needs torch (2.15 made the committed ones), numpy and mmengine. The same versions give the same bytes, but for the
legacy streams, which name their storages by address.
Beside NAME.pth stands NAME.json: {"format", "tensors": [{"key", "dtype", "shape", "stride", "offset", "storage",
"requires_grad", "parameter", "device", "sha256"}]}, where equal "storage" numbers share memory, "offset" counts
elements, and "sha256" is that of the contiguous little-endian bytes.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import hashlib
import json
import os
import zipfile

import numpy
import torch

OUT = ""


def tensors(value, path=()):
    """Every tensor under `value` with its path: string keys as they are, others as repr; attributes by name."""
    if isinstance(value, torch.Tensor):
        yield path, value
    elif isinstance(value, numpy.ndarray) and value.dtype.kind in "biufc":
        # Arrays of numbers count as tensors.
        yield path, torch.from_numpy(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from tensors(item, path + (key if isinstance(key, str) else repr(key),))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from tensors(item, path + (str(index),))
    elif hasattr(value, "__dict__") and not isinstance(value, (type, torch.dtype, torch.device)):
        for name, item in vars(value).items():
            yield from tensors(item, path + (name,))


def digest(tensor):
    data = tensor.detach().contiguous()
    storage = data.untyped_storage()
    size = data.element_size() * data.numel()
    start = data.storage_offset() * data.element_size()
    return hashlib.sha256(bytes(storage[start : start + size])).hexdigest()


def facts(value):
    storages = {}
    rows = []
    for path, tensor in tensors(value):
        memory = tensor.untyped_storage()._cdata
        rows.append(
            {
                "key": ".".join(path),
                "dtype": str(tensor.dtype).removeprefix("torch."),
                "shape": list(tensor.shape),
                "stride": list(tensor.stride()),
                "offset": tensor.storage_offset(),
                "storage": storages.setdefault(memory, len(storages)),
                "requires_grad": tensor.requires_grad,
                "parameter": isinstance(tensor, torch.nn.Parameter),
                "device": str(tensor.device),
                "sha256": digest(tensor),
            }
        )
    return rows


def write_facts(name, form, value):
    rows = ",\n  ".join(json.dumps(row) for row in facts(value))
    with open(os.path.join(OUT, name + ".json"), "w") as file:
        file.write('{"format": "%s", "tensors": [\n  %s\n]}\n' % (form, rows))


def save(name, value, legacy=False, protocol=2):
    path = os.path.join(OUT, name + ".pth")
    torch.save(value, path, pickle_protocol=protocol, _use_new_zipfile_serialization=not legacy)
    # What a reader sees, not what was saved: legacy files keep views of storages in their own way.
    loaded = torch.load(path, weights_only=False)
    write_facts(name, "torch legacy" if legacy else "torch zip", loaded)


def records(name):
    with zipfile.ZipFile(os.path.join(OUT, name + ".pth")) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def fill(module):
    """Values that name their place, without a random generator."""
    state = module.state_dict()
    for number, tensor in enumerate(state.values()):
        if tensor.is_floating_point():
            count = tensor.numel()
            tensor.copy_((torch.arange(count) - count / 2).reshape(tensor.shape) / 16 + number)
    return module


def model():
    return fill(
        torch.nn.Sequential(
            collections.OrderedDict(
                conv1=torch.nn.Conv2d(1, 2, 3, bias=False),
                bn1=torch.nn.BatchNorm2d(2),
                layer1=torch.nn.Sequential(torch.nn.Conv2d(2, 4, 1), torch.nn.BatchNorm2d(4)),
                fc=torch.nn.Linear(4, 3),
            )
        )
    )


DTYPES = (
    "float64 float32 float16 bfloat16 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu "
    "float4_e2m1fn_x2 complex128 complex64 complex32 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool"
).split()


# The types that have a storage class: PyTorch itself cannot read others back from a legacy stream.
TYPED = "float64 float32 float16 bfloat16 complex128 complex64 int64 int32 int16 int8 uint8 bool".split()


def every_dtype(names=DTYPES):
    values = collections.OrderedDict()
    for name in names:
        dtype = getattr(torch, name)
        width = torch.empty(0, dtype=dtype).element_size()
        pattern = torch.arange(6 * width, dtype=torch.int32).mul(37).add(11).remainder(251).to(torch.uint8)
        if dtype == torch.bool:
            pattern = pattern % 2
        values[name] = pattern.view(dtype).reshape(2, 3)
    return values


def strides():
    base = torch.arange(24, dtype=torch.float32)
    matrix = torch.arange(12, dtype=torch.int64).reshape(3, 4)
    return collections.OrderedDict(
        [
            ("base", base),
            ("tail", base[5:11]),
            ("every_third", base[1::3]),
            ("square", base[2:18].reshape(4, 4)),
            ("transposed", matrix.t()),
            ("column", matrix[:, 1]),
            ("expanded", torch.tensor([7.0]).expand(2, 3)),
            ("channels_last", torch.arange(24.0).reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last)),
            ("scalar", torch.tensor(3.5)),
            ("empty", torch.empty(0, 3)),
            ("one", torch.arange(5.0).as_strided((1, 1, 2), (9, 7, 2), 1)),
            ("overlapping", torch.arange(5.0).as_strided((3, 3), (1, 1), 0)),
            ("base again", base),
        ]
    )


def nested():
    shared = torch.arange(3.0)
    return {
        "state_dict": collections.OrderedDict([("a.weight", shared), ("a.bias", shared[:1])]),
        "meta": {"epoch": 3, "lr": 1e-05, "name": "caf\u00e9", "cafe\u0301": True, "none": None, "big": 2**100},
        "optimizer": {
            "state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(3)}, 1: {"step": 4}},
            "param_groups": [{"params": [0, 1], "betas": (0.9, 0.999)}],
        },
        "mixed": [1, -1, 2**31, -(2**40), (), [], {}, (1,), b"bytes", {"x"}, 2.5, float("inf"), torch.float16],
        (1, "pair"): torch.tensor([True, False]),
        False: shared,
        2.5: collections.defaultdict(list, {"k": [torch.ones(1)]}),
        "size": torch.Size([2, 3]),
        "device": torch.device("cpu"),
        "again": shared,
    }


class Box:
    """A class that a reader of the fixtures does not have."""

    def __init__(self):
        self.weight = torch.arange(4.0)
        self.note = "kept"


def mmengine_checkpoint():
    from mmengine.logging import MessageHub

    hub = MessageHub("fixture")
    for step in range(3):
        hub.update_scalar("train/loss", 1.0 / (step + 1))
    hub.update_info("iter", 3)
    return {
        "meta": {"epoch": 1, "iter": 3, "seed": 7, "dataset_meta": {"classes": ("cat", "dog")}},
        "state_dict": model().state_dict(),
        "message_hub": hub.state_dict(),
    }


def opaque():
    """Tensors that are more than a view of a storage."""
    return {
        "sparse": torch.eye(3).to_sparse(),
        "csr": torch.eye(3).to_sparse_csr(),
        "quantized": torch.quantize_per_tensor(torch.arange(4.0), 0.1, 2, torch.qint8),
        "meta": torch.empty(3, device="meta"),
        "conjugated": torch.ones(2, dtype=torch.complex64).conj(),
        "negated": torch.ones(2, dtype=torch.complex64).conj().imag,
        "storage": torch.ones(3).untyped_storage(),
        "array": numpy.arange(3),
        "plain": torch.ones(1),
    }


def main():
    global OUT
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--out", default=os.path.join(root, "fixtures", "checkpoints"), help="default: %(default)s")
    OUT = parser.parse_args().out
    os.makedirs(OUT, exist_ok=True)

    net = model()
    save("state_dict", net.state_dict())
    save("state_dict_legacy", net.state_dict(), legacy=True)
    save("parameters", collections.OrderedDict(net.named_parameters()))
    save("parameters_legacy", dict(net.named_parameters()), legacy=True)
    save("dtypes", every_dtype())
    save("dtypes_legacy", every_dtype(TYPED), legacy=True)
    save("strides", strides())
    save("strides_legacy", strides(), legacy=True)
    save("nested", nested())
    save("nested_legacy", nested(), legacy=True)
    save("nested_protocol4", nested(), protocol=4)
    save("nested_protocol5", nested(), protocol=5)
    save("tensor", torch.arange(6, dtype=torch.int16).reshape(2, 3))
    save("object", {"box": Box(), "list": [Box()]})
    save("mmengine", mmengine_checkpoint())
    wide = torch.arange(1005, dtype=torch.float16)
    torch.save(opaque(), os.path.join(OUT, "opaque.pth"))
    # Two tensors whose paths join to the one key "a.b.weight".
    colliding = {"a": {"b": {"weight": torch.ones(2)}}, "a.b": {"weight": torch.ones(3)}}
    torch.save(colliding, os.path.join(OUT, "colliding.pth"))
    # Its facts would be longer than the rule: entry "i" is element i of one storage.
    torch.save({str(index): wide[index] for index in range(1005)}, os.path.join(OUT, "many.pth"))

    # The same records in another archive: other prefix, compressed, with directories.
    with zipfile.ZipFile(os.path.join(OUT, "deflated.pth"), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in records("strides"):
            info = zipfile.ZipInfo("renamed/" + name.split("/", 1)[1])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    write_facts("deflated", "torch zip", strides())

    # What a big-endian machine writes: the storages' elements turned around.
    for source, value in (("strides", strides()), ("dtypes", every_dtype())):
        widths = {}
        for row in facts(value):
            dtype = getattr(torch, row["dtype"])
            width = torch.empty(0, dtype=dtype).element_size()
            widths[row["storage"]] = width // 2 if dtype.is_complex else width
        writer = torch._C.PyTorchFileWriter(os.path.join(OUT, source + "_big_endian.pth"))
        for name, data in records(source):
            name = name.split("/", 1)[1]
            if name == "byteorder":
                data = b"big"
            elif name.startswith("data/"):
                width = widths[int(name[5:])]
                data = numpy.frombuffer(data, dtype="u%d" % width).byteswap().tobytes()
            if name not in ("version", ".data/serialization_id", ".format_version", ".storage_alignment"):
                writer.write_record(name, data, len(data))
        writer.write_end_of_file()
        write_facts(source + "_big_endian", "torch zip", value)


if __name__ == "__main__":
    main()
