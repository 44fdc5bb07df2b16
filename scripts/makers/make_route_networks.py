#!/usr/bin/env python3
"""Makes fixtures/routes/networks.txt: keys and shapes of networks that `convert --to` must recognise, or refuse.

usage: make_route_networks.py [--table]

A line `network LIBRARY:NAME` is followed by the tensors of its state dict, a module a line: its path, then each leaf with
the extents and, where it is not float32, the type. `{0-11}` in a path stands for each number of the range: modules that
differ in that number alone are one line. No tensor has contents. --table prints the row of fixtures/README.md.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import hashlib
import pathlib
import re
import warnings

warnings.filterwarnings("ignore")
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "fixtures/routes/networks.txt"
TIMM = (
    "resnext101_32x4d resnet18d resnet26 resnet50 resnet50_gn vit_small_patch8_224 vit_base_patch8_224 vit_huge_patch14_224 "
    "vit_base_patch16_rpn_224 vit_medium_patch16_gap_256 vit_giant_patch14_dinov2 vit_base_patch16_rope_ape_224 "
    "efficientnet_lite0 efficientnetv2_rw_t mobilenetv3_small_050 hardcorenas_a convnext_atto convnext_atto_rms "
    "levit_conv_128s levit_512_s8 mobileone_s4 darknet53 seresnext101_32x8d").split()


def networks():
    import timm
    import transformers

    for name in TIMM:
        with torch.device("meta"):
            yield f"timm:{name}", timm.create_model(name)
    with torch.device("meta"):
        yield "huggingface:vit_base_patch8", transformers.ViTModel(transformers.ViTConfig(patch_size=8))


def folded(modules):
    """[(path, leaves)] with a range in place of numbers that differ alone, from the last number of a path to the first."""
    deepest = max(len(re.findall(r"(?<![^.])\d+(?![^.])", path)) for path, _ in modules)
    for place in range(1, deepest + 1):
        result = []
        for path, leaves in modules:
            parts = path.split(".")
            numbers = [index for index, part in enumerate(parts) if re.fullmatch(r"\d+|\{.*\}", part)]
            at = numbers[-place] if len(numbers) >= place else None
            number = int(parts[at]) if at is not None else None
            stem = (tuple(parts[:at] + ["*"] + parts[at + 1:]) if at is not None else path, leaves)
            for entry in result:
                if at is not None and entry[0] == stem and entry[2] == number - 1:
                    entry[2] = number
                    break
            else:
                result.append([stem, number, number, path, at])
        modules = []
        for (_, leaves), first, last, path, at in result:
            parts = path.split(".")
            if at is not None and last > first:
                parts[at] = f"{{{first}-{last}}}"
            modules.append((".".join(parts), leaves))
    return modules


def lines(name, network):
    modules = {}
    for key, tensor in network.state_dict().items():
        path, _, leaf = key.rpartition(".")
        kind = {torch.float32: "", torch.int64: "int64"}[tensor.dtype]
        modules.setdefault(path, []).append(f"{leaf}:{kind}[{','.join(map(str, tensor.shape))}]")
    yield f"network {name}"
    for path, leaves in folded([(path, " ".join(leaves)) for path, leaves in modules.items()]):
        yield f"{path or '-'} {leaves}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true", help="print the row of fixtures/README.md")
    options = parser.parse_args()
    if not options.table:
        import timm
        import transformers

        text = f"# timm {timm.__version__}, transformers {transformers.__version__}; made by scripts/makers/make_route_networks.py\n"
        text += "".join(line + "\n" for name, network in networks() for line in lines(name, network))
        OUT.write_text(text)
    content = OUT.read_bytes()
    print(f"| `networks.txt` | {len(content):,} | {hashlib.sha256(content).hexdigest()} |")


if __name__ == "__main__":
    main()
