#!/usr/bin/env python3
"""Writes small checkpoints to merge, and what MMPreTrain's own scripts make of them: fixtures/merging/.

    llava/base.pth, llava/delta.pth -> llava/merged.pth     llava-delta2mmpre.py, in float16
    lora/base.pth, lora/lora.pth -> lora/merged.pth         merge_lora_weight.py, in float32, rank 4, alpha 16
    lora/adapted.pth                                        base.pth under the names of the LoRAModel's own parameters,
                                                            with LoRA layers of zeros: what the script itself reads
    lora_swin/                                              the same of a Swin Transformer, with LoRA in all linear layers
                                                            of its blocks

The networks are those of llava_delta and merge_lora in scripts/makers/converter_facts/multimodal.py, narrower; the contents are
the seeded weights of the source keys (scripts/seeded_weights.py), no other randomness.
"""
import reference_python  # noqa: F401

import argparse
import pathlib
from collections import OrderedDict


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "fixtures" / "merging",
                        help="folder to write to (default: fixtures/merging)")
    out = parser.parse_args().out

    import torch
    from converter_facts import multimodal
    from converter_facts.case import contents
    torch.set_num_threads(1)
    networks = {"lora": "vit", "lora_swin": "swin"}
    cases = {"llava": (multimodal.llava(width=4), torch.float16)} | {
        name: (multimodal.lora(8, network), torch.float32) for name, network in networks.items()}
    for name, (case, dtype) in cases.items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        source = OrderedDict((key, tensor.to(dtype)) for key, tensor in contents(case.source, case.seed).items())
        for part in dict.fromkeys(key.partition(":")[0] for key in source):
            tensors = {key.partition(":")[2]: tensor for key, tensor in source.items() if key.startswith(f"{part}:")}
            torch.save(tensors, folder / f"{part}.pth")
        if name in networks:
            adapted = OrderedDict()
            for key, parameter in multimodal.lora_model(8, networks[name]).named_parameters():
                adapted[key] = source.get(f"base:{multimodal.plain(key)}", torch.zeros(parameter.shape))
            torch.save(adapted, folder / "adapted.pth")
        merged = case.upstream(OrderedDict((key, tensor.clone()) for key, tensor in source.items()))
        torch.save(dict(merged), folder / "merged.pth")
        print(*(f"{path.relative_to(out)}: {path.stat().st_size:,} bytes" for path in sorted(folder.iterdir())), sep="\n")


if __name__ == "__main__":
    main()
