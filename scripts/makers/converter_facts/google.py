"""Google's .npz checkpoints of ViT and MLP-Mixer: the names and shapes are those of the real Flax modules.

Needs jax, flax and ml_collections beside the other reference systems. Both networks, in a small size, must
compute the same.
"""

from collections import OrderedDict

import torch

from seeded_weights import seeded, seeded_input

from .case import Case, Made, named
from .operations import evaluate
from .reference import Mistake, Unavailable, build, official, quiet

GOOGLE = "google-research/vision_transformer@c6de1e5"

KERNEL, PATCHES = "i o -> o i", "h w i o -> o i h w"
VIT_LAYER = [
    (["LayerNorm_0/scale"], "ln1.weight", None), (["LayerNorm_0/bias"], "ln1.bias", None),
    ([f"MultiHeadDotProductAttention_1/{part}/kernel" for part in ("query", "key", "value")], "attn.qkv.weight",
     "i h d -> (h d) i; concat 0"),
    ([f"MultiHeadDotProductAttention_1/{part}/bias" for part in ("query", "key", "value")], "attn.qkv.bias",
     "h d -> (h d); concat 0"),
    (["MultiHeadDotProductAttention_1/out/kernel"], "attn.proj.weight", "h d o -> o (h d)"),
    (["MultiHeadDotProductAttention_1/out/bias"], "attn.proj.bias", None),
    (["LayerNorm_2/scale"], "ln2.weight", None), (["LayerNorm_2/bias"], "ln2.bias", None),
    (["MlpBlock_3/Dense_0/kernel"], "ffn.layers.0.0.weight", KERNEL),
    (["MlpBlock_3/Dense_0/bias"], "ffn.layers.0.0.bias", None),
    (["MlpBlock_3/Dense_1/kernel"], "ffn.layers.1.weight", KERNEL),
    (["MlpBlock_3/Dense_1/bias"], "ffn.layers.1.bias", None),
]
MIXER_LAYER = [
    (["LayerNorm_0/scale"], "ln1.weight", None), (["LayerNorm_0/bias"], "ln1.bias", None),
    (["LayerNorm_1/scale"], "ln2.weight", None), (["LayerNorm_1/bias"], "ln2.bias", None),
] + [([f"{flax}/Dense_{index}/{leaf}"], f"{ours}.layers.{place}.{name}", KERNEL if leaf == "kernel" else None)
     for flax, ours in (("token_mixing", "token_mix"), ("channel_mixing", "channel_mix"))
     for index, place in ((0, "0.0"), (1, "1"))
     for leaf, name in (("kernel", "weight"), ("bias", "bias"))]


def vit_rules(layers):
    rules = [(["cls"], "backbone.cls_token", None),
             (["Transformer/posembed_input/pos_embedding"], "backbone.pos_embed", None),
             (["embedding/kernel"], "backbone.patch_embed.projection.weight", PATCHES),
             (["embedding/bias"], "backbone.patch_embed.projection.bias", None)]
    for index in range(layers):
        rules += [([f"Transformer/encoderblock_{index}/{source}" for source in sources],
                   f"backbone.layers.{index}.{target}", operation) for sources, target, operation in VIT_LAYER]
    return rules + [(["Transformer/encoder_norm/scale"], "backbone.ln1.weight", None),
                    (["Transformer/encoder_norm/bias"], "backbone.ln1.bias", None),
                    (["head/kernel"], "head.layers.head.weight", KERNEL), (["head/bias"], "head.layers.head.bias", None)]


def mixer_rules(layers):
    rules = [(["stem/kernel"], "backbone.patch_embed.projection.weight", PATCHES),
             (["stem/bias"], "backbone.patch_embed.projection.bias", None)]
    for index in range(layers):
        rules += [([f"MixerBlock_{index}/{source}" for source in sources], f"backbone.layers.{index}.{target}", operation)
                  for sources, target, operation in MIXER_LAYER]
    return rules + [(["pre_head_layer_norm/scale"], "backbone.ln1.weight", None),
                    (["pre_head_layer_norm/bias"], "backbone.ln1.bias", None),
                    (["head/kernel"], "head.fc.weight", KERNEL), (["head/bias"], "head.fc.bias", None)]


def conversion(rules):
    def convert(state_dict):
        return OrderedDict((target, evaluate(operation, [state_dict[key] for key in sources]) if operation
                            else state_dict[sources[0]]) for sources, target, operation in rules)
    return convert


def made(rules):
    import re
    return [Made(re.escape(target), operation, sources) for sources, target, operation in rules if operation]


def flax_shapes(network, side):
    """The variables' names, joined as the .npz files join them, and their shapes; nothing is computed."""
    try:
        import jax
    except ImportError:
        raise Unavailable("jax and flax are not installed") from None
    from flax.traverse_util import flatten_dict
    image = jax.ShapeDtypeStruct((1, side, side, 3), "float32")
    tree = jax.eval_shape(lambda image: network.init(jax.random.PRNGKey(0), image, train=False), image)["params"]
    return OrderedDict((published(name), tuple(leaf.shape)) for name, leaf in flatten_dict(tree, sep="/").items())


def published(name):
    """The name in the published files: before Flax had linen, the modules of a ViT block were numbered in one row."""
    if "encoderblock" in name:
        for linen, before in (("LayerNorm_1/", "LayerNorm_2/"), ("MlpBlock_0/", "MlpBlock_3/"),
                              ("MultiHeadDotProductAttention_0/", "MultiHeadDotProductAttention_1/")):
            name = name.replace(linen, before)
    return name


def proof(network, side, convert, model):
    import numpy as np
    from flax.training.checkpoints import convert_pre_linen
    from flax.traverse_util import unflatten_dict
    arrays = {name: seeded(name, shape) for name, shape in flax_shapes(network, side).items()}
    image = seeded_input((1, 3, side, side))
    expected = np.asarray(network.apply({"params": convert_pre_linen(unflatten_dict(arrays, sep="/"))}, image.transpose(0, 2, 3, 1),
                                        train=False))
    converted = convert({name: torch.from_numpy(array) for name, array in arrays.items()})
    target = build(model)
    target.load_state_dict(converted)
    with torch.no_grad(), quiet():
        found = target(torch.from_numpy(image)).numpy()
    error = abs(found - expected).max() / abs(expected).max()
    if not error < 1e-3:
        raise Mistake(f"the Flax network and MMPreTrain's differ by {error:.2e} of the largest output")
    return "proof: the Flax network and MMPreTrain's, in a small size, give the same output to 1e-3"


def small(backbone, head, width):
    def model():
        from mmpretrain.models import build_classifier
        return build_classifier(dict(type="ImageClassifier", backbone=backbone, neck=None if head == "ViT" else
                                     dict(type="GlobalAveragePooling", dim=1),
                                     head=dict(type="VisionTransformerClsHead" if head == "ViT" else "LinearClsHead",
                                               num_classes=10, in_channels=width)))
    return model


def source_of(network, side):
    return OrderedDict((name, torch.empty(shape)) for name, shape in flax_shapes(network, side).items())


def vit_base():
    module = official(GOOGLE, "vit_jax.models_vit")
    from ml_collections import ConfigDict

    def network(width, layers, heads, mlp, patch, classes):
        return module.VisionTransformer(
            num_classes=classes, patches=ConfigDict(dict(size=(patch, patch))), hidden_size=width, classifier="token",
            transformer=dict(num_layers=layers, num_heads=heads, mlp_dim=mlp, dropout_rate=0.0,
                             attention_dropout_rate=0.0))
    backbone = dict(type="VisionTransformer", img_size=64, patch_size=16,
                    arch=dict(embed_dims=32, num_layers=2, num_heads=4, feedforward_channels=64))
    notes = [f"source {GOOGLE} vit_jax/models_vit.py, ViT-B/32 at 384 px",
             proof(network(32, 2, 4, 64, 16, 10), 64, conversion(vit_rules(2)), small(backbone, "ViT", 32))]
    rules = vit_rules(12)
    return Case("vit_base_p32_google", "vit_google", source_of(network(768, 12, 12, 3072, 32, 1000), 384), None,
                "vit-base-p32_in21k-pre_3rdparty_in1k-384px", right=conversion(rules), made=made(rules), notes=notes,
                seed=r"Transformer/encoderblock_0/MultiHead.*")


def mixer_base():
    module = official(GOOGLE, "vit_jax.models_mixer")
    from ml_collections import ConfigDict

    def network(width, layers, tokens, channels, classes):
        return module.MlpMixer(patches=ConfigDict(dict(size=(16, 16))), num_classes=classes, num_blocks=layers,
                               hidden_dim=width, tokens_mlp_dim=tokens, channels_mlp_dim=channels)
    backbone = dict(type="MlpMixer", img_size=64, patch_size=16,
                    arch=dict(embed_dims=32, num_layers=2, tokens_mlp_dims=24, channels_mlp_dims=64))
    notes = [f"source {GOOGLE} vit_jax/models_mixer.py, Mixer-B/16",
             proof(network(32, 2, 24, 64, 10), 64, conversion(mixer_rules(2)), small(backbone, "Mixer", 32))]
    rules = mixer_rules(12)
    return Case("mlp_mixer_base_google", "mlpmixer_google", source_of(network(768, 12, 384, 3072, 1000), 224), None,
                "mlp-mixer-base-p16_3rdparty_64xb64_in1k", right=conversion(rules), made=made(rules), notes=notes,
                seed=r"MixerBlock_0/token_mixing/.*")


CASES = {"vit_google": [named("vit_base_p32_google", vit_base)],
         "mlpmixer_google": [named("mlp_mixer_base_google", mixer_base)]}


def cases(family):
    return CASES[family]
