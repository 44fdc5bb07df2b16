#!/usr/bin/env python3
"""Writes fixtures/zoo/patterns.tsv: which paths of modules Python's re.fullmatch matches, by pattern.

usage: make_pattern_facts.py [OUTPUT]

A line a pattern: the pattern, then the paths that it matches, separated by blanks, or "error" where `re` refuses it.
The first line has all the paths. LoRAModel of MMPreTrain names layers by such patterns. Needs a Python 3 and nothing
else; deterministic.
"""
import argparse
import pathlib
import re

PATHS = ["layers.0.attn.qkv", "layers.1.attn.qkv", "layers.11.attn.qkv", "layers.0.attn.proj", "layers.0.ffn.layers.1",
         "layers.0.ffn.layers.0.0", "patch_embed.projection", "blocks.2.1.fc1", "head", "a-b", "stages.3.Attn_2"]
PATTERNS = [
    "qkv", ".*qkv", r".*\.attn\.qkv", r"layers\.(0|1)\.attn\.(qkv|proj)", r"layers\.\d+\.attn\.qkv", r"layers\.[01]\..*",
    r"layers\.[^0]\..*", r".*[a-c]\w*", r"(?:layers|blocks)\..+", r".+\.fc\d?", r".{4}", r".{3,4}", r"[\w.]{5,22}",
    r"^layers.*qkv$", r"(layers\.\d\.)?attn", r".*?\.(\w+)", r"\w\-\w", r"[a\-]+b?", r"stages\.\d\.\w+", r"\S+", r"\D+",
    r"[]a.-]*", r"(a|)b", "", "a**", "*a", "(a", "a)", "[a", r"a{2,1}", r"x\\", "a|b|head", r"(?:(?:l)ayers)\.0\.ffn.*",
    r"layers\.0\.ffn\.layers(\.\d)+", r"(.*\.)*qkv", r"(\w+\.?)+", r"\W+",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("output", nargs="?", type=pathlib.Path, default=root / "fixtures/zoo/patterns.tsv")
    output = parser.parse_args().output
    lines = ["paths\t" + " ".join(PATHS)]
    for pattern in PATTERNS:
        try:
            found = " ".join(path for path in PATHS if re.fullmatch(pattern, path))
        except re.error:
            found = "error"
        lines.append(f"{pattern}\t{found}")
    output.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
