#!/usr/bin/env python3
"""Makes fixtures/programs/whole: small programs with their weights, and goldens of them.

usage: make_whole_programs.py

    several.pt2          forward gives positions of the largest logit (integers), then a dictionary of logits, features and
                         None; it takes a number and a flag by keyword; a weight is tied, a buffer not persistent
    several.golden.pth   what scripts/capture_golden.py --all-outputs records: `output.1` and `output.2` in both precisions,
                         and `output`, here the first of the dictionary
    bicubic.dec.pt2      a bicubic resize of the input after run_decompositions(), which spells out its positions and weights
    bicubic.golden.pth   what PyTorch computes of that program

Weights are seeded (scripts/seeded_weights.py).
"""
import reference_python  # noqa: F401, first: it says what is missing
import pathlib
import warnings

import torch
from torch import nn

import capture_golden
import export_program
import make_program_fixtures
import seeded_weights

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "programs" / "whole"


class Several(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2)
        self.first = nn.Linear(8, 8)
        self.second = nn.Linear(8, 8, bias=False)
        self.second.weight = self.first.weight
        self.head = nn.Linear(8, 5)
        self.register_buffer("steps", torch.arange(8, dtype=torch.float32) / 8, persistent=False)

    def forward(self, x, scale=1.0, squares=False):
        x = self.conv(x).relu().mean((2, 3))
        features = self.second(self.first(x)) + self.steps
        logits = self.head(features) * scale
        if squares:
            logits = logits * logits.abs()
        return logits.argmax(1), {"logits": logits, "features": features, "mask": None}


class WithWords(nn.Module):
    """The same as a module of one argument: what capture_golden.py runs."""

    def __init__(self, module, words):
        super().__init__()
        self.module, self.words = module, words

    def forward(self, x):
        return self.module(x, **self.words)


class Bicubic(nn.Module):
    """From 30 to 28 pixels: 15/14 is not a number of float32."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 4, stride=4)

    def forward(self, x):
        return self.conv(nn.functional.interpolate(x, size=(28, 28), mode="bicubic", align_corners=False))


def write_bicubic() -> None:
    module = Bicubic().eval()
    seeded_weights.fill(module)
    image = export_program.example((1, 3, 30, 30))
    program = export_program.exported(module, image, decompose=True)
    make_program_fixtures.write(FOLDER / "bicubic.dec.pt2", program)
    golden = {"input": "seeded", "input_shape": tuple(image.shape), "output": program.module()(image).detach(),
              "source": "make_whole_programs:Bicubic after run_decompositions()"}
    torch.save(golden, FOLDER / "bicubic.golden.pth")


def main() -> None:
    make_program_fixtures.begin(__doc__, FOLDER)
    module, words = Several().eval(), {"scale": 0.5, "squares": True}
    seeded_weights.fill(module)
    image = export_program.example((1, 3, 8, 8))
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.export.export(module, (image,), words, strict=False)
    make_program_fixtures.write(FOLDER / "several.pt2", program)
    golden = capture_golden.capture(
        WithWords(module, words), image, seeded_input=True, weights="seeded", float64=True, all_outputs=True,
        name="make_whole_programs:Several")
    torch.save(golden, FOLDER / "several.golden.pth")
    write_bicubic()


if __name__ == "__main__":
    main()
