#!/usr/bin/env python3
"""Makes fixtures/tensorflow/: checkpoints that real TensorFlow wrote, with what it reads from them.

usage: make_tensorflow_fixtures.py [--out DIR]

Needs tensorflow (tensorflow-cpu 2.21 made the committed ones), in an environment of its own. The values follow from
the names (seed: FNV-1a of the name), so the same version gives the same bytes, but for the ids of the object graph.

  saver/       tf.compat.v1.train.Saver: an EfficientNet's names, an EMA beside each variable, a counter
  object/      tf.train.CheckpointManager: names by object, slots, a counter, the object graph; a `checkpoint` file
  partitioned/ variables in slices, along the first and along the second axis
  dtypes/      every element type that TensorFlow saves, scalars, empty tensors, strings
  sharded/     two shards

Beside each stands facts.json: [{"key", "dtype", "shape", "sha256"}] of the tensors in the order of
tf.train.load_checkpoint's names, dtype as TensorFlow spells it; for strings, "strings" (base64) takes the place of
"sha256", the digest of the row-major little-endian elements.
"""
import argparse
import base64
import hashlib
import json
import os
import shutil

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
try:
    import numpy
    import tensorflow as tf
except ImportError as error:
    raise SystemExit(f"{os.path.basename(__file__)}: {error}; see --help") from None

v1 = tf.compat.v1


def values(name, shape, dtype=numpy.float32):
    """Numbers that the name determines."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = (seed ^ byte) * 0x100000001B3 % (1 << 64)
    generator = numpy.random.Generator(numpy.random.PCG64(seed))
    if dtype == numpy.bool_:
        return generator.integers(0, 2, shape).astype(dtype)
    return generator.integers(-100, 100, shape).astype(numpy.float32).astype(dtype) / numpy.array(8, dtype)


def facts(folder, prefix):
    reader = tf.train.load_checkpoint(os.path.join(folder, prefix))
    types = reader.get_variable_to_dtype_map()
    rows = []
    for name in sorted(types, key=str.encode):
        row = {"key": name, "dtype": types[name].name}
        value = reader.get_tensor(name)
        array = numpy.asarray(value)
        row["shape"] = list(array.shape)
        if types[name] == tf.string:
            row["strings"] = [base64.b64encode(item).decode() for item in array.reshape(-1).tolist()]
        else:
            row["sha256"] = hashlib.sha256(array.tobytes()).hexdigest()
        rows.append(row)
    with open(os.path.join(folder, "facts.json"), "w") as file:
        file.write("[\n  " + ",\n  ".join(json.dumps(row) for row in rows) + "\n]\n")


def saver(folder):
    names = {
        "stem/conv2d/kernel": [3, 3, 3, 4],
        "stem/tpu_batch_normalization/gamma": [4],
        "stem/tpu_batch_normalization/beta": [4],
        "stem/tpu_batch_normalization/moving_mean": [4],
        "stem/tpu_batch_normalization/moving_variance": [4],
        "blocks_0/depthwise_conv2d/depthwise_kernel": [3, 3, 4, 1],
        "blocks_0/se/conv2d/bias": [2],
        "head/dense/kernel": [4, 5],
    }
    with tf.Graph().as_default(), v1.Session() as session:
        for name, shape in names.items():
            for suffix in ["", "/ExponentialMovingAverage"]:
                full = f"efficientnet-b0/{name}{suffix}"
                v1.get_variable(full, initializer=values(full, shape), use_resource=False)
        v1.get_variable("global_step", initializer=numpy.int64(109502), dtype=tf.int64, use_resource=False)
        session.run(v1.global_variables_initializer())
        v1.train.Saver(save_relative_paths=True).save(session, os.path.join(folder, "model.ckpt"), write_meta_graph=False)
    return "model.ckpt"


class Layer(tf.Module):
    def __init__(self, name, inputs, outputs):
        super().__init__(name=name)
        self.kernel = tf.Variable(values(name + "/kernel", [inputs, outputs]))
        self.bias = tf.Variable(values(name + "/bias", [outputs]))


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.layers = [Layer("first", 3, 4), Layer("second", 4, 2)]
        self.step = tf.Variable(7, dtype=tf.int64)
        self.half = tf.Variable(values("half", [2, 3], numpy.float16))
        self.named = {"a.b": tf.Variable(values("named", [2])), "c/d": tf.Variable(values("escaped", [1]))}


def objects(folder):
    checkpoint = tf.train.Checkpoint(model=Model())
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=2, checkpoint_name="ckpt")
    manager.save(checkpoint_number=1)
    manager.save(checkpoint_number=2)
    for name in os.listdir(folder):
        if name.startswith("ckpt-1."):
            os.remove(os.path.join(folder, name))
    # The times of the saves differ from run to run.
    with open(os.path.join(folder, "checkpoint"), "w") as file:
        file.write('model_checkpoint_path: "ckpt-2"\nall_model_checkpoint_paths: "ckpt-2"\n')
    return "ckpt-2"


def partitioned(folder):
    with tf.Graph().as_default(), v1.Session() as session:
        for name, shape, axis, parts in [("rows", [7, 3], 0, 3), ("columns", [2, 130], 1, 2), ("deep", [3, 4, 5], 1, 4)]:
            partitioner = v1.fixed_size_partitioner(parts, axis=axis)
            initial = values(name, shape)
            v1.get_variable(
                name, shape=shape, partitioner=partitioner, use_resource=False,
                initializer=lambda size, dtype, partition_info=None, initial=initial: tf.constant(
                    initial[tuple(slice(o, o + s) for o, s in zip(partition_info.var_offset, size))]
                ),
            )
        v1.get_variable("whole", initializer=values("whole", [2, 2]), use_resource=False)
        session.run(v1.global_variables_initializer())
        v1.train.Saver(save_relative_paths=True).save(session, os.path.join(folder, "model.ckpt"), write_meta_graph=False)
    return "model.ckpt"


def save(folder, prefix, tensors):
    names = sorted(tensors)
    tf.raw_ops.SaveV2(
        prefix=os.path.join(folder, prefix), tensor_names=names, shape_and_slices=[""] * len(names),
        tensors=[tensors[name] for name in names],
    )


def dtypes(folder):
    more = tf.dtypes.experimental
    kinds = [
        tf.float32, tf.float64, tf.float16, tf.bfloat16, tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16,
        tf.uint32, tf.uint64, tf.bool, tf.complex64, tf.complex128, more.float8_e4m3fn,
        more.float8_e5m2, more.int4, more.uint4,
    ]
    tensors = {}
    for kind in kinds:
        numbers = values(kind.name, [2, 3]) if kind != tf.bool else values(kind.name, [2, 3], numpy.bool_)
        if kind in (more.int4, more.uint4):
            numbers = numpy.arange(6).reshape(2, 3) - (3 if kind == more.int4 else 0)
        tensors["type/" + kind.name] = tf.cast(tf.constant(numbers), kind)
    tensors["type/qint8"] = tf.bitcast(tf.constant(numpy.arange(-3, 3, dtype=numpy.int8)), tf.qint8)
    tensors["scalar"] = tf.constant(1.5)
    tensors["empty"] = tf.zeros([0, 4])
    tensors["string/scalar"] = tf.constant(b"one \x00 \xff string")
    tensors["string/matrix"] = tf.constant([[b"a", b""], ["ä".encode(), b"x" * 200]])
    tensors["string/none"] = tf.zeros([0], tf.string)
    save(folder, "all", tensors)
    return "all"


def sharded(folder):
    for index, names in enumerate([["a", "b"], ["c", "d/e"]]):
        save(folder, f"part-{index}", {name: tf.constant(values(name, [2, 2])) for name in names})
    prefixes = [os.path.join(folder, f"part-{index}") for index in range(2)]
    tf.raw_ops.MergeV2Checkpoints(
        checkpoint_prefixes=prefixes, destination_prefix=os.path.join(folder, "model"), delete_old_dirs=False
    )
    return "model"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--out", default=os.path.join(root, "fixtures", "tensorflow"))
    out = parser.parse_args().out
    makers = {"saver": saver, "object": objects, "partitioned": partitioned, "dtypes": dtypes, "sharded": sharded}
    for name, make in makers.items():
        folder = os.path.join(out, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        prefix = make(folder)
        facts(folder, prefix)


if __name__ == "__main__":
    main()
