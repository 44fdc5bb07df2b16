"""Models of timm, torchvision and their authors that MMPreTrain has too, but no script for.

The mapping is proved by computing: the source network and the MMPreTrain model give the same.
"""

import re
from collections import OrderedDict

import torch

from .case import Case, Made, named
from .operations import evaluate, results
from .reference import agree, instance, official

SWIN = "microsoft/Swin-Transformer@f82860b"
POOLFORMER = "sail-sg/poolformer@a075575"


def mapping(rules, made=()):
    """A conversion by whole-key patterns: the first that matches gives the target, None drops the key.

    `made` are (pattern of target keys, operation) pairs for what is not a plain copy. A target that is a list names the
    parts of a split, None for those that are zero.
    """
    def convert(state_dict):
        result = OrderedDict()
        for key, tensor in state_dict.items():
            for pattern, target in rules:
                match = re.fullmatch(pattern, key)
                if match is None:
                    continue
                if target is not None:
                    name = target(match) if callable(target) else match.expand(target)
                    if isinstance(name, list):
                        parts = results(f"split 0 {len(name)}", [tensor])
                        result.update((part, value) for part, value in zip(name, parts) if part)
                        break
                    operation = next((op for goal, op in made if re.fullmatch(goal, name)), None)
                    result[name] = evaluate(operation, [tensor]) if operation else tensor
                break
            else:
                raise KeyError(f"no rule for {key}")
        return result
    return convert


BLOCK = [
    (r"blocks\.(\d+)\.norm([12])\.(.*)", r"backbone.layers.\1.ln\2.\3"),
    (r"blocks\.(\d+)\.attn\.(.*)", r"backbone.layers.\1.attn.\2"),
    (r"blocks\.(\d+)\.mlp\.fc1\.(.*)", r"backbone.layers.\1.ffn.layers.0.0.\2"),
    (r"blocks\.(\d+)\.mlp\.fc2\.(.*)", r"backbone.layers.\1.ffn.layers.1.\2"),
    (r"blocks\.(\d+)\.ls1\.gamma", r"backbone.layers.\1.attn.gamma1.weight"),
    (r"blocks\.(\d+)\.ls2\.gamma", r"backbone.layers.\1.ffn.gamma2.weight"),
]
VIT_TIMM = [
    (r"(cls_token|dist_token|pos_embed)", r"backbone.\1"),
    (r"patch_embed\.proj\.(.*)", r"backbone.patch_embed.projection.\1"), *BLOCK,
    (r"norm\.(.*)", r"backbone.ln1.\1"), (r"(head|head_dist)\.(.*)", r"head.layers.\1.\2"),
]
VIT_TIMM_MEAN = [(r"fc_norm\.(.*)", r"backbone.ln2.\1"), (r"head\.(.*)", r"head.fc.\1"), *VIT_TIMM]
VIT_TORCHVISION = [
    ("class_token", "backbone.cls_token"), (r"encoder\.pos_embedding", "backbone.pos_embed"),
    (r"conv_proj\.(.*)", r"backbone.patch_embed.projection.\1"),
    (r"encoder\.layers\.encoder_layer_(\d+)\.ln_([12])\.(.*)", r"backbone.layers.\1.ln\2.\3"),
    (r"encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_(.*)", r"backbone.layers.\1.attn.qkv.\2"),
    (r"encoder\.layers\.encoder_layer_(\d+)\.self_attention\.out_proj\.(.*)", r"backbone.layers.\1.attn.proj.\2"),
    (r"encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:0|linear_1)\.(.*)", r"backbone.layers.\1.ffn.layers.0.0.\2"),
    (r"encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:3|linear_2)\.(.*)", r"backbone.layers.\1.ffn.layers.1.\2"),
    (r"encoder\.ln\.(.*)", r"backbone.ln1.\1"), (r"heads\.head\.(.*)", r"head.layers.head.\1"),
]

SWIN_MADE = [(r".*\.downsample\.reduction\.weight", "o (w h c) -> o (c h w) with h=2 w=2"),
             (r".*\.downsample\.norm\.(weight|bias)", "(w h c) -> (c h w) with h=2 w=2")]
SWIN_TIMM = [
    (r"patch_embed\.proj\.(.*)", r"backbone.patch_embed.projection.\1"),
    (r"patch_embed\.norm\.(.*)", r"backbone.patch_embed.norm.\1"),
    (r"layers\.(\d)\.downsample\.(.*)", lambda m: f"backbone.stages.{int(m[1]) - 1}.downsample.{m[2]}"),
    (r"layers\.(\d)\.blocks\.(\d+)\.attn\.(.*)", r"backbone.stages.\1.blocks.\2.attn.w_msa.\3"),
    (r"layers\.(\d)\.blocks\.(\d+)\.norm(.*)", r"backbone.stages.\1.blocks.\2.norm\3"),
    (r"layers\.(\d)\.blocks\.(\d+)\.mlp\.fc1\.(.*)", r"backbone.stages.\1.blocks.\2.ffn.layers.0.0.\3"),
    (r"layers\.(\d)\.blocks\.(\d+)\.mlp\.fc2\.(.*)", r"backbone.stages.\1.blocks.\2.ffn.layers.1.\3"),
    (r"norm\.(.*)", r"backbone.norm3.\1"), (r"head\.(?:fc\.)?(.*)", r"head.fc.\1"),
]
SWIN_AUTHORS = [(r"layers\.(\d)\.downsample\.(.*)", r"backbone.stages.\1.downsample.\2"), (r".*\.attn_mask", None),
                *SWIN_TIMM]
SWIN_V2_TIMM = [(r"layers\.(\d)\.downsample\.(.*)", r"backbone.stages.\1.downsample.\2"), *SWIN_TIMM]
SWIN_V2_AUTHORS = [
    (r"layers\.(\d)\.downsample\.(.*)", lambda m: f"backbone.stages.{int(m[1]) + 1}.downsample.{m[2]}"),
    *SWIN_AUTHORS]


def stage(match):
    return (int(match[1]) - 1) // 2


SWIN_TORCHVISION = [
    (r"features\.0\.0\.(.*)", r"backbone.patch_embed.projection.\1"),
    (r"features\.0\.2\.(.*)", r"backbone.patch_embed.norm.\1"),
    (r"features\.(\d)\.((?:reduction|norm)\..*)", lambda m: f"backbone.stages.{stage(m)}.downsample.{m[2]}"),
    (r"features\.(\d)\.(\d+)\.attn\.(.*)", lambda m: f"backbone.stages.{stage(m)}.blocks.{m[2]}.attn.w_msa.{m[3]}"),
    (r"features\.(\d)\.(\d+)\.mlp\.0\.(.*)",
     lambda m: f"backbone.stages.{stage(m)}.blocks.{m[2]}.ffn.layers.0.0.{m[3]}"),
    (r"features\.(\d)\.(\d+)\.mlp\.3\.(.*)",
     lambda m: f"backbone.stages.{stage(m)}.blocks.{m[2]}.ffn.layers.1.{m[3]}"),
    (r"features\.(\d)\.(\d+)\.(norm.*)", lambda m: f"backbone.stages.{stage(m)}.blocks.{m[2]}.{m[3]}"),
    (r"norm\.(.*)", r"backbone.norm3.\1"), (r"head\.(.*)", r"head.fc.\1"),
]


def biases(match):
    """What has no bias are the keys."""
    place = f"backbone.stages.{stage(match)}.blocks.{match[2]}.attn.w_msa"
    return [f"{place}.q_bias", None, f"{place}.v_bias"]


SWIN_V2_TORCHVISION = [
    (r"features\.(\d)\.((?:reduction|norm)\..*)", lambda m: f"backbone.stages.{stage(m) + 1}.downsample.{m[2]}"),
    (r"features\.(\d)\.(\d+)\.attn\.qkv\.bias", biases), *SWIN_TORCHVISION]
SWIN_V2_MADE = SWIN_MADE[:1]

POOLFORMER_TIMM = [
    (r"stem\.conv\.(.*)", r"backbone.patch_embed.proj.\1"),
    (r"stages\.(\d)\.downsample\.conv\.(.*)", lambda m: f"backbone.network.{2 * int(m[1]) - 1}.proj.{m[2]}"),
    (r"stages\.(\d)\.blocks\.(\d+)\.layer_scale([12])\.scale",
     lambda m: f"backbone.network.{2 * int(m[1])}.{m[2]}.layer_scale_{m[3]}"),
    (r"stages\.(\d)\.blocks\.(\d+)\.(.*)", lambda m: f"backbone.network.{2 * int(m[1])}.{m[2]}.{m[3]}"),
    (r"head\.norm\.(.*)", r"backbone.norm6.\1"), (r"head\.fc\.(.*)", r"head.fc.\1"),
]
POOLFORMER_AUTHORS = [
    (r"((?:patch_embed|network)\..*)", r"backbone.\1"), (r"norm\.(.*)", r"backbone.norm6.\1"),
    (r"head\.(.*)", r"head.fc.\1"),
]

DENSENET = [
    (r"features\.conv0\.(.*)", r"backbone.stem.0.\1"), (r"features\.norm0\.(.*)", r"backbone.stem.1.\1"),
    (r"features\.denseblock(\d)\.denselayer(\d+)\.(norm|conv)\.?(.*)",
     lambda m: f"backbone.stages.{int(m[1]) - 1}.block.{int(m[2]) - 1}.{m[3]}{m[4]}"),
    (r"features\.transition(\d)\.(.*)", lambda m: f"backbone.transitions.{int(m[1]) - 1}.{m[2]}"),
    (r"features\.norm5\.(.*)", r"backbone.transitions.3.0.\1"), (r"classifier\.(.*)", r"head.fc.\1"),
]

REGNET_TIMM = [
    (r"stem\.conv\.(.*)", r"backbone.conv1.\1"), (r"stem\.bn\.(.*)", r"backbone.bn1.\1"),
    (r"s(\d)\.b(\d+)\.conv(\d)\.(conv|bn)\.(.*)",
     lambda m: f"backbone.layer{m[1]}.{int(m[2]) - 1}.{m[4]}{m[3]}.{m[5]}"),
    (r"s(\d)\.b(\d+)\.downsample\.conv\.(.*)", lambda m: f"backbone.layer{m[1]}.{int(m[2]) - 1}.downsample.0.{m[3]}"),
    (r"s(\d)\.b(\d+)\.downsample\.bn\.(.*)", lambda m: f"backbone.layer{m[1]}.{int(m[2]) - 1}.downsample.1.{m[3]}"),
    (r"head\.fc\.(.*)", r"head.fc.\1"),
]
REGNET_TORCHVISION = [
    (r"stem\.0\.(.*)", r"backbone.conv1.\1"), (r"stem\.1\.(.*)", r"backbone.bn1.\1"),
    (r"trunk_output\.block(\d)\.block\d-(\d+)\.proj\.(.*)", r"backbone.layer\1.\2.downsample.\3"),
    (r"trunk_output\.block(\d)\.block\d-(\d+)\.f\.([abc])\.([01])\.(.*)",
     lambda m: f"backbone.layer{m[1]}.{m[2]}.{'conv' if m[4] == '0' else 'bn'}{'abc'.index(m[3]) + 1}.{m[5]}"),
    (r"fc\.(.*)", r"head.fc.\1"),
]

INCEPTION = [(r"AuxLogits\..*", None), (r"(.*)", r"backbone.\1")]


def mobilenet_v3(expansions, last):
    """torchvision numbers the layers of a block as they come: an expansion, the depthwise one, SE, the projection."""
    names = ["depthwise_conv", "se", "linear_conv"]

    def block(match):
        index, layer, rest = int(match[1]), int(match[2]), match[3]
        parts = ([] if index in expansions[0] else ["expand_conv"]) + names
        if index in expansions[1]:
            parts.remove("se")
        part = parts[layer]
        if part == "se":
            unit, _, leaf = rest.partition(".")
            return f"backbone.layer{index}.se.conv{unit[2]}.conv.{leaf}"
        kind, _, leaf = rest.partition(".")
        return f"backbone.layer{index}.{part}.{'conv' if kind == '0' else 'bn'}.{leaf}"

    def plain(match):
        return f"backbone.layer{match[1]}.{'conv' if match[2] == '0' else 'bn'}.{match[3]}"
    return [(r"features\.(\d+)\.block\.(\d)\.(.*)", block), (rf"features\.(0|{last})\.([01])\.(.*)", plain),
            (r"classifier\.0\.(.*)", r"head.layers.0.fc.\1"), (r"classifier\.3\.(.*)", r"head.layers.1.fc.\1")]


def poolformer_of_timm():
    """MMPreTrain's model with the last norm behind the pooling, where timm has it."""
    from mmpretrain import get_model
    model = get_model("poolformer-s12_3rdparty_32xb128_in1k", pretrained=False)
    norm = model.backbone.norm6
    norm.register_forward_hook(lambda module, inputs, output: inputs[0])
    model.neck.register_forward_hook(lambda module, inputs, output: tuple(
        torch.nn.functional.group_norm(x, 1, norm.weight, norm.bias, norm.eps) for x in output))
    return model


def library(family, name, source, model, rules, made=(), shape=(1, 3, 224, 224), options=None, published=None):
    """`source` is "library model" or "owner/name@commit file class"; `published` renames the keys to those of files."""
    origin, *place = source.split()
    if origin == "timm":
        import timm
        network = instance(timm.create_model, place[0], **(options or {}))
    elif origin == "torchvision":
        import torchvision
        network = instance(getattr(torchvision.models, place[0]), **(options or {}))
    else:
        import timm.layers.helpers
        module = official(origin, place[0], {"timm.models.layers.helpers": vars(timm.layers.helpers)})
        network = instance(getattr(module, place[1]), **(options or {}))
    convert = mapping(rules, made)
    notes = [f"source {source}" + "".join(f", {key}={value}" for key, value in (options or {}).items())]
    computed = "|".join([MISSING.get(name, "(?!)"), COMPUTED])
    if name == "poolformer_s12_timm":
        notes.append(agree(network, poolformer_of_timm, convert) + ", if the model normalises after the pooling, as timm")
    else:
        notes.append(agree(network, model, convert, shape, computed=computed))
    state = network.state_dict()
    if published:
        notes.append("keys as in the weights that torchvision publishes")
        state = OrderedDict((published(key), tensor) for key, tensor in state.items() if published(key))
    operations = [Made(pattern, operation) for pattern, operation in made]
    operations += SPLIT if name == "swin_v2_t_torchvision" else []
    return Case(name, family, state, None, model, right=convert, made=operations, notes=notes,
                constants=CONSTANTS.get(name, {}), may_miss=MISSING.get(name, ""), seed=r".*(downsample|qkv\.bias).*")


def dotted(key):
    """DenseNet's published keys, which torchvision's own network cannot have any more; without batch counters."""
    if key.endswith("num_batches_tracked"):
        return None
    return re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", key)


def linear(key):
    """ViT's published keys: the layers of an MLP have names."""
    return key.replace("mlp.0.", "mlp.linear_1.").replace("mlp.3.", "mlp.linear_2.")


CONSTANTS = {"densenet121_published": {r".*\.num_batches_tracked": 0}}
# timm does not keep what MMPreTrain's Swin does: computed from the window size.
MISSING = {"swin_tiny_timm": r".*\.relative_position_index",
           "swinv2_tiny_timm": r".*\.(relative_position_index|relative_coords_table)"}
# Buffers that the networks compute from their sizes.
COMPUTED = r".*\.(attn_mask|relative_coords_table)"
SPLIT = [Made(r"backbone\.stages\.(\d)\.blocks\.(\d+)\.attn\.w_msa\.[qv]_bias", "split 0 3",
              [lambda m: f"features.{2 * int(m[1]) + 1}.{m[2]}.attn.qkv.bias"])]

SMALL = mobilenet_v3(({1}, {2, 3}), 12)
LARGE = mobilenet_v3(({1}, {1, 2, 3, 7, 8, 9, 10}), 16)
LIBRARY = [
    ("vit_timm", "deit_tiny_timm", "timm deit_tiny_patch16_224", "deit-tiny_4xb256_in1k", VIT_TIMM),
    ("vit_timm", "deit_small_distilled_timm", "timm deit_small_distilled_patch16_224",
     "deit-small-distilled_3rdparty_in1k", VIT_TIMM),
    ("vit_timm", "vit_small_dinov2_timm", "timm vit_small_patch14_dinov2", "vit-small-p14_dinov2-pre_3rdparty", VIT_TIMM,
     (), (1, 3, 518, 518)),
    ("vit_timm", "vit_base_p16_mean_timm", "timm vit_base_patch16_224", "vit-base-p16_mae-1600e-pre_8xb128-coslr-100e_in1k",
     VIT_TIMM_MEAN, (), (1, 3, 224, 224), dict(global_pool="avg")),
    ("vit_timm", "vit_base_p32_timm", "timm vit_base_patch32_384", "vit-base-p32_in21k-pre_3rdparty_in1k-384px",
     VIT_TIMM, (), (1, 3, 384, 384)),
    ("vit_torchvision", "vit_b_16_torchvision", "torchvision vit_b_16", "vit-base-p16_in21k-pre_3rdparty_in1k-384px",
     VIT_TORCHVISION, (), (1, 3, 384, 384), dict(image_size=384)),
    ("vit_torchvision", "vit_b_16_published", "torchvision vit_b_16", "vit-base-p16_in21k-pre_3rdparty_in1k-384px",
     VIT_TORCHVISION, (), (1, 3, 384, 384), dict(image_size=384), linear),
    ("swin_timm", "swin_tiny_timm", "timm swin_tiny_patch4_window7_224", "swin-tiny_3rdparty_in1k", SWIN_TIMM, SWIN_MADE),
    ("swin_torchvision", "swin_t_torchvision", "torchvision swin_t", "swin-tiny_3rdparty_in1k", SWIN_TORCHVISION,
     SWIN_MADE + [(r".*\.relative_position_index", "(a b) -> a b with a=49 b=49")]),
    ("swin_timm", "swin_tiny_authors", f"{SWIN} models/swin_transformer.py SwinTransformer", "swin-tiny_3rdparty_in1k",
     SWIN_AUTHORS, SWIN_MADE),
    ("swin_v2_timm", "swinv2_tiny_timm", "timm swinv2_tiny_window8_256", "swinv2-tiny-w8_3rdparty_in1k-256px",
     SWIN_V2_TIMM, SWIN_V2_MADE, (1, 3, 256, 256)),
    ("swin_v2_timm", "swinv2_tiny_authors", f"{SWIN} models/swin_transformer_v2.py SwinTransformerV2",
     "swinv2-tiny-w8_3rdparty_in1k-256px", SWIN_V2_AUTHORS, SWIN_V2_MADE, (1, 3, 256, 256),
     dict(img_size=256, window_size=8)),
    ("swin_v2_torchvision", "swin_v2_t_torchvision", "torchvision swin_v2_t", "swinv2-tiny-w8_3rdparty_in1k-256px",
     SWIN_V2_TORCHVISION, SWIN_V2_MADE + [(r".*\.relative_position_index", "(a b) -> a b with a=64 b=64")],
     (1, 3, 256, 256)),
    ("poolformer", "poolformer_s12_timm", "timm poolformer_s12", "poolformer-s12_3rdparty_32xb128_in1k",
     POOLFORMER_TIMM),
    ("poolformer", "poolformer_s12_authors", f"{POOLFORMER} models/poolformer.py poolformer_s12",
     "poolformer-s12_3rdparty_32xb128_in1k", POOLFORMER_AUTHORS),
    ("mobilenet_v3", "mobilenet_v3_small", "torchvision mobilenet_v3_small", "mobilenet-v3-small_8xb128_in1k", SMALL),
    ("mobilenet_v3", "mobilenet_v3_large", "torchvision mobilenet_v3_large", "mobilenet-v3-large_8xb128_in1k", LARGE),
    ("densenet", "densenet121", "torchvision densenet121", "densenet121_3rdparty_in1k", DENSENET),
    ("densenet", "densenet121_published", "torchvision densenet121", "densenet121_3rdparty_in1k", DENSENET, (),
     (1, 3, 224, 224), None, dotted),
    ("regnet_timm", "regnetx_004_timm", "timm regnetx_004", "regnetx-400mf_8xb128_in1k", REGNET_TIMM),
    ("regnet_torchvision", "regnet_x_800mf", "torchvision regnet_x_800mf", "regnetx-800mf_8xb128_in1k",
     REGNET_TORCHVISION),
    ("inception_v3", "inception_v3", "torchvision inception_v3", "inception-v3_3rdparty_8xb32_in1k", INCEPTION, (),
     (1, 3, 299, 299)),
]


def cases(family):
    return [named(entry[1], library, *entry) for entry in LIBRARY if entry[0] == family]
