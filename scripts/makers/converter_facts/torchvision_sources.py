"""torchvision's models for which MMPreTrain has a script: VGG, ResNet, MobileNetV2, ShuffleNetV2."""

from . import reference
from .case import Case, named
from .reference import script, through_files

RESNET = {
    'resnet18': 'resnet18_8xb32_in1k',
    'resnet34': 'resnet34_8xb32_in1k',
    'resnet50': 'resnet50_8xb32_in1k',
    'resnet101': 'resnet101_8xb32_in1k',
    'resnet152': 'resnet152_8xb32_in1k',
    'resnext50_32x4d': 'resnext50-32x4d_8xb32_in1k',
    'resnext101_32x4d': 'resnext101-32x4d_8xb32_in1k',
    'resnext101_32x8d': 'resnext101-32x8d_8xb32_in1k',
    'wide_resnet50_2': 'wide-resnet50_3rdparty_8xb32_in1k',
    'wide_resnet101_2': 'wide-resnet101_3rdparty_8xb32_in1k',
}


def torchvision_state_dict(name):
    import torchvision
    if name == 'resnext101_32x4d':  # timm has it, with torchvision's keys
        import timm
        return reference.instance(lambda: timm.create_model(name)).state_dict()
    return reference.instance(getattr(torchvision.models, name)).state_dict()


def vgg(name):
    upstream = through_files(script('vgg_to_mmpretrain').convert, int(name[3:5]), name.endswith('bn'))
    return Case(name, 'vgg', torchvision_state_dict(name), upstream,
                f'{name.replace("_", "")}_8xb32_in1k',
                notes=['upstream converts as VGG-11 without norm what the caller does not call otherwise'])


def resnet(name):
    module = script('torchvision_to_mmpretrain')
    return Case(name, 'resnet_torchvision', torchvision_state_dict(name),
                through_files(module.convert, module.convert_resnet), RESNET[name])


def mobilenet_v2():
    return Case('mobilenet_v2', 'mobilenet_v2', torchvision_state_dict('mobilenet_v2'),
                through_files(script('mobilenetv2_to_mmpretrain').convert), 'mobilenet-v2_8xb32_in1k')


def mobilenet_v2_published():
    """The published weights spell the layers of a block in one row and have no classifier."""
    import torch
    if reference.published_file is None:
        raise reference.Unavailable('--published FILE')
    nested = torchvision_state_dict('mobilenet_v2')
    upstream = mobilenet_v2().upstream
    published = torch.load(reference.published_file, weights_only=True)
    spelling = dict(zip(published, nested))

    def right(state_dict):
        converted = upstream({spelling[key]: tensor for key, tensor in state_dict.items()})
        return converted
    return Case('mobilenet_v2_published', 'mobilenet_v2', published, None, 'mobilenet-v2_8xb32_in1k', right=right,
                may_miss=r'head\.fc\..*',
                notes=['upstream cannot convert this spelling: tensor i is paired with tensor i of mobilenet_v2'])


def shufflenet_v2():
    return Case('shufflenet_v2_x1_0', 'shufflenetv2', torchvision_state_dict('shufflenet_v2_x1_0'),
                through_files(script('shufflenetv2_to_mmpretrain').convert), 'shufflenet-v2-1x_16xb64_in1k')


def cases(family):
    return {
        'vgg': [named(f'vgg{depth}{bn}', vgg, f'vgg{depth}{bn}') for bn in ('', '_bn') for depth in (11, 13, 16, 19)],
        'resnet_torchvision': [named(name, resnet, name) for name in RESNET],
        'mobilenet_v2': [mobilenet_v2, mobilenet_v2_published],
        'shufflenetv2': [named('shufflenet_v2_x1_0', shufflenet_v2)],
    }[family]
