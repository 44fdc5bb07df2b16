"""What official repositories of 2021–22 import from timm 0.4 and timm 1 has in another form."""

import importlib

import torch
from torch import nn


class PatchMerging(nn.Module):
    """Swin's patch merging on a sequence: rows 0 and 1 of the first column, then of the second."""

    def __init__(self, input_resolution, dim, norm_layer=nn.LayerNorm):
        super().__init__()
        self.input_resolution = input_resolution
        self.norm = norm_layer(4 * dim)
        self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)

    def forward(self, x):
        height, width = self.input_resolution
        batch, _, channels = x.shape
        x = x.view(batch, height, width, channels)
        x = torch.cat([x[:, i::2, j::2] for j in (0, 1) for i in (0, 1)], -1).view(batch, -1, 4 * channels)
        return self.reduction(self.norm(x))


def window_partition(x, size):
    batch, height, width, channels = x.shape
    x = x.view(batch, height // size, size, width // size, size, channels)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, size, size, channels)


def window_reverse(windows, size, height, width):
    x = windows.view(-1, height // size, width // size, size, size, windows.shape[-1])
    return x.permute(0, 1, 3, 2, 4, 5).reshape(x.shape[0], height, width, -1)


def swin_transformer():
    return dict(PatchMerging=PatchMerging, window_partition=window_partition, window_reverse=window_reverse)


def vision_transformer():
    module = importlib.import_module("timm.models.vision_transformer")

    class Block(module.Block):
        def __init__(self, dim, num_heads, mlp_ratio=4., qkv_bias=False, qk_scale=None, drop=0., attn_drop=0.,
                     drop_path=0., act_layer=nn.GELU, norm_layer=nn.LayerNorm):
            super().__init__(dim, num_heads, mlp_ratio, qkv_bias, drop_path=drop_path, act_layer=act_layer,
                             norm_layer=norm_layer)
            self.drop_path = nn.Identity()

    from timm import layers
    return {**vars(module), "Block": Block, "_cfg": lambda **options: options, "DropPath": layers.DropPath,
            "trunc_normal_": nn.init.trunc_normal_}
