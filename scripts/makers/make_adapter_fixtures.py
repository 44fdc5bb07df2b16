#!/usr/bin/env python3
"""Writes fixtures/adapters: state dicts of whole models of PEFT, one for each kind of adapter, and what PEFT merges.

usage: make_adapter_fixtures.py [--out DIR]

The network has two blocks with projections without bias and a linear layer with one. KIND.safetensors is what
`state_dict()` of the PEFT model gives, KIND_merged.safetensors that of `merge_and_unload()`, for the kinds that rules
merge. base.safetensors is the network, lora_adapter.safetensors what `save_pretrained` writes for it.

Needs torch, safetensors and peft (0.21). Seeds 0 and 1; the same versions give the same bytes.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import copy
import pathlib
import tempfile

import peft
import torch
from safetensors.torch import save_file

KINDS = {
    "lora": peft.LoraConfig(r=2, lora_alpha=6, target_modules=["q", "v"]),
    "dora": peft.LoraConfig(r=2, lora_alpha=6, use_dora=True, target_modules=["q", "v"]),
    "ia3": peft.IA3Config(target_modules=["q", "v"], feedforward_modules=["v"]),
    "loha": peft.LoHaConfig(r=2, alpha=6, target_modules=["q", "v"]),
    "lokr": peft.LoKrConfig(r=2, alpha=6, target_modules=["q", "v"]),
    "vera": peft.VeraConfig(r=2, target_modules=["q", "v"]),
    "ia3_bias": peft.IA3Config(target_modules=["up"], feedforward_modules=[]),
    "copies": peft.LoraConfig(r=2, lora_alpha=6, target_modules=["q"], modules_to_save=["head"]),
}
MERGED = ["lora", "ia3"]
WORDS = ["lora_", "ia3_", "hada_", "lokr_", "vera_lambda"]


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.q = torch.nn.Linear(4, 4, bias=False)
        self.v = torch.nn.Linear(4, 6, bias=False)
        self.up = torch.nn.Linear(4, 3)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList([Block(), Block()])
        self.head = torch.nn.Linear(3, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=str(pathlib.Path(__file__).parents[2] / "fixtures" / "adapters"))
    folder = pathlib.Path(parser.parse_args().out)
    folder.mkdir(parents=True, exist_ok=True)

    def save(name, state):
        save_file({key: tensor.clone() for key, tensor in state.items()}, folder / f"{name}.safetensors")

    torch.manual_seed(0)
    network = Network()
    save("base", network.state_dict())
    for kind, config in KINDS.items():
        torch.manual_seed(1)
        model = peft.get_peft_model(copy.deepcopy(network), config)
        for name, parameter in model.named_parameters():
            if any(word in name for word in WORDS):
                parameter.data.copy_(torch.rand_like(parameter) + 0.25)
        save(kind, model.state_dict())
        if kind == "lora":
            with tempfile.TemporaryDirectory() as other:
                model.save_pretrained(other)
                adapter = pathlib.Path(other) / "adapter_model.safetensors"
                (folder / "lora_adapter.safetensors").write_bytes(adapter.read_bytes())
        if kind in MERGED:
            save(f"{kind}_merged", model.merge_and_unload().state_dict())


if __name__ == "__main__":
    main()
