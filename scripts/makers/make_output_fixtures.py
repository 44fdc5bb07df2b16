#!/usr/bin/env python3
"""Makes fixtures/output/: state dicts that torch.save wrote, and what the libraries of Hugging Face write of them.

usage: make_output_fixtures.py [--out DIR] [--table]

Needs torch 2.15, safetensors 0.8 and huggingface_hub 2.4. No randomness: the same versions give the same bytes.
The writer is held against these files byte for byte, so they are small.

  types.pth, types.safetensors   every type that safetensors holds, in an order and under names that are not its own;
                                 the second by safetensors.torch.save_file(…, metadata={"format": "pt"})
  layers.pth                     a state dict without shared memory, as huggingface_hub expects one
  tied.pth                       one with shared memory, slices and empty tensors
  slices.pth                     tensors that drag more memory along than they see
  shards.json                    {name: {limit: {files: [{file, keys, sha256?}], weight_map, total_size}}}: how
                                 huggingface_hub splits layers.pth and tied.pth; sha256 for what
                                 save_torch_state_dict writes: layers.safetensors as safetensors, tied.bin as pickles
--table prints the table of fixtures/README.md.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import hashlib
import json
import logging
import pathlib
import tempfile

import torch
from huggingface_hub import logging as hub_logging, save_torch_state_dict, split_torch_state_dict_into_shards
from safetensors.torch import save_file

from fixture_files import print_table

ROOT = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "output"
HELD = (
    "uint8 float32 int64 bool float16 bfloat16 float64 complex64 int32 int16 int8 uint64 uint32 uint16 float8_e5m2 "
    "float8_e4m3fn float8_e8m0fnu float8_e4m3fnuz float8_e5m2fnuz float4_e2m1fn_x2"
).split()


def ramp(*shape, first=0.0):
    count = torch.Size(shape).numel()
    return (torch.arange(count, dtype=torch.float32) / 8 + first).reshape(shape)


def types():
    values = collections.OrderedDict()
    for number, name in enumerate(HELD):
        dtype = getattr(torch, name)
        width = torch.empty(0, dtype=dtype).element_size()
        content = bytes((7 * index + number) % 251 for index in range(6 * width))
        if dtype == torch.bool:
            content = bytes(index % 2 for index in range(6))
        values[f"z.{name}"] = torch.frombuffer(bytearray(content), dtype=dtype).reshape(2, 3)
    values["scalar"] = torch.tensor(2.5)
    values["empty"] = torch.zeros(0, 4)
    values["b"] = ramp(3)
    values["a"] = ramp(2, first=9)
    values['quote " backslash \\ tab \t bell \x07 delete \x7f'] = ramp(1)
    values["größe.层"] = ramp(5)
    return values


def layers():
    sizes = [40, 3, 0, 64, 10, 10, 10, 200, 1, 25, 25]
    return collections.OrderedDict((f"layer.{i}.weight", ramp(size, first=i)) for i, size in enumerate(sizes))


def tied():
    embedding = ramp(10, 4)
    flat = ramp(60, first=7)
    return collections.OrderedDict(
        [
            ("embedding", embedding),
            ("empty", torch.zeros(0)),
            ("first", flat[:20]),
            ("large", ramp(100, first=1)),
            ("norm", ramp(8, first=2)),
            ("second", flat[20:]),
            ("nothing", torch.zeros(3, 0)),
            ("head", embedding),
            ("transposed", embedding.t()),
            ("last", ramp(30, first=3)),
        ]
    )


def slices():
    """What each sees of its memory stands in the key."""
    one, two, three, four, five = (ramp(100, first=i) for i in range(5))
    matrix = ramp(10, 20, first=6)
    image = ramp(2, 8, 6, 6, first=7).contiguous(memory_format=torch.channels_last)
    return collections.OrderedDict(
        [
            ("all of 100", one),
            ("middle 10 of 100", two[45:55]),
            ("first 10 of 100", three[:10]),
            ("apart from it 5", three[50:55]),
            ("overlapping 20 of 100", four[30:50]),
            ("overlapping 20 further", four[40:60].reshape(4, 5)),
            ("columns of a matrix", matrix[:, 3:7]),
            ("half the channels, channels last", image[:, :4]),
            ("every second of 100", five[::2]),
            ("every second, again", five[::2]),
            ("nothing of a matrix", matrix[3:3]),
            ("a parameter", torch.nn.Parameter(ramp(50, first=9)[7:9])),
            ("complex view of bytes", torch.arange(64, dtype=torch.uint8)[16:48].view(torch.uint16)[3:7]),
        ]
    )


def split(values, pattern, limits, safe):
    result = {}
    for limit in limits:
        found = split_torch_state_dict_into_shards(values, filename_pattern=pattern, max_shard_size=limit)
        with tempfile.TemporaryDirectory() as folder:
            save_torch_state_dict(
                values, folder, filename_pattern=pattern, max_shard_size=limit, safe_serialization=safe
            )
            files = []
            for name, keys in found.filename_to_tensors.items():
                data = pathlib.Path(folder, name).read_bytes()
                files.append({"file": name, "keys": keys, "sha256": hashlib.sha256(data).hexdigest()})
        result[str(limit)] = {
            "files": files,
            "weight_map": list(found.tensor_to_filename.items()),
            "total_size": found.metadata["total_size"],
        }
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT)
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    hub_logging.get_logger("huggingface_hub").setLevel(logging.ERROR)
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    for name, values in [("types", types()), ("layers", layers()), ("tied", tied()), ("slices", slices())]:
        torch.save(values, out / f"{name}.pth")
    save_file(types(), out / "types.safetensors", metadata={"format": "pt"})
    (out / "types.safetensors").chmod(0o644)
    shards = {
        # Loaded from the files, as the writer sees them.
        "layers": split(torch.load(out / "layers.pth"), "layers{suffix}.safetensors", [100, 160, 400, 1000, 10000], True),
        "tied": split(torch.load(out / "tied.pth"), "tied{suffix}.bin", [100, 200, 400, 10000], False),
    }
    rows = [
        f'"{name}": {{\n' + ",\n".join(f'  "{limit}": {json.dumps(facts)}' for limit, facts in splits.items()) + "\n}"
        for name, splits in shards.items()
    ]
    (out / "shards.json").write_text("{" + ",\n".join(rows) + "}\n")
    if options.table:
        print_table(out)


if __name__ == "__main__":
    main()
