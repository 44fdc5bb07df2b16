#!/usr/bin/env python3
"""Makes fixtures/comparison/: goldens of one small vision transformer, and by how much PyTorch finds that they differ.

usage: make_comparison_fixtures.py [--out DIR] [--table]

vit.pth is the state dict of a torchvision VisionTransformer (32 x 32, patches of 8, 2 layers of 16 channels) with seeded
weights, vit.pt2 its exported program without them, vit_config.py MMPreTrain's config of the same network. The goldens are what capture_golden.py makes on the seeded
input; the first three have 24 elements of every layer in float32 and in float64:
    golden.pth   torchvision
    again.pth    the same without the fast path of attention: other rounding
    wrong.pth    the same with the epsilon of its second layer's normalisations 1e-3 in place of 1e-6
    timm.pth     timm's VisionTransformer with the same weights: the output alone
    layers.pth   torchvision, every layer whole, in float32 alone
facts.json: {file: {entry: {"max", "rms", "floor"}}}: each entry against golden.pth's, computed in float64, and the distance of
golden.pth's own float32 from its float64. Seeded: the same versions give the same bytes. --table prints the rows of
fixtures/README.md.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import json
import pathlib

import timm
import torch
import torchvision

import capture_golden
import export_program
import fixture_files
import make_program_fixtures
import seeded_weights

ROOT = pathlib.Path(__file__).resolve().parents[2]

CONFIG = """model = dict(
    type='ImageClassifier',
    backbone=dict(
        type='VisionTransformer',
        arch=dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32),
        img_size=32,
        patch_size=8),
    head=dict(type='VisionTransformerClsHead', num_classes=10, in_channels=16))
"""


def network() -> torch.nn.Module:
    network = torchvision.models.VisionTransformer(
        image_size=32, patch_size=8, num_layers=2, num_heads=2, hidden_dim=16, mlp_dim=32, num_classes=10)
    seeded_weights.fill(network)
    return network.eval()


def timm_network(weights: dict) -> torch.nn.Module:
    network = timm.models.VisionTransformer(
        img_size=32, patch_size=8, embed_dim=16, depth=2, num_heads=2, mlp_ratio=2, num_classes=10)
    names = [("class_token", "cls_token"), ("encoder.pos_embedding", "pos_embed"), ("conv_proj", "patch_embed.proj"),
             ("encoder.layers.encoder_layer_", "blocks."), ("ln_", "norm"), ("self_attention.in_proj_", "attn.qkv."),
             ("self_attention.out_proj", "attn.proj"), ("mlp.0", "mlp.fc1"), ("mlp.3", "mlp.fc2"), ("encoder.ln", "norm"),
             ("heads.head", "head")]
    renamed = {}
    for key, value in weights.items():
        for old, new in names:
            key = key.replace(old, new)
        renamed[key] = value
    network.load_state_dict(renamed)
    return network.eval()


def capture(network: torch.nn.Module, name: str, globs=("*",), sample: int | None = 24, float64: bool = True) -> dict:
    shape = (1, 3, 32, 32)
    return capture_golden.capture(
        network, torch.from_numpy(seeded_weights.seeded_input(shape)), seeded_input=True, weights="seeded", globs=globs,
        sample=sample, float64=float64, layer_facts=True, name=name)


def entries(golden: dict, suffix: str = "") -> dict[str, torch.Tensor]:
    layers = {f"samples.{path}": value.double() for path, value in golden.get(f"samples{suffix}", {}).items()}
    return {"output": golden[f"output{suffix}"].double(), **layers}


def facts(golden: dict, other: dict) -> dict:
    found, exact, others = entries(golden), entries(golden, "_float64"), entries(other)
    return {name: {"max": (value - found[name]).abs().max().item(),
                   "rms": (value - found[name]).square().mean().sqrt().item(),
                   "floor": (found[name] - exact[name]).abs().max().item()}
            for name, value in others.items() if name in found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "fixtures" / "comparison", metavar="DIR")
    parser.add_argument("--table", action="store_true", help="print the rows of fixtures/README.md")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = network()
    weights = {key: value.clone() for key, value in model.state_dict().items()}
    goldens = {"golden": capture(model, "torchvision VisionTransformer")}
    torch.backends.mha.set_fastpath_enabled(False)
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        goldens["again"] = capture(model, "torchvision VisionTransformer, attention by matmul and softmax")
    torch.backends.mha.set_fastpath_enabled(True)
    goldens["timm"] = capture(timm_network(weights), "timm VisionTransformer", globs=())
    goldens["layers"] = capture(model, "torchvision VisionTransformer", sample=None, float64=False)
    layer = model.encoder.layers.encoder_layer_1
    layer.ln_1.eps = layer.ln_2.eps = 1e-3
    goldens["wrong"] = capture(model, "torchvision VisionTransformer, eps 1e-3 in its second layer")
    torch.save(weights, options.out / "vit.pth")
    program = export_program.saved(export_program.exported(network(), export_program.example((1, 3, 32, 32))))
    (options.out / "vit.pt2").write_bytes(make_program_fixtures.stripped(program))
    for name, golden in goldens.items():
        torch.save(golden, options.out / f"{name}.pth")
    (options.out / "vit_config.py").write_text(CONFIG)
    facts_of = {f"{name}.pth": facts(goldens["golden"], golden) for name, golden in goldens.items() if name not in ("golden", "layers")}
    (options.out / "facts.json").write_text(json.dumps(facts_of, indent=1) + "\n")
    if options.table:
        fixture_files.print_table(options.out)


if __name__ == "__main__":
    main()
