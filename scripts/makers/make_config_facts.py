#!/usr/bin/env python3
"""Makes fixtures/configs/: MMPreTrain's configs, and what mmengine makes of them and of small cases.

usage: make_config_facts.py --repository DIR [--out DIR | --check TOOL]

Needs mmengine 0.10.7 and mmpretrain 1.2.0. DIR is a clone of open-mmlab/mmpretrain that has commit ee7f2e88
(Apache-2.0), whose mmpretrain/configs the wheel lacks; configs/ comes from the wheel. No randomness. With --check nothing
is made: TOOL (print-config) prints each config that mmengine loads, and mmengine must load that to the same values; exit
code 1 if not.

  configs.zip   one deflated entry, configs.tar: the 846 files of configs/ and the 103 of mmpretrain/configs/
  facts.tsv     for each file its path and the SHA-256 of the canonical text of Config.fromfile(path).to_dict(), or
                "error" and the exception's name
  cases.json    {"versions", "cases": [{"name", "path", "files": {path: text}, "environment"?, "overrides"?,
                "canonical" | "error"}], "expressions": [{"source", "canonical" | "error"}], "overrides": [{"source",
                "canonical" | "error"}]}

The canonical text tells types and order apart: n, T, F, i<digits>; f<16 hexadecimal digits of the bits>;
s<bytes>:<text> and l…e, t…e, d<key><value>…e, S…e (a set, its elements' texts in order).
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import contextlib
import hashlib
import importlib.metadata
import io
import json
import os
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import warnings

import config_cases
from fixture_files import write_tar_in_zip

REVISION = "ee7f2e88"


def canonical(value):
    if value is None:
        return "n"
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, int):
        return f"i{value};"
    if isinstance(value, float):
        return f"f{struct.pack('>d', value).hex()};"
    if isinstance(value, str):
        return f"s{len(value.encode())}:{value}"
    if isinstance(value, dict):
        return "d" + "".join(canonical(part) for item in dict.items(value) for part in item) + "e"
    if isinstance(value, (list, tuple)):
        return ("l" if isinstance(value, list) else "t") + "".join(map(canonical, value)) + "e"
    if isinstance(value, set):
        return "S" + "".join(sorted(map(canonical, value))) + "e"
    raise TypeError(f"not data: {type(value).__name__}")


def load(path, overrides=()):
    from mmengine.config import Config, DictAction
    config = Config.fromfile(path)
    if overrides:
        options = {}
        for override in overrides:
            key, value = override.split("=", maxsplit=1)
            options[key] = DictAction._parse_iterable(value)
        config.merge_from_dict(options)
    return config.to_dict()


def outcome(compute):
    """The canonical text of what `compute` gives, or the kind of its error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {"canonical": canonical(compute())}
    except (Exception, RecursionError) as error:
        return {"error": type(error).__name__}


def collect(repository):
    """The configs of the wheel and of the repository, by path."""
    import mmpretrain
    wheel = pathlib.Path(mmpretrain.__file__).parent / ".mim/configs"
    files = {f"configs/{path.relative_to(wheel)}": path.read_bytes() for path in wheel.rglob("*.py")}
    archive = subprocess.run(["git", "-C", repository, "archive", REVISION, "mmpretrain/configs"], check=True,
                             capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            if member.name.endswith(".py"):
                files[member.name] = tar.extractfile(member).read()
    return dict(sorted(files.items()))


@contextlib.contextmanager
def folder_of(files):
    """A temporary folder with these files, which is the current one meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        for name, contents in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        with contextlib.chdir(folder):
            yield folder


def facts_of(files):
    lines = []
    with folder_of(files):
        for name in files:
            result = outcome(lambda: load(name))
            if "canonical" in result:
                lines.append(f"{name}\t{hashlib.sha256(result['canonical'].encode()).hexdigest()}\n")
            else:
                lines.append(f"{name}\terror\t{result['error']}\n")
    return "".join(lines)


def run_case(case):
    with folder_of(case["files"]) as folder:
        os.environ.update(case.get("environment", {}))
        path = next(iter(case["files"]))
        result = outcome(lambda: load(path, case.get("overrides", ())))
        for name in case.get("environment", {}):
            del os.environ[name]
    if "canonical" in result:
        result["canonical"] = result["canonical"].replace(f"s{len(folder)}:{folder}", "s7:/FOLDER")
    return {**case, "path": path, **result}


def run_expression(source):
    """What a config `x = source` has as x."""
    result = run_case({"files": {"a.py": f"x = {source}\n"}})
    if "canonical" in result:
        return {"source": source, "canonical": result["canonical"].removeprefix("ds1:x").removesuffix("e")}
    return {"source": source, "error": result["error"]}


def run_override(text):
    from mmengine.config import DictAction
    return {"source": text, **outcome(lambda: DictAction._parse_iterable(text))}


def check(tool, files):
    """How many configs mmengine loads, and those whose text by `tool` it loads to something else."""
    (count, wrong) = (0, [])
    with folder_of(files):
        for name in files:
            expected = outcome(lambda: load(name))
            if "error" in expected:
                continue
            count += 1
            run = subprocess.run([tool, name], capture_output=True)
            pathlib.Path("printed.py").write_bytes(run.stdout)
            if run.returncode != 0 or outcome(lambda: load("printed.py")) != expected:
                wrong.append(name)
    return count, wrong


def main():
    # In a virtual environment mmengine takes Python's own modules for others, since they lie outside of it.
    import mmengine.config.utils
    mmengine.config.utils.PYTHON_ROOT_DIR = sys.base_prefix
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repository", required=True, metavar="DIR", help="a clone of open-mmlab/mmpretrain")
    parser.add_argument("--out", type=pathlib.Path, metavar="DIR",
                        default=pathlib.Path(__file__).resolve().parents[2] / "fixtures/configs")
    parser.add_argument("--check", type=pathlib.Path, metavar="TOOL", help="a print-config whose text mmengine reads")
    options = parser.parse_args()
    if options.check:
        count, wrong = check(options.check.resolve(), collect(pathlib.Path(options.repository).resolve()))
        print(f"{count - len(wrong)} of {count} configs load to the same values as printed by {options.check.name}")
        sys.exit("\n".join(wrong) or 0)
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    files = collect(pathlib.Path(options.repository).resolve())
    write_tar_in_zip(files, out / "configs.zip", "configs.tar",
                     f"open-mmlab/mmpretrain {REVISION} (1.2.0), Apache-2.0")
    (out / "facts.tsv").write_text(facts_of(files))
    versions = {name: importlib.metadata.version(name) for name in ("mmengine", "mmpretrain")}
    cases = {
        "versions": {**versions, "python": sys.version.split()[0]},
        "cases": [run_case(case) for case in config_cases.CASES],
        "expressions": [run_expression(source) for source in config_cases.EXPRESSIONS],
        "overrides": [run_override(text) for text in config_cases.OVERRIDES],
    }
    (out / "cases.json").write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
