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
from .reference import Mistake, agree, instance, model_from_config, quiet

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Buffers that models compute from their sizes.
COMPUTED = r".*\.(attn_mask|relative_coords_table|rope\.freqs_(cos|sin))"


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
    zeros         pattern of the model's keys that are joined with zeros in the second place
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
    misses: str = r".*\.(relative_position_index|relative_coords_table|attention_bias_idxs|rope\.freqs_(cos|sin))"
    zeros: str = "(?!)"
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


def converting(family, *arguments, own=None):
    """The conversion as a function of a state dict. Buffers that `convert` computes for the model are left out.

    `own` are the source's tables of indices: `convert` compares them with the model's, so it gets them whatever the state
    dict has in their place.
    """
    own = own or {}

    def run(state_dict):
        entries, result = planned(family, {**state_dict, **own}, *arguments)
        return OrderedDict((entry["target"], state_dict[entry["sources"][0]] if entry["sources"][0] in own
                            else result[entry["target"]]) for entry in entries)
    return run


def operations(family, state_dict, *arguments, zeros="(?!)"):
    """`zeros` are the targets whose second source is zeros, which the plan does not list."""
    entries, _ = planned(family, state_dict, *arguments)
    for entry in entries:
        if re.fullmatch(zeros, entry["target"]):
            entry["sources"].insert(1, "zeros")
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
    own = {key: tensor for key, tensor in network.state_dict().items()
           if not tensor.is_floating_point() and tensor.dim()}
    run = converting(entry.family, *arguments, own=own)
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
                made=operations(entry.family, state, *arguments, zeros=entry.zeros), may_miss=entry.misses, settings=entry.settings,
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


def stem_and_norm_of_davit(model):
    """DaViT's stem padded alike on both sides, and its last norm after the pooling, as its authors and timm have them."""
    stem = model.backbone.patch_embed
    stem.adaptive_padding = None
    stem.projection.padding = (3, 3)
    norm_after_pooling(model)


def positions_of_eva02(model):
    """EVA-02's rotary embedding with positions up to 16, as its authors and timm have them; up to 32 in MMPreTrain."""
    for rope in [model.backbone.rope, *(layer.attn.rope for layer in model.backbone.layers)]:
        half, (h, w) = rope.half_dim, rope.patch_resolution
        frequency = 1 / rope.theta ** (torch.arange(0, half, 2).float() / half)
        rows, columns = ((torch.arange(extent) / extent * 16)[:, None] @ frequency[None] for extent in (h, w))
        rows, columns = (table.repeat_interleave(2, 1) for table in (rows, columns))
        position = torch.cat([rows[:, None].expand(h, w, half), columns[None].expand(h, w, half)], -1).flatten(0, 1)
        rope.freqs_cos, rope.freqs_sin = position.cos(), position.sin()


def norm_after_pooling(model):
    norm = model.backbone.norm3
    norm.register_forward_hook(lambda module, inputs, output: inputs[0])
    model.neck.register_forward_hook(lambda module, inputs, output: tuple(
        torch.nn.functional.layer_norm(x, x.shape[-1:], norm.weight, norm.bias, norm.eps) for x in output))


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
POSITIONS = "the rotary embedding's positions reach 16"
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
    Network("repvgg_timm", "repvgg_d2se_timm", "timm repvgg_d2se", timm("repvgg_d2se"), "repvgg-D2se_3rdparty_in1k",
            (1, 3, 320, 320)),
    Network("seresnet_timm", "seresnext50_timm", "timm seresnext50_32x4d", timm("seresnext50_32x4d"),
            model_from_config("seresnet/seresnext50-32x4d_8xb32_in1k.py"), model_name="seresnext50-32x4d_8xb32_in1k"),
    Network("hrnet_timm", "hrnet_w18_timm", "timm hrnet_w18", timm("hrnet_w18"), "hrnet-w18_3rdparty_8xb32_in1k"),
    Network("xcit_timm", "xcit_nano_12_p16_timm", "timm xcit_nano_12_p16_224", timm("xcit_nano_12_p16_224"),
            "xcit-nano-12-p16_3rdparty_in1k"),
    Network("xcit_timm", "xcit_tiny_12_p8_timm", "timm xcit_tiny_12_p8_224", timm("xcit_tiny_12_p8_224"),
            "xcit-tiny-12-p8_3rdparty_in1k"),
    Network("mvit_timm", "mvitv2_tiny_timm", "timm mvitv2_tiny", timm("mvitv2_tiny"), "mvitv2-tiny_3rdparty_in1k"),
    Network("mvit_timm", "mvitv2_large_timm", "timm mvitv2_large", timm("mvitv2_large"), "mvitv2-large_3rdparty_in1k"),
    Network("mobilevit_timm", "mobilevit_s_timm", "timm mobilevit_s", timm("mobilevit_s"),
            "mobilevit-small_3rdparty_in1k", (1, 3, 256, 256)),
    Network("tnt_timm", "tnt_s_timm", "timm tnt_s_legacy_patch16_224", timm("tnt_s_legacy_patch16_224"),
            "tnt-small-p16_3rdparty_in1k"),
    Network("cspnet_timm", "cspdarknet53_timm", "timm cspdarknet53", timm("cspdarknet53"),
            "cspdarknet50_3rdparty_8xb32_in1k", (1, 3, 256, 256)),
    Network("cspnet_timm", "cspresnet50_timm", "timm cspresnet50", timm("cspresnet50"), "cspresnet50_3rdparty_8xb32_in1k",
            (1, 3, 256, 256)),
    Network("cspnet_timm", "cspresnext50_timm", "timm cspresnext50", timm("cspresnext50"),
            "cspresnext50_3rdparty_8xb32_in1k", (1, 3, 256, 256)),
    Network("davit_timm", "davit_tiny_timm", "timm davit_tiny", timm("davit_tiny"), "davit-tiny_3rdparty_in1k",
            alike=("the model pads its stem and normalises as timm", stem_and_norm_of_davit)),
    Network("edgenext_timm", "edgenext_xx_small_timm", "timm edgenext_xx_small", timm("edgenext_xx_small"),
            "edgenext-xxsmall_3rdparty_in1k", (1, 3, 256, 256)),
    Network("edgenext_timm", "edgenext_small_timm", "timm edgenext_small", timm("edgenext_small"),
            "edgenext-small_3rdparty_in1k", (1, 3, 256, 256)),
    Network("sam_timm", "samvit_base_timm", "timm samvit_base_patch16", timm("samvit_base_patch16", global_pool=""),
            "vit-base-p16_sam-pre_3rdparty_sa1b-1024px", (1, 3, 1024, 1024)),
    Network("tinyvit_timm", "tinyvit_5m_timm", "timm tiny_vit_5m_224", timm("tiny_vit_5m_224", num_classes=1000),
            "tinyvit-5m_3rdparty_in1k"),
    Network("efficientformer_timm", "efficientformer_l1_timm", "timm efficientformer_l1", timm("efficientformer_l1"),
            "efficientformer-l1_3rdparty_8xb128_in1k"),
    Network("resnest_timm", "resnest50d_timm", "timm resnest50d", timm("resnest50d"),
            model_from_config("resnest/resnest50_32xb64_in1k.py"), model_name="resnest50_32xb64_in1k"),
    Network("eva02_timm", "eva02_tiny_timm", "timm eva02_tiny_patch14_336", timm("eva02_tiny_patch14_336"),
            "vit-tiny-p14_eva02-in21k-pre_3rdparty_in1k-336px", (1, 3, 336, 336),
            alike=(POSITIONS, positions_of_eva02), zeros=r".*\.qkv\.bias"),
    Network("eva02_timm", "eva02_base_timm", "timm eva02_base_patch14_448", timm("eva02_base_patch14_448"),
            "vit-base-p14_eva02-in21k-pre_3rdparty_in1k-448px", (1, 3, 448, 448),
            alike=(POSITIONS, positions_of_eva02), zeros=r".*\.qkv\.bias"),
]


def cases(family):
    return [named(entry.name, case, entry) for entry in NETWORKS if entry.family == family]
