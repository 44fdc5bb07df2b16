"""CLIP, GLIP, RAM, OFA, Otter, LLaVA and LoRA: models of more than images, and weights that are merged."""

import pathlib
from collections import OrderedDict

import torch

from .case import Case, Made, named
from .reference import agree, build, converters, instance, load, official, quietly, script

OPENAI_CLIP = "openai/CLIP@d05afc4"
GLIP = "microsoft/GLIP@9dda955"
OFA = "OFA-Sys/OFA@a36b91c"
RAM = "xinyu1205/recognize-anything@7cb804a"


# CLIP image towers that timm fine-tuned

def clip_with_the_same_epsilon():
    """MMPreTrain's model with the norms' epsilon of timm's, 1e-5."""
    from mmpretrain import get_model
    model = get_model("vit-base-p32_clip-openai-pre_3rdparty_in1k", pretrained=False)
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.eps = 1e-5
    return model


def clip_vit():
    import timm
    network = instance(timm.create_model, "vit_base_patch32_clip_224")
    upstream = quietly(script("clip_to_mmpretrain").convert_clip)
    model = "vit-base-p32_clip-openai-pre_3rdparty_in1k"
    notes = ["source timm vit_base_patch32_clip_224"]
    notes.append(agree(network, clip_with_the_same_epsilon, upstream) + ", with the same epsilon in the norms")
    return Case("clip_vit_base_p32", "clip", network.state_dict(), upstream, model, notes=notes)


# OpenAI's CLIP

CLIP_CONFIG = "clip_vit-base-p16_zeroshot-cls_in1k"


def mmpretrain_clip():
    """The modules of MMPreTrain's CLIP as its configuration has them; as a whole it needs transformers' tokenizer."""
    import mmpretrain
    from mmengine import Config
    from mmengine.registry import DefaultScope
    from mmpretrain.registry import MODELS
    config = Config.fromfile(converters().parent.parent / "configs" / "clip" / f"{CLIP_CONFIG}.py").model
    folder = pathlib.Path(mmpretrain.__file__).parent / "models" / "multimodal" / "clip"
    parts = load(folder / "clip_transformer.py")
    text, projection = dict(config.text_backbone, attn_mask=None), dict(config.projection)
    del text["type"], projection["type"]
    width = config.transformer_width
    model = torch.nn.Module()
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        model.visual = MODELS.build(config.vision_backbone)
        model.visual_proj = parts.CLIPProjection(**projection)
        model.transformer = parts.CLIPTransformer(**text)
    model.token_embedding = torch.nn.Embedding(config.vocab_size, width)
    model.positional_embedding = torch.nn.Parameter(torch.empty(config.context_length, width))
    model.ln_final = torch.nn.LayerNorm(width)
    model.text_projection = torch.nn.Parameter(torch.empty(width, config.proj_dim))
    model.logit_scale = torch.nn.Parameter(torch.empty(()))
    return model


def openai_clip():
    model = official(OPENAI_CLIP, "clip/model.py")
    network = instance(model.CLIP, embed_dim=512, image_resolution=224, vision_layers=12, vision_width=768,
                       vision_patch_size=16, context_length=77, vocab_size=49408, transformer_width=512,
                       transformer_heads=8, transformer_layers=12)
    upstream = quietly(script("openai-clip_to_mmpretrain-clip").convert_clip)
    made = [Made(r"visual\.pos_embed", "n c -> 1 n c", ["visual.positional_embedding"]),
            Made(r"visual\.cls_token", "c -> 1 1 c", ["visual.class_embedding"])]
    notes = [f"source {OPENAI_CLIP} clip/model.py ViT-B/16",
             "the text tower passes through unchanged"]
    return Case("openai_clip_vit_b16", "openai_clip", network.state_dict(), upstream, mmpretrain_clip, made=made,
                notes=notes, model_name=CLIP_CONFIG, seed=r"visual\.(positional|class)_embedding")


# GLIP and RAM: Swin with another order of the merged patches

SWIN_MADE = [
    Made(r"(.*\.)?stages\.\d\.downsample\.reduction\.weight", "o (w h c) -> o (c h w) with h=2 w=2"),
    Made(r"(.*\.)?stages\.\d\.downsample\.norm\.(weight|bias)", "(w h c) -> (c h w) with h=2 w=2"),
]


def glip():
    model = "swin-t_glip-pre_3rdparty"
    module = official(GLIP, "maskrcnn_benchmark/modeling/backbone/swint.py")
    backbone = instance(module.SwinTransformer, window_size=7, drop_path_rate=0.2)
    source = OrderedDict((f"module.backbone.body.{key}", tensor) for key, tensor in backbone.state_dict().items())
    source["module.backbone.fpn.fpn_inner2.weight"] = torch.empty(256, 192, 1, 1)
    source["module.language_backbone.body.model.pooler.dense.bias"] = torch.empty(768)
    source["module.rpn.head.cls_logits.bias"] = torch.empty(1)
    upstream = quietly(script("glip_to_mmpretrain").convert_glip)
    notes = [f"source {GLIP} swint.py SwinTransformer, behind module.backbone.body; one key each of the neck, the "
             "language backbone and the head, which are dropped"]
    return Case("glip_swin_tiny", "glip", source, upstream, model, made=SWIN_MADE, notes=notes)


# RAM: the whole recognition model passes through, but for its Swin

def ram():
    module = official(RAM, "ram/models/swin_transformer.py", {"scipy": {"interpolate": None}})
    backbone = instance(module.SwinTransformer, img_size=224, window_size=7)
    source = OrderedDict((f"visual_encoder.{key}", tensor) for key, tensor in backbone.state_dict().items())
    for part in ("tagging_head", "tag_encoder"):
        source[f"{part}.encoder.layer.0.crossattention.self.query.weight"] = torch.empty(768, 768)
    source["text_decoder.cls.predictions.bias"] = torch.empty(30524)
    for layer, shape in (("image_proj", (512, 768)), ("wordvec_proj", (768, 512)), ("fc", (1, 768))):
        source[f"{layer}.weight"], source[f"{layer}.bias"] = torch.empty(shape), torch.empty(shape[:1])
    source["label_embed"] = torch.empty(4585, 512)
    convert = script("ram2mmpretrain")

    def upstream(state_dict):
        import sys
        import tempfile
        with tempfile.TemporaryDirectory() as scratch:
            torch.save(dict(model=state_dict), f"{scratch}/in.pth")
            arguments, sys.argv = sys.argv, ["ram2mmpretrain", f"{scratch}/in.pth", f"{scratch}/out.pth"]
            try:
                convert.main()
            finally:
                sys.argv = arguments
            return torch.load(f"{scratch}/out.pth")
    notes = [f"source {RAM} swin_transformer.py in the size of Swin-T (RAM itself has Swin-B or Swin-L at 384 px), behind "
             "visual_encoder; some keys of each module that passes through"]
    return Case("ram_swin_tiny", "ram", source, quietly(upstream), None, made=SWIN_MADE, notes=notes)


# OFA

def ofa():
    """The keys of models/ofa/unify_transformer.py (base), with two layers a tower and one block a stage of its ResNet."""
    source, width, heads = OrderedDict(), 768, 12

    def add(name, *shape, dtype=torch.float32):
        source[name] = torch.empty(shape, dtype=dtype)

    def linear(name, outputs, inputs):
        add(f"{name}.weight", outputs, inputs)
        add(f"{name}.bias", outputs)

    def norm(*names, width=width):
        for name in names:
            add(f"{name}.weight", width)
            add(f"{name}.bias", width)

    def attention(name):
        for part in ("k_proj", "v_proj", "q_proj", "out_proj"):
            linear(f"{name}.{part}", width, width)
        add(f"{name}.c_attn", heads)
    network = instance(official(OFA, "models/ofa/resnet.py").ResNet, [1, 1, 1])
    for tower in ("encoder", "decoder"):
        add(f"{tower}.version", 1)
        add(f"{tower}.embed_tokens.weight", 100, width)
        add(f"{tower}.embed_positions.weight", 1026, width)
        add(f"{tower}.embed_image_positions.weight", 1765, width)
        norm(*(f"{tower}.{name}" for name in ("layernorm_embedding", "pos_ln", "image_pos_ln", "layer_norm")))
        add(f"{tower}.token_rp_bucket", 1024, 1024, dtype=torch.int64)
        add(f"{tower}.image_rp_bucket", 1765, 1765, dtype=torch.int64)
        for index in range(2):
            add(f"{tower}.token_rel_pos_table_list.{index}.weight", 511, heads)
            add(f"{tower}.image_rel_pos_table_list.{index}.weight", 6892, heads)
            place = f"{tower}.layers.{index}"
            attention(f"{place}.self_attn")
            norm(f"{place}.self_attn_layer_norm", f"{place}.final_layer_norm")
            norm(f"{place}.ffn_layernorm", width=4 * width)
            linear(f"{place}.fc1", 4 * width, width)
            linear(f"{place}.fc2", width, 4 * width)
            if tower == "encoder":
                norm(f"{place}.attn_ln")
            else:
                attention(f"{place}.encoder_attn")
                norm(*(f"{place}.{name}" for name in ("self_attn_ln", "cross_attn_ln", "encoder_attn_layer_norm")))
    add("encoder.type_embedding.weight", 2, width)
    norm("encoder.patch_layernorm_embedding", "decoder.code_layernorm_embedding")
    source.update((f"encoder.embed_images.{key}", tensor) for key, tensor in network.state_dict().items())
    linear("encoder.image_proj", width, 1024)
    for name in ("encoder.pos", "decoder.self_pos", "decoder.cross_pos"):
        linear(f"{name}_q_linear", width, width)
        linear(f"{name}_k_linear", width, width)
    add("decoder.image_position_idx", 1025, dtype=torch.int64)
    add("decoder.output_projection.weight", 100, width)
    module = script("ofa")

    def upstream(state_dict):
        return module.convert_by_mapdict(state_dict, module.map_dict)[0]
    return Case("ofa_layers", "ofa", source, upstream, None,
                notes=[f"keys of {OFA} models/ofa/unify_transformer.py (fairseq), two layers a tower, one block a stage of its ResNet",
                       "not compared with MMPreTrain's model here, which needs transformers"])


# Otter: only the trained adapters are kept

def otter():
    source = OrderedDict()
    for name, shape in (("to_q.weight", (512, 1024)), ("to_kv.weight", (1024, 1024)), ("to_out.weight", (1024, 512)),
                        ("norm_media.weight", (1024,)), ("norm_media.bias", (1024,)),
                        ("norm_latents.weight", (1024,)), ("norm_latents.bias", (1024,)),
                        ("feed_forward.0.weight", (1024,)), ("feed_forward.0.bias", (1024,)),
                        ("feed_forward.1.weight", (4096, 1024)), ("feed_forward.3.weight", (1024, 4096))):
        for index in (0, 1):
            source[f"perceiver.layers.{index}.{name}"] = torch.empty(shape)
    source["perceiver.latents"] = torch.empty(64, 1024)
    source["perceiver.norm.weight"] = torch.empty(1024)
    source["perceiver.norm.bias"] = torch.empty(1024)
    source["lang_encoder.model.embed_tokens.weight"] = torch.empty(100, 128)
    for name, shape in (("attn_gate", (1,)), ("attn.norm.weight", (128,)), ("attn.norm.bias", (128,)),
                        ("attn.to_q.weight", (64, 128)), ("attn.to_kv.weight", (128, 1024)),
                        ("attn.to_out.weight", (128, 64)), ("feed_forward.0.weight", (128,)),
                        ("feed_forward.0.bias", (128,)), ("feed_forward.1.weight", (512, 128)),
                        ("feed_forward.3.weight", (128, 512)), ("ff_gate", (1,))):
        source[f"lang_encoder.model.layers.3.gated_cross_attn_layer.{name}"] = torch.empty(shape)
    source["lang_encoder.model.layers.3.decoder_layer.self_attn.rotary_emb.inv_freq"] = torch.empty(64)
    source["lang_encoder.model.layers.3.decoder_layer.self_attn.q_proj.weight"] = torch.empty(128, 128)
    source["lang_encoder.model.norm.weight"] = torch.empty(128)
    source["lang_encoder.lm_head.weight"] = torch.empty(100, 128)
    source["vision_encoder.vision_model.embeddings.class_embedding"] = torch.empty(1024)
    module = script("otter2mmpre")

    def upstream(state_dict):
        import os
        import sys
        import tempfile
        with tempfile.TemporaryDirectory() as scratch:
            os.mkdir(f"{scratch}/otter")
            torch.save(state_dict, f"{scratch}/otter/pytorch_model.bin")
            arguments, sys.argv, here = sys.argv, ["otter2mmpre", f"{scratch}/otter"], os.getcwd()
            os.chdir(scratch)
            try:
                module.main()
                return torch.load(f"{scratch}/otter.pth")
            finally:
                sys.argv = arguments
                os.chdir(here)
    return Case("otter_layers", "otter", source, quietly(upstream), None,
                notes=["keys as upstream's patterns name them, two perceiver layers and one language layer; not checked "
                       "against MMPreTrain's model, which needs transformers",
                       "what is not an adapter is dropped: MMPreTrain loads the language and vision towers by themselves"])


# LLaVA: base + delta

def llava(width=16):
    shared, hidden = OrderedDict(), width * 5 // 2
    for index in (0, 1):
        place = f"model.layers.{index}"
        for part in ("q_proj", "k_proj", "v_proj", "o_proj"):
            shared[f"{place}.self_attn.{part}.weight"] = torch.empty(width, width)
        for part, shape in (("gate_proj", (hidden, width)), ("down_proj", (width, hidden)), ("up_proj", (hidden, width))):
            shared[f"{place}.mlp.{part}.weight"] = torch.empty(shape)
        for norm in ("input_layernorm", "post_attention_layernorm"):
            shared[f"{place}.{norm}.weight"] = torch.empty(width)
    shared["model.norm.weight"] = torch.empty(width)

    def network(words):
        return OrderedDict([("model.embed_tokens.weight", torch.empty(words, width)), *shared.items(),
                            ("lm_head.weight", torch.empty(words, width))])
    base, delta = network(32), network(35)
    for index in (0, 1):
        base[f"model.layers.{index}.self_attn.rotary_emb.inv_freq"] = torch.empty(width // 2)
        delta[f"model.layers.{index}.self_attn.rotary_emb.inv_freq"] = torch.empty(width // 2)
    delta["model.mm_projector.weight"] = torch.empty(width, 24)
    delta["model.mm_projector.bias"] = torch.empty(width)
    source = OrderedDict([*((f"base:{key}", tensor) for key, tensor in base.items()),
                          *((f"delta:{key}", tensor) for key, tensor in delta.items())])
    hub = {"huggingface_hub": {"snapshot_download": None},
           "transformers.modeling_utils": {"load_state_dict": lambda path: torch.load(path)}}
    module = script("llava-delta2mmpre", hub)

    def upstream(state_dict):
        import sys
        import tempfile
        with tempfile.TemporaryDirectory() as scratch:
            for name in ("base", "delta"):
                part = {key.removeprefix(f"{name}:"): tensor.clone() for key, tensor in state_dict.items()
                        if key.startswith(f"{name}:")}
                torch.save(part, f"{scratch}/{name}.pth")
            arguments = sys.argv
            sys.argv = ["llava", f"{scratch}/base.pth", f"{scratch}/out.pth", "--delta", f"{scratch}/delta.pth"]
            try:
                module.main()
            finally:
                sys.argv = arguments
            return torch.load(f"{scratch}/out.pth")
    made = [Made(r"model\.lang_encoder\.((?:model\.embed_tokens|lm_head)\.weight)", "add corner",
                 [r"delta:\1", r"base:\1"]),
            Made(r"model\.lang_encoder\.(model\.(?:layers.*|norm)\.weight)", "add", [r"base:\1", r"delta:\1"])]
    return Case("llava_delta", "llava_delta", source, quietly(upstream), None, made=made,
                notes=["two inputs, written as base: and delta: before the key; sizes are made up, names those of LLaVA-7B",
                       "the delta's vocabulary has three more rows: base is added to the first ones ('add corner')",
                       "rotary_emb.inv_freq is dropped"])


# LoRA

def lora_model(width, network="vit"):
    """A classifier with LoRA in each qkv of a ViT, or in every linear layer of the blocks of a Swin Transformer."""
    from mmpretrain.registry import MODELS
    if network == "vit":
        module = dict(type="VisionTransformer", img_size=2 * width, patch_size=width, arch=dict(
            embed_dims=width, num_layers=2, num_heads=2, feedforward_channels=2 * width))
        targets = [dict(type=".*qkv")]
        head = dict(type="VisionTransformerClsHead", num_classes=10, in_channels=width)
    else:
        module = dict(type="SwinTransformer", img_size=32, window_size=4, out_indices=(1,), arch=dict(
            embed_dims=width, depths=[1, 1], num_heads=[1, 2]))
        targets = [dict(type="qkv"), dict(type="w_msa.proj"), dict(type=r".*ffn\.layers\.(0\.0|1)")]
        head = dict(type="LinearClsHead", num_classes=10, in_channels=2 * width)
    return MODELS.build(dict(type="ImageClassifier", backbone=dict(
        type="LoRAModel", module=module, alpha=16, rank=4, drop_rate=0., targets=targets), neck=None, head=head))


def plain(key):
    """The key of a LoRAModel's parameter in the network without LoRA."""
    return key.replace(".module.", ".", 1).replace(".original_layer.", ".")


def lora(width=16, network="vit"):
    def model():
        return lora_model(width, network)
    module = script("merge_lora_weight")
    base, lora_weights = OrderedDict(), OrderedDict()
    for key, tensor in build(model).named_parameters():  # its state dict has the LoRA layers only
        if ".lora_" in key or key.startswith("head."):
            lora_weights[f"lora:{key}"] = tensor.detach()
        else:
            base[f"base:{plain(key)}"] = tensor.detach()
    source = OrderedDict([*base.items(), *lora_weights.items()])

    def upstream(state_dict):
        network = model()
        for key, parameter in network.named_parameters():
            name = f"base:{plain(key)}"
            parameter.data = (state_dict[name] if name in state_dict else state_dict[f"lora:{key}"]).clone()
        original = module.MODELS
        module.MODELS = type("Registry", (), {"build": staticmethod(lambda config: network)})
        try:
            result = module.merge_lora_weight(dict(model=None), dict(meta={}, state_dict={
                key.removeprefix("lora:"): tensor for key, tensor in state_dict.items() if key.startswith("lora:")}))
        finally:
            module.MODELS = original
        return OrderedDict((key, tensor.detach()) for key, tensor in result["state_dict"].items())
    made = [Made(r"backbone\.layers\.(\d+)\.attn\.qkv\.weight", "lora 16/rank",
                 [r"base:backbone.layers.\1.attn.qkv.weight",
                  r"lora:backbone.module.layers.\1.attn.qkv.lora_down.weight",
                  r"lora:backbone.module.layers.\1.attn.qkv.lora_up.weight"])]
    return Case("lora_vit", "merge_lora", source, quietly(upstream), None, made=made, settings=dict(alpha="16"),
                notes=["two inputs, written as base: and lora: before the key; a ViT of width 16, rank 4, alpha 16",
                       "upstream takes the base from the pre-trained weights that the configuration loads"])


CASES = {
    "clip": [named("clip_vit_base_p32", clip_vit)],
    "openai_clip": [named("openai_clip_vit_b16", openai_clip)],
    "glip": [named("glip_swin_tiny", glip)],
    "ram": [named("ram_swin_tiny", ram)],
    "ofa": [named("ofa_layers", ofa)],
    "otter": [named("otter_layers", otter)],
    "llava_delta": [named("llava_delta", llava)],
    "merge_lora": [named("lora_vit", lora)],
}


def cases(family):
    return CASES[family]
