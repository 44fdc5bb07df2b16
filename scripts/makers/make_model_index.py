#!/usr/bin/env python3
"""Makes Sources/ModelIndex/ModelIndex+Data.swift: MMPreTrain's models as data, for `--model NAME` to find.

usage: make_model_index.py [--out FILE] [--facts FILE]

Takes every model of MMPreTrain's metafiles (the 548 names of its registry), and the image classifiers among its
configs that no metafile names, which go by the stem of their file, or, in a folder `deploy` beside a config of the same
stem, by that of repvgg-A0_deploy_in1k: FAMILY_deploy_REST. Configs are resolved by mmengine, so that bases,
templates and arithmetic are gone. Kept of each are the `model`, the preprocessor that the model gets
(`model.data_preprocessor`, else the top-level one) and the pipeline of the `test_dataloader`; of a model that is no
image classifier its type alone.

fixtures/zoo/configs.tsv gets the path of each config and the start of the SHA-256 of what mmengine loads (`tagged`),
for the tests to compare with what is read back.

Six of the configs don't load in mmengine 0.10.7; they are read from the copy that zoo_configs.py makes.

Sources/ModelIndex/IndexTable.swift describes the format. Needs mmengine and mmpretrain 1.2. Deterministic; takes
a minute.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import hashlib
import json
import logging
import math
import os
import pathlib
import struct
import tempfile

import yaml

import zoo_configs

HEAD = """// Written by scripts/makers/make_model_index.py from MMPreTrain {version}; not to be edited by hand.
// The data are those of MMPreTrain's configs and metafiles, Copyright (c) OpenMMLab, licensed under the Apache License
// 2.0 as this repository is (LICENSE); brought into this form and not otherwise changed.

/// See `IndexTable` for the format. A string, not an array of bytes, which takes the compiler a minute.
let modelIndexData: StaticString = #\"\"\"
"""
# Where all published weights are; a row has what follows it.
WEIGHTS = "https://download.openmmlab.com/"
# A value that is written twice or more and at least this long, in bytes, gets a line of its own.
SHARED_LENGTH = 20


class Writer:
    """Values as JSON, in which those that repeat are written once.

    Values form a graph in which equal ones are one node. A node with several parents becomes a line of its own, which
    the parents refer to.
    """

    def __init__(self):
        self.parents = collections.Counter()
        self.lines = []
        self.line_of = {}

    def key(self, value):
        """Equal for equal values of equal types: 1, 1.0 and True are three."""
        if isinstance(value, dict):
            return "dict", *((name, self.key(item)) for name, item in value.items())
        if isinstance(value, (list, tuple)):
            return type(value).__name__, *map(self.key, value)
        return type(value).__name__, repr(value)

    def count(self, value) -> None:
        """Counts `value`'s parents, each distinct one once."""
        key = self.key(value)
        self.parents[key] += 1
        if self.parents[key] == 1 and isinstance(value, (dict, list, tuple)):
            for item in value.values() if isinstance(value, dict) else value:
                self.count(item)

    def text(self, value, is_line=False) -> str:
        if isinstance(value, (dict, list, tuple)) and not is_line:
            key = self.key(value)
            if self.parents[key] > 1 and len(json.dumps(value, separators=(",", ":"))) >= SHARED_LENGTH:
                if key not in self.line_of:
                    text = self.text(value, is_line=True)  # may add lines of its own first
                    self.line_of[key] = len(self.lines)
                    self.lines.append(text)
                return f'{{"$":{self.line_of[key]}}}'
        if isinstance(value, dict):
            assert all(isinstance(name, str) and name not in ("$", "()") for name in value), value
            return "{" + ",".join(f"{json.dumps(name)}:{self.text(item)}" for name, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(self.text, value)) + "]"
        if isinstance(value, tuple):
            return '{"()":[' + ",".join(map(self.text, value)) + "]}"
        assert value is None or type(value) in (bool, int, float, str), value
        assert not isinstance(value, float) or math.isfinite(value), value
        return json.dumps(value, ensure_ascii=False)


def tagged(value) -> bytes:
    """A spelling of a value that any language can make: types and lengths in front, floats by their bits."""
    if value is None:
        return b"N"
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, int):
        return b"i%d;" % value
    if isinstance(value, float):
        return b"f" + struct.pack(">d", value).hex().encode() + b";"
    if isinstance(value, str):
        return b"s%d:" % len(value.encode()) + value.encode()
    if isinstance(value, dict):
        return b"d%d:" % len(value) + b"".join(tagged(name) + tagged(item) for name, item in value.items())
    kind = {list: b"l", tuple: b"t"}[type(value)]
    return kind + b"%d:" % len(value) + b"".join(map(tagged, value))


def published(model: dict) -> dict:
    """What a metafile says of one model."""
    metadata = model["Metadata"]
    facts = {"collection": model["In Collection"], "parameters": metadata["Parameters"]}
    if metadata["FLOPs"] is not None:
        facts["flops"] = metadata["FLOPs"]
    # Names and metrics as they stand: metrics are percentages mostly.
    facts["results"] = [
        [result["Task"], result["Dataset"], result["Metrics"] or {}] for result in model.get("Results") or []]
    if model.get("Weights"):
        assert model["Weights"].startswith(WEIGHTS), model["Weights"]
        facts["weights"] = model["Weights"].removeprefix(WEIGHTS)
    if model.get("Converted From"):
        facts["convertedFrom"] = [model["Converted From"].get(key) for key in ("Weights", "Code")]
    return facts


def main() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="FILE", default=os.path.normpath(os.path.join(
        here, "..", "..", "Sources", "ModelIndex", "ModelIndex+Data.swift")))
    parser.add_argument("--facts", metavar="FILE", default=os.path.normpath(os.path.join(
        here, "..", "..", "fixtures", "zoo", "configs.tsv")))
    arguments = parser.parse_args()
    out = arguments.out

    import mmengine
    import mmpretrain
    logging.disable(logging.WARNING)

    source = pathlib.Path(mmpretrain.__file__).parent / ".mim"
    index = yaml.safe_load((source / "model-index.yml").read_text())
    named = {}  # name → (config's path, facts)
    for metafile in index["Import"]:
        for model in yaml.safe_load((source / metafile).read_text())["Models"]:
            assert model["Name"].lower() not in map(str.lower, named), model["Name"]
            named[model["Name"]] = model["Config"].removeprefix("configs/"), published(model)

    used = {path for path, _ in named.values()}
    writer, configs = Writer(), {}
    with tempfile.TemporaryDirectory() as folder:
        root = zoo_configs.patched(source / "configs", folder)
        for path in sorted(root.rglob("*.py")):
            file = path.relative_to(root).as_posix()
            if file.startswith("_base_/"):
                continue
            config = zoo_configs.loaded(path)
            if not config or "model" not in config:
                assert file not in used, file
                continue
            kind = config["model"]["type"]
            if kind == "ImageClassifier":
                loader = config.get("test_dataloader") or {}
                pipeline = loader.get("dataset", {}).get("pipeline")
                preprocessor = config["model"].get("data_preprocessor", config.get("data_preprocessor"))
                configs[file] = [file, kind, config["model"], preprocessor, pipeline]
            elif file in used:
                configs[file] = [file, kind]

    for file, row in configs.items():
        if file not in used:
            stem = pathlib.PurePosixPath(file).stem
            if file.replace("/deploy/", "/") != file and file.replace("/deploy/", "/") in configs:
                family, _, rest = stem.partition("_")
                stem = f"{family}_deploy_{rest}"
            assert stem.lower() not in map(str.lower, named), stem
            named[stem] = file, None

    for row in configs.values():
        for value in row[2:]:
            writer.count(value)
    order = sorted(configs)
    rows = ["[" + ",".join(map(writer.text, configs[file])) + "]" for file in order]
    names = []
    for name in sorted(named, key=str.lower):
        file, facts = named[name]
        text = json.dumps([name, order.index(file), facts], ensure_ascii=False, separators=(",", ":"))
        names.append(text)
    header = {"format": 1, "mmpretrain": mmpretrain.__version__, "mmengine": mmengine.__version__, "weights": WEIGHTS,
              "names": len(names), "configs": len(rows), "shared": len(writer.lines)}
    lines = [json.dumps(header, separators=(",", ":")), *names, *rows, *writer.lines]
    os.makedirs(os.path.dirname(out), exist_ok=True)
    assert not any('"""' in line for line in lines)
    with open(out, "w", encoding="utf-8") as file:
        file.write(HEAD.format(version=mmpretrain.__version__))
        file.writelines(line + "\n" for line in [*lines, '"""#'])
    os.makedirs(os.path.dirname(arguments.facts), exist_ok=True)
    with open(arguments.facts, "w") as file:
        for path in order:
            if len(configs[path]) > 2:
                digest = hashlib.sha256(b"".join(map(tagged, configs[path][2:]))).hexdigest()
                file.write(f"{path}\t{digest[:16]}\n")
    print(f"{out}: {len(names)} names, {len(rows)} configs, {len(writer.lines)} shared values, "
          f"{os.path.getsize(out):,} bytes")


if __name__ == "__main__":
    main()
