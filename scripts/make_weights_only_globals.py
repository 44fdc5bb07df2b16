#!/usr/bin/env python3
"""Writes Sources/CheckpointIO/Output/WeightsOnlyGlobals.swift: what torch.load takes with weights_only=True.

The names are those of `torch._weights_only_unpickler._get_allowed_globals()` of the PyTorch that runs this. Needs
PyTorch; takes a second.
"""

import argparse
import textwrap
from pathlib import Path

import torch
from torch._weights_only_unpickler import _get_allowed_globals

TARGET = Path(__file__).resolve().parent.parent / "Sources/CheckpointIO/Output/WeightsOnlyGlobals.swift"


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    names = sorted(_get_allowed_globals())
    version = torch.__version__.split("+")[0]
    words = textwrap.fill(", ".join(f'"{name}"' for name in names), 112).splitlines()
    lines = [
        f"// Made by scripts/make_weights_only_globals.py with PyTorch {version}.",
        "",
        "/// What `torch.load` imports with `weights_only=True`, where nobody allows it more.",
        "enum WeightsOnlyGlobals {",
        "    static let names: Set<String> = [",
        *("        " + line.strip() for line in words),
        "    ]",
        "}",
    ]
    TARGET.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
