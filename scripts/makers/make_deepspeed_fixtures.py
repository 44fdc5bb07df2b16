#!/usr/bin/env python3
"""Makes fixtures/deepspeed: ZeRO checkpoints of two ranks, and what DeepSpeed's zero_to_fp32 makes of each.

usage: make_deepspeed_fixtures.py [--out FOLDER]

Needs torch and deepspeed 0.19 (`DS_BUILD_OPS=0 pip install deepspeed`), on the CPU; starts two processes at a time. Seed
61. A folder NAME holds what `save_checkpoint` wrote of a small network, its optimizer's moments left out, which no merger
reads; NAME.truth.pth is `get_fp32_state_dict_from_zero_checkpoint`. The files are PyTorch's; nothing of DeepSpeed is in
them.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import os
import pathlib
import shutil
import sys

import torch
import torch.multiprocessing

from fixture_files import print_table

# name: ZeRO's stage, precision, whether a part is frozen and one is shared, groups
CASES = {
    "zero1_fp32": (1, None, False, 1),
    "zero2_bf16": (2, "bf16", False, 2),
    "zero2_frozen": (2, "bf16", True, 1),
    "zero3_bf16": (3, "bf16", False, 2),
    "zero3_frozen": (3, None, True, 1),
    "zero2_fp16": (2, "fp16", False, 1),
    "zero1_fp16": (1, "fp16", False, 1),
}


class Network(torch.nn.Module):
    def __init__(self, is_special):
        super().__init__()
        self.embed = torch.nn.Embedding(9, 6)
        self.body = torch.nn.Linear(6, 7)
        self.norm = torch.nn.LayerNorm(7)
        self.head = torch.nn.Linear(6, 9, bias=False)
        self.neck = torch.nn.Linear(7, 6)
        self.register_buffer("scale", torch.full((1,), 1.3))
        self.register_buffer("steps", torch.tensor(5))
        if is_special:
            self.head.weight = self.embed.weight
            for parameter in self.norm.parameters():
                parameter.requires_grad_(False)

    def forward(self, x):
        x = self.norm(self.body(self.embed(x)))
        return self.head(self.neck(x * self.scale.to(x.dtype)))


def run(rank, name, port):
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                   "MASTER_PORT": str(port), "DS_ACCELERATOR": "cpu"}
    import deepspeed
    sys.modules["deepspeed.comm.torch"].build_shm_op = lambda: None
    torch.set_num_threads(1)
    torch.manual_seed(61)
    stage, precision, is_special, groups = CASES[name]
    deepspeed.init_distributed("gloo")
    network = Network(is_special)
    trained = [p for p in network.parameters() if p.requires_grad]
    parameters = trained if groups == 1 else [{"params": trained[:3]}, {"params": trained[3:], "weight_decay": 0.0}]
    config = {"train_micro_batch_size_per_gpu": 2, "zero_force_ds_cpu_optimizer": False,
              "zero_allow_untested_optimizer": True,
              "zero_optimization": {"stage": stage, "stage3_param_persistence_threshold": 0}}
    if precision:
        config[precision] = {"enabled": True}
    engine, *_ = deepspeed.initialize(model=network, optimizer=torch.optim.AdamW(parameters, 1e-3), config=config)
    torch.manual_seed(62)
    loss = engine(torch.randint(0, 9, (2, 4))).float().pow(2).sum()
    engine.backward(loss)
    engine.step()
    engine.save_checkpoint(name)
    torch.distributed.barrier()


def shrink(path):
    """Leaves out the optimizer's moments."""
    state = torch.load(path, weights_only=False)
    inner = state["optimizer_state_dict"]
    for name in ("base_optimizer_state", "optimizer_state_dict"):
        if name in inner:
            inner[name] = {}
    torch.save(state, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "fixtures" / "deepspeed")
    out = parser.parse_args().out
    os.environ["DS_ACCELERATOR"] = "cpu"
    from deepspeed.utils.zero_to_fp32 import get_fp32_state_dict_from_zero_checkpoint
    os.makedirs(out, exist_ok=True)
    os.chdir(out)
    for number, name in enumerate(CASES):
        shutil.rmtree(name, ignore_errors=True)
        try:
            torch.multiprocessing.spawn(run, (name, 29720 + number), 2)
        except Exception as error:  # noqa: BLE001: a CPU need not know every precision
            print(f"{name}: {str(error).splitlines()[-1]}")
            shutil.rmtree(name, ignore_errors=True)
            continue
        for path in (out / name).glob("*.py"):
            path.unlink()
        for path in sorted((out / name).rglob("*_optim_states.pt")):
            shrink(path)
        state = get_fp32_state_dict_from_zero_checkpoint(name)
        torch.save({key: value.clone() for key, value in state.items()}, f"{name}.truth.pth")
    for name in sorted(path.name for path in out.iterdir() if path.is_dir()):
        print(f"\n{name}:")
        print_table(out / name / "global_step1")


if __name__ == "__main__":
    main()
