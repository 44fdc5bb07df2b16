#!/usr/bin/env python3
"""Times exported programs beside the built-in models of the same architecture.

usage: bench_programs.py [--threads N] [--seconds N] [--rounds N] [--binaries FOLDER] [--keep FOLDER] [--decompose]
                         [NAME…]

Of each NAME of PAIRS (default: all) the program of a code base is exported, its batch 1, its image 224 x 224. Then rounds
in turn: in each, bench-inference runs the built-in model and the program for some seconds, in processes of their own with
seeded weights; of the medians of the rounds the least counts. Prints both in milliseconds, the program's time over the
built-in model's (at most 1.05 is the goal) and how long importing took (at most 50 ms is the goal). Ends with exit code 1
if a goal is missed.

  --threads N         threads of both (default 2)
  --seconds N         seconds to measure each in a round (default 3)
  --rounds N          (default 5)
  --binaries FOLDER   where bench-inference is (default .build/release)
  --keep FOLDER       keeps the programs there, and takes those that are there already
  --decompose         programs after run_decompositions()

Where the user may, runs are scheduled before other processes (chrt).
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch

import capture_golden
import export_program

# NAME: (built-in model, MODEL as export_program.py takes it)
PAIRS = {
    "resnet50": ("resnet50", "torchvision:resnet50"),
    "resnet50-timm": ("resnet50", "timm:resnet50"),
    "resnet50-mmpretrain": ("resnet50", "mmpretrain:resnet50_8xb32_in1k"),
    "mobilenet_v2": ("mobilenet_v2", "torchvision:mobilenet_v2"),
    "efficientnet-b0": ("efficientnet-b0_3rdparty_8xb32_in1k", "torchvision:efficientnet_b0"),
    "efficientnet-b0-timm": ("efficientnet-b0_3rdparty_8xb32_in1k", "timm:efficientnet_b0"),
    "convnext-tiny": ("convnext-tiny_32xb128_in1k", "torchvision:convnext_tiny"),
    "convnext-tiny-timm": ("convnext-tiny_32xb128_in1k", "timm:convnext_tiny"),
    "swin-tiny": ("swin-tiny_16xb64_in1k", "torchvision:swin_t"),
    "swin-tiny-timm": ("swin-tiny_16xb64_in1k", "timm:swin_tiny_patch4_window7_224"),
    "swin-tiny-mmpretrain": ("swin-tiny_16xb64_in1k", "mmpretrain:swin-tiny_16xb64_in1k"),
    "vit-base": ("vit-base-p16_32xb128-mae_in1k", "torchvision:vit_b_16"),
    "vit-base-timm": ("vit-base-p16_32xb128-mae_in1k", "timm:vit_base_patch16_224"),
    "vit-base-transformers": ("vit-base-p16_32xb128-mae_in1k", "transformers:ViTForImageClassification"),
}


def program(name: str, model: str, folder: pathlib.Path, decompose: bool = False) -> pathlib.Path:
    path = folder / (f"{name}.dec.pt2" if decompose else f"{name}.pt2")
    if not path.exists():
        with capture_golden.skipped_initialisation():
            module = export_program.build(model, {"num_labels": 1000} if model.startswith("transformers:") else {})
        image = export_program.example((1, 3, 224, 224))
        path.write_bytes(export_program.saved(export_program.exported(module, image, decompose=decompose)))
    return path


def prefix() -> list[str]:
    """What puts a process before others; nothing where that is not allowed."""
    command = ["chrt", "-f", "10"]
    allowed = shutil.which("chrt") and subprocess.run([*command, "true"], stderr=subprocess.DEVNULL).returncode == 0
    return command if allowed else []


def figures(options, before: list[str], model: str, folder: str) -> list[str]:
    """The line of bench-inference, but for the name."""
    run = subprocess.run(
        [*before, options.binaries / "bench-inference", str(options.threads), str(options.seconds), "1", "224", folder,
         model], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr.strip())
    return run.stdout.rstrip().split("\t")[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--binaries", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--decompose", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*PAIRS, []])
    options = parser.parse_args()
    torch.manual_seed(0)
    before = prefix()
    missed = False
    print(f"{'model':24} {'built in':>10} {'program':>10} {'ratio':>7} {'import':>8}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in options.names or PAIRS:
            own, model = PAIRS[name]
            path = program(name, model, folder, options.decompose)
            times, imports = {own: [], str(path): []}, []
            for _ in range(options.rounds):
                for which in times:
                    line = figures(options, before, which, temporary)
                    times[which].append(float(line[0]))
                    imports += [float(line[5])] if len(line) > 5 else []
            built, exported = (min(values) for values in times.values())
            missed |= exported > 1.05 * built or min(imports) > 50
            print(f"{name:24} {built:7.2f} ms {exported:7.2f} ms {exported / built:7.3f} {min(imports):5.1f} ms", flush=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
