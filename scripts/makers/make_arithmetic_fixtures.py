#!/usr/bin/env python3
"""Makes fixtures/arithmetic: checkpoints that a conversion has to compute with, and what is right for each.

usage: make_arithmetic_fixtures.py [--out FOLDER]

Needs torch, safetensors and peft. Seed 71. NAME.truth.safetensors is what PyTorch or the library itself makes.

  lora/    base.safetensors; peft.safetensors by peft, truth merge_and_unload(); kohya.safetensors in the layout of
           kohya's sd-scripts (their keys, an alpha for each layer, a convolution), truth as networks/lora.py merges it
  norm/    old.pth and new.pth: torch.nn.utils.weight_norm and parametrizations.weight_norm, truth remove_weight_norm
  fp8/     fp8.safetensors: DeepSeek's layout, 128 x 128 blocks; truth as inference/fp8_cast_bf16.py
  ranks/   rank0.pth ..: a Llama of Meta's layout divided by four tensor-parallel ranks; truth the whole
  moe/     moe.pth: experts one by one; truth stacked, gate and up projection in one
  sizes/   vit.pth, a window's table, kernels of 3 and of 1 channels; truth resized by MMPreTrain's functions
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import pathlib

import torch
from safetensors.torch import save_file

from fixture_files import print_table
from make_arithmetic_facts import mmpretrain_functions, restore_interp2d


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.q = torch.nn.Linear(6, 4)
        self.conv = torch.nn.Conv2d(3, 4, 3)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList([Block(), Block()])
        self.norm = torch.nn.LayerNorm(4)


def lora(folder):
    from peft import LoraConfig, get_peft_model, get_peft_model_state_dict

    network = Network()
    base = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    save_file(base, folder / "base.safetensors")
    model = get_peft_model(network, LoraConfig(r=2, lora_alpha=6, target_modules=["q", "conv"]))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_()
    save_file({name: tensor.clone() for name, tensor in get_peft_model_state_dict(model).items()}, folder / "peft.safetensors")
    merged = model.merge_and_unload().state_dict()
    save_file({name: merged[name].clone() for name in base}, folder / "peft.truth.safetensors")

    adapter, truth = {}, {name: tensor.clone() for name, tensor in base.items()}
    for index in range(2):
        for name, rank, alpha in (("q", 2, 1.0 + index), ("conv", 3, 3.0)):
            weight = base[f"layers.{index}.{name}.weight"]
            down = torch.randn(rank, *weight.shape[1:])
            up = torch.randn(weight.shape[0], rank, *([1] * (weight.dim() - 2)))
            stem = f"lora_unet_layers_{index}_{name}"
            adapter |= {f"{stem}.lora_down.weight": down, f"{stem}.lora_up.weight": up, f"{stem}.alpha": torch.tensor(alpha)}
            update = (up.flatten(1) @ down.flatten(1)).view(weight.shape)
            truth[f"layers.{index}.{name}.weight"] = weight + update * (alpha / rank)
    save_file(adapter, folder / "kohya.safetensors", metadata={"ss_network_module": "networks.lora"})
    save_file(truth, folder / "kohya.truth.safetensors")


def norm(folder):
    def layers():
        torch.manual_seed(72)
        return torch.nn.ModuleDict({"c": torch.nn.Conv1d(3, 4, 3), "l": torch.nn.Linear(5, 4),
                                    "t": torch.nn.ConvTranspose1d(4, 3, 2)})

    old, new = layers(), layers()
    for name in old:
        torch.nn.utils.weight_norm(old[name])
        torch.nn.utils.parametrizations.weight_norm(new[name])
        with torch.no_grad():
            old[name].weight_g.mul_(1.3)
            new[name].parametrizations.weight.original0.mul_(1.3)
    torch.save(old.state_dict(), folder / "old.pth")
    torch.save(new.state_dict(), folder / "new.pth")
    for name in old:
        torch.nn.utils.remove_weight_norm(old[name])
    save_file({name: tensor.clone() for name, tensor in old.state_dict().items()}, folder / "norm.truth.safetensors")


def fp8(folder):
    weight, extent = torch.randn(130, 140), 128
    scale = torch.rand(2, 2) + 0.01
    spread = scale.repeat_interleave(extent, 0).repeat_interleave(extent, 1)[:130, :140]
    narrow = (weight / spread).to(torch.float8_e4m3fn)
    norm = torch.randn(4).bfloat16()
    save_file({"l.0.up.weight": narrow, "l.0.up.weight_scale_inv": scale, "norm.weight": norm}, folder / "fp8.safetensors")
    truth = (narrow.float() * spread).bfloat16()
    save_file({"l.0.up.weight": truth, "norm.weight": norm}, folder / "fp8.truth.safetensors")


def ranks(folder):
    whole = {"tok.weight": torch.randn(8, 6), "norm.weight": torch.randn(6)}
    whole |= {f"layers.{i}.{n}.weight": torch.randn(*s) for i in range(2) for n, s in (("wq", (8, 6)), ("wo", (6, 8)))}
    whole = {name: tensor.bfloat16() for name, tensor in whole.items()}
    axes = {"tok": 0, "wq": 0, "wo": 1}
    for rank in range(4):
        state = {}
        for name, tensor in whole.items():
            axis = axes.get(name.split(".")[-2])
            state[name] = tensor if axis is None else tensor.chunk(4, axis)[rank].clone()
        torch.save(state, folder / f"rank{rank}.pth")
    save_file({name: tensor.contiguous() for name, tensor in whole.items()}, folder / "ranks.truth.safetensors")


def moe(folder):
    state, truth = {}, {}
    for layer in range(2):
        stem, parts = f"layers.{layer}.moe.", []
        for expert in range(3):
            part = {"w1": torch.randn(4, 5), "w2": torch.randn(5, 4), "w3": torch.randn(4, 5)}
            state |= {f"{stem}experts.{expert}.{name}.weight": tensor for name, tensor in part.items()}
            parts.append(part)
        state[stem + "gate.weight"] = truth[f"layers.{layer}.mlp.gate.weight"] = torch.randn(3, 5)
        fused = [torch.cat((part["w1"], part["w3"])) for part in parts]
        truth[f"layers.{layer}.mlp.experts.gate_up_proj"] = torch.stack(fused)
        truth[f"layers.{layer}.mlp.experts.down_proj"] = torch.stack([part["w2"] for part in parts])
    torch.save(state, folder / "moe.pth")
    save_file(truth, folder / "moe.truth.safetensors")


def sizes(folder):
    pos_embed, table = mmpretrain_functions("resize_pos_embed", "resize_relative_position_bias_table")
    restore_interp2d()
    state = {"pos_embed": torch.randn(1, 17, 4), "relative_position_bias_table": torch.randn(25, 2),
             "stem.weight": torch.randn(4, 3, 2, 2), "gray.weight": torch.randn(4, 1, 2, 2)}
    torch.save(state, folder / "sizes.pth")
    truth = {"pos_embed": pos_embed(state["pos_embed"], (4, 4), (6, 6)),
             "relative_position_bias_table": table(5, 9, state["relative_position_bias_table"], 2),
             "stem.weight": state["stem.weight"].sum(1, keepdim=True), "gray.weight": state["gray.weight"].repeat(1, 3, 1, 1) / 3}
    save_file({name: tensor.contiguous() for name, tensor in truth.items()}, folder / "sizes.truth.safetensors")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "fixtures" / "arithmetic")
    out = parser.parse_args().out
    for make in (lora, norm, fp8, ranks, moe, sizes):
        folder = out / make.__name__
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(71)
        make(folder)
        print_table(folder)


if __name__ == "__main__":
    main()
