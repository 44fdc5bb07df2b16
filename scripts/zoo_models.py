#!/usr/bin/env python3
"""MMPreTrain's image classifiers by config: what the makers of fixtures/zoo share.

`classifiers()` gives the configs of ModelIndex, as zoo_configs.py patches them; `built()` a model without initialisation,
its deploy form where upstream cannot build that itself; `test_size()` the side of the image that its test pipeline makes.
"""
import reference_python  # noqa: F401, first: it says what is missing
import copy
import logging
import pathlib
import tempfile
import warnings

import torch
import yaml

import capture_golden
import zoo_configs

# What a config needs to be built from here alone: no checkpoint, no augmentation that the library has dropped.
DROPPED = ("train_cfg", "init_cfg")


def quiet() -> None:
    """Silences the libraries, and takes one thread."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)


def classifiers() -> dict[str, tuple[dict, list[str]]]:
    """Path of the config of each classifier → the config as plain values, and the names of the models that have it."""
    import mmpretrain

    source = pathlib.Path(mmpretrain.__file__).parent / ".mim"
    names = {}
    for metafile in yaml.safe_load((source / "model-index.yml").read_text())["Import"]:
        for model in yaml.safe_load((source / metafile).read_text())["Models"]:
            names.setdefault(model["Config"].removeprefix("configs/"), []).append(model["Name"])
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        root = zoo_configs.patched(source / "configs", folder)
        for path in sorted(root.rglob("*.py")):
            file = path.relative_to(root).as_posix()
            config = None if file.startswith("_base_/") else zoo_configs.loaded(path)
            if config and config.get("model", {}).get("type") == "ImageClassifier":
                found[file] = config, names.get(file, [])
    return found


def stripped(value):
    """The value without DROPPED, at any depth."""
    if isinstance(value, dict):
        return {name: stripped(item) for name, item in value.items() if name not in DROPPED}
    if isinstance(value, (list, tuple)):
        return type(value)(map(stripped, value))
    return value


def build(config: dict) -> torch.nn.Module:
    """The model in PyTorch's memory, in evaluation mode, its values undefined."""
    from mmengine import Config
    from mmpretrain import get_model

    with capture_golden.skipped_initialisation():
        return get_model(Config({"model": stripped(copy.deepcopy(config["model"]))}), pretrained=False).eval()


def built(config: dict) -> tuple[torch.nn.Module, str | None]:
    """The model, and why upstream can't build it as the config says; None where it can.

    LeViT's deploy forms are such: their trained form is built and switched.
    """
    try:
        return build(config), None
    except TypeError as error:
        trained = copy.deepcopy(config["model"])
        if not all(trained.get(part, {}).pop("deploy", False) for part in ("backbone", "head")):
            raise
        model = build({"model": trained})
        for part in (model.backbone, model.head):
            part.switch_to_deploy()
        return model.eval(), f"{type(error).__name__}: {error}"


def channels(config: dict) -> int:
    """Channels of the input: one for the digits of MNIST, three otherwise."""
    return 1 if config["model"]["backbone"]["type"] == "LeNet5" else 3


def test_size(config: dict) -> int:
    """The side of the square image that the test pipeline makes; of a config without one that which the backbone is
    made for, else 224."""
    loader = config.get("test_dataloader") or {}
    if "CIFAR" in str(loader.get("dataset", {}).get("type")) or "MNIST" in str(loader.get("dataset", {}).get("type")):
        return 32
    for step in reversed(loader.get("dataset", {}).get("pipeline") or []):
        if step["type"] in ("CenterCrop", "EfficientNetCenterCrop"):
            return step["crop_size"]
        if step["type"] == "Resize":
            return step["scale"] if isinstance(step["scale"], int) else step["scale"][0]
    size = config["model"]["backbone"].get("img_size", 224)
    if config["model"]["backbone"]["type"] == "ViTSAM":
        return 1024
    return size if isinstance(size, int) else size[0]


if __name__ == "__main__":
    quiet()
    for path, (config, names) in classifiers().items():
        print(path, config["model"]["backbone"]["type"], test_size(config), *names)
