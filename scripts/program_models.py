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
    "timm-seresnext26d_32x4d": timm("seresnext26d_32x4d"),
    "timm-resnetv2_50": timm("resnetv2_50", layers=[1, 1, 1, 1]),
    "timm-nf_regnet_b0": timm("nf_regnet_b0"),
    "timm-convnext_atto": timm("convnext_atto", depths=[1, 1, 2, 1]),
    "timm-convnextv2_atto": timm("convnextv2_atto", depths=[1, 1, 2, 1]),
    "timm-efficientnet_b0": timm("efficientnet_b0"),
    "timm-tf_efficientnetv2_b0": timm("tf_efficientnetv2_b0"),
    "timm-mobilenetv3_small_050": timm("mobilenetv3_small_050"),
    "timm-mobilenetv4_conv_small": timm("mobilenetv4_conv_small_035"),
    "timm-ghostnet_050": timm("ghostnet_050"),
    "timm-rexnet_100": timm("rexnet_100"),
    "timm-regnety_002": timm("regnety_002"),
    "timm-res2net50_14w_8s": timm("res2net50_14w_8s", layers=[1, 1, 1, 1]),
    "timm-resnest14d": timm("resnest14d"),
    "timm-skresnet18": timm("skresnet18"),
    "timm-hrnet_w18_small": timm("hrnet_w18_small"),
    "timm-densenet121": timm("densenet121", block_config=[2, 2, 2, 2]),
    "timm-dla34": timm("dla34"),
    "timm-dpn48b": timm("dpn48b"),
    "timm-vovnet": timm("ese_vovnet19b_slim_dw"),
    "timm-cs3darknet_focus_s": timm("cs3darknet_focus_s"),
    "timm-repvgg_a0": timm("repvgg_a0"),
    "timm-repvit_m1": timm("repvit_m1"),
    "timm-mobileone_s0": timm("mobileone_s0"),
    "timm-fastvit_t8": timm("fastvit_t8"),
    "timm-inception_next_atto": timm("inception_next_atto"),
    "timm-starnet_s1": timm("starnet_s1"),
    "timm-focalnet_tiny_srf": timm("focalnet_tiny_srf"),
    "timm-hgnetv2_b0": timm("hgnetv2_b0"),
    "timm-dm_nfnet_f0": timm("dm_nfnet_f0"),
    "timm-selecsls42b": timm("selecsls42b"),
    "timm-xception41": timm("xception41"),
    "timm-pnasnet5large": timm("pnasnet5large", side=96),
    # Attention and mixing of tokens.
    "timm-vit_tiny": timm("vit_tiny_patch16_224", img_size=64, depth=2),
    "timm-deit3": timm("deit3_small_patch16_224", img_size=64, depth=2),
    "timm-vit_relpos": timm("vit_relpos_small_patch16_224", img_size=64, depth=2),
    "timm-eva02_tiny": timm("eva02_tiny_patch14_224", img_size=56, side=56, depth=2),
    "timm-beit": timm("beit_base_patch16_224", img_size=64, depth=2, embed_dim=192, num_heads=3),
    "timm-cait_xxs24": timm("cait_xxs24_224", img_size=64, depth=2),
    "timm-swin_tiny": timm("swin_tiny_patch4_window7_224", img_size=112, side=112, depths=[2, 2, 2, 1]),
    "timm-swinv2_tiny": timm("swinv2_tiny_window8_256", img_size=128, side=128, depths=[2, 2, 2, 1]),
    "timm-swinv2_cr_tiny": timm("swinv2_cr_tiny_224", img_size=112, side=112, window_size=7, depths=[2, 2, 1, 1]),
    "timm-maxvit_nano": timm("maxvit_rmlp_nano_rw_256", img_size=64, depths=[1, 1, 1, 1]),
    "timm-coatnet_nano": timm("coatnet_nano_rw_224", img_size=64, depths=[1, 1, 1, 1]),
    "timm-gcvit_xxtiny": timm("gcvit_xxtiny", img_size=64),
    "timm-levit_128s": timm("levit_128s", side=224),
    "timm-pit_ti": timm("pit_ti_224", side=224),
    "timm-convit_tiny": timm("convit_tiny", img_size=64, depth=4, local_up_to_layer=2),
    "timm-crossvit_tiny": timm("crossvit_tiny_240", side=240),
    "timm-coat_lite_tiny": timm("coat_lite_tiny", side=64, img_size=64),
    "timm-xcit_nano": timm("xcit_nano_12_p16_224", depth=2),
    "timm-mixer_s32": timm("mixer_s32_224", img_size=64),
    "timm-gmlp_s16": timm("gmlp_s16_224", img_size=64),
    "timm-resmlp_12": timm("resmlp_12_224", img_size=64),
    "timm-poolformer_s12": timm("poolformer_s12"),
    "timm-caformer_s18": timm("caformer_s18"),
    "timm-pvt_v2_b0": timm("pvt_v2_b0"),
    "timm-twins_svt_small": timm("twins_svt_small", img_size=64, side=64, depths=[1, 1, 2, 1]),
    "timm-twins_pcpvt_small": timm("twins_pcpvt_small", img_size=64, depths=[1, 1, 1, 1]),
    "timm-tnt_s": timm("tnt_s_patch16_224", img_size=64, depth=2),
    "timm-nest_tiny": timm("nest_tiny", img_size=128, side=128),
    "timm-edgenext_xx_small": timm("edgenext_xx_small"),
    "timm-mobilevit_xxs": timm("mobilevit_xxs"),
    "timm-mobilevitv2_050": timm("mobilevitv2_050"),
    "timm-efficientformer_l1": timm("efficientformer_l1", side=224),
    "timm-efficientformerv2_s0": timm("efficientformerv2_s0", side=224),
    "timm-efficientvit_b0": timm("efficientvit_b0"),
    "timm-efficientvit_m0": timm("efficientvit_m0", img_size=128, side=128),
    "timm-davit_tiny": timm("davit_tiny", depths=[1, 1, 2, 1]),
    "timm-mvitv2_tiny": timm("mvitv2_tiny", img_size=64, depths=[1, 1, 2, 1]),
    "timm-hiera_tiny": timm("hiera_tiny_224", img_size=64, stages=[1, 1, 2, 1]),
    "timm-tiny_vit_5m": timm("tiny_vit_5m_224", side=224),
    "timm-visformer_tiny": timm("visformer_tiny", img_size=64),
    "timm-volo_d1": timm("volo_d1_224", img_size=64, layers=[1, 1, 1, 1]),
    "timm-botnet26t": timm("botnet26t_256", side=256),
    "timm-halonet26t": timm("halonet26t", side=256),
    "timm-lambda_resnet26t": timm("lambda_resnet26t", side=256),
    "timm-sequencer2d_s": timm("sequencer2d_s", layers=[1, 1, 1, 1]),
    "timm-samvit": timm("samvit_base_patch16_224", img_size=64, embed_dim=96, depth=3, num_heads=3),
    "timm-nextvit_small": timm("nextvit_small", depths=[1, 1, 2, 1]),
    "timm-fasternet_t0": timm("fasternet_t0"),
    "timm-shvit_s1": timm("shvit_s1"),
    "timm-swiftformer_xs": timm("swiftformer_xs"),
    "timm-mambaout_femto": timm("mambaout_femto"),
    "timm-vitamin_small": timm("vitamin_small_224", img_size=64),
    "timm-vit_r26_s32": timm("vit_tiny_r_s16_p8_224", img_size=64, depth=2),
    # torchvision.
    "torchvision-alexnet": torchvision("alexnet"),
    "torchvision-vgg11_bn": torchvision("vgg11_bn"),
    "torchvision-googlenet": torchvision("googlenet", init_weights=False),
    "torchvision-inception_v3": torchvision("inception_v3", side=96, init_weights=False),
    "torchvision-squeezenet1_1": torchvision("squeezenet1_1"),
    "torchvision-mobilenet_v2": torchvision("mobilenet_v2"),
    "torchvision-mobilenet_v3_small": torchvision("mobilenet_v3_small"),
    "torchvision-shufflenet_v2_x0_5": torchvision("shufflenet_v2_x0_5"),
    "torchvision-mnasnet0_5": torchvision("mnasnet0_5"),
    "torchvision-regnet_y_400mf": torchvision("regnet_y_400mf"),
    "torchvision-efficientnet_b0": torchvision("efficientnet_b0"),
    "torchvision-convnext_tiny": torchvision("convnext_tiny"),
    "torchvision-vit_b_32": torchvision("vit_b_32", image_size=64),
    "torchvision-swin_t": torchvision("swin_t"),
    "torchvision-swin_v2_t": torchvision("swin_v2_t"),
    "torchvision-maxvit_t": torchvision("maxvit_t", side=224),
    "torchvision-densenet121": torchvision("densenet121"),
    "torchvision-resnext50_32x4d": torchvision("resnext50_32x4d"),
    # transformers.
    "transformers-ViT": transformers(
        "ViT", image_size=64, num_hidden_layers=2, hidden_size=96, num_attention_heads=3, intermediate_size=192),
    "transformers-DeiT": transformers(
        "DeiT", image_size=64, num_hidden_layers=2, hidden_size=96, num_attention_heads=3, intermediate_size=192),
    "transformers-Beit": transformers(
        "Beit", image_size=64, num_hidden_layers=2, hidden_size=96, num_attention_heads=3, intermediate_size=192,
        use_relative_position_bias=True),
    "transformers-Dinov2": transformers(
        "Dinov2", image_size=56, side=56, num_hidden_layers=2, hidden_size=96, num_attention_heads=3),
    "transformers-Swin": transformers("Swin", image_size=112, side=112, depths=[2, 2], embed_dim=48, num_heads=[3, 6]),
    "transformers-Swinv2": transformers(
        "Swinv2", image_size=112, side=112, depths=[2, 2], embed_dim=48, num_heads=[3, 6]),
    "transformers-ConvNext": transformers("ConvNext", depths=[1, 1, 1, 1], hidden_sizes=[24, 48, 96, 192]),
    "transformers-ConvNextV2": transformers("ConvNextV2", depths=[1, 1, 1, 1], hidden_sizes=[24, 48, 96, 192]),
    "transformers-ResNet": transformers("ResNet", depths=[1, 1, 1, 1], hidden_sizes=[32, 64, 128, 256]),
    "transformers-Bit": transformers("Bit", depths=[1, 1, 1, 1], hidden_sizes=[32, 64, 128, 256], embedding_size=32),
    "transformers-RegNet": transformers("RegNet", depths=[1, 1, 1, 1], hidden_sizes=[32, 64, 96, 128], groups_width=16),
    "transformers-MobileViT": transformers("MobileViT"),
    "transformers-MobileNetV1": transformers("MobileNetV1", depth_multiplier=0.25),
    "transformers-MobileNetV2": transformers("MobileNetV2", depth_multiplier=0.35),
    "transformers-EfficientNet": transformers("EfficientNet", width_coefficient=0.5, depth_coefficient=0.5),
    "transformers-Segformer": transformers("Segformer", depths=[1, 1, 1, 1]),
    "transformers-PvtV2": transformers("PvtV2", image_size=64, depths=[1, 1, 1, 1]),
    "transformers-PoolFormer": transformers("PoolFormer", depths=[1, 1, 1, 1], hidden_sizes=[32, 64, 96, 128]),
    "transformers-Cvt": transformers("Cvt", depth=[1, 1, 2]),
    "transformers-FocalNet": transformers("FocalNet", image_size=64, depths=[1, 1, 1, 1], embed_dim=32),
    "transformers-Levit": transformers("Levit", side=224),
    "transformers-Siglip": transformers(
        "Siglip", vision_config={"image_size": 64, "num_hidden_layers": 2, "hidden_size": 96, "num_attention_heads": 3,
                                 "intermediate_size": 192}),
    "transformers-Hiera": transformers("Hiera", image_size=[64, 64], depths=[1, 1, 2, 1], embed_dim=32),
    # MMPreTrain.
    "mmpretrain-resnet18": mmpretrain("resnet18_8xb32_in1k"),
    "mmpretrain-resnest50": mmpretrain("resnest50_32xb64_in1k"),
    "mmpretrain-seresnet50": mmpretrain("seresnet50_8xb32_in1k"),
    "mmpretrain-mobilenet_v2": mmpretrain("mobilenet-v2_8xb32_in1k"),
    "mmpretrain-shufflenet_v2": mmpretrain("shufflenet-v2-1x_16xb64_in1k"),
    "mmpretrain-swin_tiny": mmpretrain("swin-tiny_16xb64_in1k", side=112, img_size=112, pad_small_map=True),
    "mmpretrain-swinv2_tiny": mmpretrain("swinv2-tiny-w8_3rdparty_in1k-256px", side=128, pad_small_map=True),
    "mmpretrain-vit_base_p16": mmpretrain("vit-base-p16_32xb128-mae_in1k", img_size=64),
    "mmpretrain-convnext_tiny": mmpretrain("convnext-tiny_32xb128_in1k"),
    "mmpretrain-efficientnet_b0": mmpretrain("efficientnet-b0_3rdparty_8xb32_in1k"),
    "mmpretrain-twins_pcpvt": mmpretrain("twins-pcpvt-small_3rdparty_8xb128_in1k"),
    "mmpretrain-hornet_tiny": mmpretrain("hornet-tiny_3rdparty_in1k"),
    "mmpretrain-van_tiny": mmpretrain("van-tiny_3rdparty_in1k"),
    "mmpretrain-edgenext": mmpretrain("edgenext-xxsmall_3rdparty_in1k"),
    "mmpretrain-conformer": mmpretrain("conformer-tiny-p16_3rdparty_in1k", side=96),
    "mmpretrain-t2t_vit": mmpretrain("t2t-vit-t-14_8xb64_in1k", side=96, img_size=96, num_layers=1),
    "mmpretrain-xcit": mmpretrain("xcit-nano-12-p16_3rdparty_in1k"),
    "mmpretrain-davit_tiny": mmpretrain("davit-tiny_3rdparty_in1k", pad_small_map=True),
    "mmpretrain-mlp_mixer": mmpretrain("mlp-mixer-base-p16_3rdparty_64xb64_in1k", img_size=64),
    "mmpretrain-revvit": mmpretrain("revvit-small_3rdparty_in1k", img_size=64),
    "mmpretrain-repvgg": mmpretrain("repvgg-A0_8xb32_in1k"),
    "mmpretrain-mvit": mmpretrain("mvitv2-tiny_3rdparty_in1k", side=64, img_size=64),
    "mmpretrain-hivit": mmpretrain("hivit-tiny-p16_16xb64_in1k", img_size=64),
    "mmpretrain-vig": mmpretrain("vig-tiny_3rdparty_in1k", side=224, k=7, out_indices=[3]),
}
