#!/usr/bin/env python3
"""Writes Sources/Workbench/Workbench.docc/Programs.md: the programs that the tests run, and the operators that programs may call.

usage: program_table.py [--calls FILE]

The operators' names come from the importer itself, by way of its tests: CALL_NAMES=FILE swift test --filter
CallTableTests, which the script runs unless FILE is there.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "fixtures" / "programs"
PREFIX = "torch.ops.aten."
WORDS = {0: "small ones", -1: "none"}


MISSING = """
## What a program may not call

Every core ATen operator of PyTorch that a static program of float32 uses is known, except for these. A call of one that
is not known is one error with its target, node and source line.

| operators | why |
|---|---|
| `rand`, `randn`, `randperm`, `bernoulli`, `multinomial` | draw random numbers: nothing can be compared |
| `nonzero`, `masked_select`, `_unique2`, `repeat_interleave.Tensor` of the input | the input decides how large the result is; calls of the first two and the last on constants are worked out |
| `bincount`, `mode`, `gcd`; `histc` without a range, `embedding_bag` with offsets of the input | no network of the code bases calls them |
| `linalg_inv_ex`, `_linalg_solve_ex`, `_linalg_svd`, `_linalg_eigh`, `linalg_qr`, `linalg_cholesky_ex`, `linalg_det`, `linalg_pinv`, `matrix_exp` | decompositions of matrices are not operations of the graph |
| `torchvision::nms`, `roi_align`, `ps_roi_align` | boxes of detectors; their backbones and heads before them are programs |
| `grid_sampler_3d`, `fractional_max_pool2d`, positions of `max_pool3d_with_indices` | no network of the code bases calls them |
| `erfinv`, `digamma`, `i0`, `special_bessel_*` and the like | special functions that no layer has |
| complex weights and buffers | checkpoints are compared and run in real numbers; complex constants may be |
| conversions of the input to float16 and bfloat16 | programs are compared in float32 |
""".strip().splitlines()


def calls(graph):
    for node in graph["nodes"]:
        yield node["target"]
        for argument in node["inputs"]:
            if "as_graph" in argument["arg"]:
                yield from calls(argument["arg"]["as_graph"]["graph"])


def targets(path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith("models/model.json"))
        return list(calls(json.loads(archive.read(name))["graph_module"]["graph"]))


def known_calls(path) -> list[str]:
    if path:
        return pathlib.Path(path).read_text().split()
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "calls"
        subprocess.run(["swift", "test", "--filter", "CallTableTests"], cwd=ROOT,
                       env=os.environ | {"CALL_NAMES": str(file)}, stdout=subprocess.DEVNULL)
        return file.read_text().split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", metavar="FILE", help="the operators' names, a line each")
    options = parser.parse_args()
    used = collections.Counter()
    rows = []
    for line in (FOLDER / "facts.jsonl").read_text().splitlines():
        fact = json.loads(line)
        own = targets(FOLDER / f"{fact['name']}.pt2")
        forms = [form for form in ("dec", "any") if (FOLDER / f"{fact['name']}.{form}.pt2").exists()]
        used.update(set(own).union(*(targets(FOLDER / f"{fact['name']}.{form}.pt2") for form in forms)))
        side = fact["shape"][-1]
        rows.append(f"| {fact['model']} | {side} | {len(own)} | {len(set(own))} | {fact['parameters']:,} | "
                    f"{', '.join({'dec': 'decomposed', 'any': 'any batch'}[form] for form in forms)} |")
    small = {target for path in (FOLDER / "calls").glob("*.pt2") for target in targets(path)}
    table = collections.defaultdict(list)
    for name in known_calls(options.calls):
        count = used[PREFIX + name] or used[name]
        table[count or (0 if {PREFIX + name, name} & small else -1)].append(name)
    lines = [
        "# Exported programs", "", "Written by `scripts/program_table.py`.", "",
        f"## The {len(rows)} programs of the tests", "",
        "Small forms of the models (fewer layers, small images; `scripts/makers/program_models.py`), with seeded weights: keys and",
        "shapes are those of `state_dict()`, the graph's output is shaped like PyTorch's, and for models of at most 2 million",
        "parameters the float64 and float32 runs compute PyTorch's output within the noise floor. *Side*: height and width of the",
        "image; *calls*: calls in the graph; *kinds*: different operators among them.", "",
        "| model | side | calls | kinds | parameters | also |", "|---|---|---|---|---|---|", *rows, "",
        f"## The {sum(map(len, table.values()))} operators that a program may call", "",
        "Without `torch.ops.aten.`, by how many of these programs call them. Forms in place (`add_.Tensor`) go with the others.",
        "Some are called by the small programs of `fixtures/programs/calls` only.", "",
        "| operators | programs |", "|---|---|",
    ]
    for count in sorted(table, reverse=True):
        lines.append("| " + " ".join(f"`{name}`" for name in sorted(table[count])) + f" | {WORDS.get(count, count)} |")
    lines += ["", *MISSING]
    (ROOT / "Sources" / "Workbench" / "Workbench.docc" / "Programs.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
