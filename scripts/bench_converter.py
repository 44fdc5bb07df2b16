#!/usr/bin/env python3
"""Times `convert` beside MMPreTrain's own converter script, as processes, on a state dict of full size.

usage: scripts/bench_converter.py [--case NAME] [--repeat N] [--convert PATH] [--folder FOLDER]

  --case NAME      a fact file of fixtures/converters (default: eva_giant_mim, the largest: 529 tensors, 4.05 GB)
  --repeat N       runs of each, of which the fastest counts (default: 2)
  --convert PATH   the program to run (default: .build/release/convert)
  --folder FOLDER  where the files are made (default: the system's folder for temporary files)

The state dict has the keys, shapes and types of the case and zeros in it. Both sides start from a file in the page
cache and end when the output is on the disk: `convert` syncs it, upstream's script is followed by `sync OUT`. Run with
the Python of scripts/README.md. Prints both times and their ratio.
"""
import reference_python  # noqa: F401

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from converter_facts.reader import Facts

ROOT = pathlib.Path(__file__).resolve().parent.parent


def timed(words, output):
    """Seconds until `output` is on the disk."""
    start = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    subprocess.run(["sync", output], check=True)
    return time.perf_counter() - start


def main():
    import mmpretrain
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", default="eva_giant_mim")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--convert", default=str(ROOT / ".build" / "release" / "convert"))
    parser.add_argument("--folder")
    options = parser.parse_args()
    facts = Facts(ROOT / "fixtures" / "converters" / f"{options.case}.facts")
    rules = ROOT / "converters" / facts.converter
    name = re.search(r"tools/model_converters/([\w.-]+\.py)", rules.read_text())
    if not name:
        sys.exit(f"{rules}: its header names no script of MMPreTrain")
    script = pathlib.Path(mmpretrain.__file__).parent / ".mim" / "tools" / "model_converters" / name[1]
    settings = [word for setting in facts.settings for word in ("--set", setting)]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        source, theirs, ours = (f"{folder}/{name}.pth" for name in ("in", "upstream", "ours"))
        torch.save({one.key: torch.zeros(one.shape, dtype=getattr(torch, one.dtype)) for one in facts.sources}, source)
        size = os.path.getsize(source)
        upstream, convert = [], []
        for _ in range(options.repeat):
            upstream.append(timed([sys.executable, str(script), source, theirs], theirs))
            convert.append(timed([options.convert, "--rules", str(rules), *settings, source, ours], ours))
            for path in (theirs, ours):
                os.remove(path)
    slow, fast = min(upstream), min(convert)
    print(f"{options.case}: {len(facts.sources)} tensors, {size / 1e9:.1f} GB")
    print(f"  {script.name} and sync  {slow:6.1f} s")
    print(f"  convert              {fast:6.1f} s  {fast / slow:.2f} x")


if __name__ == "__main__":
    main()
