#!/usr/bin/env python3
"""Makes fixtures/distributed: what torch.distributed.checkpoint and ranks with DTensors save, and what PyTorch makes of it.

usage: make_distributed_fixtures.py [--out FOLDER]

Needs torch, with gloo on the CPU; starts up to four processes. Seed 51.

  dcp_fsdp/    model and optimizer of an FSDP2 network on two ranks, with values that are not tensors
  dcp_grid/    weights cut along both axes by four ranks, flat
  ranks_uneven/  model_world_size_3_rank_N.pt: rows cut unevenly, replicated, not distributed
  ranks_grid/  model_world_size_4_rank_N.pt: FSDP2 over a tensor-parallel mesh (strided shards)
  ranks_fsdp1/ model_rank_N.pt of three ranks: ShardedTensors, as FSDP1 saves them without a mesh
  shares_grid/ safetensors files of HuggingFaceStorageWriter before they are consolidated, of four ranks

Beside each NAME lies NAME.truth.pth: dcp_to_torch_save of the folder, full_tensor() of the DTensors, the network that
was divided, or the tensors of
consolidate_safetensors_files by name.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import os
import pathlib
import shutil
import sys
import tempfile

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing
from safetensors.torch import load_file
from torch.distributed.checkpoint._consolidate_hf_safetensors import consolidate_safetensors_files
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save
from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageWriter
from torch.distributed.checkpoint.state_dict import get_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FullyShardedDataParallel, StateDictType, fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

from fixture_files import print_table


def network():
    torch.manual_seed(51)
    return torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.GELU(), torch.nn.Linear(5, 3, bias=False))


def dcp_fsdp(folder, rank, world):
    model = network()
    model.register_buffer("steps", torch.tensor(7))
    fully_shard(model, mesh=init_device_mesh("cpu", (world,)))
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    torch.manual_seed(1)
    model(torch.randn(2, 6)).pow(2).sum().backward()
    optimizer.step()
    weights, state = get_state_dict(model, optimizer)
    extra = {"epoch": 3, "history": [0.5, torch.arange(3)], "name": "net"}
    dcp.save({"model": weights, "optimizer": state, "extra": extra}, checkpoint_id=folder)


def dcp_grid(folder, rank, world):
    mesh = init_device_mesh("cpu", (2, 2))
    torch.manual_seed(52)
    state = {}
    for name, shape, placements in (("both", (5, 7), [Shard(0), Shard(1)]), ("columns", (3, 5), [Replicate(), Shard(1)]),
                                    ("third", (2, 3, 5), [Shard(2), Replicate()]), ("whole", (4,), [Replicate(), Replicate()])):
        state[name] = distribute_tensor(torch.randn(shape), mesh, placements)
    state["half"] = distribute_tensor(torch.randn(6, 2).bfloat16(), mesh, [Shard(0), Shard(1)])
    state["scalar"] = torch.tensor(2.5)
    dcp.save(state, checkpoint_id=folder)


def shares_grid(folder, rank, world):
    """What HuggingFaceStorageWriter writes before its files are consolidated."""
    mesh = init_device_mesh("cpu", (2, 2))
    torch.manual_seed(54)
    state = {}
    for name, shape, placements in (("rows", (7, 3), [Shard(0), Replicate()]), ("both", (5, 6), [Shard(0), Shard(1)]),
                                    ("whole", (4,), [Replicate(), Replicate()])):
        state[f"model.{name}"] = distribute_tensor(torch.randn(shape), mesh, placements)
    state["model.half"] = distribute_tensor(torch.randn(6, 2).bfloat16(), mesh, [Shard(1), Shard(0)])
    state["model.plain"] = torch.randn(3)
    numbers = {name: 1 + number % 2 for number, name in enumerate(state)}
    dcp.save(state, storage_writer=HuggingFaceStorageWriter(folder, numbers, save_distributed=True))


def consolidated(folder):
    """What PyTorch makes of the shares, by name."""
    with tempfile.TemporaryDirectory() as output:
        names = sorted({name for file in pathlib.Path(folder).glob("*.safetensors") for name in load_file(file)})
        consolidate_safetensors_files(folder, output, {name: 1 for name in names})
        tensors = load_file(next(pathlib.Path(output).glob("*.safetensors")))
    torch.save({name: tensors[name] for name in names}, f"{folder}.truth.pth")


def save_ranks(folder, state, rank, world):
    os.makedirs(folder, exist_ok=True)
    torch.save(state, f"{folder}/model_world_size_{world}_rank_{rank}.pt")
    full = {name: value.full_tensor() if isinstance(value, DTensor) else value for name, value in state.items()}
    if rank == 0:
        torch.save(full, f"{folder}.truth.pth")


def ranks_uneven(folder, rank, world):
    mesh = init_device_mesh("cpu", (world,))
    torch.manual_seed(53)
    state = {"rows": distribute_tensor(torch.randn(7, 3), mesh, [Shard(0)])}
    state["few"] = distribute_tensor(torch.randn(2, 4), mesh, [Shard(0)])
    state["columns"] = distribute_tensor(torch.randn(2, 5).half(), mesh, [Shard(1)])
    state["same"] = distribute_tensor(torch.randn(3), mesh, [Replicate()])
    state["plain"] = torch.arange(4)
    save_ranks(folder, state, rank, world)


def ranks_grid(folder, rank, world):
    mesh = init_device_mesh("cpu", (2, 2), mesh_dim_names=("dp", "tp"))
    model = network()
    parallelize_module(model, mesh["tp"], {"0": ColwiseParallel(), "2": RowwiseParallel()})
    fully_shard(model, mesh=mesh["dp"])
    save_ranks(folder, model.state_dict(), rank, world)


def ranks_fsdp1(folder, rank, world):
    model = network()
    model.register_buffer("steps", torch.tensor(7))
    if rank == 0:
        torch.save(model.state_dict(), f"{folder}.truth.pth")
    model[2] = FullyShardedDataParallel(model[2], device_id=torch.device("cpu"))
    model = FullyShardedDataParallel(model, device_id=torch.device("cpu"))
    with FullyShardedDataParallel.state_dict_type(model, StateDictType.SHARDED_STATE_DICT):
        state = model.state_dict()
    os.makedirs(folder, exist_ok=True)
    torch.save(state, f"{folder}/model_rank_{rank}.pt")


def run(rank, name, world, folder, port):
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(world), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    globals()[name](folder, rank, world)
    dist.barrier()
    dist.destroy_process_group()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "fixtures" / "distributed")
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)
    # The metadata keeps the path as it is given.
    os.chdir(out)
    for number, (name, world) in enumerate([("dcp_fsdp", 2), ("dcp_grid", 4), ("ranks_uneven", 3), ("ranks_grid", 4), ("shares_grid", 4),
                                         ("ranks_fsdp1", 3)]):
        shutil.rmtree(name, ignore_errors=True)
        torch.multiprocessing.spawn(run, (name, world, name, 29700 + number), world)
        if name.startswith("dcp"):
            dcp_to_torch_save(name, f"{name}.truth.pth")
        elif name.startswith("shares"):
            consolidated(name)
    for name in sorted(path.name for path in out.iterdir() if path.is_dir()):
        print(f"\n{name}:")
        print_table(out / name)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
