#!/usr/bin/env python3
"""Leads networks of torchvision, timm and transformers to MMPreTrain and back, and lets them compute.

usage: check_networks.py [--convert PATH] [--folder FOLDER] [LIBRARY:NAME …]

Each network gets seeded weights and is saved as its library saves it. `convert --to mmpretrain` must name the model,
MMPreTrain's model must load the file (strictly, except for buffers that it computes) and give the same outputs to
1e-3 of the largest, unless a caveat says why not; without a head in the file, both give features. `convert --to LIBRARY`
must give the first file back, bit for bit, except for what the report says is dropped. Networks that no bundled rules
take must be refused with that reason.
"""
import argparse, contextlib, io, json, pathlib, subprocess, sys, tempfile, time, warnings
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


# Networks that MMPreTrain does not have.
NONE = {'regnet_y_400mf', 'alexnet', 'googlenet', 'maxvit_t', 'squeezenet1_0', 'mnasnet1_0', 'regnety_004', 'resnetv2_50',
        'tnt_s_patch16_224', 'poolformerv2_s12', 'swin_s3_tiny_224', 'vit_base_patch16_siglip_224'}
# Networks of a size that MMPreTrain has no config for: converted, and not compared with a model.
OTHER = {'regnet_x_400mf', 'mobilenetv3_small_075', 'resnet14t'}
# Networks whose rules run forward only: no way leads back.
FORWARD = {'hrnet_w18'}

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
        run = subprocess.run([arguments.convert, '--to', 'mmpretrain', '--json', source, out], capture_output=True, text=True)
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
        words = f"{leg['rules']} {leg['settings']} {leg.get('model')} checked={leg.get('model_checked')} caveats={len(leg.get('caveats', []))}"
        error, strange = None, []
        if leg.get('model'):
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    from mmpretrain import get_model
                    weights = torch.load(out, weights_only=False)
                    weights = weights.get('state_dict', weights)
                    with torch.no_grad():
                        if any(key.startswith('head.') for key in weights):
                            expected = output(network, image)
                            classes = expected.shape[1]
                            options = {} if classes == 1000 else dict(head=dict(num_classes=classes))
                        else:
                            expected, options = features(network, image), dict(head=None)
                    model = get_model(config(leg['model']), pretrained=False, **options).eval()
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
        run = subprocess.run([arguments.convert, '--to', library, out, back], capture_output=True, text=True)
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
        good = (name in OTHER or same) and not backward
        say(f'{words} error={error if error is None else format(error, ".1e")} {backward}', good)
    print('failed', failed)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
