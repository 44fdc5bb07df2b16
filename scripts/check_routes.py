#!/usr/bin/env python3
"""Leads networks from code base to code base by `convert --to`, and lets them compute.

usage: scripts/check_routes.py [--convert PATH] [--table FILE] [--fixtures FOLDER] [NAME …]

  --convert PATH     the program to run (default: .build/release/convert)
  --table FILE       where to write the results as a table (default: they are printed only)
  --fixtures FOLDER  write the files of the small networks, for Tests/WorkbenchTests/RouteTests.swift
  NAME …             only these networks

For each pair of libraries that have a network: it is built in the first library with seeded weights and saved as that
library saves, `convert --to` the second writes a file, the second library's network loads it (every key), and both must
give the same outputs to 1e-3 of the largest. Then `convert --to` the first must give the first file back, bit for bit.

Needs torch, torchvision, timm, transformers and MMPreTrain. Exit code: 0 all right, 1 some route is not, 2 it could not
run.
"""
import reference_python  # noqa: F401

import argparse
import contextlib
import io
import pathlib
import subprocess
import sys
import tempfile
import warnings

import torch

from seeded_weights import fill, seeded_input

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOLERANCE = 1e-3


class Library:
    """A network of one library: `make` builds it."""
    name = ""

    def __init__(self, make):
        self.make = make

    def build(self):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return self.make().eval()

    def save(self, network, folder):
        from safetensors.torch import save_file
        path = folder / "model.safetensors"
        save_file({key: tensor.contiguous() for key, tensor in network.state_dict().items()}, str(path))
        return path

    def load(self, path):
        from safetensors.torch import load_file
        network = self.build()
        network.load_state_dict(load_file(str(path)), strict=True)
        return network

    def logits(self, network, image):
        return network(image)


class Torchvision(Library):
    name = "torchvision"


class Timm(Library):
    name = "timm"


class MMPreTrain(Library):
    name = "mmpretrain"


class HuggingFace(Library):
    """`save_pretrained` and `from_pretrained`, which know the names in files."""
    name = "huggingface"

    def save(self, network, folder):
        with contextlib.redirect_stderr(io.StringIO()):
            network.save_pretrained(folder)
        return folder / "model.safetensors"

    def load(self, path):
        network = self.build()
        network.config.save_pretrained(path.parent)
        with contextlib.redirect_stderr(io.StringIO()):
            loaded, report = type(network).from_pretrained(path.parent, output_loading_info=True)
        strange = [*report["missing_keys"], *report["unexpected_keys"], *report.get("mismatched_keys", [])]
        if strange:
            raise ValueError(f"transformers finds missing or unexpected: {strange[:3]}")
        return loaded.eval()

    def logits(self, network, image):
        return network(image).logits


def torchvision_model(name, **options):
    import torchvision
    return Torchvision(lambda: getattr(torchvision.models, name)(**options))


def timm_model(name, **options):
    import timm
    return Timm(lambda: timm.create_model(name, **options))


def transformers_model(name, config, **options):
    import transformers
    return HuggingFace(lambda: getattr(transformers, name)(
        getattr(transformers, config)(num_labels=options.get("num_labels", 1000), **{
            key: value for key, value in options.items() if key != "num_labels"})))


def mmpretrain_model(**config):
    from mmpretrain.models import build_classifier
    return MMPreTrain(lambda: build_classifier(dict(type="ImageClassifier", **config)))


def linear_head(width, classes):
    return dict(type="LinearClsHead", num_classes=classes, in_channels=width)


# Small networks, whose files are fixtures.

def small_convnext():
    import timm
    import torchvision
    depths, dims = [1, 1, 2, 1], [8, 16, 24, 32]
    setting = torchvision.models.convnext.CNBlockConfig
    blocks = [setting(width, after, depth) for width, after, depth in zip(dims, dims[1:] + [None], depths)]
    return (1, 3, 64, 64), [
        Torchvision(lambda: torchvision.models.ConvNeXt(blocks, num_classes=10)),
        Timm(lambda: timm.models.ConvNeXt(depths=depths, dims=dims, num_classes=10)),
        transformers_model("ConvNextForImageClassification", "ConvNextConfig", depths=depths, hidden_sizes=dims,
                           num_labels=10),
        mmpretrain_model(backbone=dict(type="ConvNeXt", arch=dict(depths=depths, channels=dims)),
                         head=linear_head(32, 10)),
    ]


def small_vit():
    import timm
    import torchvision
    options = dict(hidden_dim=24, mlp_dim=48, num_layers=2, num_heads=3, image_size=32, patch_size=8, num_classes=10)
    return (1, 3, 32, 32), [
        Torchvision(lambda: torchvision.models.VisionTransformer(**options)),
        Timm(lambda: timm.models.VisionTransformer(img_size=32, patch_size=8, embed_dim=24, depth=2, num_heads=3,
                                                   mlp_ratio=2, num_classes=10)),
        transformers_model("ViTForImageClassification", "ViTConfig", hidden_size=24, intermediate_size=48,
                           num_hidden_layers=2, num_attention_heads=3, image_size=32, patch_size=8, num_labels=10),
        mmpretrain_model(
            backbone=dict(type="VisionTransformer", img_size=32, patch_size=8, arch=dict(
                embed_dims=24, num_layers=2, num_heads=3, feedforward_channels=48)),
            head=dict(type="VisionTransformerClsHead", num_classes=10, in_channels=24)),
    ]


SMALL = {"convnext_small": small_convnext, "vit_small": small_vit}

SHAPE = (1, 3, 224, 224)
RESNET = ("ResNetForImageClassification", "ResNetConfig")
# Networks at their full size: name -> shape of the input and the libraries that have it.
LARGE = {
    "resnet18": lambda: (SHAPE, [
        torchvision_model("resnet18"), transformers_model(
            *RESNET, layer_type="basic", depths=[2, 2, 2, 2], hidden_sizes=[64, 128, 256, 512])]),
    "resnet50": lambda: (SHAPE, [torchvision_model("resnet50"), timm_model("resnet50"), transformers_model(*RESNET)]),
    "vgg11_bn": lambda: (SHAPE, [torchvision_model("vgg11_bn"), timm_model("vgg11_bn")]),
    "vgg16": lambda: (SHAPE, [torchvision_model("vgg16"), timm_model("vgg16")]),
    "mobilenet_v2": lambda: (SHAPE, [
        torchvision_model("mobilenet_v2"), timm_model("mobilenetv2_100"),
        transformers_model("MobileNetV2ForImageClassification", "MobileNetV2Config", tf_padding=False,
                           layer_norm_eps=1e-5)]),
    "mobilenet_v3_large": lambda: (SHAPE, [
        torchvision_model("mobilenet_v3_large"), timm_model("mobilenetv3_large_100", bn_eps=1e-3)]),
    "efficientnet_b0": lambda: (SHAPE, [torchvision_model("efficientnet_b0"), timm_model("efficientnet_b0")]),
    "efficientnet_b0_same": lambda: (SHAPE, [
        timm_model("tf_efficientnet_b0"), transformers_model(
            "EfficientNetForImageClassification", "EfficientNetConfig", width_coefficient=1.0, depth_coefficient=1.0,
            hidden_dim=1280)]),
    "regnet_x_800mf": lambda: (SHAPE, [
        torchvision_model("regnet_x_800mf"), timm_model("regnetx_008"), transformers_model(
            "RegNetForImageClassification", "RegNetConfig", layer_type="x", depths=[1, 3, 7, 5],
            hidden_sizes=[64, 128, 288, 672], groups_width=16)]),
    "convnext_tiny": lambda: (SHAPE, [
        torchvision_model("convnext_tiny"), timm_model("convnext_tiny"),
        transformers_model("ConvNextForImageClassification", "ConvNextConfig")]),
    "vit_b_16": lambda: (SHAPE, [
        torchvision_model("vit_b_16"), timm_model("vit_base_patch16_224"),
        transformers_model("ViTForImageClassification", "ViTConfig", layer_norm_eps=1e-6)]),
    "swin_t": lambda: (SHAPE, [
        torchvision_model("swin_t"), timm_model("swin_tiny_patch4_window7_224"),
        transformers_model("SwinForImageClassification", "SwinConfig")]),
    "swin_v2_t": lambda: ((1, 3, 256, 256), [
        torchvision_model("swin_v2_t"), timm_model("swinv2_tiny_window8_256"),
        transformers_model("Swinv2ForImageClassification", "Swinv2Config", image_size=256, window_size=8)]),
    "levit_128s": lambda: (SHAPE, [
        timm_model("levit_128s"), transformers_model(
            "LevitForImageClassificationWithTeacher", "LevitConfig", hidden_sizes=[128, 256, 384],
            num_attention_heads=[4, 6, 8], depths=[2, 3, 4])]),
}


def convert(program, goal, source, target):
    run = subprocess.run([program, "--to", goal, source, target], capture_output=True, text=True)
    if run.returncode:
        raise ValueError(run.stderr.strip() or run.stdout.strip())


def same(one, other):
    from safetensors.torch import load_file
    left, right = load_file(str(one)), load_file(str(other))
    if left.keys() != right.keys():
        raise ValueError(f"the way back gives other keys: {sorted(left.keys() ^ right.keys())[:4]}")
    wrong = [key for key in left if left[key].shape != right[key].shape or not equal(key, left[key], right[key])]
    if wrong:
        raise ValueError(f"the way back gives other tensors: {wrong[:4]}")


def equal(key, one, other):
    """Bit for bit, but for what MMPreTrain's model computes anew with logarithms of its own."""
    return torch.allclose(one, other, atol=1e-6) if key.endswith("relative_coords_table") else torch.equal(one, other)


def seeded_network(library):
    """With weights from their keys; integers and what the network computes stay as they are."""
    network = library.build()
    defined = {key: value.clone() for key, value in network.state_dict().items()
               if key.endswith(("relative_position_index", "relative_coords_table", "attn_mask"))}
    fill(network)
    network.load_state_dict(defined, strict=False)
    if library.name == "torchvision":
        # Swin V2 sets the bias of keys to zero whenever it runs, and published files have zeros there.
        for key, value in network.state_dict().items():
            if key.endswith("attn.qkv.bias") and key.replace("qkv.bias", "logit_scale") in network.state_dict():
                value[len(value) // 3:2 * len(value) // 3] = 0
    return network


def check(program, first, second, shape, folder, keep):
    """The error of the outputs, relative to the largest."""
    (folder / "in").mkdir(), (folder / "out").mkdir(), (folder / "back").mkdir()
    network = seeded_network(first)
    source = first.save(network, folder / "in")
    target = folder / "out" / "model.safetensors"
    convert(program, second.name, source, target)
    other = second.load(target)
    image = torch.from_numpy(seeded_input(shape))
    with torch.no_grad():
        expected, found = first.logits(network, image), second.logits(other, image)
    error = ((expected - found).abs().max() / expected.abs().max()).item()
    if not error < TOLERANCE:
        raise ValueError(f"the outputs differ by {error:.1e} of the largest")
    back = folder / "back" / "model.safetensors"
    convert(program, first.name, target, back)
    same(source, back)
    if keep:
        keep(first, source), keep(second, second.save(other, folder / "out"))
    return error


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--convert", default=str(ROOT / ".build" / "release" / "convert"))
    parser.add_argument("--table", type=pathlib.Path)
    parser.add_argument("--fixtures", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if not pathlib.Path(options.convert).is_file():
        print(f"{options.convert}: not there; scripts/test builds it", file=sys.stderr)
        return 2
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    rows, failed = [], 0
    for name, networks in {**SMALL, **LARGE}.items():
        if options.names and name not in options.names or options.fixtures and name not in SMALL:
            continue
        shape, libraries = networks()

        def keep(library, path, name=name):
            options.fixtures.mkdir(parents=True, exist_ok=True)
            (options.fixtures / f"{name}_{library.name}.safetensors").write_bytes(path.read_bytes())
        pairs = [(one, other) for one in libraries for other in libraries if one is not other]
        if options.fixtures:
            pairs = pairs[:len(libraries) - 1]  # from the first to each: one set of weights
        for first, second in pairs:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    error = check(options.convert, first, second, shape, pathlib.Path(folder),
                                  keep if options.fixtures else None)
                    result = f"{error:.0e}"
                except Exception as mistake:
                    failed, result = failed + 1, f"{type(mistake).__name__}: {mistake}"
            rows.append(f"| {name} | {first.name} | {second.name} | {result} |")
            print(rows[-1], flush=True)
    if options.table:
        head = "# Routes that were computed\n\nMade by `scripts/check_routes.py --table`, which says what is compared.\n\n" \
            "| network | from | to | largest difference of the outputs, relative to the largest output |\n|---|---|---|---|\n"
        options.table.write_text(head + "\n".join(rows) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
