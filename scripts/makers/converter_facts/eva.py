"""EVA and EVA-02, from their official repository and timm."""

from collections import OrderedDict

import torch
from torch import nn

from .case import Case, Made, named
from .reference import agree, instance, official, quietly, script, uninitialised

EVA = "baaivision/EVA@5623d08"


# EVA

def eva_large():
    import timm
    network = instance(timm.create_model, "eva_large_patch14_196")
    upstream = quietly(script("eva_to_mmpretrain").convert_eva)
    return Case("eva_large", "eva", network.state_dict(), upstream, "beit-l-p14_eva-pre_3rdparty_in1k-196px",
                notes=["source timm eva_large_patch14_196, which spells its keys as the published EVA-L files"])


def eva_giant_mim():
    module = official(EVA, "modeling_pretrain", folder="EVA-01/eva")
    with torch.device("meta"), quietly_linspace():
        source = module.eva_g_patch14_224().state_dict()
    convert = quietly(script("eva_to_mmpretrain").convert_eva)

    def right(state_dict):
        return OrderedDict((key, tensor) for key, tensor in convert(state_dict).items()
                           if not key.startswith("backbone.lm_head"))
    return Case("eva_giant_mim", "eva", source, convert, "beit-g-p14_3rdparty-eva_30m", right=right,
                notes=[f"source {EVA} EVA-01/eva/modeling_pretrain.py eva_g_patch14_224",
                       "upstream passes the pre-training head on as backbone.lm_head.*, which no model has"])


def quietly_linspace():
    """Models compute plain numbers with torch.linspace, which the meta device has none of."""
    import contextlib

    @contextlib.contextmanager
    def on_cpu():
        original = torch.linspace
        torch.linspace = lambda *arguments, **options: original(*arguments, **{**options, "device": "cpu"})
        try:
            with uninitialised():
                yield
        finally:
            torch.linspace = original
    return on_cpu()


# EVA-02

def attention(q, k, v, **options):
    """xformers' memory_efficient_attention: batch, tokens, heads, channels."""
    q, k, v = (tensor.transpose(1, 2) for tensor in (q, k, v))
    return nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2)


class SwiGLU(nn.Module):
    """xformers' SwiGLU with packed weights."""

    def __init__(self, in_features, hidden_features, out_features=None, bias=True):
        super().__init__()
        self.w12 = nn.Linear(in_features, 2 * hidden_features, bias=bias)
        self.w3 = nn.Linear(hidden_features, out_features or in_features, bias=bias)

    def forward(self, x):
        gate, value = self.w12(x).chunk(2, dim=-1)
        return self.w3(nn.functional.silu(gate) * value)


STUBS = {"xformers.ops": {"memory_efficient_attention": attention, "SwiGLU": SwiGLU},
         "apex.normalization": {"FusedLayerNorm": nn.LayerNorm}}

EVA02_MADE = [
    Made(r"backbone\.layers\.(\d+)\.attn\.qkv\.weight", "concat 0",
         [rf"blocks.\1.attn.{part}_proj.weight" for part in "qkv"]),
    Made(r"backbone\.layers\.(\d+)\.attn\.qkv\.bias", "concat 0",
         [r"blocks.\1.attn.q_bias", "zeros", r"blocks.\1.attn.v_bias"]),
    Made(r"backbone\.layers\.(\d+)\.mlp\.w12\.(weight|bias)", "concat 0",
         [r"blocks.\1.mlp.w1.\2", r"blocks.\1.mlp.w2.\2"]),
]


def eva02(size, model):
    module = official(EVA, "modeling_finetune", STUBS, folder="EVA-02/asuka")
    function = {"tiny": "eva02_tiny_patch14_xattn_fusedLN_SwiGLU_preln_RoPE",
                "base": "eva02_base_patch14_xattn_fusedLN_NaiveSwiGLU_subln_RoPE"}[size]
    side = {"tiny": 336, "base": 448}[size]
    network = instance(getattr(module, function), img_size=side, num_classes=1000, use_mean_pooling=True,
                       use_checkpoint=False)
    upstream = quietly(script("eva02_to_mmpretrain").convert_eva02)
    notes = [f"source {EVA} EVA-02/asuka/modeling_finetune.py {function}, {side} px"]
    made = EVA02_MADE[1:2] if size == "tiny" else EVA02_MADE
    if size == "tiny":
        notes.append(agree(network, model, upstream, (1, 3, side, side)))
    return Case(f"eva02_{size}", "eva02", network.state_dict(), upstream, model, made=made, notes=notes,
                seed=r"blocks\.0\..*")


def eva02_mim(size, model):
    module = official(EVA, "modeling_pretrain", STUBS, folder="EVA-02/asuka")
    function = "eva02_tiny_patch14_xattn_fusedLN_SwiGLU_preln_RoPE_xavier_normal_init"
    network = instance(getattr(module, function))
    convert = quietly(script("eva02_to_mmpretrain").convert_eva02)

    def right(state_dict):
        renamed = {"norm.weight": "fc_norm.weight", "norm.bias": "fc_norm.bias"}
        return convert(OrderedDict((renamed.get(key, key), tensor) for key, tensor in state_dict.items()))
    return Case(f"eva02_{size}_mim", "eva02", network.state_dict(), convert, model, right=right, made=EVA02_MADE[1:2],
                notes=[f"source {EVA} EVA-02/asuka/modeling_pretrain.py {function}",
                       "upstream drops norm.*, the final norm of the pre-trained network, which the model has as ln2"])


CASES = {
    "eva": [eva_large, eva_giant_mim],
    "eva02": [named("eva02_tiny", eva02, "tiny", "vit-tiny-p14_eva02-in21k-pre_3rdparty_in1k-336px"),
              named("eva02_base", eva02, "base", "vit-base-p14_eva02-in21k-pre_3rdparty_in1k-448px"),
              named("eva02_tiny_mim", eva02_mim, "tiny", "vit-tiny-p14_eva02-pre_in21k")],
}


def cases(family):
    return CASES[family]
