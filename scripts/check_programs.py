#!/usr/bin/env python3
"""Checks exported programs of four code bases with their weights: right ones pass, one changed tensor is found.

usage: check_programs.py [--decompose] [--binaries FOLDER] [NAME…]

Builds the model of each NAME of fixtures/programs/facts.jsonl, a glob (default: all), with seeded weights, has PyTorch
export it with them, and keeps what it computes. Then

    keys     `ckpt-tree NAME.pt2 --json` has the keys, types and shapes of the state_dict(), in its order
    right    `verify NAME.pt2 --program NAME.pt2 --golden …` ends with exit code 0
    changed  the same ends with exit code 1 for a state dict of which one tensor is another: the middle one of those with
             two axes or more, its elements in reverse (a norm would undo a factor)
    import   milliseconds that reading and importing the program takes, the least of 5

Prints a line a program. Ends with exit code 1 if something is wrong or an import takes more than 50 ms.

  --decompose        programs after run_decompositions()
  --binaries FOLDER  ckpt-tree, verify and bench-inference (default .build/release)

Needs torch, timm, torchvision, transformers and mmpretrain. Programs of full size: bench_programs.py.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import torch

import capture_golden
import export_program
import model_inputs
import seeded_weights

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT = 50  # milliseconds


def cases(globs: list[str]) -> list[dict]:
    with open(ROOT / "fixtures" / "programs" / "facts.jsonl") as file:
        facts = map(json.loads, file)
        return [fact for fact in facts if not globs or any(fnmatch.fnmatchcase(fact["name"], glob) for glob in globs)]


def changed(state: dict[str, torch.Tensor]) -> tuple[str, dict[str, torch.Tensor]]:
    """The name of a tensor, and the state dict with another in its place."""
    keys = [key for key, tensor in state.items() if tensor.ndim > 1 and tensor.is_floating_point()]
    key = keys[len(keys) // 2]
    return key, state | {key: state[key].flatten().flip(0).reshape(state[key].shape)}


def check(fact: dict, options: argparse.Namespace, folder: pathlib.Path) -> list[str]:
    """Prints a line of figures. Gives what is wrong."""
    def run(tool: str, *words) -> subprocess.CompletedProcess:
        return subprocess.run([options.binaries / tool, *map(str, words)], capture_output=True, text=True)

    module = export_program.build(fact["model"], fact["arguments"])
    seeded_weights.fill(module)
    inputs = model_inputs.Inputs.read(None, fact["shape"])
    program = export_program.exported(module, inputs, decompose=options.decompose)
    path, golden, other = (folder / name for name in ("program.pt2", "golden.pth", "changed.pth"))
    path.write_bytes(export_program.saved(program))
    torch.save(capture_golden.capture(module, inputs, stage="", weights="program.pt2", name=fact["model"]), golden)
    state = {key: tensor.detach() for key, tensor in module.state_dict().items()}
    key, altered = changed(state)
    torch.save(altered, other)

    problems = []
    tree = json.loads(run("ckpt-tree", path, "--json").stdout or "{}").get("tensors", [])
    # Constants of the graph are no part of the state dict.
    found = [(tensor["key"], tensor["dtype"], tensor["shape"]) for tensor in tree if tensor["key"] in state]
    if found != [(key, str(tensor.dtype).removeprefix("torch."), list(tensor.shape)) for key, tensor in state.items()]:
        problems.append("keys, types, shapes or their order differ")
    right = run("verify", path, "--program", path, "--golden", golden)
    if right.returncode != 0:
        problems.append(f"its own weights: exit code {right.returncode}: {(right.stderr or right.stdout).strip()[-200:]}")
    wrong = run("verify", other, "--program", path, "--golden", golden)
    if wrong.returncode != 1:
        problems.append(f"'{key}' changed: exit code {wrong.returncode} {wrong.stderr.strip()[-200:]}")
    timed = run("bench-inference", "--import", 5, path)
    time = float(timed.stdout.split("\t")[1]) if timed.returncode == 0 else float("inf")
    if time > LIMIT:
        problems.append(f"importing takes more than {LIMIT} ms")
    print(f"{fact['name']:32}{len(state):5} tensors  right {right.returncode}  changed {wrong.returncode}  "
          f"import {time:6.1f} ms  {'; '.join(problems)}", flush=True)
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--decompose", action="store_true")
    parser.add_argument("--binaries", type=pathlib.Path, default=ROOT / ".build/release")
    options = parser.parse_args()
    for tool in "ckpt-tree", "verify", "bench-inference":
        if not os.access(options.binaries / tool, os.X_OK):
            print(f"check_programs.py: there is no {options.binaries / tool}: build it first", file=sys.stderr)
            return 2
    facts = cases(options.names)
    if not facts:
        print("check_programs.py: no program has such a name", file=sys.stderr)
        return 2
    failed = []
    for fact in facts:
        torch.manual_seed(0)
        try:
            with tempfile.TemporaryDirectory() as folder:
                if check(fact, options, pathlib.Path(folder)):
                    failed.append(fact["name"])
        except Exception as error:  # what PyTorch does not build or export is a result, too
            print(f"{fact['name']:32}{type(error).__name__}: {str(error)[:200]}", flush=True)
            failed.append(fact["name"])
    print(f"{len(facts) - len(failed)} of {len(facts)} programs are right" + (f"; not: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
