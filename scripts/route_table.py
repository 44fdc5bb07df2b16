#!/usr/bin/env python3
"""Writes Sources/Workbench/Workbench.docc/Routes.md: which code bases `convert --to` leads from and to, by network.

usage: scripts/route_table.py [--convert PATH] [--out FILE]

  --convert PATH  the program to ask (default: .build/release/convert)
  --out FILE      where to write (default: Sources/Workbench/Workbench.docc/Routes.md); "-" prints

The rules and their models come from `convert --list-rules --json` and `--list-models --json`. A row is a backbone of
MMPreTrain, a column a code base; a cell names the rule file between the two. Whatever two cells of a row have is a way
from one to the other. Rules that declare no models stand in a table of their own.

Needs no more than Python. Exit code: 0, or 2 where the program cannot be run.
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARIES = ("torchvision", "timm", "huggingface")

HEAD = """# From code base to code base

`convert --to timm in.pth out.safetensors` recognises what `in.pth` is and gives its tensors the names of another code
base. Made by `scripts/route_table.py`: all code bases with an entry in a row lead to one another, and to MMPreTrain.

| backbone | torchvision | timm | huggingface | official |
|---|---|---|---|---|
"""

LOOSE = """
## Without a declared model

These rules lead to MMPreTrain and, except for what they drop, back; no model checks either end.

| rules | code base |
|---|---|
"""


def ask(program, *arguments):
    run = subprocess.run([program, *arguments, "--json"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{program}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def cell(names):
    return " ".join(f"`{name}`" for name in sorted(names)) or "–"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--convert", default=str(ROOT / ".build" / "release" / "convert"))
    parser.add_argument("--out", default=str(ROOT / "Sources" / "Workbench" / "Workbench.docc" / "Routes.md"))
    options = parser.parse_args()
    if not pathlib.Path(options.convert).is_file():
        print(f"{options.convert}: not there; scripts/test builds it", file=sys.stderr)
        return 2
    rules = [one for one in ask(options.convert, "--list-rules")["rules"] if one["codebases"]]
    backbones = {one["name"]: one["backbone"] for one in ask(options.convert, "--list-models")["models"]}
    rows, loose = {}, []
    for one in rules:
        kinds = {backbones[name] for name in one["models"] if name in backbones}
        if not kinds:
            loose.append(f"| `{one['name']}` | {', '.join(one['codebases'])} |")
        for kind in kinds:
            row = rows.setdefault(kind, {})
            for codebase in one["codebases"]:
                row.setdefault(codebase if codebase in LIBRARIES else "official", set()).add(one["name"])
    table = HEAD
    for kind in sorted(rows, key=str.lower):
        cells = [cell(rows[kind].get(column, ())) for column in (*LIBRARIES, "official")]
        table += f"| {kind} | {' | '.join(cells)} |\n"
    if loose:
        table += LOOSE + "\n".join(loose) + "\n"
    if options.out == "-":
        print(table, end="")
    else:
        pathlib.Path(options.out).write_text(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
