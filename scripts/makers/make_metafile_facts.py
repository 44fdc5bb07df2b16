#!/usr/bin/env python3
"""Makes fixtures/metafiles/: MMPreTrain's metafiles, and what its own checker and modelindex say of them.

usage: make_metafile_facts.py --repository DIR [--out DIR]

Needs mmpretrain 1.2.0 and modelindex 0.0.2. DIR is a clone of open-mmlab/mmpretrain that has commit ee7f2e88
(Apache-2.0); from it come .dev_scripts/check_metafile.py, which is run, and the names of the READMEs. The metafiles are
those of the wheel. No randomness.

  metafiles.zip  one deflated entry, metafiles.tar: model-index.yml, the 84 metafiles, and their READMEs without contents
  upstream.tsv   a line a finding: the checker's name, the metafile, "error" or "warning", the rule as `metafile check`
                 names it, the model or nothing. The checkers are `check` (check_metafile.py --Wall) and `modelindex`
                 (mi check), the latter without model.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

from fixture_files import write_tar_in_zip

REVISION = "ee7f2e88"

# What check_metafile.py says, and the rule of it.
RULES = [
    (r"The metafile is not imported", "model-index"),
    (r"One metafile should have|The collection|The README", "collection"),
    (r"Too many fields|Too few fields|The position of|A model doesn't have|Don't add `\.py`", "name"),
    (r"No `Metadata` field", "metadata"),
    (r"Metadata should have `Parameters` and `FLOPs`", "flops-param"),
    (r"Dataset field of Results", "result"),
    (r"No `Config` field|The config ", "config"),
    (r"No `In Collection` field", "in-collection"),
    (r"The model name should include '3rdparty'", "converted-from"),
    (r"The checkpoint name", "ckpt-name"),
    (r"The downstream model", "downstream"),
]


def rule_of(message):
    return next(rule for pattern, rule in RULES if re.match(pattern, message))


def collect(repository):
    """The files of the tar, by path."""
    import mmpretrain
    wheel = pathlib.Path(mmpretrain.__file__).parent / ".mim"
    files = {"model-index.yml": (wheel / "model-index.yml").read_bytes()}
    for path in sorted((wheel / "configs").glob("*/metafile.yml")):
        files[str(path.relative_to(wheel))] = path.read_bytes()
    names = subprocess.run(["git", "-C", repository, "ls-tree", "-r", "--name-only", REVISION, "configs/"], check=True,
                           capture_output=True, text=True).stdout.split("\n")
    for name in names:
        if name.endswith("/README.md") and name.count("/") == 2:
            files[name] = b""
    return files, wheel


def check(root, metafiles):
    """The findings of check_metafile.py."""
    run = subprocess.run([sys.executable, ".dev_scripts/check_metafile.py", "--Wall", *metafiles], cwd=root,
                         capture_output=True, text=True)
    if "Traceback" in run.stderr or run.returncode not in (0, 1):
        raise SystemExit(run.stderr)
    for line in re.sub(r"\x1b\[[0-9;]*m", "", run.stderr).splitlines():
        file, level, message = re.fullmatch(r"\[(.*?)\] (ERROR|WARNING) - (.*)", line).groups()
        named = re.match(r"([^ ]+): (.*)", message)
        model, message = named.groups() if named else ("", message)
        yield "check", file, level.lower(), rule_of(message), model


def modelindex(root):
    """The errors of `mi check`."""
    from modelindex.load_model_index import load
    for error in load(str(root / "model-index.yml")).check(silent=True):
        file, place, message = error.split(": ", 2)
        if "README" not in message and "Metrics" not in message:
            raise SystemExit(error)
        yield "modelindex", file, "error", "modelindex", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repository", required=True, metavar="DIR", help="a clone of open-mmlab/mmpretrain")
    parser.add_argument("--out", default=pathlib.Path(__file__).resolve().parents[2] / "fixtures/metafiles", type=pathlib.Path)
    options = parser.parse_args()
    files, wheel = collect(options.repository)
    options.out.mkdir(parents=True, exist_ok=True)
    write_tar_in_zip(files, options.out / "metafiles.zip", "metafiles.tar",
                     f"open-mmlab/mmpretrain {REVISION} (1.2.0), Apache-2.0")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        script = subprocess.run(["git", "-C", options.repository, "show", f"{REVISION}:.dev_scripts/check_metafile.py"],
                                check=True, capture_output=True).stdout
        for name, contents in {**files, ".dev_scripts/check_metafile.py": script}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)
        for path in (wheel / "configs").rglob("*.py"):
            target = root / path.relative_to(wheel)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        metafiles = [name for name in files if name.endswith("metafile.yml")]
        lines = [*check(root, metafiles), *modelindex(root)]
    (options.out / "upstream.tsv").write_text("".join("\t".join(line) + "\n" for line in lines))
    print(f"{len(metafiles)} metafiles, {len(lines)} findings")


if __name__ == "__main__":
    main()
