"""EfficientNet from Google's TensorFlow checkpoints, EfficientNetV2 from timm."""

from collections import OrderedDict

import torch

from .case import Case, Made, named
from .reference import agree, build, instance, model_from_config, quietly, script

TENSORFLOW = {"tensorflow.python.training": {"py_checkpoint_reader": None}}
NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def tensorflow_names(model, scope):
    """MMPreTrain's key -> the variable of Google's efficientnet_model.py, in the order of the model.

    Google numbers the blocks through all stages, and in each the layers of a kind: conv2d, conv2d_1, …
    """
    layers = list(model.backbone.layers.named_children())
    places, blocks = {f"backbone.layers.{layers[0][0]}": "stem", f"backbone.layers.{layers[-1][0]}": "head"}, []
    for stage, module in layers[1:-1]:
        blocks += [f"backbone.layers.{stage}.{index}" for index, _ in module.named_children()]
    places.update((block, f"blocks_{index}") for index, block in enumerate(blocks))
    keys = list(model.state_dict())
    result = OrderedDict()
    for key in keys:
        if key.endswith("num_batches_tracked"):
            continue
        if key.startswith("head.fc"):
            result[key] = f"{scope}/head/dense/{'kernel' if key.endswith('weight') else 'bias'}"
            continue
        place = max((p for p in places if key.startswith(p + ".")), key=len)
        *path, leaf = key[len(place) + 1:].split(".")
        order = ["expand_conv", "depthwise_conv", "linear_conv", "conv1", "conv2"]
        present = [part for part in order if any(k.startswith(f"{place}.{part}.") for k in keys)]
        if path[-1] == "bn":
            index = present.index(path[0]) if len(path) > 1 else 0
            name = f"tpu_batch_normalization{f'_{index}' if index else ''}/{NORM[leaf]}"
        elif path[0] == "se":
            name = f"se/conv2d{'_1' if path[1] == 'conv2' else ''}/{'kernel' if leaf == 'weight' else 'bias'}"
        elif path[0] == "depthwise_conv":
            name = "depthwise_conv2d/depthwise_kernel"
        else:
            plain = [part for part in present if part != "depthwise_conv"]
            index = plain.index(path[0]) if len(path) > 1 else 0
            name = f"conv2d{f'_{index}' if index else ''}/kernel"
        result[key] = f"{scope}/{places[place]}/{name}"
    return result


def tensorflow_shape(key, name, tensor, background):
    shape = tuple(tensor.shape)
    if name.endswith("/depthwise_kernel"):
        return shape[2:] + shape[:2]
    if len(shape) == 4:
        return shape[2:] + (shape[1], shape[0])
    if key.startswith("head.fc"):
        shape = (shape[0] + background,) + shape[1:]
    return shape[::-1]


def efficientnet(variant, weights):
    edge = variant in ("es", "em")
    config = f"efficientnet/efficientnet-{variant}_8xb32-01norm_in1k.py" if edge else \
        f"efficientnet/efficientnet-{variant}_8xb32_in1k.py"
    model = model_from_config(config)
    scope = f"efficientnet-edgetpu-{variant[1].upper()}" if edge else f"efficientnet-{variant}"
    ema = "/ExponentialMovingAverage"
    source = OrderedDict()
    state = build(model).state_dict()
    for key, name in tensorflow_names(build(model), scope).items():
        shape = tensorflow_shape(key, name, state[key], 1 if edge else 0)
        source[name] = torch.empty(shape)
        source[name + ema] = torch.empty(shape)
    for name in (f"{scope}/head/dense/kernel", f"{scope}/head/dense/bias"):
        for slot in ("RMSProp", "RMSProp_1"):
            source[f"{name}/{slot}"] = torch.empty(source[name].shape)
    source["global_step"] = torch.empty((), dtype=torch.int64)
    module = script("efficientnet_to_mmpretrain", TENSORFLOW)

    def upstream(state_dict):
        arrays = {name: torch.as_tensor(module.tf2pth(tensor.numpy())) for name, tensor in state_dict.items()}
        return module.map_key(arrays, weights == "ema")

    def right(state_dict):
        if weights == "ema":
            state_dict = {name.removesuffix(ema): tensor for name, tensor in state_dict.items()
                          if name.endswith(ema)}
        arrays = {name: torch.as_tensor(module.tf2pth(tensor.numpy())) for name, tensor in state_dict.items()}
        return module.map_key(arrays, False)
    made = [Made(r"head\.fc\.weight", "i o -> o i" + ("; slice 0 1..1001" if edge else "")),
            Made(r".*\.depthwise_conv\.conv\.weight", "h w c 1 -> c 1 h w"),
            Made(r".*\.conv\.weight", "h w i o -> o i h w"), Made(r".*\.conv[12]?\.weight", "h w i o -> o i h w")]
    if edge:
        end = ema if weights == "ema" else ""
        kernel, bias = f"{scope}/head/dense/kernel{end}", f"{scope}/head/dense/bias{end}"
        made = [Made(r"head\.fc\.weight", "i o -> o i; slice 0 1..1001", [kernel]),
                Made(r"head\.fc\.bias", "slice 0 1..1001", [bias]), *made[1:]]
    notes = ["names derived by inverting upstream's script; shapes, and which layers there are, from MMPreTrain's model",
             "a checkpoint holds each variable raw and averaged (ExponentialMovingAverage), and optimizer slots",
             "the published accuracies are those of the averaged weights; upstream takes the raw ones, and with --l2 "
             "raw and averaged overwrite each other in the order of the dictionary"]
    return Case(f"efficientnet_{variant}_{weights}", "efficientnet", source, quietly(upstream), model, right=right,
                made=made, constants={r".*\.num_batches_tracked": 0}, settings={"weights": weights}, notes=notes,
                suffix=ema if weights == "ema" else "", beside=("",) if weights == "ema" else (ema,),
                model_name=config.split("/")[1].removesuffix(".py"))


# EfficientNetV2

def efficientnetv2(variant):
    import timm
    network = instance(timm.create_model, f"tf_efficientnetv2_{variant}")
    upstream = quietly(script("efficientnetv2_to_mmpretrain").convert_from_efficientnetv2_timm)
    model = f"efficientnetv2-{variant}_3rdparty_in1k"
    notes = [f"source timm tf_efficientnetv2_{variant}",
             "upstream reads the number of stages from the 9th key from the end"]
    if variant == "b0":
        notes.append(agree(network, model, upstream))
    return Case(f"efficientnetv2_{variant}", "efficientnetv2", network.state_dict(), upstream, model, notes=notes)


CASES = {
    "efficientnet": [named(f"efficientnet_{v}_{w}", efficientnet, v, w)
                     for v, w in (("b0", "raw"), ("b0", "ema"), ("b3", "raw"), ("es", "ema"), ("em", "raw"))],
    "efficientnetv2": [named(f"efficientnetv2_{v}", efficientnetv2, v) for v in ("b0", "s", "m")],
}


def cases(family):
    return CASES[family]
