#!/usr/bin/env python3
"""Makes fixtures/programs/inputs: small programs with their weights that take something else than an image, and goldens.

usage: make_input_programs.py

    vector.pt2           a perceptron of one vector
    audio.pt2            convolutions and norms of signals [N, C, T], for any N
    volume.pt2           convolutions and pools of volumes [N, C, D, H, W]
    tokens.pt2           a transformer's layer of token sequences [N, T], integers
    captioned.pt2        several inputs: tokens, by keyword their mask (truths; one query sees no key) and an image
    captioned.dec.pt2    the same after run_decompositions()
    NAME.golden.pth      what scripts/capture_golden.py records of each, in both precisions; of captioned for both files

Weights are seeded (scripts/seeded_weights.py).
"""
import reference_python  # noqa: F401, first: it says what is missing
import pathlib

import torch
from torch import nn

import capture_golden
import export_program
import make_program_fixtures
import model_inputs
import seeded_weights

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "programs" / "inputs"


class Audio(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 6, 9, stride=4)
        self.norm = nn.BatchNorm1d(6)
        self.depthwise = nn.Conv1d(6, 6, 3, padding=1, groups=6)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        x = nn.functional.gelu(self.norm(self.conv(x)))
        return self.head((x + self.depthwise(x)).amax(2))


class Volume(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm3d(4)
        self.pool = nn.MaxPool3d(2)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        return self.head(self.pool(self.norm(self.conv(x)).relu()).mean((2, 3, 4)))


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(40, 8)
        self.places = nn.Embedding(12, 8)
        self.query, self.key, self.value = (nn.Linear(8, 8) for _ in range(3))
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 3)

    def attend(self, x, mask):
        query, key, value = (part(x).unflatten(2, (2, 4)).transpose(1, 2) for part in (self.query, self.key, self.value))
        x = x + nn.functional.scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).flatten(2)
        return self.norm(x)

    def forward(self, ids):
        return self.head(self.attend(self.words(ids) + self.places.weight[:ids.shape[1]], None)[:, 0])


class Captioned(Tokens):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)

    def forward(self, ids, mask=None, image=None):
        x = torch.cat([self.words(ids), self.patches(image).flatten(2).transpose(1, 2)], 1)
        seen = nn.functional.pad(mask, (0, x.shape[1] - mask.shape[1]), value=True)
        # Each looks at all that is there; the first word at nothing.
        pairs = seen[:, None, None, :] & (torch.arange(x.shape[1]) > 0)[:, None]
        return self.head(self.attend(x, pairs).mean(1))


def tokens(*shape, limit=40):
    return model_inputs.seeded(torch.int64, shape, limit, 0)


# name: (module, inputs, for any batch)
PROGRAMS = {
    "vector": (
        lambda: nn.Sequential(nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 4)), lambda: export_program.example((16,)), False),
    "audio": (Audio, lambda: export_program.example((2, 1, 64)), True),
    "volume": (Volume, lambda: export_program.example((1, 1, 4, 6, 6)), False),
    "tokens": (Tokens, lambda: tokens(2, 12), False),
    "captioned": (
        Captioned,
        lambda: model_inputs.Inputs(
            [tokens(2, 9)],
            {"mask": model_inputs.seeded(torch.bool, (2, 9), 2, 1), "image": export_program.example((2, 3, 8, 8))}),
        False),
}


def main() -> None:
    make_program_fixtures.begin(__doc__, FOLDER)
    for name, (factory, make, is_any) in PROGRAMS.items():
        module, inputs = factory().eval(), model_inputs.Inputs.of(make())
        seeded_weights.fill(module)
        for ending in ["pt2", "dec.pt2"] if name == "captioned" else ["pt2"]:
            program = export_program.exported(
                module, inputs, decompose=ending == "dec.pt2", dynamic_batch=is_any)
            make_program_fixtures.write(FOLDER / f"{name}.{ending}", program)
        golden = capture_golden.capture(
            module, inputs, stage="", weights="seeded", float64=True, name=f"make_input_programs:{name}")
        torch.save(golden, FOLDER / f"{name}.golden.pth")


if __name__ == "__main__":
    main()
