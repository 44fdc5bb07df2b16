#!/usr/bin/env python3
"""Makes fixtures/programs/hostile: exported programs with one thing wrong, from fixtures/programs/versions/torch-2.15.0.pt2.

usage: make_hostile_programs.py

Deterministic; needs no PyTorch. What each file attacks stands beside it in CASES.
"""
import json
import pathlib
import pickle
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "programs"
GRAPH = "program/models/model.json"
WEIGHTS = "program/data/weights/model_weights_config.json"
SAMPLES = "program/data/sample_inputs/model.pt"


class Attack:
    def __reduce__(self):
        import os

        return os.system, ("true",)


def records() -> dict[str, bytes]:
    with zipfile.ZipFile(ROOT / "versions" / "torch-2.15.0.pt2") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(name, edit):
    """The archive with the JSON of a record changed."""
    files = records()
    document = json.loads(files[name])
    edit(document)
    files[name] = json.dumps(document).encode()
    return files


def node(document, target):
    return next(node for node in document["graph_module"]["graph"]["nodes"] if target in node["target"])


def set_major(document):
    document["schema_version"] = {"major": 9, "minor": 1}


def rename_calls(document):
    node(document, "aten.add.Tensor")["target"] = "torch.ops.mine.frobnicate.default"
    node(document, "aten.mul.Tensor")["target"] = "torch.ops.aten.quantum.default"


def add_arange(document):
    repeat = node(document, "aten.repeat")
    repeat["inputs"][1]["arg"] = {"as_ints": [1 << 30]}


def shift_index(document):
    node(document, "aten.mean")["inputs"][1]["arg"] = {"as_ints": [2, 7]}


def clear_inputs(document):
    document["graph_module"]["graph"]["inputs"] = []


def clear_outputs(document):
    document["graph_module"]["signature"]["output_specs"] = []
    document["graph_module"]["graph"]["outputs"] = []


def swap_inputs(document):
    inputs = document["graph_module"]["graph"]["inputs"]
    inputs[0], inputs[1] = inputs[1], inputs[0]


def repeat_name(document):
    nodes = document["graph_module"]["graph"]["nodes"]
    nodes[-1]["outputs"] = nodes[-2]["outputs"]


def add_calls(document):
    nodes = document["graph_module"]["graph"]["nodes"]
    bare = {"target": "torch.ops.aten.relu.default", "inputs": [], "outputs": [], "metadata": {}}
    nodes += [bare] * 100_001


def set_sizes(document, name, sizes):
    meta = document["graph_module"]["graph"]["tensor_values"][name]
    meta["sizes"] = [{"as_int": size} for size in sizes]


def chain_views(document):
    """3,000 views, each of the one before."""
    turns = [
        ("transpose.int", {"dim0": {"as_int": 2}, "dim1": {"as_int": 3}}), ("view.default", {"size": {"as_ints": [1, 3, 64]}}),
        ("transpose.int", {"dim0": {"as_int": 1}, "dim1": {"as_int": 2}}), ("view.default", {"size": {"as_ints": [1, 3, 8, 8]}}),
    ]
    views, last = [], "x"
    for number in range(3000):
        target, arguments = turns[number % 4]
        arguments = {"self": {"as_tensor": {"name": last}}} | arguments
        last = f"view_{number}"
        views.append({
            "target": f"torch.ops.aten.{target}", "outputs": [{"as_tensor": {"name": last}}], "metadata": {},
            "inputs": [{"name": name, "arg": value, "kind": 1} for name, value in arguments.items()],
        })
    nodes = document["graph_module"]["graph"]["nodes"]
    nodes[:0] = views


def without(name):
    files = records()
    del files[name]
    return files


def replaced(name, contents):
    return records() | {name: contents}


def nested(depth):
    files = records()
    files[GRAPH] = b'{"graph_module": ' + b'{"graph": ' * depth + b"1" + b"}" * (depth + 1)
    return files


CASES = {
    "unknown_major": lambda: edited(GRAPH, set_major),
    "unknown_calls": lambda: edited(GRAPH, rename_calls),  # two kinds
    "no_schema": lambda: edited(GRAPH, lambda document: document.pop("schema_version")),
    "no_graph": lambda: replaced(GRAPH, b"{}"),
    "cut_graph": lambda: replaced(GRAPH, records()[GRAPH][:2000]),
    "deep_graph": lambda: nested(4000),  # deeper than any program nests
    "huge_constant": lambda: edited(GRAPH, add_arange),  # two numbers repeated 2^30 times
    "wrong_axis": lambda: edited(GRAPH, shift_index),
    "no_inputs": lambda: edited(GRAPH, clear_inputs),  # in the graph; its signature has them
    "no_outputs": lambda: edited(GRAPH, clear_outputs),
    "swapped_inputs": lambda: edited(GRAPH, swap_inputs),  # a weight under another's name
    "repeated_name": lambda: edited(GRAPH, repeat_name),
    "many_calls": lambda: edited(GRAPH, add_calls),
    "chained_views": lambda: edited(GRAPH, chain_views),
    "huge_input": lambda: edited(GRAPH, lambda document: set_sizes(document, "x", [1, 3, 1 << 62, 8])),
    "wrong_buffer": lambda: edited(GRAPH, lambda document: set_sizes(document, "b_order", [9])),  # the file has 8 elements
    "missing_weight": lambda: without("program/data/weights/weight_0"),
    "short_weight": lambda: replaced("program/data/weights/weight_0", bytes(8)),
    "huge_stride": lambda: edited(WEIGHTS, lambda document: document["config"]["first.weight"]["tensor_meta"].update(
        strides=[{"as_int": 1 << 62}, {"as_int": 1}])),
    "no_config": lambda: without(WEIGHTS),
    "pickled_inputs": lambda: replaced(SAMPLES, pickle.dumps(Attack(), 2)),  # what torch.export.load would unpickle
}


def main() -> None:
    if len(sys.argv) > 1:
        print(__doc__.strip())
        sys.exit(0 if sys.argv[1] in ("-h", "--help") else 2)
    folder = ROOT / "hostile"
    folder.mkdir(parents=True, exist_ok=True)
    for case, make in CASES.items():
        with zipfile.ZipFile(folder / f"{case}.pt2", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, contents in make().items():
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, contents)
        print(case, (folder / f"{case}.pt2").stat().st_size)


if __name__ == "__main__":
    main()
