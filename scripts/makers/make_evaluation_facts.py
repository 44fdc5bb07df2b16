#!/usr/bin/env python3
"""Makes fixtures/evaluation/: what MMPreTrain's own tools/test.py says of a seeded model on pictures.

usage: make_evaluation_facts.py [--out FOLDER]

facts.json holds `files`, where each picture of the dataset comes from (a path in fixtures/images/), and `cases`: a
config, the arguments of tools/test.py, its metrics, and of every image in the order of the dataset its path below the
data root, label, prediction and scores. The weights are seeded (scripts/seeded_weights.py), the pictures those of
fixtures/images/. cifar-10-batches-py/test_batch is a pickle of four images of noise in the form of CIFAR-10's, with
which the case `cifar` is made (MMPreTrain's check of the published files' digests is switched off for it).

Needs torch (2.15 made the committed ones) and mmpretrain 1.2. Deterministic; takes a minute.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import json
import os
import pathlib
import pickle
import shutil
import subprocess
import sys
import tempfile

import mmengine
import mmpretrain
import numpy as np
import torch

import seeded_weights

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
CLASSES = [f"class {i}" for i in range(6)]

# Path below the data root → picture.
FILES = {
    "val/class 0/landscape.jpg": "landscape.jpg",
    "val/class 0/deep/er/gray.JPG": "gray.jpg",
    "val/class 0/deep.jpeg": "exif_6.jpg",
    "val/class 1/tall.jpg": "tall.jpg",
    "val/class 1/picture.png": "picture.png",
    "val/class 1/not_listed.webp": "webp_lossy.webp",
    "val/class 2/a.bmp": "bmp_24.bmp",
    "val/class 2/b.ppm": "pnm_p6.ppm",
    "val/class 2/.hidden.jpg": "rgb.jpg",
    "val/class 3/progressive.jpg": "progressive.jpg",
    "val/class 3/Z.png": "png_2_8.png",
    "val/class 3/a.png": "png_6_8.png",
    "val/class 4/quality.jpg": "quality_1.jpg",
    "val/class 4/cmyk.jpg": "cmyk.jpg",
    "val/class 5/odd.jpg": "odd.jpg",
    "val/class 5/quality.jpg": "quality_100.jpg",
}
ANNOTATIONS = """class 5/odd.jpg 3
class 0/landscape.jpg 1
class 1/not_listed.webp 4
class 1/tall.jpg 1
class 2/a.bmp 2
"""

MODEL = """model = dict(
    type='ImageClassifier',
    backbone=dict(type='ResNet', depth=18, stem_channels=16, base_channels=16),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=6, in_channels=128))
data_preprocessor = dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True, num_classes=6)
test_cfg = dict()
default_scope = 'mmpretrain'
"""
PIPELINE = """[
    dict(type='LoadImageFromFile'),
    dict(type='ResizeEdge', scale=64, edge='short', backend='pillow', interpolation='bicubic'),
    dict(type='CenterCrop', crop_size=56),
    dict(type='PackInputs')]"""


def config(dataset, evaluator, pipeline=PIPELINE):
    return (MODEL + f"test_dataloader = dict(batch_size=4, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=False),\n"
            f"    dataset=dict({dataset}, pipeline={pipeline}))\ntest_evaluator = {evaluator}\n")


CASES = {
    "folders": (config("type='CustomDataset', data_root='ROOT', data_prefix='val'",
                       "dict(type='Accuracy', topk=(1, 5))"), []),
    "mirrored": (config("type='CustomDataset', data_root='ROOT', data_prefix='val'",
                        "dict(type='Accuracy', topk=(1, 5))"), ["--tta"]),
    "annotations": (config("type='CustomDataset', data_root='ROOT', data_prefix='val', ann_file='meta/val.txt', "
                           "classes=['a', 'b', 'c', 'd', 'e', 'f']",
                           "[dict(type='Accuracy', topk=(1, 2, 6), thrs=(0., 0.25, None))]"), []),
    "imagenet": (config("type='ImageNet', data_root='ROOT', split='val', "
                        "metainfo=dict(classes=['a', 'b', 'c', 'd', 'e', 'f'])", "dict(type='Accuracy', topk=(1, 5))"), []),
    "classes": (config("type='CustomDataset', data_root='ROOT', data_prefix=dict(img_path='val'), indices=7, "
                       "classes='ROOT/classes.txt', extensions=['.jpg', '.PNG', '.webp']",
                       "dict(type='Accuracy', topk=(1, 3), thrs=0.2)"), ["--tta"]),
    "cifar": (config("type='CIFAR10', data_root='ROOT', split='test'", "dict(type='Accuracy', topk=2)",
                     "[dict(type='PackInputs')]"), []),
}


def evaluate(name, text, arguments, root, checkpoint, folder):
    path = folder / f"{name}.py"
    (folder / "no_digests.py").write_text(
        "from mmpretrain.datasets import CIFAR10\nCIFAR10._check_integrity = lambda self: True\n")
    path.write_text(text.replace("ROOT", str(root)) + "custom_imports = dict(imports=['no_digests'])\n")
    tool = pathlib.Path(mmpretrain.__file__).parent / ".mim" / "tools" / "test.py"
    work, out = folder / f"work_{name}", folder / f"{name}.pkl"
    run = subprocess.run(
        [sys.executable, tool, path, checkpoint, "--work-dir", work, "--out", out, *arguments],
        env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    logged = json.loads(next(work.glob("*/2*.json")).read_text().splitlines()[-1])
    images = []
    for item in mmengine.load(out):
        path = item.get("img_path")
        images.append({
            "path": os.path.relpath(path, root) if path else None, "label": item["gt_label"].item(),
            # The merged prediction of --tta has no label of its own.
            "prediction": item["pred_score"].argmax().item(), "scores": item["pred_score"].tolist()})
    metrics = {key: value for key, value in logged.items() if key.startswith("accuracy/")}
    print(name, metrics, [image["prediction"] for image in images], flush=True)
    return {"name": name, "config": text, "arguments": arguments, "metrics": metrics, "images": images}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="FOLDER", default=FIXTURES / "evaluation", type=pathlib.Path)
    options = parser.parse_args()
    batch = options.out / "cifar-10-batches-py" / "test_batch"
    batch.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(12).integers(0, 256, (4, 3072), dtype=np.uint8)
    batch.write_bytes(pickle.dumps({"data": noise, "labels": [3, 0, 5, 1]}, protocol=4))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        root = folder / "data"
        for name, picture in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(FIXTURES / "images" / picture, root / name)
        (root / "meta").mkdir()
        (root / "meta" / "val.txt").write_text(ANNOTATIONS)
        (root / "classes.txt").write_text("\n".join(CLASSES) + "\n")
        shutil.copytree(batch.parent, root / batch.parent.name)
        (folder / "model.py").write_text(MODEL)
        model = mmpretrain.get_model(str(folder / "model.py"))
        seeded_weights.fill(model)
        torch.save({"state_dict": model.state_dict()}, folder / "model.pth")
        cases = [evaluate(name, *case, root, folder / "model.pth", folder) for name, case in CASES.items()]
    lines = []
    for case in cases:
        images = ",\n".join("  " + json.dumps(image) for image in case["images"])
        head = json.dumps({key: value for key, value in case.items() if key != "images"})[:-1]
        lines.append(f'{head}, "images": [\n{images}\n]}}')
    facts = {"versions": {"torch": torch.__version__, "mmpretrain": mmpretrain.__version__}, "files": FILES,
             "annotations": ANNOTATIONS}
    (options.out / "facts.json").write_text(
        json.dumps(facts, indent=1)[:-2] + ',\n "cases": [\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main()
