#!/usr/bin/env python3
"""Compares ckpt-scan with picklescan and fickling over folders of files.

usage: scripts/compare_scanners.py [--scanner PATH] [--weaker] FOLDER...
       scripts/compare_scanners.py --harvest TESTS OUT

  --scanner PATH        the ckpt-scan to run; without it, the one in .build/release
  --weaker              only the files on which ckpt-scan says less than one of the others
  --harvest TESTS OUT   write every pickle that fickling's own tests look at to OUT: TESTS is a copy of its
                        repository's folder `test`

Run with a Python that has picklescan and fickling. picklescan's own cases are the folders tests/data and tests/data2
of its repository (tests/init_data_files.py makes them).

A row is: file, picklescan, fickling, ckpt-scan. Two are compared as flagged or not: "suspicious" of picklescan and
anything above LIKELY_SAFE of fickling count as flagged, as `review` does; "dangerous" of picklescan asks for
`dangerous`. Exit code 1 if ckpt-scan is weaker anywhere. Comparing unpickles nothing; --harvest runs fickling's tests,
some of which unpickle what they are about.
"""
import argparse
import contextlib
import hashlib
import io
import json
import logging
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Names of their cases that are about harmless files: where they flag one, that is their false alarm.
HARMLESS = ("benign", "not_flagged", "allowlist", "pytorch_model", "int_array", "object_array", "safe_pickle")
RANK = {"clean": 0, "review": 1, "dangerous": 2}


def picklescan(path):
    """What picklescan says: nothing, suspicious, dangerous, or an error."""
    from picklescan.scanner import scan_file_path

    try:
        result = scan_file_path(str(path))
    except Exception as error:
        return f"error: {type(error).__name__}"
    names = {one.safety.value for one in result.globals}
    return next((name for name in ("dangerous", "suspicious") if name in names), "nothing")


def fickling(path):
    """The highest severity that fickling finds among the pickles of the file, or in a zip archive's pickles."""
    import zipfile

    from fickling.analysis import check_safety
    from fickling.fickle import StackedPickle

    contents = [path.read_bytes()]
    if contents[0][:2] == b"PK":
        try:
            with zipfile.ZipFile(path) as archive:
                contents = [archive.read(name) for name in archive.namelist() if name.endswith((".pkl", ".pickle"))]
        except Exception as error:
            return f"error: {type(error).__name__}"
    worst = None
    for content in contents:
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                for pickled in StackedPickle.load(io.BytesIO(content)):
                    severity = check_safety(pickled).severity
                    if worst is None or severity > worst:
                        worst = severity
        except Exception as error:
            return f"error: {type(error).__name__}"
    return worst.name.lower() if worst else "nothing"


def ours(scanner, paths):
    output = subprocess.run([scanner, "--json", *map(str, paths)], capture_output=True, text=True)
    return {file["file"]: file["verdict"] for file in json.loads(output.stdout)["files"]}


def needed(first, second):
    """The least that ckpt-scan may say."""
    if first == "dangerous":
        return "dangerous"
    if first == "suspicious" or second not in ("likely_safe", "nothing") and not second.startswith("error"):
        return "review"
    return "clean"


def compare(options):
    logging.disable(logging.CRITICAL)
    paths = sorted(path for folder in options.paths for path in pathlib.Path(folder).rglob("*") if path.is_file())
    verdicts = ours(options.scanner, paths)
    counts = {}
    print("| file | picklescan | fickling | ckpt-scan | |\n|---|---|---|---|---|")
    for path in paths:
        first, second, verdict = picklescan(path), fickling(path), verdicts[str(path)]
        least = needed(first, second)
        mark = "weaker" if RANK[verdict] < RANK[least] else "stricter" if RANK[verdict] > RANK[least] else ""
        if mark == "weaker" and any(word in path.name for word in HARMLESS):
            mark = "false alarm of theirs"
        counts[mark or "equal"] = counts.get(mark or "equal", 0) + 1
        if mark == "weaker" or not options.weaker:
            print(f"| {path.name} | {first} | {second} | {verdict} | {mark} |")
    print("\n" + ", ".join(f"{count} {mark}" for mark, count in sorted(counts.items())))
    return 1 if counts.get("weaker") else 0


def harvest(tests, out):
    import unittest

    import fickling.analysis
    import fickling.fickle

    tests, out = pathlib.Path(tests).resolve(), pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    original = fickling.analysis.check_safety

    def encoded(opcode):
        if type(opcode).__name__ == "Global":
            return b"c" + "\n".join(str(opcode.arg).split(" ")).encode() + b"\n"
        if type(opcode).__name__ == "String":
            return b"S" + repr(opcode.arg).encode() + b"\n"
        try:
            return opcode.data
        except Exception:  # a FRAME that the test did not give its bytes
            return None

    def spy(pickled, *arguments, **keywords):
        data = b"".join(filter(None, map(encoded, pickled)))
        name = "unknown"
        frame = sys._getframe(1)
        while frame:
            if frame.f_code.co_name.startswith("test_"):
                name = frame.f_code.co_name
                break
            frame = frame.f_back
        (out / f"{name}_{hashlib.sha256(data).hexdigest()[:6]}.pkl").write_bytes(data)
        return original(pickled, *arguments, **keywords)

    fickling.analysis.check_safety = spy
    sys.path.insert(0, str(tests.parent))
    suite = unittest.TestSuite()
    for module in sorted(tests.glob("test_*.py")):
        try:
            suite.addTests(unittest.defaultTestLoader.loadTestsFromName(f"{tests.name}.{module.stem}"))
        except Exception as error:
            print(f"{module.name}: {error}", file=sys.stderr)
    with contextlib.redirect_stderr(io.StringIO()):
        unittest.TextTestRunner(stream=io.StringIO()).run(suite)
    print(f"{len(list(out.iterdir()))} pickles in {out}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scanner", default=str(ROOT / ".build/release/ckpt-scan"))
    parser.add_argument("--weaker", action="store_true")
    parser.add_argument("--harvest", action="store_true")
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    if options.harvest:
        if len(options.paths) != 2:
            parser.error("--harvest needs TESTS and OUT")
        sys.exit(harvest(*options.paths))
    sys.exit(compare(options))


if __name__ == "__main__":
    main()
