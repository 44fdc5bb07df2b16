#!/usr/bin/env python3
"""Draws Sources/Workbench/Workbench.docc/Architecture.svg: the targets of Package.swift and what each depends on.

usage: architecture.py [--check] [--out FILE]

Reads `swift package dump-package`. A target is drawn above everything that it depends on; a dependency that follows from
others has no line. The tools are one box, system libraries and targets for tests and measurements are left out. The
library products are marked. The picture follows the reader's light or dark mode. The same package gives the same bytes.

  --check     compare with the file and write nothing; exit code 1 if it differs

Needs Python 3 and a Swift toolchain.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
MARGIN, BOX, GAP, HEIGHT, ROW = 12, 22, 14, 30, 74
CHARACTER = 7.2
TOOLS = "the tools"

STYLE = """
    text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; text-anchor: middle }
    rect { fill: #f6f8fa; stroke: #6e7781 }
    rect.product { fill: #ddf4ff; stroke: #0969da; stroke-width: 2 }
    rect.c { fill: #fff8c5; stroke: #9a6700 }
    path { fill: none; stroke: #8c959f }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      rect { fill: #161b22; stroke: #8b949e }
      rect.product { fill: #0c2d6b; stroke: #58a6ff }
      rect.c { fill: #3b2300; stroke: #d29922 }
      path { stroke: #6e7681 }
    }"""


def targets(package: dict) -> tuple[dict[str, set[str]], set[str], list[str]]:
    """What each drawn target depends on, the library products, and the tools."""
    executables = {
        target for product in package["products"] if "executable" in product["type"] for target in product["targets"]}
    products = {target for product in package["products"] if "library" in product["type"] for target in product["targets"]}
    kinds = {target["name"]: target["type"] for target in package["targets"]}
    drawn = {name for name, kind in kinds.items() if kind == "regular" and name != "TestSupport"}
    depends: dict[str, set[str]] = {TOOLS: set()}
    for target in package["targets"]:
        names = {next(iter(item.values()))[0] for item in target["dependencies"]} & drawn
        if target["name"] in executables:
            depends[TOOLS] |= names
        elif target["name"] in drawn:
            depends[target["name"]] = names
    return depends, products, sorted(executables)


def reach(depends: dict[str, set[str]]) -> dict[str, set[str]]:
    """Everything below each target."""
    found: dict[str, set[str]] = {}

    def visit(name: str) -> set[str]:
        if name not in found:
            found[name] = set().union(*({other} | visit(other) for other in depends[name])) if depends[name] else set()
        return found[name]

    for name in depends:
        visit(name)
    return found


def draw(package: dict) -> str:
    depends, products, tools = targets(package)
    below = reach(depends)
    lines = {
        name: sorted(other for other in others if not any(other in below[third] for third in others))
        for name, others in depends.items()}
    level = {name: 0 for name in depends}
    for _ in depends:
        for name, others in depends.items():
            level[name] = max([level[name]] + [level[other] + 1 for other in others])
    # A target without dependencies stands right below the lowest that uses it.
    for name in sorted(depends, key=lambda item: -level[item]):
        above = [level[other] for other, others in lines.items() if name in others]
        if not depends[name] and above:
            level[name] = max(level[name], min(above) - 1)

    rows = [sorted(name for name in depends if level[name] == index) for index in range(max(level.values()) + 1)]
    width = 2 * MARGIN + max(sum(box(name) + GAP for name in row) - GAP for row in rows)
    place = {name: float(index) for row in rows for index, name in enumerate(row)}
    neighbours = {
        name: lines[name] + [other for other, others in lines.items() if name in others] for name in depends}
    spread: dict[str, float] = {}
    for _ in range(24):
        for row in rows:
            def middle(name: str) -> tuple[float, str]:
                near = [spread.get(other, place[other]) for other in neighbours[name]]
                return (sum(near) / len(near) if near else place[name], name)
            row.sort(key=middle)
            total = sum(box(name) for name in row) + GAP * (len(row) - 1)
            left = (width - total) / 2
            for name in row:
                spread[name] = left + box(name) / 2
                left += box(name) + GAP
    height = ROW * len(rows) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img"'
        ' aria-label="The targets of the package and their dependencies">',
        f"  <style>{STYLE}\n  </style>"]
    top = {name: ROW * (len(rows) - 1 - level[name]) + 14 for name in depends}
    for name in sorted(lines):
        for other in lines[name]:
            x, y, u, v = spread[name], top[name] + HEIGHT, spread[other], top[other]
            bend = (v - y) / 2
            parts.append(f'  <path d="M{x:.0f} {y} C{x:.0f} {y + bend:.0f} {u:.0f} {v - bend:.0f} {u:.0f} {v}"/>')
    for name in sorted(depends):
        kind = "product" if name in products else "c" if name.startswith("C") and name[1].isupper() else ""
        left = spread[name] - box(name) / 2
        style = f' class="{kind}"' if kind else ""
        parts.append(f'  <rect{style} x="{left:.0f}" y="{top[name]}" width="{box(name):.0f}" height="{HEIGHT}" rx="5"/>')
        title = f"<title>{', '.join(tools)}</title>" if name == TOOLS else ""
        parts.append(f'  <text x="{spread[name]:.0f}" y="{top[name] + 20}">{title}{name}</text>')
    parts.append(
        f'  <text x="{width / 2:.0f}" y="{height - 10}">blue: library products · yellow: C · a line: depends on</text>')
    return "\n".join(parts) + "\n</svg>\n"


def box(name: str) -> float:
    return len(name) * CHARACTER + BOX


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "Sources/Workbench/Workbench.docc/Architecture.svg")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:  # the package's own may be in use by a build
        dump = subprocess.run(
            ["swift", "package", "--scratch-path", scratch, "dump-package"], cwd=ROOT, check=True, capture_output=True,
            text=True)
    picture = draw(json.loads(dump.stdout))
    if arguments.check:
        if arguments.out.read_text() == picture:
            return 0
        print(f"architecture.py: {arguments.out} is not what Package.swift gives; run it without --check", file=sys.stderr)
        return 1
    arguments.out.write_text(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
