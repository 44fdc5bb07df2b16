#!/usr/bin/env python3
"""Writes the table of MMPreTrain's image classifiers that are built in: Sources/Workbench/Workbench.docc/Zoo.md.

usage: zoo_table.py [--binaries FOLDER] [--logits FILE] [--times FILE]

Runs the built tools on every config of fixtures/zoo/facts.jsonl, by the name of its first model or its stem, and
compares with what the facts say of MMPreTrain's own models:

    state dict  `ckpt-tree --model NAME --json`: keys, dtypes, shapes and their order
    FLOPs       `get-flops --model NAME --shape SIDE --json`, with attention as its two products and, with --mmengine,
                without it: FLOPs, activations, parameters
    logits      results of scripts/check_zoo, where there are any

    times       results of scripts/bench_zoo.py, where there are any; else the page keeps its own

A line a backbone: its configs, the models that have them in the registry, and of the configs how many are right. Needs
a Python 3 with nothing else, and a release build.

  --binaries FOLDER  the tools (default .build/release)
  --logits FILE      what scripts/check_zoo wrote (default .build/check_zoo.jsonl)
  --times FILE       what scripts/bench_zoo.py wrote (default .build/bench_zoo.jsonl)
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "Sources/Workbench/Workbench.docc/Zoo.md"
HEADER = """\
# The model zoo

Which of MMPreTrain 1.2's image classifiers are built in, and how closely they match upstream. Written by
`scripts/zoo_table.py` from the built tools, `fixtures/zoo/facts.jsonl` and the results of `scripts/check_zoo`; do not edit
it.

*Configs* are those of one backbone that MMPreTrain ships, deploy forms included; *models* those that its registry has on
them. *State dict*: keys, dtypes, shapes and order are those of the reference `state_dict()`. *FLOPs*: multiply-adds,
activations and parameters are mmengine's at the config's own test size, with attention counted as its two products and
without it. *Logits*: with seeded weights at the test size the engine's float64 and float32 runs agree with PyTorch
within four times the measured noise floor; the second figure is the number of configs that were run.

"""


def facts() -> list[dict]:
    with open(ROOT / "fixtures/zoo/facts.jsonl") as file:
        return [json.loads(line) for line in file]


def name(fact: dict) -> str:
    if fact["names"]:
        return fact["names"][0]
    stem = pathlib.PurePosixPath(fact["config"]).stem
    # A config in a folder `deploy` may have the stem of its training form: see make_model_index.py.
    if "/deploy/" in fact["config"] and "deploy" not in stem:
        stem = stem.replace("_", "_deploy_", 1)
    return stem


def report(tool: pathlib.Path, *words: str) -> dict | None:
    """What a tool prints as JSON; None where it ends with an error."""
    run = subprocess.run([tool, *words, "--json"], capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else None


def prefix(key: str) -> str:
    """What the digests of facts.jsonl go by: see make_zoo_facts.py."""
    parts = key.split(".")
    length = 3 if len(parts) > 2 and parts[2].isdigit() and not parts[1][-1].isdigit() else 2
    return ".".join(parts[:length])


def digest(lines: list[str]) -> str:
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()[:16]


def has_state(fact: dict, tree: dict) -> bool:
    stages = collections.defaultdict(list)
    for tensor in tree["tensors"]:
        shape = "x".join(map(str, tensor["shape"])) or "-"
        stages[prefix(tensor["key"])].append(f"{tensor['key']} {tensor['dtype']} {shape}")
    wanted = {path: stage[:2] for path, stage in fact["stages"].items() if stage[0]}
    return wanted == {path: [len(lines), digest(lines)] for path, lines in stages.items()}


def has_cost(fact: dict, tool: pathlib.Path) -> bool:
    for flags, (flops, activations) in (["--mmengine"], fact["cost"][:2]), ([], fact["cost"][2:]):
        found = report(tool, "--model", name(fact), "--shape", str(fact["size"]), *flags)
        if not found or [found["flops"], found["activations"], found["parameters"]] != [
                flops, activations, fact["parameters"]]:
            return False
    return True


def measured(fact: dict, binaries: pathlib.Path) -> tuple[bool, bool] | None:
    """Whether state dict and cost are right; None for a model that is not built in."""
    tree = report(binaries / "ckpt-tree", "--model", name(fact))
    return tree and (has_state(fact, tree), has_cost(fact, binaries / "get-flops"))


def logits(path: pathlib.Path) -> dict[str, dict]:
    """Config → the last result of it in a file of scripts/check_zoo or scripts/bench_zoo.py."""
    if not path.exists():
        return {}
    with open(path) as file:
        return {row["config"]: row for row in map(json.loads, file)}


def table(rows: list[tuple], results: dict[str, dict]) -> str:
    backbones = collections.defaultdict(list)
    for fact, outcome in rows:
        backbones[fact["backbone"]].append((fact, outcome))
    lines = ["| backbone | configs | models | state dict | FLOPs | logits |", "|---|---|---|---|---|---|"]
    sums = collections.Counter()
    wrong, missing = [], []
    for backbone in sorted(backbones, key=str.lower):
        entries = [(fact, outcome) for fact, outcome in backbones[backbone] if outcome]
        missing += [(backbone, fact) for fact, outcome in backbones[backbone] if not outcome]
        if not entries:
            continue
        run = [results[fact["config"]] for fact, _ in entries if fact["config"] in results]
        counts = collections.Counter(
            configs=len(entries), models=sum(len(fact["names"]) for fact, _ in entries),
            state=sum(outcome[0] for _, outcome in entries), cost=sum(outcome[1] for _, outcome in entries),
            run=len(run), right=sum(row.get("passed") is True for row in run))
        sums += counts
        lines.append(line(backbone, counts))
        wrong += [f"`{name(fact)}`" for fact, outcome in entries if outcome != (True, True)]
    lines.append(line("**all**", sums))
    text = "\n".join(lines) + "\n"
    if wrong:
        text += f"\nState dict or FLOPs differ: {', '.join(wrong)}.\n"
    failed = [f"`{row['model']}`" for row in results.values() if row.get("passed") is not True]
    if failed:
        text += f"\nLogits differ, or could not be compared: {', '.join(sorted(failed))}.\n"
    if missing:
        count = sum(len(fact["names"]) for _, fact in missing)
        others = ", ".join(f"{backbone} {number}" for backbone, number in sorted(
            collections.Counter(backbone for backbone, _ in missing).items(), key=lambda item: item[0].lower()))
        text += f"\nNot built in: {len(missing)} configs with {count} models (configs by backbone: {others}).\n"
    return text


def errors(results: dict[str, dict]) -> str:
    """The errors of the float32 runs beside those of PyTorch."""
    ratios = sorted((row["engine_error"] / row["golden_error"], row["model"]) for row in results.values()
                    if row.get("golden_error") and row.get("engine_error") is not None)
    if not ratios:
        return ""
    largest = ", ".join(f"{ratio:.2f} (`{model}`)" for ratio, model in ratios[:-4:-1])
    return (f"\nThe largest difference of the float32 run from the float64 run, divided by that of PyTorch in float32, of "
            f"{len(ratios)} models: median {ratios[len(ratios) // 2][0]:.2f}, largest {largest}.\n")


SPEED = "\n## Speed\n"


def speed(path: pathlib.Path) -> str:
    """The section on time; that of the page where nothing was measured."""
    rows = sorted(logits(path).values(), key=lambda row: (row["backbone"].lower(), row["model"]))
    if not rows:
        _, heading, rest = (PAGE.read_text() if PAGE.exists() else "").partition(SPEED)
        return heading + rest
    days = " to ".join(sorted({row["day"] for row in rows}))
    processors = ", ".join(sorted({row["processor"] for row in rows}))
    text = f"""{SPEED}
Batch 1, float32, {rows[0]["threads"]} threads, on {processors}, {days}: milliseconds of the workbench and of PyTorch
{rows[0]["torch"].partition("+")[0]} eager in the faster of its memory formats, and the second divided by the first. Measured by
`scripts/bench_zoo.py`.

| backbone | model | side | workbench | eager | ratio |
|---|---|---|---|---|---|
"""
    for row in rows:
        text += (f"| {row['backbone']} | `{row['model']}` | {row['side']} | {row['ours']:.2f} | {row['eager']:.2f} | "
                 f"{row['eager'] / row['ours']:.2f} |\n")
    slower = [f"`{row['model']}`" for row in rows if row["eager"] < row["ours"]]
    measured = len({row["backbone"] for row in rows})
    return text + (f"\n{len(rows)} models of {measured} backbones; slower than eager: {', '.join(slower) or 'none'}.\n")


def line(title: str, counts: dict[str, int]) -> str:
    run = f"{counts['right']} of {counts['run']}" if counts["run"] else "–"
    return (f"| {title} | {counts['configs']} | {counts['models']} | {counts['state']} | {counts['cost']} | {run} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=pathlib.Path, default=ROOT / ".build/release")
    parser.add_argument("--logits", type=pathlib.Path, default=ROOT / ".build/check_zoo.jsonl")
    parser.add_argument("--times", type=pathlib.Path, default=ROOT / ".build/bench_zoo.jsonl")
    options = parser.parse_args()
    for tool in "ckpt-tree", "get-flops":
        if not os.access(options.binaries / tool, os.X_OK):
            print(f"zoo_table.py: there is no {options.binaries / tool}: build it first", file=sys.stderr)
            return 2
    entries = facts()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda fact: measured(fact, options.binaries), entries))
    results = logits(options.logits)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(HEADER + table(list(zip(entries, outcomes)), results) + errors(results) + speed(options.times))
    print(PAGE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
