#!/usr/bin/env python3
"""Times the models of MMPreTrain's zoo beside PyTorch eager, one image at a time.

usage: bench_zoo.py [--model GLOB]… [--seconds N] [--rounds N] [--threads N] [--results FILE] [--binaries FOLDER] [--again]

Takes the model of least cost of each backbone, or every model whose name, stem or backbone is like one of the globs. In
each round bench-inference and PyTorch run for some seconds, one after the other, with seeded weights at the config's
own test size; the least of the rounds' medians counts. PyTorch runs the upstream module as it is, in float32, under
`torch.inference_mode()`, in each of its two memory formats, of which the faster one counts.

Results are appended to FILE, an object a line with the day and the processor, and are not measured again: a run that was
interrupted goes on. scripts/zoo_table.py puts them into the documentation. Prints a line for each model:
milliseconds of both, and PyTorch's divided by ours. A model that is slower than eager is marked; the exit code
is 1 then.

  --model GLOB       of names in any case (default: the model of least cost of each backbone)
  --seconds N        of each run (default 2)
  --rounds N         (default 3)
  --threads N        (default 2)
  --results FILE     default .build/bench_zoo.jsonl
  --binaries FOLDER  where bench-inference is (default .build/release)
  --again            also measure those that FILE has

Needs torch, mmcv-lite, mmengine and mmpretrain (1.2), and a machine with nothing else to do.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import datetime
import fnmatch
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import torch

import seeded_weights
import zoo_configs
import zoo_models
import zoo_table


def chosen(globs: list[str]) -> list[dict]:
    entries = sorted(zoo_table.facts(), key=lambda fact: (not fact["names"], fact["cost"][2], fact["config"]))
    if globs:
        return [fact for fact in entries if any(
            fnmatch.fnmatchcase(word.lower(), glob.lower()) for glob in globs
            for word in [*fact["names"], zoo_table.name(fact), fact["backbone"]])]
    least = {}
    for fact in entries:
        least.setdefault(fact["backbone"], fact)
    return list(least.values())


def processor() -> str:
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return "unknown"


def config(fact: dict) -> dict:
    import mmpretrain

    with tempfile.TemporaryDirectory() as folder:
        root = zoo_configs.patched(pathlib.Path(mmpretrain.__file__).parent / ".mim/configs", folder)
        return zoo_configs.loaded(root / fact["config"])


def eager(model: torch.nn.Module, image: torch.Tensor, seconds: float) -> float:
    """Milliseconds, the median of the runs."""
    times = []
    with torch.inference_mode():
        for _ in range(2):
            model(image)
        end = time.perf_counter() + seconds
        while len(times) < 5 or time.perf_counter() < end:
            start = time.perf_counter()
            model(image)
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def measured(fact: dict, options: argparse.Namespace) -> dict:
    config_ = config(fact)
    model = zoo_models.built(config_)[0]
    seeded_weights.fill(model)
    model.eval()  # again: some cache a table that depends on the weights
    shape = 1, zoo_models.channels(config_), fact["size"], fact["size"]
    image = torch.from_numpy(seeded_weights.seeded_input(shape))
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            run = subprocess.run(
                [options.binaries / "bench-inference", str(options.threads), str(options.seconds), "1", str(fact["size"]),
                 folder, zoo_table.name(fact)], capture_output=True, text=True)
            if run.returncode != 0:
                raise RuntimeError(run.stderr.strip())
            ours.append(float(run.stdout.split("\t")[1]))
            for form in (torch.contiguous_format, torch.channels_last):
                try:
                    theirs.append(eager(model.to(memory_format=form), image.contiguous(memory_format=form), options.seconds))
                except RuntimeError as error:  # VGG's x.view() is not possible in channels-last
                    if "view size is not compatible" not in str(error):
                        raise
    return {"config": fact["config"], "model": zoo_table.name(fact), "backbone": fact["backbone"], "side": fact["size"],
            "ours": round(min(ours), 3), "eager": round(min(theirs), 3), "threads": options.threads,
            "torch": torch.__version__, "day": datetime.date.today().isoformat(), "processor": processor()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", default=[], metavar="GLOB")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--results", type=pathlib.Path, default=zoo_table.ROOT / ".build/bench_zoo.jsonl")
    parser.add_argument("--binaries", type=pathlib.Path, default=zoo_table.ROOT / ".build/release")
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    if not os.access(options.binaries / "bench-inference", os.X_OK):
        print(f"bench_zoo.py: there is no {options.binaries / 'bench-inference'}: build it first", file=sys.stderr)
        return 2
    entries = chosen(options.model)
    if not entries:
        print("bench_zoo.py: no model has such a name", file=sys.stderr)
        return 2
    zoo_models.quiet()
    torch.set_num_threads(options.threads)
    known = {} if options.again else zoo_table.logits(options.results)
    options.results.parent.mkdir(parents=True, exist_ok=True)
    slower = 0
    for fact in entries:
        row = known.get(fact["config"])
        if row is None:
            row = measured(fact, options)
            with open(options.results, "a") as file:
                file.write(json.dumps(row) + "\n")
        ratio = row["eager"] / row["ours"]
        slower += ratio < 1
        print(f"{row['model']:60} {row['side']:5} {row['ours']:10.2f} {row['eager']:10.2f} ms {ratio:6.2f} ×"
              f"{'  slower than eager' if ratio < 1 else ''}", flush=True)
    return 1 if slower else 0


if __name__ == "__main__":
    raise SystemExit(main())
