#!/usr/bin/env python3
"""Makes fixtures/programs: exported programs of four code bases without their weights, and what they compute.

usage: make_program_fixtures.py [--only GLOB]

    NAME.pt2        the graph of program_models.MODELS[NAME] as torch.export.save writes it, with the tensors that are no
                    seeded weights: constants, and buffers other than statistics
    NAME.dec.pt2    of some the same after run_decompositions()
    NAME.any.pt2    of some the same for any batch
    facts.jsonl     a line a program: what it is, its state_dict() by keys and shapes (SHA-256 of the lines
                    "KEY DTYPE EXTENTS", in order), the output with seeded weights (scripts/seeded_weights.py) on the
                    seeded input in both precisions, and 4 elements of each of up to 12 modules' outputs

Stack traces are cut to their last frame. The models' code is Apache-2.0 (timm, transformers, MMPreTrain) and BSD-3-Clause
(torchvision); of it the files hold lines that the stack traces quote.

Needs torch 2.15, timm, torchvision, transformers and mmpretrain. Programs and facts that exist are kept: delete them to make them anew. Takes ten minutes.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import fnmatch
import hashlib
import io
import json
import pathlib
import re
import sys
import warnings
import zipfile

import torch

import capture_golden
import export_program
import program_models
import seeded_weights

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "programs"


def is_seeded(key: str, entry: dict) -> bool:
    """Whether seeded_weights.fill() sets this tensor, or nothing reads it."""
    return entry["is_param"] or key.rsplit(".", 1)[-1] in ("running_mean", "running_var", "num_batches_tracked")


def last_frame(trace: str) -> str:
    """The last 'File …, line …, in …' of a stack trace with its line of code, without the path of this machine."""
    frames = re.split(r"(?m)^\s*(?=File )", trace.strip())
    return re.sub(r'File "(?:[^"]*/(?:site-packages|scripts)/)?([^"]*)"', r'File "\1"', frames[-1]).rstrip()


def trimmed(graph: dict) -> None:
    """Cuts what is long in the nodes of a graph and of those inside it."""
    for node in graph["nodes"]:
        metadata = node["metadata"]
        metadata.pop("torch_fn", None)
        if "stack_trace" in metadata:
            metadata["stack_trace"] = last_frame(metadata["stack_trace"])
        for argument in node["inputs"]:
            if "as_graph" in argument["arg"]:
                trimmed(argument["arg"]["as_graph"]["graph"])


def stripped(data: bytes, keeps_weights=False) -> bytes:
    """The archive without sample inputs and, unless they are kept, seeded weights, deflated."""
    source = zipfile.ZipFile(io.BytesIO(data))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        def add(name, contents):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents)

        kept = set()
        for name in source.namelist():
            if name.endswith("data/weights/model_weights_config.json"):
                config = json.loads(source.read(name))["config"]
                config = {key: entry for key, entry in config.items() if keeps_weights or not is_seeded(key, entry)}
                kept = {entry["path_name"] for entry in config.values()}
                add(name, json.dumps({"config": config}))
        for name in source.namelist():
            if name.endswith("models/model.json"):
                program = json.loads(source.read(name))
                trimmed(program["graph_module"]["graph"])
                add(name, json.dumps(program, separators=(",", ":")))
            elif "/data/weights/weight_" in name:
                if name.rsplit("/", 1)[-1] in kept:
                    add(name, source.read(name))
            elif "/data/sample_inputs/" not in name and not name.endswith("model_weights_config.json"):
                add(name, source.read(name))
    return buffer.getvalue()


def begin(text: str, folder: pathlib.Path) -> None:
    """For makers without options: prints what they say of themselves if there is one, else prepares PyTorch and the folder."""
    if len(sys.argv) > 1:
        print(text.strip())
        sys.exit(0 if sys.argv[1] in ("-h", "--help") else 2)
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)


def write(path: pathlib.Path, program) -> None:
    """Writes a small program with its weights."""
    path.write_bytes(stripped(export_program.saved(program), keeps_weights=True))


DECOMPOSED = {
    "timm-swin_tiny", "timm-vit_tiny", "timm-ecaresnet26t", "timm-convnextv2_atto", "timm-resnetv2_50",
    "transformers-ViT", "timm-mobilenetv3_small_050", "transformers-MobileViTV2",
}
# Exported for any batch.
OPEN = {"timm-vit_tiny", "torchvision-mobilenet_v2"}


def state_dict_digest(state: dict) -> str:
    lines = [f"{key} {str(tensor.dtype).removeprefix('torch.')} {'x'.join(map(str, tensor.shape))}"
             for key, tensor in state.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def facts(name: str, specification: str, arguments: dict, shape: tuple) -> dict:
    """Writes the program, unless it is there, and says what it computes."""
    torch.manual_seed(0)
    with capture_golden.skipped_initialisation():
        module = export_program.build(specification, arguments)
    seeded_weights.fill(module)
    image = export_program.example(shape)
    forms = {"pt2": {}}
    if name in DECOMPOSED:
        forms["dec.pt2"] = {"decompose": True}
    if name in OPEN:
        forms["any.pt2"] = {"dynamic_batch": True}
    for ending, settings in forms.items():
        path = FOLDER / f"{name}.{ending}"
        if not path.exists():
            path.write_bytes(stripped(export_program.saved(export_program.exported(module, image, **settings))))
    settings = {"seeded_input": True, "weights": "seeded", "globs": ["*"], "sample": 4, "name": specification}
    try:
        golden = capture_golden.capture(module, image, float64=True, **settings)
    except RuntimeError:  # a model that casts to float32 inside
        golden = capture_golden.capture(module.float(), image, **settings)
    samples = golden.get("samples", {})
    paths = list(samples)
    kept = paths[::max(1, len(paths) // 12)][:12]
    return {
        "name": name, "model": specification, "arguments": arguments, "shape": list(shape),
        "tensors": len(module.state_dict()), "state_dict": state_dict_digest(module.state_dict()),
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
        "output_shape": list(golden["output"].shape), "output": golden["output"].reshape(-1).tolist(),
        "output_float64": golden["output_float64"].reshape(-1).tolist() if "output_float64" in golden else None,
        "samples": {path: samples[path].tolist() for path in kept},
        "source": golden["source"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="*", metavar="GLOB", help="of the names")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / "facts.jsonl"
    known = {}
    if file.exists():
        known = {entry["name"]: entry for entry in map(json.loads, file.read_text().splitlines())}
    for name, (specification, arguments, shape) in program_models.MODELS.items():
        if not fnmatch.fnmatchcase(name, options.only) or name in known:
            continue
        try:
            known[name] = facts(name, specification, arguments, shape)
        except Exception as error:
            print(f"FAILED {name}: {type(error).__name__}: {str(error)[:200]}", flush=True)
            continue
        print(name, (FOLDER / f"{name}.pt2").stat().st_size, flush=True)
        lines = [json.dumps(known[name]) + "\n" for name in program_models.MODELS if name in known]
        file.write_text("".join(lines))


if __name__ == "__main__":
    main()
