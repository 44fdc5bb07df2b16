"""CLIP, GLIP, RAM, OFA, Otter, LLaVA and LoRA: models of more than images, and weights that are merged."""

import re
from collections import OrderedDict

import torch

from .case import Case, Made, named
from .reference import agree, build, instance, official, quietly, script, supply, through_files

OPENAI_CLIP = "openai/CLIP@d05afc4"
GLIP = "microsoft/GLIP@9dda955"


def renamed(state_dict, *pairs):
    """A state dict whose keys are derived from another's, by these regular expressions in turn."""
    result = OrderedDict()
    for key, tensor in state_dict.items():
        for pattern, replacement in pairs:
            key = re.sub(pattern, replacement, key)
        result[key] = tensor
    return result


# CLIP image towers that timm fine-tuned

def clip_vit():
    import timm
    network = instance(timm.create_model, "vit_base_patch32_clip_224")
    upstream = quietly(script("clip_to_mmpretrain").convert_clip)
    model = "vit-base-p32_clip-openai-pre_3rdparty_in1k"
    notes = ["source timm vit_base_patch32_clip_224"]
    notes.append(agree(network, model, upstream))
    return Case("clip_vit_base_p32", "clip", network.state_dict(), upstream, model, notes=notes)


# OpenAI's CLIP

def openai_clip():
    model = official(OPENAI_CLIP, "clip/model.py")
    network = instance(model.CLIP, embed_dim=512, image_resolution=224, vision_layers=12, vision_width=768,
                       vision_patch_size=16, context_length=77, vocab_size=49408, transformer_width=512,
                       transformer_heads=8, transformer_layers=12)
    upstream = quietly(script("openai-clip_to_mmpretrain-clip").convert_clip)
    made = [Made(r"visual\.pos_embed", "n c -> 1 n c", ["visual.positional_embedding"]),
            Made(r"visual\.cls_token", "c -> 1 1 c", ["visual.class_embedding"])]
    notes = [f"source {OPENAI_CLIP} clip/model.py ViT-B/16",
             "checked against the image tower and its projection; the text tower passes through unchanged"]
    return Case("openai_clip_vit_b16", "openai_clip", network.state_dict(), upstream, None, made=made, notes=notes,
                model_name=None, seed=r"visual\.(positional|class)_embedding")


# GLIP and RAM: Swin with another order of the merged patches

SWIN_MADE = [
    Made(r"(.*\.)?stages\.\d\.downsample\.reduction\.weight", "o (w h c) -> o (c h w) with h=2 w=2"),
    Made(r"(.*\.)?stages\.\d\.downsample\.norm\.(weight|bias)", "(w h c) -> (c h w) with h=2 w=2"),
]


def official_swin(model):
    """MMPreTrain's Swin in the spelling of microsoft/Swin-Transformer, which GLIP and RAM share."""
    state = OrderedDict((key.removeprefix("backbone."), tensor) for key, tensor in build(model).state_dict().items()
                        if key.startswith("backbone."))
    return renamed(state, (r"^stages", "layers"), (r"attn\.w_msa", "attn"), (r"ffn\.layers\.0\.0", "mlp.fc1"),
                   (r"ffn\.layers\.1", "mlp.fc2"), (r"projection", "proj"))


def glip():
    model = "swin-t_glip-pre_3rdparty"
    backbone = official_swin(model)
    source = OrderedDict((f"module.backbone.body.{key}", tensor) for key, tensor in backbone.items())
    source["module.backbone.fpn.fpn_inner2.weight"] = torch.empty(256, 192, 1, 1)
    source["module.language_backbone.body.model.pooler.dense.bias"] = torch.empty(768)
    source["module.rpn.head.cls_logits.bias"] = torch.empty(1)
    upstream = quietly(script("glip_to_mmpretrain").convert_glip)
    notes = ["keys of the backbone derived by inverting upstream's script from MMPreTrain's model; one key each of the "
             "neck, the language backbone and the head, which are dropped"]
    return Case("glip_swin_tiny", "glip", source, upstream, model, made=SWIN_MADE, notes=notes)


CASES = {
    "clip": [clip_vit],
    "openai_clip": [openai_clip],
    "glip": [glip],
}


def cases(family):
    return CASES[family]
