"""Imported by the scripts that read MMPreTrain's configs: a copy that mmengine loads whole, and what it loads.

Six of the configs don't load in mmengine 0.10.7; they are read from a copy in which PATCHES are applied.
"""
import pathlib
import re
import shutil

# (file, pattern, replacement): what makes a config readable that mmengine refuses.
PATCHES = [
    # Taken for a new-style config because it imports from mmpretrain, for the use of its last lines alone.
    ("_base_/models/replknet-31B_in1k.py", r"(?m)^from mmpretrain.*\n|^if __name__ [\s\S]*", ""),
    # Change a pipeline that their base, imagenet21k_bs128.py, has not.
    *((f"swin_transformer_v2/swinv2-{size}-w12_8xb128_in21k-192px.py", r"(?m)^_base_\['test_pipeline'\].*\n", "")
      for size in ("base", "large")),
]


def patched(configs: pathlib.Path, folder: str) -> pathlib.Path:
    """A copy of the configs with PATCHES applied."""
    copy = pathlib.Path(folder) / "configs"
    shutil.copytree(configs, copy)
    for file, pattern, replacement in PATCHES:
        text, count = re.subn(pattern, replacement, (copy / file).read_text())
        assert count, file
        (copy / file).write_text(text)
    return copy


def loaded(path: pathlib.Path):
    """The config as plain Python values; None for one that lacks a package that only its own base needs (mmdet)."""
    from mmengine import Config

    try:
        return Config.fromfile(path)._cfg_dict.to_dict()
    except ModuleNotFoundError:
        return None
