"""The models whose programs fixtures/programs holds, and that the table of programs lists: four code bases, small.

MODELS: name → (MODEL as scripts/export_program.py takes it, arguments that build it, shape of the input).
"""

TEN = {"num_classes": 10}


def timm(name, side=64, **arguments):
    return f"timm:{name}", TEN | arguments, (1, 3, side, side)


def torchvision(name, side=64, **arguments):
    return f"torchvision:{name}", TEN | arguments, (1, 3, side, side)


def transformers(name, side=64, **arguments):
    return f"transformers:{name}ForImageClassification", {"num_labels": 10} | arguments, (1, 3, side, side)


def mmpretrain(name, side=64, head=10, **arguments):
    arguments = {"backbone": arguments} if arguments else {}
    if head:
        arguments["head"] = {"num_classes": head}
    return f"mmpretrain:{name}", arguments, (1, 3, side, side)


MODELS = {
    # Convolutional.
    "timm-resnet18": timm("resnet18", layers=[1, 1, 1, 1]),
    "timm-ecaresnet26t": timm("ecaresnet26t"),
    "timm-resnetv2_50": timm("resnetv2_50", layers=[1, 1, 1, 1]),
    "timm-nf_regnet_b0": timm("nf_regnet_b0"),
    "timm-convnext_atto": timm("convnext_atto", depths=[1, 1, 2, 1]),
    "timm-convnextv2_atto": timm("convnextv2_atto", depths=[1, 1, 2, 1]),
    "timm-efficientnet_b0": timm("efficientnet_b0"),
    "timm-mobilenetv3_small_050": timm("mobilenetv3_small_050"),
    "timm-mobilenetv4_conv_small": timm("mobilenetv4_conv_small_035"),
    "timm-ghostnet_050": timm("ghostnet_050"),
    "timm-regnety_002": timm("regnety_002"),
    "timm-res2net50_14w_8s": timm("res2net50_14w_8s", layers=[1, 1, 1, 1]),
    "timm-resnest14d": timm("resnest14d"),
    "timm-skresnet18": timm("skresnet18"),
    "timm-densenet121": timm("densenet121", block_config=[2, 2, 2, 2]),
    "timm-cs3darknet_focus_s": timm("cs3darknet_focus_s"),
    "timm-repvit_m1": timm("repvit_m1"),
    "timm-fastvit_t8": timm("fastvit_t8"),
    "timm-inception_next_atto": timm("inception_next_atto"),
    "timm-starnet_s1": timm("starnet_s1"),
    # Attention and mixing of tokens.
    "timm-vit_tiny": timm("vit_tiny_patch16_224", img_size=64, depth=2),
    "timm-deit3": timm("deit3_small_patch16_224", img_size=64, depth=2),
    "timm-vit_relpos": timm("vit_relpos_small_patch16_224", img_size=64, depth=2),
    "timm-eva02_tiny": timm("eva02_tiny_patch14_224", img_size=56, side=56, depth=2),
    "timm-beit": timm("beit_base_patch16_224", img_size=64, depth=2, embed_dim=192, num_heads=3),
    "timm-cait_xxs24": timm("cait_xxs24_224", img_size=64, depth=2),
    "timm-swin_tiny": timm("swin_tiny_patch4_window7_224", img_size=112, side=112, depths=[2, 2, 2, 1]),
    "timm-swinv2_cr_tiny": timm("swinv2_cr_tiny_224", img_size=112, side=112, window_size=7, depths=[2, 2, 1, 1]),
    "timm-maxvit_nano": timm("maxvit_rmlp_nano_rw_256", img_size=64, depths=[1, 1, 1, 1]),
    "timm-coatnet_nano": timm("coatnet_nano_rw_224", img_size=64, depths=[1, 1, 1, 1]),
    "timm-gcvit_xxtiny": timm("gcvit_xxtiny", img_size=64),
    "timm-convit_tiny": timm("convit_tiny", img_size=64, depth=4, local_up_to_layer=2),
    "timm-xcit_nano": timm("xcit_nano_12_p16_224", depth=2),
    "timm-pvt_v2_b0": timm("pvt_v2_b0"),
    "timm-tnt_s": timm("tnt_s_patch16_224", img_size=64, depth=2),
    "timm-edgenext_xx_small": timm("edgenext_xx_small"),
    "timm-mobilevit_xxs": timm("mobilevit_xxs"),
    "timm-efficientvit_b0": timm("efficientvit_b0"),
    "timm-hiera_tiny": timm("hiera_tiny_224", img_size=64, stages=[1, 1, 2, 1]),
    "timm-samvit": timm("samvit_base_patch16_224", img_size=64, embed_dim=96, depth=3, num_heads=3),
    # torchvision.
    "torchvision-googlenet": torchvision("googlenet", init_weights=False),
    "torchvision-squeezenet1_1": torchvision("squeezenet1_1"),
    "torchvision-mobilenet_v2": torchvision("mobilenet_v2"),
    "torchvision-shufflenet_v2_x0_5": torchvision("shufflenet_v2_x0_5"),
    "torchvision-regnet_y_400mf": torchvision("regnet_y_400mf"),
    "torchvision-swin_v2_t": torchvision("swin_v2_t"),
    # transformers.
    "transformers-ViT": transformers(
        "ViT", image_size=64, num_hidden_layers=2, hidden_size=96, num_attention_heads=3, intermediate_size=192),
    "transformers-Beit": transformers(
        "Beit", image_size=64, num_hidden_layers=2, hidden_size=96, num_attention_heads=3, intermediate_size=192,
        use_relative_position_bias=True),
    "transformers-Dinov2": transformers(
        "Dinov2", image_size=56, side=56, num_hidden_layers=2, hidden_size=96, num_attention_heads=3),
    "transformers-Swin": transformers("Swin", image_size=112, side=112, depths=[2, 2], embed_dim=48, num_heads=[3, 6]),
    "transformers-Swinv2": transformers(
        "Swinv2", image_size=112, side=112, depths=[2, 2], embed_dim=48, num_heads=[3, 6]),
    "transformers-ConvNextV2": transformers("ConvNextV2", depths=[1, 1, 1, 1], hidden_sizes=[24, 48, 96, 192]),
    "transformers-MobileViT": transformers("MobileViT"),
    "transformers-MobileViTV2": transformers("MobileViTV2"),
    "transformers-Segformer": transformers("Segformer", depths=[1, 1, 1, 1]),
    "transformers-PvtV2": transformers("PvtV2", image_size=64, depths=[1, 1, 1, 1]),
    "transformers-FocalNet": transformers("FocalNet", image_size=64, depths=[1, 1, 1, 1], embed_dim=32),
    "transformers-Siglip": transformers(
        "Siglip", vision_config={"image_size": 64, "num_hidden_layers": 2, "hidden_size": 96, "num_attention_heads": 3,
                                 "intermediate_size": 192}),
    "transformers-Hiera": transformers("Hiera", image_size=[64, 64], depths=[1, 1, 2, 1], embed_dim=32),
    # MMPreTrain.
    "mmpretrain-resnet18": mmpretrain("resnet18_8xb32_in1k"),
    "mmpretrain-mobilenet_v2": mmpretrain("mobilenet-v2_8xb32_in1k"),
    "mmpretrain-shufflenet_v2": mmpretrain("shufflenet-v2-1x_16xb64_in1k"),
    "mmpretrain-swin_tiny": mmpretrain("swin-tiny_16xb64_in1k", side=112, img_size=112, pad_small_map=True),
    "mmpretrain-van_tiny": mmpretrain("van-tiny_3rdparty_in1k"),
    "mmpretrain-edgenext": mmpretrain("edgenext-xxsmall_3rdparty_in1k"),
    "mmpretrain-xcit": mmpretrain("xcit-nano-12-p16_3rdparty_in1k"),
    "mmpretrain-hornet_gf": mmpretrain("hornet-tiny-gf_3rdparty_in1k"),
}
