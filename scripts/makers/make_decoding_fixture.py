#!/usr/bin/env python3
"""Makes fixtures/decoding/narrow_floats.json: what PyTorch makes of every bit pattern of the narrow float types.

usage: make_decoding_fixture.py [--out FILE]

Needs torch. For the 8-bit types: the 256 values as float32 bit patterns. For the 16-bit types: the sha256 of the
65,536 values as little-endian float32. Every NaN counts as 0x7FC00000.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import hashlib
import json
import os

import torch

EIGHT = "float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu".split()


def bits(pattern, dtype):
    values = pattern.view(dtype).to(torch.float32)
    return torch.where(values.isnan(), torch.tensor(0x7FC00000, dtype=torch.int32), values.view(torch.int32))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--out", default=os.path.join(root, "fixtures", "decoding", "narrow_floats.json"))
    out = parser.parse_args().out
    facts = {"values": {}, "sha256": {}}
    for name in EIGHT:
        pattern = torch.arange(256, dtype=torch.int32).to(torch.uint8)
        facts["values"][name] = [value & 0xFFFFFFFF for value in bits(pattern, getattr(torch, name)).tolist()]
    for name in ("float16", "bfloat16"):
        pattern = torch.arange(65536, dtype=torch.int32).to(torch.uint16)
        facts["sha256"][name] = hashlib.sha256(bits(pattern, getattr(torch, name)).numpy().tobytes()).hexdigest()
    os.makedirs(os.path.dirname(out), exist_ok=True)
    with open(out, "w") as file:
        json.dump(facts, file)
        file.write("\n")


if __name__ == "__main__":
    main()
