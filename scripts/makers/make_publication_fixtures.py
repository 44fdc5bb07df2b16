#!/usr/bin/env python3
"""Makes fixtures/publication/: checkpoints of mmengine's Runner, and what MMPreTrain's publish_model.py makes of them.

usage: make_publication_fixtures.py [--out DIR]

Needs torch (2.15 made the committed ones), mmengine and mmpretrain 1.2. A Runner trains a model of two layers for two
steps (seed 0), once with an EMAHook and once without; its checkpoints are the inputs, beside a bare state dict. Clock
and experiment name are fixed, so the same versions give the same bytes.

facts.json: {"versions", "cases": [{"input", "arguments", "name", "sha256"}]}: for each run of the script the name of
its file but for the day, and the SHA-256 of the whole file.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import collections
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import torch


def train(out, averages):
    """The checkpoint of a run of two steps."""
    import mmengine.runner.runner as runners
    from mmengine.model import BaseModel
    from torch import nn
    from torch.utils.data import DataLoader

    class Net(BaseModel):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.BatchNorm2d(2))
            self.head = nn.Linear(2, 3)

        def forward(self, x, y, mode="tensor"):
            score = self.head(self.backbone(x).mean((2, 3)))
            return {"loss": nn.functional.cross_entropy(score, y)} if mode == "loss" else score

    class Data(torch.utils.data.Dataset):
        METAINFO = {"classes": ("cat", "dog", "newt")}
        metainfo = METAINFO

        def __len__(self):
            return 4

        def __getitem__(self, index):
            return torch.arange(16.0).reshape(1, 4, 4) / 16 * (index + 1), index % 3

    torch.manual_seed(0)
    runners.time.strftime = lambda *_: "20260101_000000"
    loader = DataLoader(Data(), batch_size=2)
    runner = runners.Runner(
        Net(), str(out), train_dataloader=loader, train_cfg=dict(by_epoch=True, max_epochs=1),
        optim_wrapper=dict(optimizer=dict(type="SGD", lr=0.1, momentum=0.9)),
        param_scheduler=dict(type="MultiStepLR", milestones=[1]),
        custom_hooks=[dict(type="EMAHook", momentum=0.5)] if averages else [],
        default_hooks=dict(logger=dict(type="LoggerHook", interval=1)), default_scope="mmengine",
        experiment_name=f"publication_{averages}", randomness=dict(seed=0), log_level="ERROR",
        env_cfg=dict(dist_cfg=dict(backend="gloo")))
    # The script of the run and the machine are not part of what is tested.
    runner.cfg = type(runner.cfg)(dict(model="Net"))
    runner.train()
    return torch.load(out / "epoch_1.pth", weights_only=False)


def stable(checkpoint):
    """Without clocks and the commit of the working directory, which differ from run to run."""
    hub = checkpoint["message_hub"]
    for name in [name for name in hub["log_scalars"] if "time" in name or "memory" in name]:
        del hub["log_scalars"][name]
    hub["runtime_info"] = {name: value for name, value in hub["runtime_info"].items() if name in ("epoch", "iter")}
    import mmengine

    checkpoint["meta"].update(time="20260101_000000", mmengine_version=mmengine.__version__)
    return checkpoint


def published(inputs, name, arguments):
    import mmpretrain

    script = pathlib.Path(mmpretrain.__file__).parent / ".mim/tools/model_converters/publish_model.py"
    environment = dict(os.environ, TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD="1")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-W", "ignore", script, str(inputs / name), folder + "/out.pth", *arguments],
            check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        [path] = pathlib.Path(folder).iterdir()
        return {
            "input": name,
            "arguments": arguments,
            "name": re.sub(r"_\d{8}-", "_YYYYMMDD-", path.name),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }


CASES = [
    ("runner.pth", []),
    ("runner.pth", ["--dataset-type", "CIFAR10"]),
    ("runner_ema.pth", []),
    ("runner_ema.pth", ["--no-ema"]),
    ("bare.pth", []),
    ("bare.pth", ["--dataset-type", "ImageNet"]),
]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", default=os.path.join(here, "..", "..", "fixtures", "publication"))
    out = pathlib.Path(parser.parse_args().out)
    out.mkdir(parents=True, exist_ok=True)
    for name, averages in [("runner.pth", False), ("runner_ema.pth", True)]:
        with tempfile.TemporaryDirectory() as folder:
            torch.save(stable(train(pathlib.Path(folder), averages)), out / name)
    state = torch.load(out / "runner.pth", weights_only=False)["state_dict"]
    bare = collections.OrderedDict(state, optimizer=torch.zeros(2))
    bare._metadata = state._metadata
    torch.save(bare, out / "bare.pth")
    import mmengine
    import mmpretrain

    facts = {
        "versions": {"torch": torch.__version__, "mmengine": mmengine.__version__, "mmpretrain": mmpretrain.__version__},
        "cases": [published(out, *case) for case in CASES],
    }
    (out / "facts.json").write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
