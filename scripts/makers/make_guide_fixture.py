#!/usr/bin/env python3
"""Makes fixtures/guide/: a backbone of another code base, from its weights to its accuracy, on a small real case.

usage: make_guide_fixture.py [--out FOLDER]

    original.pth       the weights of a timm VisionTransformer of two layers, seeded (scripts/seeded_weights.py)
    golden.pth         what timm's model and timm's own transform make of portrait.jpg (scripts/capture_golden.py)
    configs/vit_pico/vit-pico-p8_3rdparty_six.py
                       the config of MMPreTrain that does the same
    first.py           the same without the arguments of the resize: OpenCV's bilinear filter
    golden_steps.pth   what MMPreTrain makes of portrait.jpg by the config and the converted weights, step by step
    golden_first.pth   the same by first.py
    golden_ipp.pth     the same through OpenCV's bicubic filter as Intel's IPP computes it for AVX2
    portrait.jpg       the photograph that matplotlib carries as grace_hopper.jpg, made smaller. A work of the U.S. Navy, in
                       the public domain; of Rear Admiral Grace M. Hopper, by James S. Davis, 1984
    data/val/          cuttings of it, in a folder for each class
    facts.json         the accuracy that MMPreTrain's tools/test.py finds there, and the versions that made all this

Needs timm, torch (2.15 made the committed ones), matplotlib and mmpretrain 1.2. Deterministic; takes half a minute.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import matplotlib
import mmpretrain
import timm
import torch
from PIL import Image

import seeded_weights

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
SCRIPTS = pathlib.Path(__file__).resolve().parents[1]
SHAPE = dict(img_size=64, patch_size=8, embed_dim=16, depth=2, num_heads=2, num_classes=6)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

CONFIG = """# A VisionTransformer of two layers, as timm's model of fixtures/guide/original.pth.
model = dict(
    type='ImageClassifier',
    backbone=dict(
        type='VisionTransformer',
        arch=dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=64),
        img_size=64,
        patch_size=8),
    neck=None,
    head=dict(type='VisionTransformerClsHead', num_classes=6, in_channels=16))
data_preprocessor = dict(
    num_classes=6, mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True)
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='ResizeEdge', scale=73, edge='short', backend='pillow', interpolation='bicubic'),
    dict(type='CenterCrop', crop_size=64),
    dict(type='PackInputs'),
]
test_dataloader = dict(
    batch_size=4,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='CustomDataset', data_root='data', data_prefix='val', pipeline=test_pipeline))
test_cfg = dict()
test_evaluator = dict(type='Accuracy', topk=(1, 5))
default_scope = 'mmpretrain'
"""


def original() -> torch.nn.Module:
    """The model that scripts/capture_golden.py builds by this name."""
    return timm.models.vision_transformer.VisionTransformer(**SHAPE)


def transform():
    return timm.data.create_transform(input_size=64, interpolation="bicubic", mean=MEAN, std=STD, crop_pct=0.875)


def converted(state: dict) -> dict:
    """The weights under MMPreTrain's names."""
    result = {}
    for key, tensor in state.items():
        key = key.replace("patch_embed.proj", "patch_embed.projection").replace("blocks.", "layers.")
        key = key.replace("norm1", "ln1").replace("norm2", "ln2")
        key = key.replace("mlp.fc1", "ffn.layers.0.0").replace("mlp.fc2", "ffn.layers.1")
        key = "head.layers.head" + key[4:] if key.startswith("head.") else "backbone." + key
        result["backbone.ln1" + key[len("backbone.norm"):] if key.startswith("backbone.norm.") else key] = tensor
    return result


def capture(folder, *words, ipp="disabled"):
    # In the folder, so that what the goldens say of their making has no path of this machine.
    subprocess.run([sys.executable, SCRIPTS / "capture_golden.py", *map(str, words)], check=True, cwd=folder,
                   env={**os.environ, "OPENCV_IPP": ipp})


def accuracy(config, checkpoint, data, folder) -> dict:
    tool = pathlib.Path(mmpretrain.__file__).parent / ".mim" / "tools" / "test.py"
    text = config.read_text().replace("data_root='data'", f"data_root='{data}'")
    (folder / "test.py").write_text(text)
    work = folder / "work"
    subprocess.run([sys.executable, tool, folder / "test.py", checkpoint, "--work-dir", work], check=True,
                   capture_output=True)
    logged = json.loads(next(work.glob("*/2*.json")).read_text().splitlines()[-1])
    return {key: value for key, value in logged.items() if key.startswith("accuracy/")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="FOLDER", default=FIXTURES / "guide", type=pathlib.Path)
    out = parser.parse_args().out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    sample = pathlib.Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    portrait = Image.open(sample).convert("RGB").resize((205, 240), Image.Resampling.LANCZOS)
    portrait.save(out / "portrait.jpg", quality=85)

    model = original().eval()
    seeded_weights.fill(model)
    # Of the formula's logits one is the largest for every picture.
    model.head.weight.data *= 4
    torch.save(model.state_dict(), out / "original.pth")
    config = out / "configs" / "vit_pico" / "vit-pico-p8_3rdparty_six.py"
    config.parent.mkdir(parents=True)
    config.write_text(CONFIG)
    first = out / "first.py"
    first.write_text(CONFIG.replace(", backend='pillow', interpolation='bicubic'", ""))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        weights = folder / "converted.pth"
        torch.save({"state_dict": converted(model.state_dict())}, weights)
        capture(out, "make_guide_fixture:original", "--weights", "original.pth", "--image", "portrait.jpg",
                "--transform", "make_guide_fixture:transform", "--transform-kwargs", "{}", "-o", "golden.pth")
        for path, name in [(config, "golden_steps.pth"), (first, "golden_first.pth")]:
            capture(out, f"mmpretrain:{path.relative_to(out)}", "--weights", weights, "--image", "portrait.jpg",
                    "-o", name)
        bicubic = out / "bicubic.py"
        bicubic.write_text(CONFIG.replace("backend='pillow'", "backend='cv2'"))
        capture(out, "mmpretrain:bicubic.py", "--weights", weights, "--image", "portrait.jpg", "-o", "golden_ipp.pth",
                ipp="avx2")
        bicubic.unlink()

        cuttings = []
        prepare = transform()
        for row in range(4):
            for column in range(4):
                box = (column * 40, row * 44, column * 40 + 84, row * 44 + 96)
                path = folder / f"{row}{column}.jpg"
                portrait.crop(box).save(path, quality=80)
                with torch.no_grad():
                    scores = model(prepare(Image.open(path).convert("RGB"))[None])[0]
                cuttings.append((path, int(scores.argmax())))
        print("predictions:", [label for _, label in cuttings])
        for index in range(6):
            (out / "data" / "val" / f"class {index}").mkdir(parents=True)
        for index, (path, label) in enumerate(cuttings):
            # Three of four are labelled as the model sees them; each class has one.
            label = index % 6 if index < 6 else (label + (index % 4 == 0)) % 6
            shutil.copy(path, out / "data" / "val" / f"class {label}" / path.name)
        found = accuracy(config, weights, out / "data", folder)
    versions = {"torch": torch.__version__, "timm": timm.__version__, "mmpretrain": mmpretrain.__version__}
    (out / "facts.json").write_text(json.dumps({"versions": versions, "accuracy": found}, indent=1) + "\n")
    print(found)


if __name__ == "__main__":
    main()
