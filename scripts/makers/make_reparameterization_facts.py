#!/usr/bin/env python3
"""Makes fixtures/reparameterization/facts.json: what MMPreTrain's own models fold into.

usage: make_reparameterization_facts.py [--out FILE] [MODEL ...]

Each model gets seeded weights (scripts/seeded_weights.py), is turned to double precision, and switched to its deploy
form by its own `switch_to_deploy`. Of the parameters that the training form does not have, or has with other values:
their number, the root of the sum of their squares, and of every ninth its key, shape, the same root, and the elements
at splitmix64(fnv1a64(key) + i) mod (number of elements) for i = 0, 1.
`difference` is the largest difference of the logits of the two forms, in double precision on the seeded input of
1x3x64x64: where it is not a rounding error, MMPreTrain's deploy form is not the trained model.

Needs torch (2.15 made the committed ones) and mmpretrain 1.2. Deterministic; takes a minute.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import json
import os
import pathlib

import torch

import seeded_weights
import zoo_models

MODELS = [
    "repvgg-A0_8xb32_in1k", "repvgg-B1g4_8xb32_in1k", "repvgg-D2se_3rdparty_in1k", "mobileone-s0_8xb32_in1k",
    "mobileone-s4_8xb32_in1k", "replknet-31B_3rdparty_in1k", "repmlp-base_3rdparty_8xb64_in1k",
]
SIDE = 64


def facts(name, config):
    if "img_size" in config["model"]["backbone"]:
        config["model"]["backbone"]["img_size"] = SIDE
    model = zoo_models.build(config)
    seeded_weights.fill(model)
    model.double()
    image = torch.from_numpy(seeded_weights.seeded_input((1, 3, SIDE, SIDE))).double()
    with torch.no_grad():
        trained = model(image)
        before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
        torch.set_default_dtype(torch.float64)  # of the identity that RepMLP's convolutions are applied to
        model.backbone.switch_to_deploy()
        torch.set_default_dtype(torch.float32)
        difference = (model(image) - trained).abs().max().item()
    layers = []
    made = [(key, tensor) for key, tensor in model.state_dict().items()
            if key not in before or not torch.equal(tensor, before[key])]
    for key, tensor in made[::9]:
        positions = torch.from_numpy(seeded_weights.sample_positions(key, 2, tensor.numel()))
        layers.append({
            "key": key, "shape": list(tensor.shape), "norm": tensor.square().sum().sqrt().item(),
            "samples": tensor.flatten()[positions].tolist(),
        })
    print(f"{name}: {len(made)} tensors, difference {difference:.3g}", flush=True)
    norm = sum(tensor.square().sum() for _, tensor in made).sqrt().item()
    return {"model": name, "difference": difference, "count": len(made), "norm": norm, "tensors": layers}


def main():
    default = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "reparameterization" / "facts.json"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", metavar="MODEL", help="only these")
    parser.add_argument("--out", metavar="FILE", default=default, type=pathlib.Path)
    options = parser.parse_args()
    zoo_models.quiet()
    configs = {name: config for config, names in zoo_models.classifiers().values() for name in names}
    made = [facts(name, configs[name]) for name in options.models or MODELS]
    os.makedirs(options.out.parent, exist_ok=True)
    lines = []
    for model in made:
        tensors = ",\n".join("  " + json.dumps(tensor) for tensor in model["tensors"])
        head = json.dumps({key: value for key, value in model.items() if key != "tensors"})[:-1]
        lines.append(f'{head}, "tensors": [\n{tensors}\n]}}')
    versions = json.dumps({"torch": torch.__version__, "mmpretrain": __import__("mmpretrain").__version__})
    options.out.write_text('{"versions": %s, "models": [\n%s\n]}\n' % (versions, ",\n".join(lines)))


if __name__ == "__main__":
    main()
