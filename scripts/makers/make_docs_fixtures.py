#!/usr/bin/env python3
"""Makes fixtures/docs: the checkpoints that the commands of the documentation read.

usage: make_docs_fixtures.py [--out DIR] [--table]

Each has the keys, order, shapes and dtypes of a torchvision ResNet-50 in the layout that a trainer saves, and is small:
its tensors are overlapping views of two storages of seeded numbers, and its zip records are deflated.

  resnet50.pth       torchvision's state dict, bare
  finetuned.pth      a DDP run of ten classes: {epoch, model, optimizer, lr_scheduler}, every key with 'module.'
  lightning.ckpt     a Lightning module that contains the network as 'model': {state_dict, optimizer_states, epoch, …}

Besides, repvgg_pico.pth: MMPreTrain's RepVGG of repvgg_pico.py, which is written beside it, with seeded weights.

--table prints the rows of fixtures/README.md. Needs torch, torchvision and mmpretrain; the same versions give the same bytes.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import io
import math
import pathlib
import zipfile
from collections import OrderedDict

import torch
import torchvision

import fixture_files
import seeded_weights
import zoo_models

# A row of the widest view, a step for each of its rows, and an offset for each tensor.
ELEMENTS, TENSORS = 5501, 400


REPVGG = """# A RepVGG of four blocks, in its training form.
model = dict(
    type='ImageClassifier',
    backbone=dict(
        type='RepVGG',
        arch=dict(num_blocks=[1, 1, 1, 1], width_factor=[0.0625, 0.0625, 0.0625, 0.0625], group_layer_map=None, se_cfg=None,
                  stem_channels=4),
        out_indices=(3, )),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=6, in_channels=32, topk=(1, 5)))
data_preprocessor = dict(num_classes=6, mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True)
"""


def views(state: dict) -> OrderedDict:
    """`state` with its tensors replaced by views of two storages, each of other elements; their rows overlap."""
    count = ELEMENTS + TENSORS
    bank = torch.from_numpy(seeded_weights.seeded("docs.bank", [count])).reshape(-1)[:count].clone()
    counters = torch.full((TENSORS,), 1000, dtype=torch.int64)
    out = OrderedDict()
    for index, (key, tensor) in enumerate(state.items()):
        if tensor.dim() == 0:
            out[key] = counters[index]
            continue
        row = math.prod(tensor.shape[1:])
        strides = [max(1, (ELEMENTS - row) // tensor.shape[0])]
        for size in tensor.shape[1:]:
            row //= size
            strides.append(row)
        out[key] = bank.as_strided(tensor.shape, strides, index)
    return out


def save(path: pathlib.Path, value: object) -> None:
    """What torch.save writes, its records deflated and without dates."""
    stored = io.BytesIO()
    torch.save(value, stored)
    with zipfile.ZipFile(stored) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(entry), compresslevel=9)
    torch.load(path, weights_only=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "fixtures/docs")
    parser.add_argument("--table", action="store_true", help="print the table of fixtures/README.md")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)

    thousand = views(torchvision.models.resnet50().state_dict())
    ten = views(torchvision.models.resnet50(num_classes=10).state_dict())
    momentum = {
        "state": {0: {"momentum_buffer": ten["conv1.weight"]}},
        "param_groups": [{"lr": 0.01, "momentum": 0.9, "params": [0]}],
    }
    save(arguments.out / "resnet50.pth", thousand)
    save(arguments.out / "finetuned.pth", {
        "epoch": 12, "model": OrderedDict(("module." + key, value) for key, value in ten.items()),
        "optimizer": momentum, "lr_scheduler": {"last_epoch": 12},
    })
    save(arguments.out / "lightning.ckpt", {
        "epoch": 12, "global_step": 4000, "pytorch-lightning_version": "2.5.0",
        "state_dict": OrderedDict(("model." + key, value) for key, value in ten.items()),
        "loops": {}, "callbacks": {}, "optimizer_states": [momentum], "lr_schedulers": [],
        "hparams_name": "kwargs", "hyper_parameters": {"lr": 0.01, "num_classes": 10},
    })
    (arguments.out / "repvgg_pico.py").write_text(REPVGG)
    settings: dict = {}
    exec(REPVGG, settings)
    repvgg = zoo_models.build({"model": settings["model"], "data_preprocessor": settings["data_preprocessor"]})
    seeded_weights.fill(repvgg)
    save(arguments.out / "repvgg_pico.pth", repvgg.state_dict())
    if arguments.table:
        fixture_files.print_table(arguments.out)


if __name__ == "__main__":
    main()
