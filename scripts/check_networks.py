#!/usr/bin/env python3
"""Leads networks of torchvision, timm and transformers to MMPreTrain and back, and lets them compute.

usage: check_networks.py [--convert PATH] [--folder FOLDER] [LIBRARY:NAME …]

Each network gets seeded weights and is saved as its library saves it. `convert --to mmpretrain` must name the model,
MMPreTrain's model must load the file (strictly, except for buffers that it computes) and give the same outputs to
1e-3 of the largest, unless a caveat says why not; without a head in the file, both give features. `convert --to LIBRARY`
must give the first file back, bit for bit, except for what the report says is dropped. Networks that no bundled rules
take must be refused with that reason.

A network for which MMPreTrain has a class and no config is built from what OTHER says of it. Where `convert` refuses it
and names the words that convert it all the same (--rules NAME --set …), those are followed.
"""
import argparse, contextlib, io, json, pathlib, re, subprocess, sys, tempfile, time, warnings
import reference_python  # noqa: F401
warnings.filterwarnings('ignore')
import torch
from seeded_weights import fill, seeded_input
torch.set_num_threads(1)

# Buffers that MMPreTrain computes and other libraries do not save.
COMPUTED = ('relative_position_index', 'attention_bias_idxs', 'relative_coords_table', 'attn_mask', 'num_batches_tracked', 'rope.freqs_cos', 'rope.freqs_sin')


def torchvision(name, size=224, **options):
    def make():
        import torchvision
        if name == 'inception_v3':
            options.update(init_weights=False)
        return getattr(torchvision.models, name)(**options)
    return 'torchvision', name, make, size


def timm(name, size=224, **options):
    def make():
        import timm
        return timm.create_model(name, **options)
    return 'timm', name, make, size


def transformers(name, model, config, size=224, **options):
    def make():
        import transformers
        return getattr(transformers, model)(getattr(transformers, config)(num_labels=1000, **options))
    return 'huggingface', name, make, size


def linear(channels, type='LinearClsHead'):
    return dict(type=type, num_classes=1000, in_channels=channels, loss=dict(type='CrossEntropyLoss'))


def convolutional(type, channels, **options):
    """A model of MMPreTrain with pooling and a linear head."""
    return dict(backbone=dict(type=type, **options), neck=dict(type='GlobalAveragePooling'), head=linear(channels))


def vit(channels, patch, size, **options):
    return dict(backbone=dict(type='VisionTransformer', patch_size=patch, img_size=size, **options),
                head=linear(channels, 'VisionTransformerClsHead'))


def beit(channels, size, **options):
    return dict(backbone=dict(type='BEiTViT', patch_size=16, img_size=size, out_type='avg_featmap', use_abs_pos_emb=False,
                              use_rel_pos_bias=True, use_shared_rel_pos_bias=False, **options), head=linear(channels))


# Networks that MMPreTrain does not have.
NONE = {
    'regnet_y_400mf', 'alexnet', 'googlenet', 'maxvit_t', 'squeezenet1_0', 'mnasnet1_0', 'regnety_004', 'resnetv2_50', 'tnt_s_patch16_224',
    'poolformerv2_s12', 'swin_s3_tiny_224', 'vit_base_patch16_siglip_224', 'efficientnet_lite0', 'mnasnet_050', 'mobilenetv2_110d', 'efficientnetv2_rw_t',
    'vit_base_patch16_rpn_224', 'vit_relpos_small_patch16_224', 'vit_base_patch16_siglip_gap_224', 'vit_medium_patch16_gap_256', 'convnext_atto_rms',
    'convnext_tiny_hnf', 'levit_384_s8', 'darknet53', 'ecaresnet50t', 'resnet33ts', 'legacy_seresnet50', 'skresnet18', 'mobilevitv2_050', 'vit_small_patch14_reg4_dinov2',
    'tinynet_e', 'edgenext_small_rw', 'efficientformerv2_s0', 'inception_v4', 'densenetblur121d', 'dinov2_reg', 'regnet_y', 'bit_50', 
}


def small(**options):
    """The transformer of DeiT's small size; MMPreTrain's 'small' is another."""
    return dict(arch=dict(embed_dims=384, num_layers=12, num_heads=6, feedforward_channels=1536), **options)


# Networks of a size that MMPreTrain has no config for, and the model that its classes make; None where they make none, and
# the result, which a caveat is to say it of, is compared with nothing.
OTHER = {
    'regnet_x_400mf': None, 'resnet14t': None, 'resnet26': None, 'seresnet18': None, 'hardcorenas_a': None, 'gmixer_24_224': None, 'res2next50': None,
    'resnest14d': None, 'mobilenetv3_large_075': None, 'flexivit_small': None,
    'regnetx_002': convolutional('RegNet', 368, arch=dict(w0=24, wa=36.44, wm=2.49, group_w=8, depth=13, bot_mul=1.0)),
    'resnet18d': convolutional('ResNetV1d', 512, depth=18), 'resnet34d': convolutional('ResNetV1d', 512, depth=34),
    'resnet50s': convolutional('ResNetV1c', 2048, depth=50, stem_channels=128),
    'resnext101_64x4d': convolutional('ResNeXt', 2048, depth=101, groups=64, width_per_group=4),
    'resnet50_gn': convolutional('ResNet', 2048, depth=50, norm_cfg=dict(type='GN', num_groups=32)),
    'seresnet152': convolutional('SEResNet', 2048, depth=152), 'res2net50_26w_4s': convolutional('Res2Net', 2048, depth=50, scales=4, base_width=26, deep_stem=False, avg_down=False),
    'resnest50d_4s2x40d': convolutional('ResNeSt', 2048, depth=50, radix=4, groups=2, width_per_group=40),
    'resnest50d_1s4x24d': convolutional('ResNeSt', 2048, depth=50, radix=1, groups=4, width_per_group=24),
    'mobilenetv2_050': convolutional('MobileNetV2', 1280, widen_factor=.5), 'mobilenetv2_140': convolutional('MobileNetV2', 1792, widen_factor=1.4),
    'mobilenet_v2_14': convolutional('MobileNetV2', 1792, widen_factor=1.4),
    'shufflenet_v2_x0_5': convolutional('ShuffleNetV2', 1024, widen_factor=.5), 'shufflenet_v2_x1_5': convolutional('ShuffleNetV2', 1024, widen_factor=1.5),
    'convnext_atto': dict(backbone=dict(type='ConvNeXt', arch='atto'), head=linear(320)), 'convnext_nano': dict(backbone=dict(type='ConvNeXt', arch='nano'), head=linear(640)),
    'convnextv2_small': dict(backbone=dict(type='ConvNeXt', arch='small', use_grn=True, layer_scale_init_value=0), head=linear(768)),
    'mixer_s32_224': convolutional('MlpMixer', 512, arch='small', patch_size=32), 'mixer_b32_224': convolutional('MlpMixer', 768, arch='base', patch_size=32),
    'levit_512': dict(backbone=dict(type='LeViT', arch=dict(embed_dims=[512, 768, 1024], num_heads=[8, 12, 16], depths=[4, 4, 4], key_dims=[64, 64, 64]), img_size=224,
                      patch_size=16, drop_path_rate=0, attn_ratio=2, mlp_ratio=2, out_indices=(2,)), neck=dict(type='GlobalAveragePooling'),
                      head=dict(type='LeViTClsHead', num_classes=1000, in_channels=1024, distillation=True)),
    'vit_small_patch8_224': vit(384, 8, 224, **small()), 'vit_small_patch32_224': vit(384, 32, 224, **small()), 'vit_base_patch8_224': vit(768, 8, 224, arch='base'),
    'vit_huge_patch14_224': vit(1280, 14, 224, arch='huge'), 'vit_large_patch14_224': vit(1024, 14, 224, arch='large'),
    'vit_small_patch16_36x1_224': vit(384, 16, 224, arch=dict(embed_dims=384, num_layers=36, num_heads=6, feedforward_channels=1536), layer_scale_init_value=1e-5),
    'vit_b8': vit(768, 8, 224, arch='base'), 'vit_h14': vit(1280, 14, 224, arch='huge'),
    'vit_large_patch14_clip_224': vit(1024, 14, 224, arch='large', pre_norm=True), 'vit_base_patch16_clip_quickgelu_224': None,
    'clip_l14': vit(1024, 14, 224, arch='large', pre_norm=True),
    'beit_base_patch16_384': beit(768, 384, arch='base'), 'beit_large_patch16_224': beit(1024, 224, arch='large'),
    'hrnet_w18_small': None,
}
# What says how the source's names are spelled, where the keys of MMPreTrain do not.
SPELLED = {'data2vec': ['--set', 'prefix=data2vec_vision.']}
# Networks whose rules run forward only: no way leads back.
FORWARD = {'hrnet_w18', 'hrnet_w32', 'hrnet_w18_small'}

V = dict(hidden_size=192, num_attention_heads=3, intermediate_size=768)
NETWORKS = [
    torchvision('regnet_x_400mf'), torchvision('regnet_x_1_6gf'), torchvision('regnet_y_400mf'),
    torchvision('efficientnet_b1', 240), torchvision('efficientnet_v2_s', 256), torchvision('convnext_tiny'),
    torchvision('swin_s'), torchvision('swin_v2_t', 256), torchvision('densenet121'), torchvision('mobilenet_v2'),
    torchvision('mobilenet_v3_small'), torchvision('shufflenet_v2_x1_0'), torchvision('resnext50_32x4d'),
    torchvision('wide_resnet50_2'), torchvision('vgg13_bn'), torchvision('inception_v3', 299), torchvision('vit_b_16'),
    torchvision('resnet34'), torchvision('alexnet'), torchvision('googlenet'), torchvision('maxvit_t'),
    torchvision('squeezenet1_0'), torchvision('mnasnet1_0'),
    timm('vit_small_patch16_224'), timm('vit_tiny_patch16_224'), timm('vit_base_patch32_224'), timm('deit_tiny_distilled_patch16_224'),
    timm('deit3_small_patch16_224'), timm('swin_small_patch4_window7_224'), timm('swinv2_tiny_window16_256', 256),
    timm('convnext_small'), timm('convnextv2_atto'), timm('resnet50'), timm('resnet50d'), timm('resnet50c'), timm('seresnet50'),
    timm('resnext50_32x4d'), timm('wide_resnet50_2'), timm('efficientnet_b2', 260), timm('tf_efficientnet_b0'),
    timm('tf_efficientnetv2_b0'), timm('mobilenetv3_large_100'), timm('tf_mobilenetv3_large_100'), timm('mobilenetv3_small_075'), timm('mobilenetv2_100'),
    timm('regnetx_004'), timm('regnety_004'), timm('regnetx_032'), timm('densenet121'), timm('vgg11_bn'), timm('inception_v3', 299),
    timm('res2net50_14w_8s'), timm('repvgg_a0'), timm('repvgg_d2se', 320), timm('levit_128s'), timm('poolformer_s12'), timm('poolformer_s24'), timm('beit_base_patch16_224'),
    timm('beitv2_base_patch16_224'), timm('convmixer_768_32'), timm('mobileone_s0'), timm('mixer_b16_224'), timm('twins_pcpvt_small'), timm('twins_svt_small'),
    timm('eva02_tiny_patch14_336', 336), timm('vit_base_patch16_clip_224'), timm('vit_small_patch14_dinov2', 518), timm('resnetv2_50'), timm('resnet18'), timm('convnext_tiny', num_classes=7),
    timm('vit_small_patch16_224', num_classes=0), timm('hrnet_w18'), timm('cspresnet50'), timm('tiny_vit_5m_224'), timm('davit_tiny'), timm('edgenext_xx_small', 256),
    timm('xcit_tiny_12_p16_224'), timm('mvitv2_tiny'), timm('mobilevit_s', 256), timm('tnt_s_patch16_224'), timm('tnt_s_legacy_patch16_224'), timm('seresnext50_32x4d'), timm('resnest50d'), timm('efficientformer_l1'),
    timm('resnet14t'), timm('resnet101d'), timm('seresnet101'), timm('repvgg_b1g4'),
    timm('poolformerv2_s12'), timm('swin_s3_tiny_224'), timm('vit_base_patch16_siglip_224'),
    # Variants: other sizes, stems, poolings, norms, activations.
    timm('resnet18d'), timm('resnet34d'), timm('resnet50s'), timm('resnet26'), timm('resnetaa50'), timm('resnetblur50'), timm('resnetaa50d'), timm('resnet50_gn'),
    timm('resnext101_32x4d'), timm('resnext101_64x4d'), timm('seresnext101_32x4d'), timm('seresnet18'), timm('seresnet152'), timm('resnet152c'), timm('resnet34'), timm('resnet101'),
    timm('ecaresnet50t'), timm('resnet33ts'), timm('legacy_seresnet50'), timm('skresnet18'), timm('res2net50_26w_4s'), timm('res2next50'), timm('res2net101_26w_4s'),
    timm('resnest14d'), timm('resnest50d_4s2x40d'), timm('resnest50d_1s4x24d'), timm('regnetx_002'), timm('regnetx_064'), timm('densenet169'), timm('densenetblur121d'), timm('vgg13'), timm('vgg19_bn'),
    timm('inception_v4'), timm('cspdarknet53', 256), timm('cspresnext50', 256), timm('darknet53', 256), timm('hrnet_w18_small'), timm('hrnet_w32'), timm('repvgg_b0'), timm('mobileone_s4'), timm('mobileone_s1'),
    timm('mobilenetv2_050'), timm('mobilenetv2_140'), timm('mobilenetv2_110d'), timm('mobilenetv3_small_050'), timm('mobilenetv3_large_075'), timm('hardcorenas_a'), timm('mnasnet_050'), timm('tinynet_e', 106),
    timm('efficientnet_lite0'), timm('efficientnet_b4', 320), timm('efficientnet_blur_b0'), timm('efficientnetv2_s', 288), timm('tf_efficientnetv2_s', 300), timm('efficientnetv2_rw_t', 224), timm('tf_efficientnet_b5', 456),
    timm('convnext_atto'), timm('convnext_nano'), timm('convnext_atto_rms'), timm('convnext_tiny_hnf'), timm('convnext_base'), timm('convnextv2_tiny'), timm('convnextv2_small'), timm('convnextv2_femto'),
    timm('vit_small_patch8_224'), timm('vit_small_patch32_224'), timm('vit_base_patch8_224'), timm('vit_huge_patch14_224'), timm('vit_large_patch14_224'), timm('vit_base_patch16_rpn_224'),
    timm('vit_relpos_small_patch16_224'), timm('vit_base_patch16_siglip_gap_224'), timm('vit_medium_patch16_gap_256', 256), timm('vit_small_patch14_reg4_dinov2', 518), timm('vit_base_patch14_dinov2', 518),
    timm('flexivit_small', 240), timm('vit_small_patch16_36x1_224'), timm('vit_tiny_patch16_384', 384), timm('vit_base_patch16_224', num_classes=21843), timm('deit_base_distilled_patch16_384', 384),
    timm('vit_base_patch16_rope_ape_224'), timm('vit_large_patch14_clip_224'), timm('vit_base_patch16_clip_quickgelu_224'), timm('vit_base_patch32_clip_384', 384), timm('eva_large_patch14_196', 196), timm('eva02_small_patch14_224'),
    timm('deit3_medium_patch16_224'), timm('deit3_base_patch16_384', 384), timm('beit_base_patch16_384', 384), timm('beit_large_patch16_224'), timm('swin_base_patch4_window12_384', 384), timm('swinv2_base_window12_192', 192),
    timm('levit_192'), timm('levit_conv_128s'), timm('levit_512'), timm('levit_384_s8'), timm('mixer_s32_224'), timm('mixer_b32_224'), timm('gmixer_24_224'), timm('poolformer_m36'), timm('twins_pcpvt_base'), timm('twins_svt_base'),
    timm('xcit_nano_12_p8_224'), timm('xcit_small_12_p16_224'), timm('mvitv2_small'), timm('mobilevit_xxs', 256), timm('mobilevitv2_050', 256), timm('tiny_vit_11m_224'), timm('tiny_vit_21m_384', 384), timm('edgenext_base', 256),
    timm('edgenext_small_rw', 256), timm('efficientformer_l3'), timm('efficientformerv2_s0'), timm('davit_small'), timm('convmixer_1024_20_ks9_p14'), timm('samvit_base_patch16', 1024),
    torchvision('resnext101_32x8d'), torchvision('resnext101_64x4d'), torchvision('wide_resnet101_2'), torchvision('shufflenet_v2_x0_5'), torchvision('shufflenet_v2_x1_5'),
    torchvision('efficientnet_b3', 300), torchvision('efficientnet_v2_m', 384), torchvision('vit_b_32'), torchvision('vit_l_16'), torchvision('swin_b'), torchvision('swin_v2_s', 256),
    torchvision('convnext_base'), torchvision('densenet161'), torchvision('regnet_x_8gf'), torchvision('mobilenet_v3_large'), torchvision('vgg11'), torchvision('vgg16_bn'),
    transformers('vit_tiny', 'ViTForImageClassification', 'ViTConfig', **V), transformers('vit_b32', 'ViTForImageClassification', 'ViTConfig', patch_size=32),
    transformers('deit_b', 'DeiTForImageClassificationWithTeacher', 'DeiTConfig', **V),
    transformers('swin_t', 'SwinForImageClassification', 'SwinConfig'), transformers('swinv2_t', 'Swinv2ForImageClassification', 'Swinv2Config', 256, image_size=256, window_size=8),
    transformers('convnext_t', 'ConvNextForImageClassification', 'ConvNextConfig'),
    transformers('convnextv2_t', 'ConvNextV2ForImageClassification', 'ConvNextV2Config'),
    transformers('beit_b', 'BeitForImageClassification', 'BeitConfig', use_relative_position_bias=True),
    transformers('dinov2_s', 'Dinov2ForImageClassification', 'Dinov2Config', 518, hidden_size=384, num_attention_heads=6, patch_size=14, image_size=518),
    transformers('resnet50', 'ResNetForImageClassification', 'ResNetConfig'), transformers('resnet18', 'ResNetForImageClassification', 'ResNetConfig', depths=[2, 2, 2, 2], hidden_sizes=[64, 128, 256, 512], layer_type='basic'),
    transformers('regnet', 'RegNetForImageClassification', 'RegNetConfig', depths=[1, 2, 7, 12], hidden_sizes=[32, 64, 160, 384], groups_width=16, layer_type='x'),
    transformers('mobilenet_v2', 'MobileNetV2ForImageClassification', 'MobileNetV2Config', num_hidden_layers=1),
    transformers('efficientnet_b0', 'EfficientNetForImageClassification', 'EfficientNetConfig', 224, width_coefficient=1.0, depth_coefficient=1.0, hidden_dim=1280, image_size=224, dropout_rate=.2),
    transformers('levit_128s', 'LevitForImageClassificationWithTeacher', 'LevitConfig', hidden_sizes=[128, 256, 384], num_attention_heads=[4, 6, 8], depths=[2, 3, 4], key_dim=[16, 16, 16]),
    transformers('poolformer_s12', 'PoolFormerForImageClassification', 'PoolFormerConfig'),
    transformers('vit_b8', 'ViTForImageClassification', 'ViTConfig', patch_size=8), transformers('vit_h14', 'ViTForImageClassification', 'ViTConfig', hidden_size=1280, num_attention_heads=16, intermediate_size=5120, num_hidden_layers=32, patch_size=14),
   
    transformers('data2vec', 'Data2VecVisionForImageClassification', 'Data2VecVisionConfig', use_relative_position_bias=True),
    transformers('swin_b_384', 'SwinForImageClassification', 'SwinConfig', 384, depths=[2, 2, 18, 2], embed_dim=128, num_heads=[4, 8, 16, 32], image_size=384, window_size=12),
    transformers('convnextv2_atto', 'ConvNextV2ForImageClassification', 'ConvNextV2Config', depths=[2, 2, 6, 2], hidden_sizes=[40, 80, 160, 320]),
    transformers('resnet50_v1', 'ResNetForImageClassification', 'ResNetConfig', downsample_in_bottleneck=True),
    transformers('resnet34', 'ResNetForImageClassification', 'ResNetConfig', depths=[3, 4, 6, 3], hidden_sizes=[64, 128, 256, 512], layer_type='basic'),
    transformers('regnet_y', 'RegNetForImageClassification', 'RegNetConfig'), transformers('bit_50', 'BitForImageClassification', 'BitConfig'),
    transformers('mobilenet_v2_14', 'MobileNetV2ForImageClassification', 'MobileNetV2Config', depth_multiplier=1.4),
    transformers('efficientnet_b2', 'EfficientNetForImageClassification', 'EfficientNetConfig', 260, width_coefficient=1.1, depth_coefficient=1.2, hidden_dim=1408, image_size=260, depthwise_padding=[5, 8, 16]),
    transformers('poolformer_m36', 'PoolFormerForImageClassification', 'PoolFormerConfig', depths=[6, 6, 18, 6], hidden_sizes=[96, 192, 384, 768]),
    transformers('dinov2_reg', 'Dinov2WithRegistersForImageClassification', 'Dinov2WithRegistersConfig', patch_size=14, image_size=224, hidden_size=384, num_attention_heads=6),
    transformers('clip_l14', 'CLIPVisionModelWithProjection', 'CLIPVisionConfig', patch_size=14, projection_dim=768, hidden_size=1024, num_attention_heads=16, intermediate_size=4096, num_hidden_layers=24),
    transformers('clip_b32', 'CLIPVisionModelWithProjection', 'CLIPVisionConfig', patch_size=32, projection_dim=512),
]


def output(network, image):
    found = network(image)
    found = getattr(found, 'logits', found)
    return found[-1] if isinstance(found, (tuple, list)) else found


def features(network, image):
    """What a network gives without its head; those of timm have none then."""
    base = getattr(network, 'base_model', None)
    return output(network, image) if base is None else base(image).pooler_output


def config(name):
    """What MMPreTrain knows a model by: its name, or the path of its config where no metafile lists it."""
    import mmpretrain
    if mmpretrain.list_models(name):
        return name
    folder = pathlib.Path(mmpretrain.__file__).parent / '.mim/configs'
    return str(next(folder.rglob(f'{name}.py'), name))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--convert', default='convert')
    parser.add_argument('--folder', type=pathlib.Path, help='for the files of one network at a time')
    parser.add_argument('names', nargs='*', metavar='LIBRARY:NAME')
    arguments = parser.parse_args()
    strangers = set(arguments.names) - {f'{library}:{name}' for library, name, *_ in NETWORKS}
    if strangers:
        parser.error(f'there is no network {", ".join(sorted(strangers))}')
    if arguments.folder:
        arguments.folder.mkdir(parents=True, exist_ok=True)
    from safetensors.torch import load_file
    failed = 0
    for library, name, make, size in NETWORKS:
        if arguments.names and f'{library}:{name}' not in arguments.names:
            continue
        files = tempfile.TemporaryDirectory(dir=arguments.folder)
        folder = pathlib.Path(files.name)
        start = time.time()
        def say(text, good=False):
            nonlocal failed
            failed += not good
            print(f'{library}:{name:32} {"ok  " if good else "FAIL"} {text}  ({time.time() - start:.0f} s)', flush=True)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                network = make().eval()
                fill(network)
                for key, tensor in network.state_dict().items():
                    # torchvision's Swin V2 keeps the bias of the keys at zero.
                    if name.startswith('swin_v2') and key.endswith('qkv.bias'):
                        tensor[len(tensor) // 3:2 * len(tensor) // 3] = 0
                image = torch.from_numpy(seeded_input((1, 3, size, size)))
                source = folder / ('model.safetensors' if library == 'huggingface' else 'in.pth')
                if library == 'huggingface':
                    network.save_pretrained(folder)
                else:
                    torch.save(network.state_dict(), source)
        except Exception as error:
            say(f'cannot be built: {type(error).__name__}: {str(error)[:200]}')
            continue
        out, back = folder / 'out.pth', folder / ('back.safetensors' if library == 'huggingface' else 'back.pth')
        command = [arguments.convert, '--to', 'mmpretrain', '--json']
        run = subprocess.run([*command, source, out], capture_output=True, text=True)
        remedy = re.search(r'(--rules \S+(?: --set \S+)+) converts it', run.stdout) if name in OTHER else None
        if run.returncode and remedy:
            run = subprocess.run([*command, *remedy[1].split(), source, out], capture_output=True, text=True)
        if run.returncode:
            if name in NONE and 'no bundled rules take its keys' in run.stdout:
                say('no bundled rules take its keys', True)
                continue
            try:
                text = json.loads(run.stdout)
                text = text.get('error') or [f.get('message') for f in text.get('findings', [])][:2]
            except ValueError:
                text = run.stderr
            say(f'--to mmpretrain: exit {run.returncode}: {str(text)[:900]}')
            continue
        if name in NONE:
            say('is taken for a network of MMPreTrain')
            continue
        report = json.loads(run.stdout)
        dropped = {entry['key'] for entry in report['dropped']}
        leg = report['legs'][-1]
        words = f"{'as told: ' if remedy else ''}{leg['rules']} {leg['settings']} {leg.get('model')} checked={leg.get('model_checked')} caveats={len(leg.get('caveats', []))}"
        error, strange = None, []
        if leg.get('model') or OTHER.get(name):
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    from mmpretrain import get_model
                    from mmpretrain.registry import MODELS
                    weights = torch.load(out, weights_only=False)
                    weights = weights.get('state_dict', weights)
                    with torch.no_grad():
                        if any(key.startswith('head.') for key in weights):
                            expected = output(network, image)
                            classes = expected.shape[1]
                            options = {} if classes == 1000 else dict(head=dict(num_classes=classes))
                        else:
                            expected, options = features(network, image), dict(head=None)
                    if leg.get('model'):
                        model = get_model(config(leg['model']), pretrained=False, **options)
                    else:
                        model = MODELS.build(dict(type='ImageClassifier', **(OTHER[name] | options)))
                    loaded = model.load_state_dict(weights, strict=False)
                    model.train().eval()
                    with torch.no_grad():
                        found = model(image)
                    if isinstance(found, (tuple, list)):
                        found = found[-1]
                missing = [k for k in loaded.missing_keys if not k.endswith(COMPUTED)]
                strange = [*missing, *loaded.unexpected_keys]
                if strange:
                    words += f' LOAD: {strange[:3]}'
                if found.shape != expected.shape:
                    words += f' shapes {tuple(expected.shape)} {tuple(found.shape)}'
                else:
                    error = ((expected - found).abs().max() / expected.abs().max()).item()
            except Exception as e:
                words += f' RUN {type(e).__name__}: {str(e)[:200]}'
        backward = ''
        goal = remedy[1].split()[1:] if remedy else [library, *SPELLED.get(name, [])]
        run = subprocess.run([arguments.convert, '--to', *goal, out, back], capture_output=True, text=True)
        if name in FORWARD:
            backward = '' if run.returncode == 2 else 'back: is not refused'
        elif run.returncode:
            backward = f'back: exit {run.returncode}: {run.stderr[:600]}'
        else:
            a = load_file(source) if library == 'huggingface' else torch.load(source)
            b = load_file(back) if library == 'huggingface' else torch.load(back, weights_only=False)
            b = b.get('state_dict', b)
            if set(a) - dropped != set(b):
                backward = f'back: only in source {sorted(set(a) - set(b))[:4]} ({len(set(a) - set(b))}), only in back {sorted(set(b) - set(a))[:4]} ({len(set(b) - set(a))})'
            differ = [k for k in a if k in b and not torch.equal(a[k], b[k])]
            if differ:
                backward += f' differ: {differ[:3]}'
        same = error is not None and (error < 1e-3 or leg.get('caveats')) and not strange
        good = (same or name in OTHER and OTHER[name] is None) and not backward
        say(f'{words} error={error if error is None else format(error, ".1e")} {backward}', good)
    print('failed', failed)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
