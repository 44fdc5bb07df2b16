#!/usr/bin/env python3
"""Makes fixtures/sharded/: checkpoints in several files, as huggingface_hub writes them.

usage: make_sharded_fixtures.py [--out DIR]

Needs torch, safetensors and huggingface_hub (timm brings it). No randomness. Each folder holds one checkpoint;
facts.json gives for each its tensors: key, dtype, shape, sha256, file; file by file in the order of their names, but
safetensors, whose writer sorts tensors by type, in the order of the index where there is one.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import glob
import hashlib
import json
import os
import shutil

import torch
from huggingface_hub import save_torch_state_dict
from safetensors import safe_open

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures")


def numbers(dtype, *shape):
    count = int(torch.tensor(shape).prod()) * torch.empty(0, dtype=dtype).element_size()
    content = bytes((7 * index + 3) % 251 for index in range(count))
    return torch.frombuffer(bytearray(content), dtype=dtype).reshape(shape)


def tensors_of(path):
    if path.endswith(".safetensors"):
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            keys = [key for key in json.loads(file.read(length)) if key != "__metadata__"]
        with safe_open(path, "pt") as file:
            return [(key, file.get_tensor(key)) for key in keys]
    return list(torch.load(path, weights_only=True).items())


def facts(folder):
    rows = []
    for path in sorted(glob.glob(folder + "/*[nsr]")):
        if path.endswith((".safetensors", ".bin")) and "-of-" in path:
            for key, tensor in tensors_of(path):
                content = bytes(tensor.contiguous().flatten().view(torch.uint8).numpy())
                rows.append({
                    "key": key, "dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape),
                    "sha256": hashlib.sha256(content).hexdigest(), "file": os.path.basename(path),
                })
    for path in glob.glob(folder + "/*.safetensors.index.json"):
        with open(path) as file:
            order = list(json.load(file)["weight_map"])
        rows.sort(key=lambda row: order.index(row["key"]))
    return rows


def make(out):
    shutil.rmtree(out, ignore_errors=True)
    state = {}
    for layer in range(3):
        state[f"layers.{layer}.weight"] = numbers(torch.float32, 5, 4)
        state[f"layers.{layer}.bias"] = numbers(torch.bfloat16, 5)
    state["head.weight"] = numbers(torch.float16, 2, 5)
    for name, safe in [("safetensors", True), ("torch", False)]:
        os.makedirs(os.path.join(out, name))
        save_torch_state_dict(
            state, os.path.join(out, name), max_shard_size=200, safe_serialization=safe, metadata={"format": "pt"}
        )
    # A set of files whose index was not downloaded.
    shutil.copytree(os.path.join(out, "safetensors"), os.path.join(out, "numbered"))
    os.remove(os.path.join(out, "numbered", "model.safetensors.index.json"))
    for path in glob.glob(out + "/*/*"):
        os.chmod(path, 0o644)
    with open(os.path.join(out, "facts.json"), "w") as file:
        json.dump({name: facts(os.path.join(out, name)) for name in ("safetensors", "torch", "numbered")}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.join(ROOT, "sharded"))
    make(parser.parse_args().out)
