#!/usr/bin/env python3
"""Runs the commands of the documentation and writes what they print into the pages.

usage: update_docs.py [--check] [PAGE …]

Without PAGE: README.md and every page of Sources/Workbench/Workbench.docc. Run it after a change of what a tool prints,
and read the difference. A command whose output still is as the page has it, times aside, keeps its text; so does one that
has no output on the page. Lines that the page leaves out (`…`) stay left out. Tests/ToolTests/DocumentationPage.swift
says how a page is written; DocumentationTests is the test.

  --check   write nothing; exit code 1 if a page would change

Needs Python 3 and the tools in .build/release.
"""
import argparse
import difflib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "Sources/Workbench/Workbench.docc"
GAP = "…"


def masked(line: str) -> str:
    return re.sub(r"\b[0-9]+(\.[0-9]+)? (ms|s)\b", "T", line).rstrip()


def matches(expected: list[str], found: list[str]) -> bool:
    if not expected:
        return not found
    if expected[0] == GAP:
        return any(matches(expected[1:], found[start:]) for start in range(len(found) + 1))
    return bool(found) and masked(expected[0]) == masked(found[0]) and matches(expected[1:], found[1:])


def updated(expected: list[str], found: list[str]) -> list[str]:
    """`found` with the lines left out that `expected` leaves out."""
    wanted = [line for line in expected if line]
    if matches(wanted, [line for line in found if line]):
        return expected
    if GAP not in wanted:
        return found
    result: list[str] = []
    start = 0
    for line in (line for line in wanted if line != GAP):
        near = [difflib.SequenceMatcher(None, masked(line), masked(other)).ratio() for other in found[start:]]
        if not near or max(near) < 0.5:
            continue
        position = start + near.index(max(near))
        if position > start:
            result.append(GAP)
        result.append(found[position])
        start = position + 1
    return result + ([GAP] if start < len(found) else [])


class Folder:
    """The folder that a page's commands run in."""

    def __init__(self, path: str):
        self.path = pathlib.Path(path)

    def prepare(self, words: list[str]) -> None:
        if words[0] == "copy":
            source, target = ROOT / "fixtures" / words[1], self.path / words[2]
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copy(source, target)
        elif words[0] == "mmpretrain":
            for name in ("metafiles", "configs"):
                with zipfile.ZipFile(ROOT / f"fixtures/{name}/{name}.zip") as archive:
                    tar = tarfile.open(fileobj=io.BytesIO(archive.read(f"{name}.tar")))
                for member in tar.getmembers():
                    if any(member.name == path or member.name.startswith(path + "/") for path in words[1:]):
                        tar.extract(member, self.path)
        elif words[0] == "run":
            status, output = self.run(" ".join(words[1:]))
            if status:
                sys.exit(f"update_docs.py: {' '.join(words[1:])}: exit code {status}\n{output}")

    def write(self, name: str, lines: list[str]) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")

    def run(self, command: str) -> tuple[int, str]:
        environment = {
            "PATH": f"{ROOT}/.build/release:/usr/bin:/bin", "HOME": "/nonexistent", "SOURCE_DATE_EPOCH": "1795910400"}
        run = subprocess.run(
            ["/bin/sh", "-c", command], cwd=self.path, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return run.returncode, run.stdout.decode()


def console(block: list[str], folder: Folder) -> list[str]:
    """A block with the commands' present output."""
    result: list[str] = []
    steps: list[tuple[str, list[str]]] = []
    for line in block:
        if line.startswith("$ "):
            steps.append((line, []))
        elif steps[-1][0].endswith("\\") and not steps[-1][1]:
            steps[-1] = (steps[-1][0] + "\n" + line, [])
        else:
            steps[-1][1].append(line)
    for command, lines in steps:
        status, output = folder.run(command[2:])
        expected = [line for line in lines if not line.startswith("[exit code ")]
        result += [command] + (updated(expected, output.rstrip("\n").split("\n")) if any(expected) else [])
        if status:
            result.append(f"[exit code {status}]")
    return result


def update(text: str, folder: Folder) -> str:
    lines, result, index, directive = text.split("\n"), [], 0, []
    while index < len(lines):
        line = lines[index]
        index += 1
        result.append(line)
        if found := re.fullmatch(r"<!-- test: (.*) -->", line):
            directive = found[1].split()
            if directive[0] in ("copy", "mmpretrain", "run"):
                folder.prepare(directive)
                directive = []
        elif line.lstrip().startswith("```"):
            first = index
            while lines[index].lstrip() != "```":
                index += 1
            block = lines[first:index]
            if directive[:1] == ["file"]:
                folder.write(directive[1], block)
            elif not directive and line == "```console":
                block = console(block, folder)
            directive = []
            result += block + [lines[index]]
            index += 1
    return "\n".join(result)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    status = 0
    for page in arguments.pages or [ROOT / "README.md", *sorted(CATALOGUE.glob("*.md"))]:
        with tempfile.TemporaryDirectory() as path:
            before = page.read_text()
            after = update(before, Folder(path))
        if after != before:
            print(f"update_docs.py: {os.path.relpath(page)} {'differs' if arguments.check else 'written'}")
            status = 1 if arguments.check else 0
            if not arguments.check:
                page.write_text(after)
    return status


if __name__ == "__main__":
    sys.exit(main())
