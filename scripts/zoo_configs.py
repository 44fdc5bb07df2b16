"""Imported by the scripts that read MMPreTrain's configs: `patched()` copies them, `loaded()` reads one.

Six of the configs don't load in mmengine 0.10.7. They load from the copy, to which PATCHES are applied.
"""
import pathlib
import re
import shutil

# (file, pattern, replacement): what makes a config readable that mmengine refuses.
PATCHES = [
    # mmengine takes it for a new-style config because it imports from mmpretrain, which only its last lines use.
    ("_base_/models/replknet-31B_in1k.py", r"(?m)^from mmpretrain.*\n|^if __name__ [\s\S]*", ""),
    # They change a pipeline that their base, imagenet21k_bs128.py, does not have.
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
    """The config as plain Python values; None for one whose base needs a package that is not installed (mmdet)."""
    from mmengine import Config

    try:
        return Config.fromfile(path)._cfg_dict.to_dict()
    except ModuleNotFoundError:
        return None
