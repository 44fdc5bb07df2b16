"""Networks of transformers, timm and torchvision whose mapping is that of the rule file itself.

What `convert` makes of the source's state dict is loaded into MMPreTrain's model, and the facts are written only if both
networks compute the same. They record which source became which target; each operation is evaluated again with PyTorch.
Needs the `convert` that scripts/test builds.
"""

import functools
import json
import pathlib
import re
import subprocess
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field

import torch

from .case import Case, Made, named
from .reference import Mistake, agree, instance, quiet

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Buffers that models compute from their sizes.
COMPUTED = r".*\.(attn_mask|relative_coords_table)"


@dataclass
class Network:
    """A source network and the MMPreTrain model with its weights.

    family, name  rule file and case
    source        what the header calls it
    make          builds it
    model         MMPreTrain's name, or a function that builds the model
    model_name    where `model` is a function
    alike         what has to be changed in MMPreTrain's model so that it computes as the source does: (words, function)
    file          whether the keys are those that transformers writes into a file
    misses        pattern of the model's keys that the source has nothing for
    """
    family: str
    name: str
    source: str
    make: object
    model: object
    shape: tuple = (1, 3, 224, 224)
    outputs: object = lambda y: getattr(y, "logits", y)
    model_name: str = None
    alike: tuple = None
    file: bool = False
    misses: str = r".*\.(relative_position_index|relative_coords_table|attention_bias_idxs)"
    settings: dict = field(default_factory=dict)


def convert(family, *arguments):
    program = ROOT / ".build" / "release" / "convert"
    rules = ROOT / "converters" / f"{family}.rules"
    run = subprocess.run([program, "--rules", rules, *arguments], capture_output=True, text=True)
    if run.returncode:
        raise Mistake(f"{family}: convert says: {run.stderr or run.stdout}")
    return run.stdout


def planned(family, state_dict, *arguments):
    """The entries of the plan for a state dict, and what was written: target -> tensor."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = f"{folder}/in.pth", f"{folder}/out.pth"
        torch.save(dict(state_dict), source)
        plan = json.loads(convert(family, *arguments, "--dry-run", "--json", source))
        convert(family, *arguments, source, target)
        return plan["entries"], torch.load(target, weights_only=True)


def converting(family, *arguments):
    """The conversion as a function of a state dict. Buffers that `convert` computes for the model are left out."""
    def run(state_dict):
        entries, result = planned(family, state_dict, *arguments)
        return OrderedDict((entry["target"], result[entry["target"]]) for entry in entries)
    return run


def operations(family, state_dict, *arguments):
    entries, _ = planned(family, state_dict, *arguments)
    return [Made(re.escape(entry["target"]), "; ".join(entry["operations"]), entry["sources"])
            for entry in entries if entry["operations"]]


def file_state(network):
    """The state dict that transformers writes: older names than those of the modules."""
    from safetensors.torch import load_file
    with tempfile.TemporaryDirectory() as folder, quiet():
        network.save_pretrained(folder)
        return load_file(f"{folder}/model.safetensors")


def versioned(source):
    """The header's first line names the versions of the other libraries."""
    import transformers as library
    return source.replace("transformers ", f"transformers {library.__version__} ", 1)


def case(entry):
    network = instance(entry.make)
    arguments = ["--model", entry.model] if isinstance(entry.model, str) else []
    arguments += [word for key, value in entry.settings.items() for word in ("--set", f"{key}={value}")]
    run = converting(entry.family, *arguments)
    model, words = entry.model, ""
    if entry.alike:
        words, change = entry.alike
        words = f", if {words}"
        model = altered(entry.model, change)
    notes = [f"source {versioned(entry.source)}"]
    notes.append(agree(network, model, run, entry.shape, entry.outputs, COMPUTED) + words)
    state = network.state_dict()
    if entry.file:
        state = file_state(network)
        notes.append("keys as transformers writes them into a file")
    return Case(entry.name, entry.family, state, None, entry.model, right=run, notes=notes, model_name=entry.model_name,
                made=operations(entry.family, state, *arguments), may_miss=entry.misses, settings=entry.settings,
                seed=r".*(downsample|query|q_proj|position_embedding).*")


@functools.lru_cache(maxsize=None)
def altered(model, change):
    """A function that builds the model and changes it."""
    def make():
        from mmpretrain import get_model
        built = model() if callable(model) else get_model(model, pretrained=False)
        change(built)
        return built
    return make


# What is changed in MMPreTrain's models

def norm_epsilon(epsilon):
    def change(model):
        for module in model.modules():
            if isinstance(module, (torch.nn.BatchNorm2d, torch.nn.LayerNorm)):
                module.eps = epsilon
    return change


def even_padding(epsilon=None):
    """Convolutions that pad both sides alike, not as TensorFlow does."""
    def change(model):
        from mmcv.cnn.bricks import Conv2dAdaptivePadding
        for module in model.modules():
            if isinstance(module, Conv2dAdaptivePadding):
                module.__class__ = torch.nn.Conv2d
                module.padding = tuple((extent - 1) // 2 for extent in module.kernel_size)
                module._reversed_padding_repeated_twice = [pad for pad in module.padding for _ in range(2)]
            if epsilon and isinstance(module, torch.nn.BatchNorm2d):
                module.eps = epsilon
    return change


def both_norms(model):
    """DeiT III's layers as its authors and timm have them."""
    for layer in model.backbone.layers:
        def forward(x, layer=layer):
            x = x + layer.attn(layer.ln1(x))
            return layer.ffn(layer.ln2(x), identity=x)
        layer.forward = forward


def without_head(name):
    def model():
        from mmpretrain import get_model
        return get_model(name, pretrained=False, head=None)
    return model


def transformers(network, config, **options):
    def make():
        import transformers as library
        return getattr(library, network)(getattr(library, config)(num_labels=options.pop("num_labels", 1000), **options))
    return make


def timm(name, **options):
    def make():
        import timm as library
        return library.create_model(name, **options)
    return make


def torchvision(name, **options):
    def make():
        import torchvision as library
        return getattr(library.models, name)(**options)
    return make


TINY = dict(hidden_size=192, num_attention_heads=3, intermediate_size=768)
SMALL = dict(hidden_size=384, num_attention_heads=6, intermediate_size=1536)
SWIN = dict(embed_dim=96, depths=[2, 2, 6, 2], num_heads=[3, 6, 12, 24])
EVEN = "the convolutions pad both sides alike"


def token(y):
    return getattr(y, "last_hidden_state", y)[:, 0] if hasattr(y, "last_hidden_state") else y


def pooled(y):
    return getattr(y, "pooler_output", y)


NETWORKS = [
    Network("vit_huggingface", "vit_tiny_huggingface", "transformers ViTForImageClassification, 192 wide",
            transformers("ViTForImageClassification", "ViTConfig", **TINY), "deit-tiny_4xb256_in1k", file=True),
    Network("vit_huggingface", "vit_tiny_huggingface_module", "transformers ViTForImageClassification, 192 wide",
            transformers("ViTForImageClassification", "ViTConfig", **TINY), "deit-tiny_4xb256_in1k"),
    Network("deit_huggingface", "deit_small_distilled_huggingface",
            "transformers DeiTForImageClassificationWithTeacher, 384 wide",
            transformers("DeiTForImageClassificationWithTeacher", "DeiTConfig", **SMALL),
            "deit-small-distilled_3rdparty_in1k", file=True),
    Network("dinov2_huggingface", "dinov2_small_huggingface", "transformers Dinov2Model, 384 wide",
            transformers("Dinov2Model", "Dinov2Config", hidden_size=384, num_attention_heads=6, image_size=518),
            "vit-small-p14_dinov2-pre_3rdparty", (1, 3, 518, 518), outputs=token, file=True),
    Network("swin_huggingface", "swin_tiny_huggingface", "transformers SwinForImageClassification",
            transformers("SwinForImageClassification", "SwinConfig", **SWIN), "swin-tiny_3rdparty_in1k", file=True),
    Network("swin_huggingface", "swin_tiny_huggingface_module", "transformers SwinForImageClassification",
            transformers("SwinForImageClassification", "SwinConfig", **SWIN), "swin-tiny_3rdparty_in1k"),
    Network("swin_v2_huggingface", "swinv2_tiny_huggingface", "transformers Swinv2ForImageClassification",
            transformers("Swinv2ForImageClassification", "Swinv2Config", image_size=256, window_size=8, **SWIN),
            "swinv2-tiny-w8_3rdparty_in1k-256px", (1, 3, 256, 256)),
    Network("convnext_huggingface", "convnext_tiny_huggingface", "transformers ConvNextForImageClassification",
            transformers("ConvNextForImageClassification", "ConvNextConfig"), "convnext-tiny_32xb128_in1k"),
    Network("convnext_v2_huggingface", "convnext_v2_nano_huggingface", "transformers ConvNextV2ForImageClassification",
            transformers("ConvNextV2ForImageClassification", "ConvNextV2Config", hidden_sizes=[80, 160, 320, 640],
                         depths=[2, 2, 8, 2]), "convnext-v2-nano_fcmae-pre_3rdparty_in1k"),
    Network("beit_huggingface", "beit_base_huggingface", "transformers BeitForImageClassification",
            transformers("BeitForImageClassification", "BeitConfig", use_relative_position_bias=True,
                         use_mean_pooling=True), "beit-base-p16_beit-in21k-pre_3rdparty_in1k", file=True),
    Network("resnet_huggingface", "resnet50_huggingface", "transformers ResNetForImageClassification",
            transformers("ResNetForImageClassification", "ResNetConfig"), "resnet50_8xb32_in1k"),
    Network("resnet_huggingface", "resnet18_huggingface", "transformers ResNetForImageClassification, basic layers",
            transformers("ResNetForImageClassification", "ResNetConfig", layer_type="basic", depths=[2, 2, 2, 2],
                         hidden_sizes=[64, 128, 256, 512]), "resnet18_8xb32_in1k"),
    Network("regnet_huggingface", "regnetx_400mf_huggingface", "transformers RegNetForImageClassification, layers x",
            transformers("RegNetForImageClassification", "RegNetConfig", layer_type="x", depths=[1, 2, 7, 12],
                         hidden_sizes=[32, 64, 160, 384], groups_width=16), "regnetx-400mf_8xb128_in1k"),
    Network("mobilenet_v2_huggingface", "mobilenet_v2_huggingface",
            "transformers MobileNetV2ForImageClassification, tf_padding=False, layer_norm_eps=1e-5",
            transformers("MobileNetV2ForImageClassification", "MobileNetV2Config", tf_padding=False, layer_norm_eps=1e-5),
            "mobilenet-v2_8xb32_in1k"),
    Network("efficientnet_huggingface", "efficientnet_b0_huggingface", "transformers EfficientNetForImageClassification",
            transformers("EfficientNetForImageClassification", "EfficientNetConfig", width_coefficient=1.0,
                         depth_coefficient=1.0, hidden_dim=1280), "efficientnet-b0_3rdparty_8xb32_in1k"),
    Network("levit_huggingface", "levit_128s_huggingface", "transformers LevitForImageClassificationWithTeacher",
            transformers("LevitForImageClassificationWithTeacher", "LevitConfig", hidden_sizes=[128, 256, 384],
                         num_attention_heads=[4, 6, 8], depths=[2, 3, 4]), "levit-128s_3rdparty_in1k"),
    Network("levit_huggingface", "levit_256_huggingface", "transformers LevitForImageClassificationWithTeacher",
            transformers("LevitForImageClassificationWithTeacher", "LevitConfig", hidden_sizes=[256, 384, 512],
                         num_attention_heads=[4, 6, 8], depths=[4, 4, 4], key_dim=[32, 32, 32]),
            "levit-256_3rdparty_in1k"),
    Network("poolformer_huggingface", "poolformer_s12_huggingface", "transformers PoolFormerForImageClassification",
            transformers("PoolFormerForImageClassification", "PoolFormerConfig"), "poolformer-s12_3rdparty_32xb128_in1k"),
    Network("clip_huggingface", "clip_base_p32_huggingface",
            "transformers CLIPVisionModelWithProjection, hidden_act=gelu, layer_norm_eps=1e-6",
            transformers("CLIPVisionModel", "CLIPVisionConfig", hidden_act="gelu", layer_norm_eps=1e-6),
            without_head("vit-base-p32_clip-openai-pre_3rdparty_in1k"), outputs=pooled,
            model_name="vit-base-p32_clip-openai-pre_3rdparty_in1k"),
    Network("efficientnet_timm", "efficientnet_b0_timm", "timm tf_efficientnet_b0", timm("tf_efficientnet_b0"),
            "efficientnet-b0_3rdparty_8xb32_in1k"),
    Network("efficientnet_timm", "efficientnet_b3_timm", "timm efficientnet_b3", timm("efficientnet_b3"),
            "efficientnet-b3_3rdparty_8xb32_in1k", alike=(f"{EVEN}, epsilon is 1e-5", even_padding(1e-5))),
    Network("efficientnet_torchvision", "efficientnet_b0_torchvision", "torchvision efficientnet_b0",
            torchvision("efficientnet_b0"), "efficientnet-b0_3rdparty_8xb32_in1k",
            alike=(f"{EVEN}, epsilon is 1e-5", even_padding(1e-5))),
    Network("efficientnetv2_torchvision", "efficientnet_v2_s_torchvision", "torchvision efficientnet_v2_s",
            torchvision("efficientnet_v2_s"), "efficientnetv2-s_3rdparty_in1k", alike=(EVEN, even_padding())),
    Network("convnext_torchvision", "convnext_tiny_torchvision", "torchvision convnext_tiny",
            torchvision("convnext_tiny"), "convnext-tiny_32xb128_in1k"),
    Network("convnext_timm", "convnext_tiny_timm", "timm convnext_tiny", timm("convnext_tiny"),
            "convnext-tiny_32xb128_in1k"),
    Network("convnext_v2_timm", "convnext_v2_nano_timm", "timm convnextv2_nano", timm("convnextv2_nano"),
            "convnext-v2-nano_fcmae-pre_3rdparty_in1k"),
    Network("convnext_v2_timm", "convnext_v2_tiny_timm", "timm convnextv2_tiny", timm("convnextv2_tiny"),
            "convnext-v2-tiny_fcmae-pre_3rdparty_in1k"),
    Network("mobilenet_v2_timm", "mobilenet_v2_timm", "timm mobilenetv2_100", timm("mobilenetv2_100"),
            "mobilenet-v2_8xb32_in1k"),
    Network("mobilenet_v3_timm", "mobilenet_v3_large_timm", "timm mobilenetv3_large_100", timm("mobilenetv3_large_100"),
            "mobilenet-v3-large_8xb128_in1k", alike=("epsilon is 1e-5", norm_epsilon(1e-5))),
    Network("mobilenet_v3_timm", "mobilenet_v3_small_timm", "timm mobilenetv3_small_100", timm("mobilenetv3_small_100"),
            "mobilenet-v3-small_8xb128_in1k", alike=("epsilon is 1e-5", norm_epsilon(1e-5))),
    Network("vgg_timm", "vgg11_bn_timm", "timm vgg11_bn", timm("vgg11_bn"), "vgg11bn_8xb32_in1k"),
    Network("vgg_timm", "vgg16_timm", "timm vgg16", timm("vgg16"), "vgg16_8xb32_in1k"),
    Network("beit_timm", "beit_base_timm", "timm beit_base_patch16_224", timm("beit_base_patch16_224"),
            "beit-base-p16_beit-in21k-pre_3rdparty_in1k"),
    Network("levit_timm", "levit_128s_timm", "timm levit_128s", timm("levit_128s"), "levit-128s_3rdparty_in1k"),
    Network("levit_timm", "levit_256_timm", "timm levit_256", timm("levit_256"), "levit-256_3rdparty_in1k"),
    Network("convmixer_timm", "convmixer_768_32_timm", "timm convmixer_768_32", timm("convmixer_768_32"),
            "convmixer-768-32_3rdparty_in1k"),
    Network("res2net_timm", "res2net50_14w_8s_timm", "timm res2net50_14w_8s", timm("res2net50_14w_8s"),
            "res2net50-w14-s8_3rdparty_8xb32_in1k"),
    Network("seresnet_timm", "seresnet50_timm", "timm seresnet50", timm("seresnet50"), "seresnet50_8xb32_in1k"),
    Network("resnet_cd_timm", "resnet50c_timm", "timm resnet50c", timm("resnet50c"), "resnetv1c50_8xb32_in1k"),
    Network("resnet_cd_timm", "resnet50d_timm", "timm resnet50d", timm("resnet50d"), "resnetv1d50_8xb32_in1k"),
    Network("deit3_timm", "deit3_small_timm", "timm deit3_small_patch16_224", timm("deit3_small_patch16_224"),
            "deit3-small-p16_3rdparty_in1k", alike=("the model's layers use ln2", both_norms)),
    Network("mobileone_timm", "mobileone_s0_timm", "timm mobileone_s0", timm("mobileone_s0"), "mobileone-s0_8xb32_in1k"),
    Network("repvgg_timm", "repvgg_a0_timm", "timm repvgg_a0", timm("repvgg_a0"), "repvgg-A0_8xb32_in1k"),
]


def cases(family):
    return [named(entry.name, case, entry) for entry in NETWORKS if entry.family == family]
