#!/usr/bin/env python3
"""Writes down what MMPreTrain's own models look like, for the tests of ModelZoo to compare with.

Covers every image classifier of MMPreTrain (its model index and the configs of the families below) whose
backbone, neck and head ModelZoo has. For each:
  - the state dict: number of entries, of elements, and the SHA-256 over its lines "key dtype shape"
  - the modules that run, at 1x3x224x224 and (except VGG, which is tied to 224) at 2x3x193x257: their number and
    the SHA-256 over lines "path shape settings", in the order in which forward hooks fire
  - parameters, FLOPs and activations as mmengine counts them, of the whole model and of the features alone,
    which is what tools/analysis_tools/get_flops.py prints, for a square RGB image of the extent given

A shape is extents joined by "x", "-" for a scalar. Modules that run more than once, and those that give back
their input in evaluation (Dropout, DropPath, Identity), are left out. A few models are listed in full, with the cost of each module: "path parameters FLOPs activations".

Models that are deployed in another form than they are trained in are covered in both.

A few models with hyper-parameters that no config uses come after those with a name.

operations.txt has output shapes of single operations: "conv input outputs kernel stride padding dilation groups
inputs output" and "max_pool|average_pool input kernel stride padding ceil output".

Needs torch, mmcv-lite, mmengine and mmpretrain (1.2). Deterministic; takes a few minutes.
"""
import argparse
import collections
import contextlib
import copy
import glob
import hashlib
import io
import json
import logging
import os
import random
import re
import warnings

BACKBONES = {"VGG", "MobileNetV2", "ResNet", "ResNetV1c", "ResNetV1d", "ResNet_CIFAR", "ResNeXt", "SEResNet",
             "SEResNeXt", "RepVGG", "MobileOne"}
NECKS = {None, "GlobalAveragePooling"}
# The multi-label heads differ in their training loss only.
HEADS = {"ClsHead": "ClsHead", "MultiLabelClsHead": "ClsHead",
         "LinearClsHead": "LinearClsHead", "MultiLabelLinearClsHead": "LinearClsHead"}
FAMILIES = ["vgg", "resnet", "resnext", "seresnet", "mobilenet_v2", "wrn", "repvgg", "mobileone", "mobileone/deploy"]
# Of the image whose cost is counted, by backbone: small ones where counting, which computes, would take minutes.
EXTENTS = {"ResNet_CIFAR": 32, "RepVGG": 64, "MobileOne": 64}
# How a model is called in the form that it is deployed in, where its configs have no such form: (pattern, name).
DEPLOYED = [(r"(repvgg-\w+)_(8xb32|3rdparty)_in1k", r"\1_deploy_in1k")]
# Hyper-parameters that no config of MMPreTrain uses, as (backbone, channels of its output).
VARIANTS = [
    (dict(type="MobileNetV2", widen_factor=0.35), 1280),
    (dict(type="MobileNetV2", widen_factor=0.75), 1280),
    (dict(type="MobileNetV2", widen_factor=1.4), 1792),
    (dict(type="VGG", depth=13), 512),
    (dict(type="ResNet", depth=34, base_channels=32), 256),
    (dict(type="ResNeXt", depth=50, groups=64, width_per_group=4), 2048),
    (dict(type="SEResNet", depth=50, se_ratio=4), 2048),
    (dict(type="SEResNeXt", depth=50, se_ratio=4), 2048),  # the blocks are made without it
    (dict(type="RepVGG", arch="B2g2"), 2560),
    (dict(type="RepVGG", arch="B3g2", deploy=True), 2560),
]
LISTED = ["mobilenet-v2_8xb32_in1k", "vgg16bn_8xb32_in1k", "resnet18_8xb32_in1k", "resnetv1d50_8xb32_in1k",
          "seresnext50-32x4d_8xb32_in1k"]


def configs(wanted):
    """Name → config of every model in MMPreTrain whose architecture is covered; of `wanted` alone where there is any."""
    import mmpretrain
    from mmengine import Config
    from mmpretrain.apis.model import ModelHub

    found = {}
    lowercased = {name.lower() for name in wanted}  # as the list has them
    for name in mmpretrain.list_models():
        if wanted and name not in lowercased:
            continue
        try:
            model = ModelHub.get(name)
            found[model.name] = model.config
        except Exception as error:  # a few configs of other families are broken upstream
            print(f"skipping {name}: {type(error).__name__}")
    root = os.path.join(os.path.dirname(mmpretrain.__file__), ".mim", "configs")
    for family in FAMILIES:
        for path in sorted(glob.glob(os.path.join(root, family, "*.py"))):
            found.setdefault(os.path.splitext(os.path.basename(path))[0], Config.fromfile(path))

    def covered(config):
        model = config.get("model")
        if not model or model.get("type") != "ImageClassifier":
            return False
        if isinstance(model.get("neck"), list) or isinstance(model.get("head"), list) or not model.get("head"):
            return False
        neck = (model.get("neck") or {}).get("type")
        return model.backbone.type in BACKBONES and neck in NECKS and model.head.type in HEADS

    for name in list(found):
        for pattern, deployed in DEPLOYED:
            if match := re.fullmatch(pattern, name):
                config = copy.deepcopy(found[name])
                config.model.backbone.deploy = True
                found.setdefault(match.expand(deployed), config)
    found = {name: config for name, config in found.items() if not wanted or name in wanted}
    return {name: found[name] for name in sorted(found) if covered(found[name])}


def pooled(backbone, channels, classes):
    """A classifier with pooling and a linear head."""
    from mmengine import Config

    return Config(dict(model=dict(
        type="ImageClassifier", backbone=dict(backbone), neck=dict(type="GlobalAveragePooling"),
        head=dict(type="LinearClsHead", num_classes=classes, in_channels=channels))))


def variants():
    """Name → config of VARIANTS, each with pooling and a linear head of 10 classes."""
    def name(type, **arguments):
        return f"{type}({', '.join(f'{key}={value}' for key, value in arguments.items())})"

    return {name(**backbone): pooled(backbone, channels, 10) for backbone, channels in VARIANTS}


def shape_text(shape):
    return "x".join(map(str, shape)) or "-"


def state_lines(model):
    return [f"{key} {str(tensor.dtype).removeprefix('torch.')} {shape_text(tensor.shape)}"
            for key, tensor in model.state_dict().items()]


def settings(module):
    """What a leaf module computes, beyond its shapes; "" for a container."""
    from torch import nn

    def pair(value):
        return f"{value[0]},{value[1]}" if isinstance(value, tuple) else f"{value},{value}"

    def flag(value):
        return "yes" if value else "no"

    if isinstance(module, nn.Conv2d):
        return (f" conv stride={pair(module.stride)} padding={pair(module.padding)} dilation={pair(module.dilation)}"
                f" groups={module.groups} bias={flag(module.bias is not None)}")
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        return f" norm eps={module.eps!r}"
    if isinstance(module, nn.MaxPool2d):
        return (f" max_pool kernel={pair(module.kernel_size)} stride={pair(module.stride)}"
                f" padding={pair(module.padding)} ceil={flag(module.ceil_mode)}")
    if isinstance(module, nn.AvgPool2d):
        return (f" average_pool kernel={pair(module.kernel_size)} stride={pair(module.stride)}"
                f" padding={pair(module.padding)} ceil={flag(module.ceil_mode)}"
                f" count_pad={flag(module.count_include_pad)}")
    if isinstance(module, nn.AdaptiveAvgPool2d):
        return f" adaptive_average_pool output={pair(module.output_size)}"
    if isinstance(module, nn.Linear):
        return f" linear bias={flag(module.bias is not None)}"
    for kind in (nn.ReLU6, nn.ReLU, nn.Sigmoid):
        if isinstance(module, kind):
            return " " + kind.__name__.lower()
    assert next(module.children(), None) is not None or module.__class__.__name__ == "ClsHead", module
    return ""


def modules_run(model, shape, device="meta"):
    """(path, output shape, module) of each module that runs once, as forward hooks see them."""
    import torch
    from mmcv.cnn.bricks import DropPath
    from torch import nn

    calls = []

    def watch(path, module):
        def hook(_module, _inputs, output):
            output = output[-1] if isinstance(output, (tuple, list)) else output
            calls.append((path, tuple(output.shape), module))
        return module.register_forward_hook(hook)

    hooks = [watch(path, module) for path, module in model.named_modules()
             if not isinstance(module, (nn.Dropout, nn.Identity, DropPath))]
    with torch.no_grad():
        model(torch.zeros(shape, device=device))
    for hook in hooks:
        hook.remove()
    times = collections.Counter(path for path, _, _ in calls)
    return [call for call in calls if times[call[0]] == 1]


def module_lines(model, shape):
    return [f"{path or '(model)'} {shape_text(output)}{settings(module)}"
            for path, output, module in modules_run(model, shape)]


def complexity(model, extent):
    from mmengine.analysis import get_model_complexity_info

    with contextlib.redirect_stdout(io.StringIO()):
        info = get_model_complexity_info(model, (3, extent, extent), show_table=False, show_arch=False)
    return {"flops": info["flops"], "activations": info["activations"]}, info["params"]


def operation_lines():
    """Output shapes of convolutions and poolings over odd geometries, "error" where PyTorch refuses."""
    import torch
    from torch import nn

    def attempt(name, arguments, module, shape):
        try:
            output = shape_text(module()(torch.empty(shape, device="meta")).shape)
        except (RuntimeError, ValueError):
            output = "error"
        return f"{name} {shape_text(shape)} {' '.join(map(str, arguments))} {output}"

    draw = random.Random(0)
    lines = []
    for _ in range(150):
        groups = draw.choice([1, 1, 2, 3])
        inputs, outputs = groups * draw.randint(1, 3), groups * draw.randint(1, 3)
        kernel, stride, padding, dilation = (draw.randint(*ends) for ends in [(1, 5), (1, 3), (0, 3), (1, 3)])
        shape = (draw.randint(1, 2), draw.choice([inputs] * 9 + [inputs + 1]), draw.randint(1, 14), draw.randint(1, 14))
        lines.append(attempt(
            "conv", (outputs, kernel, stride, padding, dilation, groups, inputs),
            lambda: nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, device="meta"), shape))
    for _ in range(150):
        kernel, stride, padding, ceil = (draw.randint(*ends) for ends in [(1, 4), (1, 4), (0, 2), (0, 1)])
        shape = (1, draw.randint(1, 3), draw.randint(1, 9), draw.randint(1, 9))
        for name, kind in [("max_pool", nn.MaxPool2d), ("average_pool", nn.AvgPool2d)]:
            lines.append(attempt(name, (kernel, stride, padding, ceil),
                                 lambda: kind(kernel, stride, padding, ceil_mode=bool(ceil)), shape))
    return lines


def digest(lines):
    return {"count": len(lines), "sha256": hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()}


def cost_lines(model):
    """Parameters, FLOPs and activations of each module that runs, at 1x3x224x224."""
    import torch
    from mmengine.analysis import ActivationAnalyzer, FlopAnalyzer, parameter_count

    image = torch.zeros(1, 3, 224, 224)
    parameters = parameter_count(model)
    flops, activations = (kind(model, image).by_module() for kind in (FlopAnalyzer, ActivationAnalyzer))
    return [f"{path or '(model)'} {parameters[path]} {flops[path]} {activations[path]}"
            for path, _, _ in modules_run(model, image.shape, device="cpu")]


def facts(name, config, listings):
    from mmpretrain import get_model

    model = get_model(config, pretrained=False).eval()
    state = state_lines(model)
    extent = EXTENTS.get(config.model.backbone.type, 224)
    whole, parameters = complexity(model, extent)
    tensor_forward = model.forward
    model.forward = model.extract_feat
    features, _ = complexity(model, extent)
    model.forward = tensor_forward

    if name in LISTED:
        listings[f"{name}.cost.txt"] = cost_lines(model)
    model.to("meta")
    at224 = module_lines(model, (1, 3, 224, 224))
    shapes = {"1x3x224x224": digest(at224)}
    if config.model.backbone.type != "VGG":
        shapes["2x3x193x257"] = digest(module_lines(model, (2, 3, 193, 257)))
    if name in LISTED:
        listings[f"{name}.state_dict.txt"] = state
        listings[f"{name}.modules.txt"] = at224

    neck = (config.model.get("neck") or {}).get("type")
    return {
        "name": name,
        "types": [kind for kind in (config.model.backbone.type, neck, HEADS[config.model.head.type]) if kind],
        "logits": int(at224[-1].split()[1].split("x")[1]),
        "state_dict": {**digest(state), "elements": sum(tensor.numel() for tensor in model.state_dict().values())},
        "modules": shapes,
        "parameters": parameters,
        "extent": extent,
        "whole": whole,
        "features": features,
    }


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures", "models")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.normpath(default), help="folder to write to (%(default)s)")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these, in the place of what facts.json has")
    arguments = parser.parse_args()

    warnings.simplefilter("ignore")
    import torch
    from torch import nn
    for initializer in [name for name in dir(nn.init) if name.endswith("_") and not name.startswith("_")]:
        setattr(nn.init, initializer, lambda tensor, *args, **kwargs: tensor)  # no value matters here
    import mmengine
    import mmpretrain
    logging.disable(logging.WARNING)

    models, listings, known = [], {"operations.txt": operation_lines()}, {}
    path = os.path.join(arguments.out, "facts.json")
    old = {}
    if arguments.names:
        with open(path) as file:
            old = {model["name"]: model for model in json.load(file)["models"]}
    for name, config in {**configs(arguments.names), **variants()}.items():
        if arguments.names and name not in arguments.names:
            continue
        config.model.pop("train_cfg", None)  # some name augmentations that MMPreTrain no longer has
        same = repr(config.model)
        if same not in known or name in LISTED:
            known[same] = facts(name, config, listings)
        models.append({**known[same], "name": name})
        print(name, models[-1]["parameters"], flush=True)

    if arguments.names:
        known = {**old, **{model["name"]: model for model in models}}
        order = sorted(known.keys() - variants().keys()) + [name for name in variants() if name in known]
        models = [known[name] for name in order]
    os.makedirs(arguments.out, exist_ok=True)
    header = {"torch": torch.__version__, "mmengine": mmengine.__version__, "mmpretrain": mmpretrain.__version__}
    with open(path, "w") as out:
        out.write('{"versions": ' + json.dumps(header) + ', "models": [\n')
        out.write(",\n".join(json.dumps(model) for model in models))
        out.write("\n]}\n")
    for file, lines in listings.items():
        with open(os.path.join(arguments.out, file), "w") as out:
            out.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    main()
