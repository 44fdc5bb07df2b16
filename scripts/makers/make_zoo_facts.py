#!/usr/bin/env python3
"""Makes fixtures/zoo/facts.jsonl and listings.zip: what every image classifier of MMPreTrain is and costs.

usage: make_zoo_facts.py [--work FOLDER] [--check]

Covers the 438 configs of image classifiers. Models are built without initialisation and run on the `meta` device, so
that the whole takes minutes and no memory to speak of. What was done is kept in the work folder: a run that was
interrupted goes on there.

facts.jsonl has a JSON object a line, one a config, sorted by path:

    config      path below MMPreTrain's configs
    names       of the models that have it in the registry
    backbone    its type
    size        the side of the square image that its test pipeline makes (else what it is made for, else 224)
    channels    of the image
    error       why upstream can't build the model: `form` then says how it was built here
    entries     of the state dict
    elements    of the state dict
    state       digest over lines "key dtype shape parameter|buffer" in its order
    stages      prefix → [entries, digest of the lines "key dtype shape" in order, modules, digest of the lines
                "path shape" sorted by path], for keys and modules with that prefix
    modules     [count, digest of the lines "path shape" in the order of the modules' last calls]
    outputs     shapes of what the model and its parts return at size `size`
    parameters  as mmengine counts them
    frozen      keys of parameters that don't train; "prefix.*" for all below a prefix
    shared      groups of keys that are the same tensor
    cost        of the features at `size`, by mmengine's rules: [FLOPs, activations, FLOPs and activations with
                scaled_dot_product_attention counted as its two products]
    cost224     the same at 224, or why 224 is refused; absent where `size` is 224
    sizes       of the smallest model of each backbone: other side → null, or why it is refused

A digest is the first 16 digits of the SHA-256 over lines that end in a line feed. A shape is extents joined by "x", "-"
for a scalar. The prefix of a path is its first two parts, or three where the third is a number and the second doesn't
end in a digit: backbone.layer1, backbone.stages.2, head.fc; "(model)" for the model itself. Modules are those that
return one tensor, without Dropout, DropPath and Identity; of one that runs several times the last call counts. Sides
are given 3 (or 1) channels and batch 1.

listings.zip has the same in full for the smallest model of each backbone, one with a name and a head where there is
one: BACKBONE.state_dict.txt, BACKBONE.modules.txt (in the order of last calls), BACKBONE.cost.txt ("path parameters
FLOPs activations", then the last two with attention as products; a module has its own cost and that of the modules
below its path).

--check compares the costs of those with mmengine's own analysis, of all modules, and writes nothing.

Needs torch, mmcv-lite, mmengine and mmpretrain (1.2). Deterministic.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import hashlib
import json
import pathlib
import zipfile

import torch

import zoo_analysis
import zoo_models

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXTRA_SIZES = (-32, +7, +16, +32)
# Backbones whose buffers a run at another size replaces: FLOPs are those of the first run, activations of the second,
# as mmengine's two analyses see them.
CHANGED_BY_RUNNING = {"ViTEVA02"}


def shape_text(shape) -> str:
    return "x".join(map(str, shape)) or "-"


def digest(lines) -> str:
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()[:16]


def prefix(path: str) -> str:
    parts = path.split(".")
    if len(parts) > 2 and parts[2].isdigit() and not parts[1][-1:].isdigit():
        return ".".join(parts[:3])
    return ".".join(parts[:2]) or "(model)"


def state_lines(model) -> list[tuple[str, str, str]]:
    """(key, dtype and shape, kind)"""
    parameters = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    return [(key, f"{str(value.dtype).removeprefix('torch.')} {shape_text(value.shape)}",
             "parameter" if key in parameters else "buffer") for key, value in model.state_dict().items()]


def frozen_keys(model) -> list[str]:
    trains = {}
    for name, parameter in model.named_parameters():
        trains.setdefault(prefix(name), []).append((name, parameter.requires_grad))
    keys = []
    for stage, rows in trains.items():
        if len(rows) > 1 and not any(trains for _, trains in rows):
            keys.append(stage + ".*")
        else:
            keys += [name for name, trains in rows if not trains]
    return keys


def shared_keys(model) -> list[list[str]]:
    groups = {}
    for name, tensor in [*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)]:
        groups.setdefault(id(tensor), []).append(name)
    return [names for names in groups.values() if len(names) > 1]


def image(config: dict, size: int):
    return torch.empty(1, zoo_models.channels(config), size, size, device="meta")


def run(config: dict, size: int, model=None):
    """(shapes, outputs, costs, figures) of the model on an image of this size."""
    model = (model or zoo_models.built(config)[0]).to("meta").eval()
    shapes, outputs, costs = zoo_analysis.analysed(model, image(config, size))
    figures = zoo_analysis.features_cost(costs)
    if config["model"]["backbone"]["type"] in CHANGED_BY_RUNNING:
        again = zoo_analysis.features_cost(zoo_analysis.analysed(model, image(config, size))[2])
        figures = figures[0], again[1], figures[2], again[3]
    return shapes, outputs, costs, figures


def attempt(config: dict, size: int):
    """The figures at a size, or the first line of the error that refuses it."""
    try:
        return run(config, size)[3]
    except Exception as error:  # upstream has asserts, RuntimeErrors of PyTorch, ValueErrors
        return f"{type(error).__name__}: {error}".splitlines()[0].rstrip(": ")


def facts(path: str, config: dict, names: list[str]) -> dict:
    size = zoo_models.test_size(config)
    model, error = zoo_models.built(config)
    entry = {"config": path, "names": names, "backbone": config["model"]["backbone"]["type"], "size": size,
             "channels": zoo_models.channels(config)}
    if error:
        entry |= {"error": error, "form": "switch_to_deploy of the trained form"}
    state, shared, frozen = state_lines(model), shared_keys(model), frozen_keys(model)
    entry |= {"entries": len(state), "elements": sum(value.numel() for value in model.state_dict().values()),
              "state": digest(map(" ".join, state))}
    parameters = sum(value.numel() for value in model.parameters())
    shapes, outputs, _, figures = run(config, size, model)

    stages = {}
    for key, rest, _ in state:
        stages.setdefault(prefix(key), ([], []))[0].append(f"{key} {rest}")
    lines = [f"{path or '(model)'} {shape_text(shape)}" for path, shape in shapes.items()]
    for line in sorted(lines):
        stages.setdefault(prefix(line.split()[0]), ([], []))[1].append(line)
    entry["stages"] = {stage: [len(keys), digest(keys), len(modules), digest(modules)]
                       for stage, (keys, modules) in stages.items()}
    entry |= {"modules": [len(lines), digest(lines)], "outputs": outputs, "parameters": parameters}
    if frozen:
        entry["frozen"] = frozen
    if shared:
        entry["shared"] = shared
    entry["cost"] = figures
    if size != 224:
        entry["cost224"] = attempt(config, 224)
    return entry


def smallest(entries) -> dict[str, dict]:
    """Backbone → the entry of least cost; before others those that have a name in the registry, and a head."""
    least = {}
    for entry in entries:
        rank = (not entry["names"], "head" not in entry["outputs"], entry["cost"][0], entry["parameters"],
                entry["config"])
        if entry["backbone"] not in least or rank < least[entry["backbone"]][0]:
            least[entry["backbone"]] = rank, entry
    return {backbone: entry for backbone, (_, entry) in sorted(least.items())}


def parameter_counts(model) -> dict[str, int]:
    from mmengine.analysis import parameter_count

    return parameter_count(model)


def listing(config: dict, entry: dict) -> dict[str, list[str]]:
    model, _ = zoo_models.built(config)
    counts = parameter_counts(model)
    state = [" ".join(row) for row in state_lines(model)]
    shapes, _, costs, _ = run(config, entry["size"], model)
    cost = []
    for path in shapes:
        of = costs[path]
        cost.append(f"{path or '(model)'} {counts[path]} {of.flops} {of.activations} "
                    f"{of.flops + of.fused_flops} {of.activations + of.fused_activations}")
    modules = [f"{path or '(model)'} {shape_text(shape)}" for path, shape in shapes.items()]
    return {"state_dict": state, "modules": modules, "cost": cost}


def check(config: dict, entry: dict) -> None:
    """Compares with mmengine's analysis, which computes."""
    from mmengine.analysis import ActivationAnalyzer, FlopAnalyzer

    model, _ = zoo_models.built(config)
    sample = torch.randn(1, entry["channels"], entry["size"], entry["size"])
    with zoo_analysis.features_only(model):
        flops, activations = (kind(model, sample).by_module() for kind in (FlopAnalyzer, ActivationAnalyzer))
    costs = run(config, entry["size"])[2]
    wrong = [path for path in costs if path and not path.startswith("head") and (
        costs[path].flops != flops[path] or costs[path].activations != activations[path])]
    whole = (flops[""], activations[""]) == tuple(entry["cost"][:2])
    print(entry["backbone"], entry["config"], "right" if whole else f"WRONG {flops['']} {activations['']}",
          f"{len(wrong)} of {len(costs)} modules differ: {wrong[:3]}" if wrong else "", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / ".cache" / "zoo", help="(%(default)s)")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "fixtures" / "zoo", help="(%(default)s)")
    parser.add_argument("--check", action="store_true", help="compare with mmengine's own analysis")
    options = parser.parse_args()
    zoo_models.quiet()
    options.work.mkdir(parents=True, exist_ok=True)

    configs, known, entries = zoo_models.classifiers(), {}, {}
    for path, (config, names) in configs.items():
        done = options.work / (path.replace("/", "__") + ".json")
        same = repr((zoo_models.stripped(config["model"]), zoo_models.test_size(config)))
        if done.exists():
            entries[path] = json.loads(done.read_text())
        elif same in known:
            entries[path] = {**entries[known[same]], "config": path, "names": names}
        else:
            entries[path] = facts(path, config, names)
        known.setdefault(same, path)
        done.write_text(json.dumps(entries[path]))
        print(path, entries[path]["cost"], flush=True)

    least = smallest(entries.values())
    if options.check:
        for entry in least.values():
            check(configs[entry["config"]][0], entry)
        return
    for entry in least.values():
        if "sizes" not in entry:
            config = configs[entry["config"]][0]
            results = {size: attempt(config, size) for size in (entry["size"] + extra for extra in EXTRA_SIZES) if size}
            entry["sizes"] = {size: found if isinstance(found, str) else None for size, found in results.items()}
    options.out.mkdir(parents=True, exist_ok=True)
    with open(options.out / "facts.jsonl", "w") as file:
        file.writelines(json.dumps(entries[path], separators=(",", ":")) + "\n" for path in sorted(entries))
    with zipfile.ZipFile(options.out / "listings.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for backbone, entry in least.items():
            for kind, lines in listing(configs[entry["config"]][0], entry).items():
                member = zipfile.ZipInfo(f"{backbone}.{kind}.txt")  # of 1980: the same bytes every time
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, "".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
