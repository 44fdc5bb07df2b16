#!/usr/bin/env python3
"""Makes fixtures/goldens/zoo: what the architectures of MMPreTrain compute with seeded weights on a seeded input.

usage: make_zoo_goldens.py [--list] [NAME…]

For each backbone the smallest model that fixtures/zoo/listings.zip has, and the models of VARIANTS, whose necks, heads
or settings no smallest model has:

    NAME.pth        the model at its own size, batch 1
    NAME@SIDE.pth   the model with 10 classes on an image of another side, where the architecture takes one

A golden has the form that scripts/capture_golden.py describes, with both precisions of the output. Of a model that gives
several tensors `output` is the last and `output.N` the N-th; of a model without a head the features. `samples` has up to
64 elements of what backbone and neck give, and 16 of up to 12 other modules, evenly spaced among those that run. What
the float64 run would cast to float32 inside the model stays double.

Weights are those of scripts/seeded_weights.py, buffers that the model computes as they are. NAME is that of the registry,
else the stem of the config. Needs torch, mmcv-lite, mmengine and mmpretrain (1.2). Deterministic; takes a quarter of an
hour. Goldens that exist are kept: delete one to make it anew.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import copy
import hashlib
import json
import pathlib
import time
import zipfile

import torch
from torch.overrides import TorchFunctionMode

import seeded_weights
import zoo_analysis
import zoo_models
from make_zoo_facts import ROOT

FOLDER = ROOT / "fixtures" / "goldens" / "zoo"
# Models beside the smallest of each backbone.
VARIANTS = [
    "resnet101-csra_1xb16_voc07-448px",
]
# By backbone, the sides of further inputs. Without one: those that refuse any other size.
SIDES = {}


class Double(TorchFunctionMode):
    """Keeps double what a model would make float32."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        def widened(value):
            return torch.float64 if value is torch.float32 else value

        if getattr(func, "__name__", "") == "float":
            return args[0].double()
        return func(*map(widened, args), **{name: widened(value) for name, value in (kwargs or {}).items()})
