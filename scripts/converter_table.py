#!/usr/bin/env python3
"""Writes converters/TABLE.md: every bundled rule file, run on every recorded case, forward, backward and with faults.

usage: scripts/converter_table.py [--convert PATH] [--out FILE] [--upstream FOLDER] [--family NAME]

  --convert PATH     the program to run (default: .build/release/convert)
  --out FILE         where to write (default: converters/TABLE.md); "-" prints
  --upstream FOLDER  MMPreTrain's tools/model_converters, whose lines are counted (default: those of the installed
                     mmpretrain; without one, the figures of the table that is there are kept)
  --family NAME      only this rule file, printed

A case is a fact file of fixtures/converters/. Its state dict is made as a safetensors file that holds no data, and
`convert --dry-run --json` plans it. A plan counts as right if it makes every recorded tensor of the recorded sources,
in the recorded shape, and no other; backward, if it gives the sources back. Then five faults are put in: the keys in
another order (the plan must be the same), a foreign key, a missing key (held against the model's keys, --against), a
wrapper's prefix before every key, and a file that is already converted. Each must be one of the errors that
converters/README.md names.

Needs no more than Python. Exit code: 0 all right, 1 some case or fault is not, 2 it could not run.
"""
import argparse
import importlib.util
import json
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts" / "makers"))

from converter_facts.reader import Facts  # noqa: E402

SAFETENSORS_TYPES = {"float32": "F32", "float64": "F64", "float16": "F16", "bfloat16": "BF16", "int64": "I64",
                     "int32": "I32", "uint8": "U8", "bool": "BOOL"}
FAULTS = ("order", "foreign", "missing", "wrapper", "converted")


def write_safetensors(path, tensors):
    """A file with these keys, types and shapes whose data is a hole."""
    header, end = {}, 0
    for tensor in tensors:
        header[tensor.key] = {"dtype": SAFETENSORS_TYPES[tensor.dtype], "shape": list(tensor.shape),
                              "data_offsets": [end, end + tensor.size]}
        end += tensor.size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)


class Case:
    """One fact file, and what `convert` makes of it."""

    def __init__(self, facts, convert, folder):
        self.facts, self.convert, self.folder = facts, convert, folder
        self.names = sorted({name for name in map(input_name, facts.sources) if name})

    def plan(self, tensors, *flags, model=None):
        """The report of a dry run: the plan as JSON, its exit code, the codes of its errors."""
        words = []
        for name in self.names or [None]:
            path = self.folder / f"{name or 'in'}.safetensors"
            own = [bare(tensor, name) for tensor in tensors if input_name(tensor) == name or not self.names]
            write_safetensors(path, own)
            words.append(f"{name}={path}" if name else str(path))
        if model is not None:
            write_safetensors(self.folder / "model.safetensors", model)
            flags += ("--against", str(self.folder / "model.safetensors"))
        settings = [word for setting in self.facts.settings for word in ("--set", setting)]
        run = subprocess.run(
            [self.convert, "--rules", rule_path(self.facts), "--dry-run", "--json", *settings, *flags, *words],
            capture_output=True, text=True)
        if run.returncode not in (0, 1):
            return {}, run.returncode, [run.stderr.strip()]
        report = json.loads(run.stdout)
        return report, run.returncode, [one["code"] for one in report["findings"] if one["severity"] == "error"]

    def forward(self, tensors=None):
        report, status, errors = self.plan(tensors or self.facts.sources, model=self.facts.model_or_none())
        found = {one["target"]: (one["sources"], tuple(one["shape"])) for one in report.get("entries", [])}
        expected = {entry.target.key: ([planned(one.key) for one in entry.sources if one], entry.target.shape)
                    for entry in self.facts.entries}
        expected.update({tensor.key: ([], tensor.shape) for tensor in self.facts.made})
        return status == 0 and found == expected, errors

    def backward(self):
        """None where no line of the case runs backward."""
        if self.names:
            return None
        lasting = [entry for entry in self.facts.entries
                   if not any(word in (entry.operation or "") for word in ("slice", "add"))]
        flags = [word for setting in REVERSE_SETTINGS.get(self.facts.name, []) for word in ("--set", setting)]
        report, status, _ = self.plan([entry.target for entry in lasting] + self.facts.made, "--reverse", *flags)
        found = {one["target"]: tuple(one["shape"]) for one in report.get("entries", [])}
        return status == 0 and found == {one.key: one.shape for entry in lasting for one in entry.sources if one}

    def faults(self):
        """The faults that were not noticed, by name."""
        sources, entries = self.facts.sources, self.facts.entries
        model = self.facts.model_or_none()
        shuffled = random.Random(1).sample(sources, len(sources))
        prefix = f"{self.names[0]}:" if self.names else ""
        stray = type(sources[0])(prefix + "ema.decay", "float32", ())
        gone = next(one for one in entries[len(entries) // 2].sources if one)
        wrapped = [type(one)(with_wrapper(one.key, self.names), one.dtype, one.shape) for one in sources]
        noticed = {
            "order": self.forward(shuffled)[0],
            "foreign": self.plan(sources + [stray], model=model)[2] == ["unmatched-key"],
            "missing": bool(self.plan([one for one in sources if one is not gone], model=model or self.facts.targets)[2]),
            "wrapper": self.plan(wrapped, model=model)[2] == ["wrapper-prefix"],
            "converted": self.names != [] or self.plan(self.facts.targets, model=model)[2] == ["already-converted"],
        }
        return [fault for fault in FAULTS if not noticed[fault]]


# Backward, nothing in MMPreTrain's keys tells which spelling the source had.
REVERSE_SETTINGS = {
    "mobilenet_v2": ["layout=nested"], "mobilenet_v2_published": ["layout=flat"],
    "densenet121": ["spelling=joined"], "densenet121_published": ["spelling=dotted"],
    "poolformer_s12_timm": ["spelling=timm"], "poolformer_s12_authors": ["spelling=authors"],
    "vit_b_16_torchvision": ["mlp=numbered"], "vit_b_16_published": ["mlp=named"],
    "dinov2_small_huggingface": ["spelling=file", "prefix="], "clip_base_p32_huggingface": ["prefix="],
    "vit_tiny_huggingface_module": ["spelling=module", "prefix=vit."],
    "swin_tiny_huggingface_module": ["spelling=module", "prefix=swin."],
    "hrnet_w18_timm": ["size=other"],
}


def input_name(tensor):
    """The named input of a key: "delta" of "delta:key"."""
    match = re.match(r"(base|delta|lora):", tensor.key)
    return match[1] if match else None


def planned(key):
    """The key of a source as plans spell it: without the name of the input that carries the checkpoint."""
    return key.removeprefix("base:")


def bare(tensor, name):
    return type(tensor)(tensor.key[len(name) + 1:], tensor.dtype, tensor.shape) if name else tensor


def with_wrapper(key, names):
    name, separator, rest = key.partition(":") if names else ("", "", key)
    return f"{name}{separator}module.{rest}"


def rule_path(facts):
    return str(ROOT / "converters" / facts.converter)


def statements(text):
    """The lines that say something."""
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def upstream_lines(rules, folder):
    """The lines of the upstream scripts that the header names, comments, docstrings and blank lines left out."""
    total = 0
    for name in sorted(set(re.findall(r"tools/model_converters/([\w.-]+\.py)", rules))):
        script = folder / name
        if not script.is_file():
            raise SystemExit(f"{script}: the header names it, but it is not there")
        total += statements(re.sub(r'(?m)^\s*("""|\'\'\')(?:.|\n)*?\1', "", script.read_text()))
    return total or None


def installed_converters():
    spec = importlib.util.find_spec("mmpretrain")
    return pathlib.Path(spec.origin).parent / ".mim" / "tools" / "model_converters" if spec else None


def kept_lines(path):
    """Rule file -> the count of upstream's lines in the table that is there."""
    if not path.is_file():
        return {}
    rows = re.findall(r"(?m)^\| `([\w.]+)` \|.*?\| (\d+|–) \|$", path.read_text())
    return {name: None if lines == "–" else int(lines) for name, lines in rows}


def lossy_lines(convert, name):
    """(line, reason) of the lines that run forward only."""
    run = subprocess.run([convert, "--check", str(ROOT / "converters" / name), "--json"], capture_output=True, text=True)
    findings = json.loads(run.stdout)["files"][0]["findings"]
    return [(one["line"], one["message"].partition(": ")[2]) for one in findings if "forward only" in one["message"]]


class Row:
    def __init__(self, name, cases, upstream):
        self.name, self.upstream = name, upstream
        self.count = len(cases)
        self.tensors = max(len(case.facts.entries) for case in cases)
        self.problems = []
        self.forward = self.score(cases, lambda case: case.forward()[0], "forward")
        self.backward = self.score(cases, lambda case: case.backward(), "backward")
        missed = 0
        for case in cases:
            faults = case.faults()
            missed += len(faults)
            self.problems += [f"{case.facts.name}: fault not noticed: {fault}" for fault in faults]
        self.faults = f"{len(FAULTS) * self.count - missed}/{len(FAULTS) * self.count}"
        self.rule_lines = statements((ROOT / "converters" / name).read_text())

    def score(self, cases, check, what):
        results = [(case, check(case)) for case in cases]
        self.problems += [f"{case.facts.name}: {what} is not as recorded" for case, result in results if result is False]
        counted = [result for _, result in results if result is not None]
        return f"{sum(counted)}/{len(counted)}" if counted else "–"

    def __str__(self):
        upstream = "–" if self.upstream is None else self.upstream
        return f"| `{self.name}` | {self.count} | {self.tensors} | {self.forward} | {self.backward} | {self.faults} |" \
               f" {self.rule_lines} | {upstream} |"


HEAD = """# What the converters are tested with

Made by `scripts/converter_table.py`, which says what counts as right. A case is one network of the family, recorded from
upstream's own conversion; *tensors* is the most that one has. Faults: the keys in another order, a foreign key, a missing
key, a wrapper's prefix, a file that is already converted. *Lines*: those of the rule file; *upstream's*:
those of upstream's Python script, "–" where it has none. Comments and blank lines do not count.

| rules | cases | tensors | forward | backward | faults noticed | lines | upstream's |
|---|---|---|---|---|---|---|---|
"""

LOSSY = """
## Lines that lose something

They run forward only; `--reverse` names them.

| line | why |
|---|---|
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--convert", default=str(ROOT / ".build" / "release" / "convert"))
    parser.add_argument("--out", default=str(ROOT / "converters" / "TABLE.md"))
    parser.add_argument("--upstream", type=pathlib.Path)
    parser.add_argument("--family")
    options = parser.parse_args()
    if not pathlib.Path(options.convert).is_file():
        sys.exit(f"{options.convert}: not there; scripts/test builds it")
    facts = [Facts(path) for path in sorted((ROOT / "fixtures" / "converters").glob("*.facts"))]
    names = sorted(path.name for path in (ROOT / "converters").glob("*.rules"))
    if options.family:
        names = [name for name in names if name.removesuffix(".rules") == options.family]
    upstream = options.upstream or installed_converters()
    kept = kept_lines(pathlib.Path(options.out))
    rows, lossy = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            cases = [Case(one, options.convert, pathlib.Path(folder)) for one in facts if one.converter == name]
            if not cases:
                sys.exit(f"{name}: fixtures/converters has no case of it")
            text = (ROOT / "converters" / name).read_text()
            rows.append(Row(name, cases, upstream_lines(text, upstream) if upstream else kept.get(name)))
            lossy += [f"| `{name}:{line}` | {message} |" for line, message in lossy_lines(options.convert, name)]
    ours = sum(row.rule_lines for row in rows if row.upstream)
    theirs = sum(row.upstream or 0 for row in rows)
    total = f"\n{sum(row.count for row in rows)} cases. The {sum(1 for row in rows if row.upstream)} files with a script" \
            f" upstream have {ours:,} lines, the scripts {theirs:,}.\n"
    table = HEAD + "\n".join(map(str, rows)) + "\n" + total + LOSSY + "\n".join(lossy) + "\n"
    if options.out == "-" or options.family:
        print(table)
    else:
        pathlib.Path(options.out).write_text(table)
    problems = [problem for row in rows for problem in row.problems]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
