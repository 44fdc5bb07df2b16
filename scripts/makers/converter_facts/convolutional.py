"""Convolutional networks from their official repositories: RepVGG, VAN, ConvNeXt, HorNet, RepLKNet, EdgeNeXt."""

from collections import OrderedDict

from .case import Case, named
from .reference import agree, instance, official, quietly, script, through_files

REPVGG = "DingXiaoH/RepVGG@eae7c52"
VAN = "Visual-Attention-Network/VAN-Classification@e19779b"
CONVNEXT = "facebookresearch/ConvNeXt@048efce"
HORNET = "raoyongming/HorNet@ac9e210"
REPLKNET = "DingXiaoH/RepLKNet-pytorch@b76808a"
EDGENEXT = "mmaaz60/EdgeNeXt@3884504"


def renamed(convert, *pairs):
    """`convert`, and then these pieces of its keys replaced."""
    def run(state_dict):
        result = OrderedDict()
        for key, tensor in convert(state_dict).items():
            for old, new in pairs:
                key = key.replace(old, new)
            result[key] = tensor
        return result
    return run


# RepVGG

def repvgg(variant):
    module = official(REPVGG, "repvgg.py")
    network = instance(module.get_RepVGG_func_by_name(f"RepVGG-{variant}"))
    upstream = through_files(script("repvgg_to_mmpretrain").convert)
    suffix = "3rdparty" if variant == "D2se" else "8xb32"
    model = f"repvgg-{variant.lower()}_{suffix}_in1k"
    notes = [f"source {REPVGG} repvgg.py"]
    if variant == "A0":
        notes.append(agree(network, model, upstream, (1, 3, 64, 64)))
    return Case(f"repvgg_{variant.lower()}", "repvgg", network.state_dict(), upstream, model, notes=notes)


def repvgg_deploy(variant):
    module = official(REPVGG, "repvgg.py")
    network = instance(module.get_RepVGG_func_by_name(f"RepVGG-{variant}"), deploy=True)
    upstream = through_files(script("repvgg_to_mmpretrain").convert)
    right = renamed(upstream, ("rbr_reparam", "branch_reparam"))

    def model():
        from mmpretrain import get_model
        return get_model(f"repvgg-{variant.lower()}_8xb32_in1k", pretrained=False, backbone=dict(deploy=True))
    notes = [f"source {REPVGG} repvgg.py, deploy=True",
             "upstream leaves 'rbr_reparam' as it is; the deploy model has 'branch_reparam'",
             agree(network, model, right, (1, 3, 64, 64))]
    return Case(f"repvgg_{variant.lower()}_deploy", "repvgg", network.state_dict(), upstream, model, right=right,
                notes=notes, model_name=f"repvgg-{variant}_deploy_in1k")


# VAN

def van(variant, size):
    module = official(VAN, "models/van.py")
    network = instance(getattr(module, f"van_{variant}"))
    upstream = quietly(script("van2mmpretrain").convert_van)
    model = f"van-{size}_3rdparty_in1k"
    notes = [f"source {VAN} models/van.py van_{variant}"]
    if size == "tiny":
        notes.append(agree(network, model, upstream, (1, 3, 64, 64)))
    return Case(f"van_{size}", "van", network.state_dict(), upstream, model, notes=notes)


# ConvNeXt

def convnext(size, **options):
    network = instance(getattr(official(CONVNEXT, "models/convnext.py"), f"convnext_{size}"), **options)
    upstream = quietly(script("convnext_to_mmpretrain").convert_convnext)
    model = {"tiny": "convnext-tiny_32xb128_in1k", "base": "convnext-base_3rdparty_in21k"}[size]
    notes = [f"source {CONVNEXT} models/convnext.py convnext_{size}"]
    if size == "tiny":
        notes.append(agree(network, model, upstream, (1, 3, 64, 64)))
    return Case(f"convnext_{size}", "convnext", network.state_dict(), upstream, model, notes=notes)


# HorNet

def hornet(variant, model):
    network = instance(getattr(official(HORNET, "hornet.py"), f"hornet_{variant}"))
    upstream = quietly(script("hornet2mmpretrain").convert_hornet)
    notes = [f"source {HORNET} hornet.py hornet_{variant}"]
    notes.append(agree(network, model, upstream, (1, 3, 224, 224)))
    return Case(f"hornet_{variant}", "hornet", network.state_dict(), upstream, model, notes=notes)


# RepLKNet

def replknet_model():
    """MMPreTrain 1.2's own configurations of RepLKNet cannot be read by mmengine 0.10."""
    from mmpretrain.models import build_classifier
    return build_classifier(dict(
        type="ImageClassifier", backbone=dict(type="RepLKNet", arch="31B", out_indices=(3,)),
        neck=dict(type="GlobalAveragePooling"), head=dict(type="LinearClsHead", num_classes=1000, in_channels=1024)))


def replknet(merged):
    module = official(REPLKNET, "replknet.py")
    network = instance(module.create_RepLKNet31B, use_checkpoint=False, small_kernel_merged=merged)
    upstream = through_files(script("replknet_to_mmpretrain").convert)
    notes = [f"source {REPLKNET} replknet.py create_RepLKNet31B",
             "upstream puts 'backbone.stages.3.norm' for any segment that begins with norm, inside a key too",
             agree(network, replknet_model, upstream, (1, 3, 64, 64))]
    return Case("replknet_31b", "replknet", network.state_dict(), upstream, replknet_model, notes=notes,
                model_name="replknet-31b_3rdparty_in1k")


# EdgeNeXt

def edgenext(variant, model):
    network = instance(getattr(official(EDGENEXT, "models.model"), f"edgenext_{variant}"), classifier_dropout=0.0)
    convert = script("edgenext_to_mmpretrain").convert_weights

    def upstream(state_dict):
        return convert({"state_dict": state_dict})["state_dict"]
    notes = [f"source {EDGENEXT} models/model.py edgenext_{variant}",
             "upstream takes only a file with 'state_dict'; given the authors' 'model_ema' it raises NotImplementedError"]
    return Case(f"edgenext_{variant}", "edgenext", network.state_dict(), upstream, model, notes=notes)


CASES = {
    "repvgg": [named(f"repvgg_{v.lower()}", repvgg, v) for v in ("A0", "B0", "B1g2", "D2se")]
    + [named("repvgg_a0_deploy", repvgg_deploy, "A0")],
    "van": [named(f"van_{size}", van, variant, size)
            for variant, size in (("b0", "tiny"), ("b1", "small"), ("b2", "base"))],
    "convnext": [named("convnext_tiny", convnext, "tiny"), named("convnext_base", convnext, "base", num_classes=21841)],
    "hornet": [named("hornet_tiny_7x7", hornet, "tiny_7x7", "hornet-tiny_3rdparty_in1k"),
               named("hornet_tiny_gf", hornet, "tiny_gf", "hornet-tiny-gf_3rdparty_in1k")],
    "replknet": [named("replknet_31b", replknet, False)],
    "edgenext": [named(f"edgenext_{v}", edgenext, v, f"edgenext-{m}_3rdparty_in1k")
                 for v, m in (("xx_small", "xxsmall"), ("small", "small"))],
}


def cases(family):
    return CASES[family]
