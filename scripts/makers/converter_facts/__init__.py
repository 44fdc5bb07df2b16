"""Facts about MMPreTrain's converters: one module per topic, one per group of families.

    case        what is to be recorded: a source state dict, upstream's function, the target model
    operations  the operations of the rule language, evaluated with PyTorch
    record      derives the facts of a case from the contents of the tensors, and writes them
    reference   how upstream's scripts, MMPreTrain's models and official repositories are run
    the others  the cases, grouped by where the source comes from
"""

MODULES = {
    "torchvision_sources": ["vgg", "mobilenet_v2", "resnet_torchvision", "shufflenetv2"],
    "convolutional": ["repvgg", "van", "convnext", "hornet", "replknet", "edgenext"],
    "transformers": ["twins", "mlpmixer", "davit", "deit3", "levit", "mixmim", "tinyvit", "vig", "pvig", "revvit"],
    "efficientnets": ["efficientnet", "efficientnetv2"],
    "multimodal": ["clip", "openai_clip", "glip", "ram", "ofa", "otter", "llava_delta", "merge_lora"],
    "google": ["vit_google", "mlpmixer_google"],
    "libraries": ["vit_timm", "vit_torchvision", "swin_timm", "swin_torchvision", "swin_v2_timm",
                  "swin_v2_torchvision", "poolformer", "mobilenet_v3", "densenet", "regnet_timm", "regnet_torchvision", "inception_v3"],
    "eva": ["eva", "eva02"],
    "by_rules": ["vit_huggingface", "deit_huggingface", "dinov2_huggingface", "swin_huggingface", "swin_v2_huggingface",
                 "convnext_huggingface", "convnext_v2_huggingface", "beit_huggingface", "resnet_huggingface",
                 "regnet_huggingface", "mobilenet_v2_huggingface", "efficientnet_huggingface", "levit_huggingface",
                 "poolformer_huggingface", "clip_huggingface", "efficientnet_timm", "efficientnet_torchvision",
                 "efficientnetv2_torchvision", "convnext_torchvision", "convnext_timm", "convnext_v2_timm",
                 "mobilenet_v2_timm", "mobilenet_v3_timm", "vgg_timm", "beit_timm", "levit_timm", "convmixer_timm",
                 "res2net_timm", "seresnet_timm", "resnet_cd_timm", "deit3_timm", "mobileone_timm", "repvgg_timm",
                 "hrnet_timm", "xcit_timm", "mvit_timm", "mobilevit_timm", "tnt_timm", "cspnet_timm", "davit_timm",
                 "edgenext_timm", "sam_timm", "tinyvit_timm", "efficientformer_timm", "resnest_timm", "eva02_timm"],
}

# Family (the rule file's name) -> the module that holds its cases.
FAMILIES = {family: module for module, families in MODULES.items() for family in families}
