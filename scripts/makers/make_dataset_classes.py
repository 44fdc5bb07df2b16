#!/usr/bin/env python3
"""Makes Sources/DatasetClasses/classes.json: the class names that MMPreTrain's dataset types declare.

usage: make_dataset_classes.py [--out FILE]

For each name in mmpretrain's registry of datasets whose METAINFO has `classes`: those names, in their order. This is
what `publish --dataset-type NAME` puts into a checkpoint. mmpretrain 1.2 made the committed file.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import json
import os


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="FILE", default=os.path.join(
        here, "..", "..", "Sources", "DatasetClasses", "classes.json"))
    out = parser.parse_args().out

    import mmpretrain.datasets  # noqa: F401: fills the registry
    from mmpretrain.registry import DATASETS

    types = {name: getattr(kind, "METAINFO", None) or {} for name, kind in DATASETS.module_dict.items()}
    classes = {name: meta["classes"] for name, meta in sorted(types.items()) if "classes" in meta}
    with open(out, "w", encoding="utf-8") as file:
        json.dump(classes, file, indent=0, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
