"""Transformers and graph networks from their official repositories and timm, for which MMPreTrain has a script."""

import importlib
from collections import OrderedDict

import torch

from . import old_timm
from .case import Case, Made, named
from .reference import agree, build, instance, official, quietly, script

TWINS = "Meituan-AutoML/Twins@c1ff671"
DAVIT = "dingmyu/davit@fc79470"
DEIT3 = "facebookresearch/deit@7e160fe"
LEVIT = "facebookresearch/LeViT@3772b8e"
MIXMIM = "Sense-X/MixMIM@2b2f5a9"
TINYVIT = "microsoft/Cream@4a13c40"
VIG = "huawei-noah/Efficient-AI-Backbones@f90e129"


def timm_network(name, **options):
    import timm
    return instance(timm.create_model, name, **options)


# Twins

def twins(variant, model, library):
    if library == "timm":
        network, source = timm_network(f"twins_{variant}_small"), f"timm twins_{variant}_small"
    else:
        function = {"pcpvt": "pcpvt_small_v0", "svt": "alt_gvt_small"}[variant]
        module = official(TWINS, "gvt.py", {"timm.models.vision_transformer": old_timm.vision_transformer()})
        network, source = instance(getattr(module, function)), f"{TWINS} gvt.py {function}"
    module = script("twins2mmpretrain", {"mmcv.runner": {"CheckpointLoader": None}})

    def upstream(state_dict):
        return module.convert_twins(None, state_dict)
    notes = [f"source {source}",
             "upstream cannot be imported: mmcv.runner is gone since mmcv 2; run here with a stub for it",
             agree(network, model, upstream)]
    return Case(f"twins_{variant}_small_{library}", "twins", network.state_dict(), upstream, model, notes=notes)


# MLP-Mixer

def mlp_mixer():
    network = timm_network("mixer_b16_224")
    convert = script("mlpmixer_to_mmpretrain").convert_weights

    def upstream(state_dict):
        return convert(state_dict)["state_dict"]
    model = "mlp-mixer-base-p16_3rdparty_64xb64_in1k"
    notes = ["source timm mixer_b16_224", agree(network, model, upstream)]
    return Case("mlp_mixer_base_timm", "mlpmixer", network.state_dict(), upstream, model, notes=notes)


# DaViT

def davit_of_its_authors():
    """MMPreTrain's model, computing as the authors of DaViT do."""
    from mmpretrain import get_model
    model = get_model("davit-tiny_3rdparty_in1k", pretrained=False)
    model.backbone.patch_embed.adaptive_padding = None
    model.backbone.patch_embed.projection.padding = (3, 3)
    norm = model.backbone.norm3
    norm.register_forward_hook(lambda module, inputs, output: inputs[0])
    model.neck.register_forward_hook(lambda module, inputs, output: tuple(
        torch.nn.functional.layer_norm(x, x.shape[-1:], norm.weight, norm.bias, norm.eps) for x in output))
    return model


def davit():
    module = official(DAVIT, "timm/models/davit.py", {
        "timm.models.helpers": {"build_model_with_cfg": None, "overlay_external_default_cfg": None},
        "timm.models.vision_transformer": {"_init_vit_weights": lambda module: None},
    }, within="timm.models")
    network = instance(module.DaViT, patch_size=4, window_size=7, embed_dims=(96, 192, 384, 768),
                       num_heads=(3, 6, 12, 24), depths=(1, 1, 3, 1), mlp_ratio=4., overlapped_patch=False)
    upstream = quietly(script("davit_to_mmpretrain").convert_davit)
    model = "davit-tiny_3rdparty_in1k"
    notes = [f"source {DAVIT} timm/models/davit.py DaViT_tiny",
             agree(network, davit_of_its_authors, upstream) + ", if the model computes as the authors' does:",
             "MMPreTrain 1.2's DaViT pads the 7 x 7 stem with 1 row before and 2 after, where the authors pad 3 and 3, "
             "and normalises before the pooling, where they do so after it"]
    return Case("davit_tiny", "davit", network.state_dict(), upstream, model, notes=notes)


# DeiT III

def deit3_with_both_norms():
    """MMPreTrain's model as the authors of DeiT III define it."""
    from mmpretrain import get_model
    model = get_model("deit3-small-p16_3rdparty_in1k", pretrained=False)
    for layer in model.backbone.layers:
        def forward(x, layer=layer):
            x = x + layer.attn(layer.ln1(x))
            return layer.ffn(layer.ln2(x), identity=x)
        layer.forward = forward
    return model


def deit3():
    module = official(DEIT3, "models_v2.py")
    network = instance(module.deit_small_patch16_LS)
    upstream = quietly(script("deit3_to_mmpretrain").convert_deit3)
    model = "deit3-small-p16_3rdparty_in1k"
    notes = [f"source {DEIT3} models_v2.py deit_small_patch16_LS",
             agree(network, deit3_with_both_norms, upstream) + ", if the model's layers use ln2",
             "MMPreTrain 1.2's DeiT3 layers normalise with ln1 twice and never use ln2, which the weights have"]
    return Case("deit3_small", "deit3", network.state_dict(), upstream, model, notes=notes)


# LeViT

def levit(variant):
    module = official(LEVIT, "levit.py", {"utils": {}})
    network = instance(getattr(module, f"LeViT_{variant.upper()}"))
    convert = script("levit2mmpretrain").convert_levit

    def upstream(state_dict):
        return convert(None, state_dict)
    model = f"levit-{variant}_3rdparty_in1k"
    notes = [f"source {LEVIT} levit.py LeViT_{variant.upper()}", agree(network, model, upstream)]
    return Case(f"levit_{variant}", "levit", network.state_dict(), upstream, model, notes=notes)


# MixMIM

def mixmim():
    module = official(MIXMIM, "models_mixmim_ft.py", {
        "timm.models.swin_transformer": old_timm.swin_transformer(),
        "timm.models.vision_transformer": old_timm.vision_transformer(),
    })
    network = instance(module.mixmim_base)
    small = instance(module.mixmim_base, embed_dim=32, depths=[1, 1, 2, 1], num_heads=[1, 2, 4, 8])
    upstream = quietly(script("mixmim_to_mmpretrain").convert_mixmim)
    model = "mixmim-base_mixmim-pre_8xb128-coslr-100e_in1k"

    def small_model():
        from mmpretrain.models import build_classifier
        arch = dict(embed_dims=32, depths=[1, 1, 2, 1], num_heads=[1, 2, 4, 8])
        return build_classifier(dict(
            type="ImageClassifier", backbone=dict(type="MixMIMTransformer", arch=arch),
            head=dict(type="LinearClsHead", num_classes=1000, in_channels=256)))
    made = [Made(r"backbone\.layers\.\d\.downsample\.reduction\.weight", "o (w h c) -> o (c h w) with h=2 w=2"),
            Made(r"backbone\.layers\.\d\.downsample\.norm\.(weight|bias)", "(w h c) -> (c h w) with h=2 w=2")]
    notes = [f"source {MIXMIM} models_mixmim_ft.py mixmim_base",
             agree(small, small_model, upstream) + " (width 32, depths 1 1 2 1)"]
    return Case("mixmim_base", "mixmim", network.state_dict(), upstream, model, made=made, notes=notes,
                seed=r".*\.downsample\..*")


# TinyViT

def tinyvit():
    module = official(TINYVIT, "models/tiny_vit.py", folder="TinyViT",
                      stubs={"timm.models.helpers": {"build_model_with_cfg": None},
                             "timm.models._builder": vars(importlib.import_module("timm.models._builder"))})
    network = instance(module.TinyViT, embed_dims=[64, 128, 160, 320], depths=[2, 2, 6, 2],
                       num_heads=[2, 4, 5, 10], window_sizes=[7, 7, 14, 7], drop_path_rate=0.0)
    convert = script("tinyvit_to_mmpretrain").convert_weights

    def upstream(state_dict):
        return convert({"model": state_dict})["state_dict"]
    model = "tinyvit-5m_3rdparty_in1k"
    notes = [f"source {TINYVIT} TinyViT/models/tiny_vit.py tiny_vit_5m_224",
             "upstream replaces 'c.weight' wherever it stands: a module whose name ends in c (fc) would get 'fconv2d'",
             agree(network, model, upstream)]
    return Case("tinyvit_5m", "tinyvit", network.state_dict(), upstream, model, notes=notes)


# Vision GNN

def vig(variant, model):
    module = official(VIG, "vig" if variant == "vig" else "pyramid_vig", folder="vig_pytorch",
                      stubs={"timm.models.helpers": {"load_pretrained": None}})
    network = instance(getattr(module, f"{variant}_ti_224_gelu"))
    convert = script("vig_to_mmpretrain")
    upstream = quietly(convert.convert_vig if variant == "vig" else convert.convert_pvig)
    made = [Made(r"head\.fc[12]\.weight", "o i 1 1 -> o i")]
    notes = [f"source {VIG} vig_pytorch {variant}_ti_224_gelu", agree(network, model, upstream)]
    return Case(f"{variant}_tiny", variant, network.state_dict(), upstream, model, made=made, notes=notes)


# Reversible ViT

def revvit():
    """SlowFast's keys by inverting upstream's script: its reversible blocks F and G, and q, k and v apart."""
    model = "revvit-small_3rdparty_in1k"
    spelling = (("head.fc", "head.projection"), ("backbone.patch_embed.projection", "patch_embed.proj"),
                ("backbone.ln1", "norm"), ("backbone.layers", "rev_backbone.layers"), (".ln1", ".F.norm"),
                (".ln2", ".G.norm"), (".attn.", ".F.attn."), ("ffn.layers.0.0", "G.mlp.fc1"),
                ("ffn.layers.1", "G.mlp.fc2"), ("backbone.pos_embed", "pos_embed"))
    source = OrderedDict()
    for key, tensor in build(model).state_dict().items():
        for target, name in spelling:
            key = key.replace(target, name)
        if ".qkv." in key:
            source.update((key.replace("qkv", part), piece) for part, piece in zip("qkv", tensor.chunk(3)))
        else:
            source[key] = tensor
    upstream = quietly(script("revvit_to_mmpretrain").convert_revvit)
    made = [Made(r"backbone\.layers\.(\d+)\.attn\.qkv\.(weight|bias)", "concat 0",
                 [rf"rev_backbone.layers.\1.F.attn.{part}.\2" for part in "qkv"])]
    return Case("revvit_small", "revvit", source, upstream, model, made=made,
                notes=["keys of facebookresearch/SlowFast derived by inverting upstream's script from MMPreTrain's model",
                       "upstream concatenates q, k and v in the order in which they come"])


CASES = {
    "revvit": [named("revvit_small", revvit)],
    "twins": [named(f"twins_{v}_small_{library}", twins, v, f"twins-{v}-small_3rdparty_8xb128_in1k", library)
              for v in ("pcpvt", "svt") for library in ("official", "timm")],
    "mlpmixer": [named("mlp_mixer_base_timm", mlp_mixer)],
    "davit": [named("davit_tiny", davit)],
    "deit3": [named("deit3_small", deit3)],
    "levit": [named(f"levit_{v}", levit, v) for v in ("128s", "256")],
    "mixmim": [named("mixmim_base", mixmim)],
    "tinyvit": [named("tinyvit_5m", tinyvit)],
    "vig": [named("vig_tiny", vig, "vig", "vig-tiny_3rdparty_in1k")],
    "pvig": [named("pvig_tiny", vig, "pvig", "pvig-tiny_3rdparty_in1k")],
}


def cases(family):
    return CASES[family]
