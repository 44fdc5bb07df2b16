"""Imported first by the scripts that need the reference systems: says so where they are missing.

Without PyTorch such a script still answers --help, with its docstring, and ends with exit code 2 otherwise.
The scripts in makers/ import it through a link there; it makes the modules of this folder importable for them.
"""

import importlib.util
import pathlib
import sys

if importlib.util.find_spec("torch") is None:
    script = sys.modules["__main__"]
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(script.__doc__.strip())
        print(f"\n{sys.executable} has no PyTorch. With a Python that has it, --help lists the options: scripts/README.md.")
        sys.exit(0)
    print(f"{sys.argv[0]}: {sys.executable} has no PyTorch; scripts/README.md says how to get one that has", file=sys.stderr)
    sys.exit(2)

FOLDER = str(pathlib.Path(__file__).resolve().parent)
if FOLDER not in sys.path:
    sys.path.insert(1, FOLDER)
