#!/usr/bin/env python3
"""Makes fixtures/goldens/zoo: what the architectures of MMPreTrain compute with seeded weights on a seeded input.

usage: make_zoo_goldens.py [--list] [--only GLOB]

For each backbone the smallest model that fixtures/zoo/listings.zip has, and the models of VARIANTS, whose necks, heads
or settings no smallest model has:

    NAME.pth        the model at its own size, batch 1
    NAME@SIDE.pth   the same with 10 classes, and other settings where its `options` name some, on a smaller image
    NAME@SIDE-WORD.pth
                    the same with settings that no config has

NAME is that of the registry, else the stem of the config. A golden has the form that scripts/capture_golden.py
describes, with both precisions of the output, and these entries:

    output.N        of a model that gives several tensors the N-th; `output` is the last (small goldens only)
    options         what is set in the model beside its config, as lines "backbone.img_size=64"

Of a model without a head the output is its last features. `samples` has 32 elements of what backbone and neck give and
16 of other modules, evenly spaced among those that run. What the float64 run would cast to float32 inside the model
stays double. Weights are those of scripts/seeded_weights.py; buffers are as the model computes them.

index.tsv has a line a golden: file, config, options, shapes of input and output, rms of the output, the largest
difference between the precisions, bytes, SHA-256.

Needs torch, mmcv-lite, mmengine and mmpretrain (1.2). Deterministic; takes half an hour. Goldens that exist are kept:
delete one to make it anew.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import copy
import fnmatch
import hashlib
import io
import json
import pathlib
import time

import torch
from torch.overrides import TorchFunctionMode

import seeded_weights
import zoo_models
from make_zoo_facts import ROOT

FOLDER = ROOT / "fixtures" / "goldens" / "zoo"
# What is made first: the families that most models belong to.
FIRST = ["VisionTransformer", "DistilledVisionTransformer", "MoCoV3ViT", "ConvNeXt", "EfficientNet", "EfficientNetV2",
         "SwinTransformer", "RIFormer", "PoolFormer", "VAN", "PCPVT", "SVT", "MlpMixer", "ShuffleNetV2"]
# Small ones only. SAM takes gigabytes at its own size, and gives features of megabytes. With seeded weights the others
# compute something else in float32 than in float64: Vig chooses other neighbours from its sixth block on, and T2T_ViT
# multiplies its scores by the root of the head's width, which upstream means to divide by.
SMALL_ONLY = {"ViTSAM", "Vig", "PyramidVig", "T2T_ViT"}
CLASSES = "head.num_classes=10"
# Backbone → side and further settings of the small golden; absent where no smaller image is taken.
SMALL = {
    # Position embeddings, tables or codes for another grid than the one that they were made for.
    **{name: (96, []) for name in (
        "VisionTransformer", "DistilledVisionTransformer", "MoCoV3ViT", "DeiT3", "RevVisionTransformer", "LoRAModel",
        "XCiT", "MViT", "HorNet", "EdgeNeXt", "MobileViT", "Conformer")},
    "ViTEVA02": (112, []),
    "ViTSAM": (32, []),
    "T2T_ViT": (96, ["backbone.num_layers=1"]),
    # With these numbers of neighbours none is chosen by a margin below 4e-7.
    "Vig": (224, ["backbone.k=7", "backbone.out_indices=[3]"]),
    "PyramidVig": (224, ["backbone.k=3", "backbone.out_indices=[0]", "head.in_channels=48"]),
    # An odd side, for padding that depends on the size.
    **{name: (97, []) for name in ("EfficientNet", "EfficientNetV2", "InceptionV3")},
    # Maps smaller than the window.
    **{name: (96, ["backbone.pad_small_map=True"]) for name in ("SwinTransformer", "SwinTransformerV2", "DaViT")},
    # No other size than the one that they are made for.
    **{name: (64, ["backbone.img_size=64"]) for name in (
        "BEiTViT", "MlpMixer", "RepMLPNet", "TNT", "HiViT", "LeViT")},
    "TinyViT": (64, ["backbone.img_size=[64,64]"]),
    "MixMIMTransformer": (64, ["backbone.img_size=64", "backbone.window_size=[8,8,4,2]"]),
    **{name: (64, []) for name in (
        "ConvMixer", "ConvNeXt", "CSPDarkNet", "CSPResNet", "CSPResNeXt", "DenseNet", "HRNet", "MobileNetV2",
        "MobileNetV3", "MobileOne", "PoolFormer", "RegNet", "RepLKNet", "RepVGG", "Res2Net", "ResNeSt", "ResNet",
        "ResNetV1c", "ResNetV1d", "ResNeXt", "RIFormer", "SEResNet", "SEResNeXt", "ShuffleNetV1", "ShuffleNetV2",
        "PCPVT", "SVT", "VAN")},
}
# (name or stem, side or None for its own, settings[, word])
VARIANTS = [
    ("convnext-tiny_32xb128_in1k", None, []),
    ("vit-base-p32_clip-openai-pre_3rdparty_in1k", None, []),  # pre_norm
    ("vit-base-p16_mae-1600e-pre_8xb2048-linear-coslr-90e_in1k", 96, []),  # ClsBatchNormNeck
    ("vit-base-p16_mae-1600e-pre_8xb128-coslr-100e_in1k", 96, []),  # averaged patches
    ("vit-small-p14_dinov2-pre_3rdparty", 98, []),  # layer scale, no head
    ("vit-base-p32_64xb64_in1k", 96, []),  # a head with a hidden layer
    ("beit-base-p16_beitv2-pre_8xb128-coslr-100e_in1k", 64, ["backbone.img_size=64"]),
    ("resnet101-csra_1xb16_voc07-448px", 128, []),
    ("resnet101-csra_1xb16_voc07-448px", None, []),
    ("vgg16_8xb16_voc", None, []),  # a multi-label head
    ("resnet50_8xb16_cifar100", None, []),
    ("efficientnet-es_8xb32-01norm_in1k", 97, []),
    ("efficientnetv2-s_3rdparty_in1k", 97, []),
    ("mobilenet-v3-large_8xb128_in1k", 65, []),
    ("hornet-tiny_3rdparty_in1k", 64, []),
    ("xcit-tiny-12-p8_3rdparty_in1k", 64, []),
    ("repvgg-D2se_3rdparty_in1k", 64, []),
    ("repvgg-A0_deploy_in1k", 64, []),
    ("riformer-s12-deploy_8xb128_in1k", 64, []),
    ("mobileone-s0_deploy_8xb32_in1k", 64, []),
    ("replknet-31B-deploy_32xb64_in1k", 64, []),
    ("repmlp-base_deploy_8xb64_in1k-256px", 64, ["backbone.img_size=64"]),
    ("swin-base_3rdparty_in1k-384", 96, ["backbone.pad_small_map=True"]),
    ("swinv2-base-w24_in21k-pre_3rdparty_in1k-384px", 96, ["backbone.pad_small_map=True"]),  # pretrained windows
    ("mvitv2-large_3rdparty_in1k", 64, []),  # no dim_mul_in_attention
    ("conformer-small-p32_8xb128_in1k", 96, []),
    ("conformer-tiny-p16_3rdparty_in1k", 96, ["backbone.with_cls_token=false"], "mean"),
    # Scales that the next block goes on from, and no bias by distance.
    ("mvitv2-tiny_3rdparty_in1k", 64, [
        "backbone.out_scales=[1,3]", "backbone.use_abs_pos_embed=true", "backbone.rel_pos_spatial=false",
        "backbone.residual_pooling=false"], "scales"),
    *(("vig-tiny_3rdparty_in1k", 224, [
        "backbone.k=7", "backbone.out_indices=[0]", f"backbone.graph_conv_type=\"{kind}\""], kind)
      for kind in ("edge", "sage", "gin")),
    ("vit-base-p16_sam-pre_3rdparty_sa1b-1024px", 48, [
        "backbone.out_indices=[0,2]", "backbone.out_type=\"avg_featmap\"", "backbone.out_channels=0"], "mean"),
    # Necks that no classifier's config has.
    ("resnet18_8xb32_in1k", 65, ["neck.type=\"GeneralizedMeanPooling\"", "neck.p=2.5"], "gem"),
    ("resnet18_8xb32_in1k", 65, [
        "neck.type=\"LinearNeck\"", "neck.in_channels=512", "neck.out_channels=24", "neck.gap_dim=2",
        "head.in_channels=24"], "linear"),
    # A head that no classifier's config has.
    ("resnet18_8xb16_cifar10", 33, [
        "head.type=\"ArcFaceClsHead\"", "head.num_subcenters=3", "head.scale=8.5"], "arcface"),
    # Feed-forward networks of other layers.
    ("mlp-mixer-base-p16_3rdparty_64xb64_in1k", 64, [
        "backbone.arch=\"s\"", "backbone.img_size=64", "backbone.layer_cfgs.num_fcs=3", "head.in_channels=512"], "deep"),
    ("swin-tiny_16xb64_in1k", 96, [
        "backbone.pad_small_map=True", "backbone.stage_cfgs.block_cfgs.ffn_cfgs.num_fcs=3",
        "backbone.stage_cfgs.block_cfgs.ffn_cfgs.act_cfg.type=\"ReLU\""], "deep"),
]


class Double(TorchFunctionMode):
    """Keeps double what a model would make float32."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        def widened(value):
            return torch.float64 if value is torch.float32 else value

        if getattr(func, "__name__", "") == "float":
            return args[0].double()
        return func(*map(widened, args), **{name: widened(value) for name, value in (kwargs or {}).items()})


class Task:
    """One golden to make."""

    def __init__(self, path, config, name, side, settings, word=None):
        self.path, self.name = path, name
        self.side = side or zoo_models.test_size(config)
        self.options = list(settings)
        self.config = copy.deepcopy(config)
        model = self.config["model"]
        if side and "num_classes" in (model.get("head") or {}):
            self.options.append(CLASSES)
        if side and "num_classes" in model["backbone"] or side and model["backbone"]["type"] == "InceptionV3":
            self.options.append("backbone.num_classes=10")
        for option in self.options:
            place, _, value = option.partition("=")
            *parts, setting = place.split(".")
            target = model
            for part in parts:
                target = target.setdefault(part, {})
            target[setting] = json.loads(value.replace("True", "true"))
        self.file = f"{name}@{side}{f'-{word}' if word else ''}.pth" if side else f"{name}.pth"

    @property
    def shape(self):
        return 1, zoo_models.channels(self.config), self.side, self.side


def tasks() -> list[Task]:
    configs = zoo_models.classifiers()
    with open(ROOT / "fixtures" / "zoo" / "facts.jsonl") as file:
        entries = [json.loads(line) for line in file]
    known = {}
    for entry in entries:
        for name in entry["names"] or [pathlib.PurePosixPath(entry["config"]).stem]:
            known[name] = entry
    made = []
    smallest = [entry for entry in entries if "sizes" in entry]
    smallest.sort(key=lambda entry: (entry["backbone"] not in FIRST, entry["cost"][0]))
    for entry in smallest:
        config, names = configs[entry["config"]]
        name = (names or [pathlib.PurePosixPath(entry["config"]).stem])[0]
        if entry["backbone"] in SMALL:
            side, settings = SMALL[entry["backbone"]]
            made.append(Task(entry["config"], config, name, side, settings))
        if entry["backbone"] not in SMALL_ONLY:
            made.append(Task(entry["config"], config, name, None, []))
    for name, side, settings, *word in VARIANTS:
        if name not in known:
            print(f"no model is named {name}")
            continue
        path = known[name]["config"]
        made.append(Task(path, configs[path][0], name, side, settings, *word))
    return list({task.file: task for task in made}.values())


def flattened(output) -> list[torch.Tensor]:
    if isinstance(output, torch.Tensor):
        return [output]
    return [tensor for part in output or () for tensor in flattened(part)]


def run(model, image):
    """(the tensors of the output, module path → the tensor of its last call), cloned: they may be overwritten."""
    captured = {}

    def hook(path):
        def record(_module, _inputs, output):
            tensors = flattened(output) if path in ("backbone", "neck") else [output]
            if tensors and isinstance(tensors[-1], torch.Tensor):
                captured.pop(path, None)
                captured[path] = tensors[-1].detach().clone()
        return record

    transparent = ("Dropout", "DropPath", "Identity")
    handles = [module.register_forward_hook(hook(path)) for path, module in model.named_modules()
               if path and type(module).__name__ not in transparent]
    try:
        with torch.no_grad():
            output = flattened(model(image))
    finally:
        for handle in handles:
            handle.remove()
    return [tensor.detach().clone() for tensor in output], captured


def sampled(captured, limit) -> dict[str, torch.Tensor]:
    """Elements of modules, all views of one tensor: a storage for each would take more room than they do."""
    stages = [path for path in ("backbone", "neck") if path in captured]
    others = [path for path in captured if "." in path and not path.startswith("head")]
    others = [others[len(others) * i // limit] for i in range(min(limit, len(others)))]
    parts = {}
    for path in [*others, *stages]:
        value = captured[path].float().reshape(-1)
        count = min(32 if path in stages else 16, value.numel())
        parts[path] = value[torch.from_numpy(seeded_weights.sample_positions(path, count, value.numel()))]
    flat = torch.cat(list(parts.values()))
    views = torch.split(flat, [part.numel() for part in parts.values()])
    return dict(zip(parts, views))


def golden(task: Task) -> dict:
    torch.manual_seed(0)
    model = zoo_models.built(task.config)[0]
    seeded_weights.fill(model)
    image = torch.from_numpy(seeded_weights.seeded_input(task.shape))
    model.eval()  # again: some cache a table that depends on the weights
    output, captured = run(model, image)
    model.double().eval()
    torch.set_default_dtype(torch.float64)
    try:
        with Double():
            double, _ = run(model, image.double())
    finally:
        torch.set_default_dtype(torch.float32)
    assert all(tensor.dtype == torch.float64 and tensor.isfinite().all() for tensor in double)
    record = {"input": "seeded", "input_shape": task.shape, "output": output[-1]}
    if len(output) > 1 and sum(tensor.numel() for tensor in output) < 1000:
        record |= {f"output.{i}": tensor for i, tensor in enumerate(output)}
    record |= {"output_float64": double[-1], "module": "", "weights": "seeded",
               "samples": sampled(captured, limit=3 if output[-1].numel() > 300 else 16)}
    if task.options:
        record["options"] = "\n".join(task.options)
    record["source"] = f"{task.name}, torch {torch.__version__.partition('+')[0]}, float32, cpu"
    return record


def row(task: Task, path: pathlib.Path) -> str:
    record = torch.load(path, weights_only=True)
    output, double = record["output"], record["output_float64"]
    content = path.read_bytes()
    return "\t".join([
        path.name, task.path, " ".join(task.options) or "-", "x".join(map(str, record["input_shape"])),
        "x".join(map(str, output.shape)), f"{double.square().mean().sqrt():.4g}",
        f"{(output.double() - double).abs().max():.2g}", str(len(content)), hashlib.sha256(content).hexdigest()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the files and stop")
    parser.add_argument("--only", default="*", metavar="GLOB", help="of the files")
    options = parser.parse_args()
    zoo_models.quiet()
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = {}
    for task in tasks():
        path = FOLDER / task.file
        if options.list:
            print(task.file, task.path, *task.options)
            continue
        if not path.exists() and fnmatch.fnmatchcase(task.file, options.only):
            started = time.time()
            try:
                saved = io.BytesIO()  # a file's own name would stand in each record of the archive
                torch.save(golden(task), saved)
                path.write_bytes(saved.getvalue())
            except Exception as error:
                print(f"FAILED {task.file}: {type(error).__name__}: {str(error)[:200]}", flush=True)
                continue
            print(f"{time.time() - started:.1f} s ", end="")
        if path.exists():
            rows[task.file] = row(task, path)
            print(rows[task.file], flush=True)
    if not options.list:
        header = "file\tconfig\toptions\tinput\toutput\trms\tfloat32 - float64\tbytes\tsha256\n"
        (FOLDER / "index.tsv").write_text(header + "".join(rows[file] + "\n" for file in sorted(rows)))


if __name__ == "__main__":
    main()
