#!/usr/bin/env python3
"""Makes fixtures/goldens: what MMPreTrain's models compute with seeded weights on a seeded input.

Each golden holds logits only, a few kB: weights and input come from scripts/seeded_weights.py. ResNet-18
also keeps 16 elements of every layer. `small_net` is a network of this script with every layer kept
whole; Tests/VerificationTests/SmallNet.swift is the same network. `malformed` stands for files that are no
goldens of a model of images.
"""

import reference_python  # noqa: F401, first: it says what is missing
import argparse
import hashlib
import pathlib

import torch
from torch import nn

import capture_golden
import seeded_weights

MODELS = [
    *(f"vgg{depth}{norm}_8xb32_in1k" for depth in (11, 13, 16, 19) for norm in ("", "bn")),
    *(f"resnet{depth}_8xb32_in1k" for depth in (18, 34, 50, 101, 152)),
    "resnetv1c50_8xb32_in1k", "resnetv1d50_8xb32_in1k", "resnext50-32x4d_8xb32_in1k", "seresnet50_8xb32_in1k",
    "mobilenet-v2_8xb32_in1k", "repvgg-A0_8xb32_in1k", "repvgg-A0_deploy_in1k", "repvgg-B1g4_8xb32_in1k",
    "mobileone-s0_8xb32_in1k", "mobileone-s4_8xb32_in1k",
]
# Deploy forms, by the model that they are a form of.
DEPLOYED = {"repvgg-A0_deploy_in1k": "repvgg-A0_8xb32_in1k"}
LAYERED = {"resnet18_8xb32_in1k"}


class SmallNet(nn.Module):
    """Every kind of layer of the large models, small enough to keep whole."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(inplace=True))
        self.depthwise = nn.Sequential(
            nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), nn.BatchNorm2d(8), nn.ReLU6(inplace=True))
        self.project = nn.Sequential(nn.Conv2d(8, 8, 1, bias=False), nn.BatchNorm2d(8))
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        x = self.stem(x)
        x = x + self.project(self.depthwise(x))
        return self.head(self.pool(x).mean(dim=(2, 3)))


def malformed() -> dict:
    """Goldens with one entry that is not what it should be, by name."""
    output = torch.zeros(1, 3)
    seeded = {"input": "seeded", "output": output}
    return {
        "no_input": {"output": output},
        "large_integers": {"input": torch.tensor([[3, -2**24]]), "output": output},
        "complex_input": {"input": torch.zeros(1, 3, dtype=torch.complex64), "output": output},
        "huge_inputs": {"input": [torch.zeros(1).expand(1, 3, 2000, 2000)] * 2, "output": output},
        "huge_input": {"input": torch.zeros(1).expand(1, 3, 8000, 8000), "output": output},
        "integer_output": {"input": torch.zeros(1, 1, 1, 1), "output": torch.zeros(1, 3, dtype=torch.int64)},
        "no_input_shape": seeded,
        "huge_input_shape": seeded | {"input_shape": (1, 2**31, 2**31, 4)},
        "negative_input_shape": seeded | {"input_shape": (1, -3, -224, 224)},
    }


def save(golden: dict, path: pathlib.Path) -> None:
    torch.save(golden, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    rms = golden["output"].double().square().mean().sqrt()
    print(f"{path.name}  {path.stat().st_size:,} bytes  sha256 {digest}  rms {rms:.4g}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", metavar="NAME", help="only these (default: all)")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("--folder", default=pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "goldens",
                        type=pathlib.Path, help="where to write (default: fixtures/goldens)")
    options = parser.parse_args()
    names = options.models or ["small_net", "malformed", *MODELS]
    if options.list:
        return print("\n".join(names))
    for name in names:
        if name == "malformed":
            for entry, golden in malformed().items():
                save(golden, options.folder / "malformed" / f"{entry}.pth")
            continue
        is_small = name == "small_net"
        form = {"backbone": {"deploy": True}} if name in DEPLOYED else {}
        model = SmallNet() if is_small else capture_golden.build(f"mmpretrain:{DEPLOYED.get(name, name)}", form)
        seeded_weights.fill(model)
        # 24 s makes the activations of small_net pass 6, where ReLU6 and ReLU part.
        values = seeded_weights.seeded_input((2, 3, 9, 7)) * 24 if is_small else seeded_weights.seeded_input(
            (1, 3, 224, 224))
        golden = capture_golden.capture(
            model, torch.from_numpy(values), seeded_input=not is_small, stage="", weights="seeded",
            globs=["*"] if is_small or name in LAYERED else [], sample=None if is_small else 16,
            float64=is_small, name=name)
        save(golden, options.folder / f"{name}.pth")


if __name__ == "__main__":
    main()
