#!/usr/bin/env python3
"""Makes fixtures/tensorflow/efficientnet/: an EfficientNet-B0 as Google publishes it, and what upstream makes of it.

usage: make_efficientnet_checkpoint.py [--out DIR]

Needs TensorFlow (tensorflow-cpu 2.21 made the committed files) beside PyTorch and MMPreTrain, in one environment.

  model.ckpt.*    written by tf.compat.v1.train.Saver: every variable of the network under its real name, its average
                  (ExponentialMovingAverage) beside it, the optimizer's slots of the last layer, global_step. The names
                  are those of make_converter_facts.py; of n channels there are n ** 0.25, so that the file is small. The
                  values follow from the names (scripts/seeded_weights.py).
  converted.json  what tools/model_converters/efficientnet_to_mmpretrain.py of MMPreTrain reads and makes of it:
                  {"raw": {key: "shape digest"}, "ema": …}, the digest being the first 16 digits of the SHA-256 of the
                  elements. Raw is the script as it is; for the averages it is given the averages alone, since with
                  --l2 raw and averaged overwrite each other.
"""
import reference_python  # noqa: F401

import argparse
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
AVERAGE = "/ExponentialMovingAverage"
SCOPE = "efficientnet-b0"


def variables():
    """Name -> small shape, of the network alone."""
    from converter_facts.efficientnets import tensorflow_names, tensorflow_shape
    from converter_facts.reference import build, model_from_config
    model = build(model_from_config("efficientnet/efficientnet-b0_8xb32_in1k.py"))
    state = model.state_dict()

    def small(extent):
        return extent if extent <= 5 else round(extent ** 0.25)
    return {name: [small(extent) for extent in tensorflow_shape(key, name, state[key], 0)]
            for key, name in tensorflow_names(model, SCOPE).items()}


def save(folder, shapes):
    import numpy
    import tensorflow as tf
    from seeded_weights import seeded
    v1 = tf.compat.v1
    names = {name + end: shape for name, shape in shapes.items() for end in ("", AVERAGE)}
    for name in (f"{SCOPE}/head/dense/kernel", f"{SCOPE}/head/dense/bias"):
        names.update({f"{name}/{slot}": shapes[name] for slot in ("RMSProp", "RMSProp_1")})
    with tf.Graph().as_default(), v1.Session() as session:
        for name, shape in names.items():
            v1.get_variable(name, initializer=seeded(name, shape), use_resource=False)
        v1.get_variable("global_step", initializer=numpy.int64(218949), dtype=tf.int64, use_resource=False)
        session.run(v1.global_variables_initializer())
        saver = v1.train.Saver(save_relative_paths=True)
        saver.save(session, os.path.join(folder, "model.ckpt"), write_meta_graph=False)


def upstream(folder):
    """What MMPreTrain's script makes of the raw and of the averaged variables."""
    from converter_facts.reference import converters
    spec = importlib.util.spec_from_file_location("upstream", converters() / "efficientnet_to_mmpretrain.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    weights = module.read_ckpt(os.path.join(folder, "model.ckpt"))
    averaged = {name.removesuffix(AVERAGE): value for name, value in weights.items() if name.endswith(AVERAGE)}
    return {"raw": module.map_key(weights, False), "ema": module.map_key(averaged, False)}


def summary(tensor):
    array = tensor.contiguous().numpy()
    return ",".join(map(str, array.shape)) + " " + hashlib.sha256(array.tobytes()).hexdigest()[:16]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "fixtures" / "tensorflow" / "efficientnet")
    folder = parser.parse_args().out
    if importlib.util.find_spec("tensorflow") is None:
        print(f"{sys.argv[0]}: {sys.executable} has no TensorFlow; see --help", file=sys.stderr)
        sys.exit(2)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save(folder, variables())
    (folder / "checkpoint").unlink()
    converted = {weights: {key: summary(tensors[key]) for key in sorted(tensors)}
                 for weights, tensors in upstream(folder).items()}
    (folder / "converted.json").write_text(json.dumps(converted, indent=0, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
