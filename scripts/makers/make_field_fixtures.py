#!/usr/bin/env python3
"""Writes fixtures/field: small files of the kinds that people bring, and facts.json, which says what is right.

usage: make_field_fixtures.py [--out DIR]

Each file rebuilds what a public report describes: arrays where tensors should be, plain pickles, tensors of devices
that this machine lacks, wrapped and averaged models, training checkpoints of several trainers, placeholders of
DeepSpeed, names of other systems and libraries; then files that are damaged or that break what PyTorch requires.
`facts.json` gives for each file that converts the tensors of its state dict: key, dtype, shape and the SHA-256 of the
row-major little-endian elements.

Needs torch, numpy, joblib and ml_dtypes. The same versions give the same bytes, but for sourced.pt and tensors.pkl,
which name their storages by address.
"""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import array
import collections
import hashlib
import io
import json
import os
import pathlib
import pickle
import re
import struct
import types
import zipfile

import joblib
import numpy
import torch

OUT = ""
FACTS = {}


class Call:
    """Pickles as a call of a global by name, whether or not it can be imported."""

    def __init__(self, module, name, *arguments):
        self.module, self.name, self.arguments = module, name, arguments

    def __reduce__(self):
        function = types.FunctionType((lambda *arguments: None).__code__, {}, self.name)
        function.__module__, function.__qualname__, function.is_name = self.module, self.name, True
        return function, self.arguments


class Pickler(pickle._Pickler):
    """Writes the functions of `Call` without looking them up."""

    def save_global(self, value, name=None):
        if getattr(value, "is_name", False):
            self.write(b"c" + value.__module__.encode() + b"\n" + value.__name__.encode() + b"\n")
            self.memoize(value)
        else:
            super().save_global(value, name)

    dispatch = {**pickle._Pickler.dispatch, types.FunctionType: save_global}


class Module:
    """What torch.save takes for the pickle module."""

    Pickler, __name__ = Pickler, "pickle"


def path(name):
    return os.path.join(OUT, name)


def save(name, value):
    torch.save(value, path(name), pickle_module=Module)


def row(key, tensor):
    tensor = tensor.detach().contiguous()
    data = bytes(tensor.untyped_storage())[: tensor.numel() * tensor.element_size()]
    return {
        "key": key, "dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def fact(name, tensors):
    FACTS[name] = [row(key, torch.as_tensor(value).clone()) for key, value in tensors.items()]


def model():
    torch.manual_seed(7)
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(4, 2))
    net[1].num_batches_tracked.fill_(500_500)
    return net


def optimizer(net):
    torch.manual_seed(8)
    adam = torch.optim.AdamW(net.parameters(), lr=0.001)
    net[2](torch.randn(2, 4)).sum().backward()
    adam.step()
    return adam.state_dict()


# MARK: what people bring


def arrays():
    random = numpy.random.default_rng(1)
    values = collections.OrderedDict(
        weight=random.standard_normal((4, 3)).astype("f4"), fortran=numpy.asfortranarray(random.standard_normal((3, 2))),
        big=numpy.arange(3, dtype=">f4"), half=numpy.arange(3, dtype="f2"), flags=numpy.array([True, False]),
        count=numpy.array(5, dtype="i8"),
    )
    native = {key: numpy.ascontiguousarray(value.astype(value.dtype.newbyteorder("="))) for key, value in values.items()}
    native["count"] = values["count"]
    save("arrays.pth", {"model": values, "__author__": "someone"})
    fact("arrays.pth", native)
    with open(path("detectron.pkl"), "wb") as file:
        pickle.dump({"model": dict(values), "__author__": "Caffe2", "matching_heuristics": True}, file, protocol=2)
    fact("detectron.pkl", native)

    class Pair:
        def __init__(self, name, array):
            self.pair = (name, array)

        def __reduce__(self):
            return tuple, (self.pair,)

    with open(path("paddle.pdparams"), "wb") as file:
        layers = {"0.weight": Pair("linear_0.w_0", values["weight"]), "0.bias": values["half"]}
        pickle.dump({**layers, "StructuredToParameterName@@": {"0.weight": "linear_0.w_0"}}, file, protocol=4)
    fact("paddle.pdparams", {"0.weight": native["weight"], "0.bias": native["half"]})
    # bfloat16 is uint16 in a file of Paddle, where nothing else is.
    narrow = torch.arange(6, dtype=torch.bfloat16).reshape(2, 3) / 8
    bits = narrow.view(torch.int16).numpy().view("u2")
    with open(path("paddle_bfloat16.pdparams"), "wb") as file:
        pickle.dump({"0.weight": bits, "StructuredToParameterName@@": {"0.weight": "linear_0.w_0"}}, file, protocol=4)
    fact("paddle_bfloat16.pdparams", {"0.weight": narrow})
    with open(path("paddle_pairs.pdparams"), "wb") as file:
        pickle.dump({"model": {"0.weight": Pair("linear_0.w_0", bits)}, "epoch": 3}, file, protocol=4)
    fact("paddle_pairs.pdparams", {"0.weight": narrow})
    # JAX's types are ml_dtypes', which NumPy pickles as classes.
    import ml_dtypes

    added = {"kernel": (narrow, "bfloat16"), "narrow": (torch.arange(6.0).to(torch.float8_e4m3fn), "float8_e4m3fn")}
    arrays = {
        key: tensor.view(torch.uint8).numpy().view(getattr(ml_dtypes, name)) for key, (tensor, name) in added.items()}
    arrays["turned"] = numpy.asfortranarray(arrays["kernel"]).astype(arrays["kernel"].dtype.newbyteorder(">"))
    with open(path("jax.pkl"), "wb") as file:
        pickle.dump(arrays, file, protocol=4)
    fact("jax.pkl", {**{key: tensor for key, (tensor, _) in added.items()}, "turned": narrow})
    with open(path("tensors.pkl"), "wb") as file:
        pickle.dump({"w": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2, dtype=torch.int64)}, file)
    fact("tensors.pkl", {"w": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2, dtype=torch.int64)})
    with open(path("objects.pkl"), "wb") as file:
        pickle.dump({"names": ["a", "b"], "text": numpy.array(["x"])}, file)


def devices():
    weight = numpy.random.default_rng(2).standard_normal((4, 3)).astype("f4")
    tensor = torch.from_numpy(weight)
    save("xla.pth", {"w": Call("torch._utils", "_rebuild_device_tensor_from_numpy", weight, torch.float32, "xla:0", False)})
    fact("xla.pth", {"w": tensor})
    save(
        "xla_bfloat16.pth",
        {"w": Call("torch._utils", "_rebuild_device_tensor_from_numpy", weight, torch.bfloat16, "xla:0", True)})
    fact("xla_bfloat16.pth", {"w": tensor.bfloat16()})
    storage = torch.storage.TypedStorage(wrap_storage=tensor.untyped_storage(), dtype=torch.float32, _internal=True)
    arguments = (storage, 0, (4, 3), (3, 1), False, collections.OrderedDict())
    save("npu.pth", {"w": Call("torch_npu.utils.storage", "_rebuild_npu_tensor", *arguments, (2, False))})
    fact("npu.pth", {"w": tensor})
    save("foreign.pth", {"w": Call("torch_other", "_rebuild_other_tensor", *arguments), "b": torch.ones(2)})


def wrapped():
    state = model().state_dict()
    wrapped = collections.OrderedDict(("module._orig_mod." + key, value) for key, value in state.items())
    save("wrapped.pth", {"epoch": 3, "state_dict": wrapped})
    fact("wrapped.pth", state)
    inner = {key.replace("1.", "1._orig_mod.", 1) if key.startswith("1.") else key: value for key, value in state.items()}
    save("regional.pth", inner)
    fact("regional.pth", state)
    averaged = collections.OrderedDict(n_averaged=torch.tensor(3))
    averaged.update(("module." + key, value) for key, value in state.items())
    averaged["module.1.num_batches_tracked"] = torch.tensor(500_500.75)
    save("averaged.pth", averaged)
    save("colliding_prefix.pth", {"module.w": torch.ones(2), "w": torch.ones(2)})
    tied = torch.ones(4)
    tied[1] = 1e6
    save("large.pth", {"w": tied, "tied": tied, "count": torch.tensor(500_500), "wide": torch.ones(2, dtype=torch.float64)})


def trainers():
    net = model()
    state, adam = net.state_dict(), optimizer(net)
    average = {key: value * 0.5 for key, value in state.items() if value.is_floating_point()}
    save("timm.pth.tar", {"epoch": 1, "arch": "net", "state_dict": state, "state_dict_ema": average, "optimizer": adam})
    save(
        "lightning.ckpt",
        {
            "epoch": 1, "global_step": 3, "pytorch-lightning_version": "2.4.0",
            "state_dict": {"model." + key: value for key, value in state.items()},
            "callbacks": {"EMA": {"ema_weights": average, "decay": 0.99}}, "optimizer_states": [adam],
            "lr_schedulers": [], "hyper_parameters": {"data": "/home/someone/data", "lr": 0.001},
        })
    # `ModelCheckpoint` has tensors of its own; the averages have the network's keys.
    averaged = {"model." + key: average.get(key, value) for key, value in state.items()}
    checkpoint = {"best_model_score": torch.tensor(0.5), "best_k_models": {"epoch=1.ckpt": torch.tensor(0.5)}}
    save(
        "lightning_callbacks.ckpt",
        {
            "epoch": 1, "pytorch-lightning_version": "2.4.0",
            "state_dict": {"model." + key: value for key, value in state.items()},
            "callbacks": {"ModelCheckpoint{'monitor': 'loss'}": checkpoint, "EMA": {"ema_weights": averaged}},
        })
    # A copy of the network as a module beside it.
    copied = {"net_ema.module." + key: average.get(key, value) for key, value in state.items()}
    counter = {"net_ema.n_averaged": torch.tensor(3)}
    save(
        "lightning_copy.ckpt",
        {
            "epoch": 1, "pytorch-lightning_version": "2.4.0",
            "state_dict": {"net." + key: value for key, value in state.items()} | counter | copied,
        })
    # As PyTorch's tutorial saves, with the loss as a tensor.
    save("tutorial.pt", {"epoch": 1, "model_state_dict": state, "optimizer_state_dict": adam, "loss": torch.tensor(0.4)})
    save("cifar.pth", {"net": state, "acc": 93.1, "epoch": 3})
    save("bytearray.pth", {"w": torch.ones(2), "salt": bytearray(b"\x01\x02")})
    # A compiled network under a name of the author's own, beside a loss with a weight.
    save(
        "lightning_net.ckpt",
        {
            "epoch": 1, "pytorch-lightning_version": "2.4.0",
            "state_dict": {"loss.weight": torch.ones(3)}
            | {"net._orig_mod." + key: value for key, value in state.items()},
        })
    save("torchvision.pth", {"model": state, "optimizer": adam, "lr_scheduler": {"last_epoch": 1}, "epoch": 1})
    save("net.pth", {"net": state, "optimizer": adam, "epoch": 1})
    averaged = {"module." + key: average.get(key, value) for key, value in state.items()}
    save("torchvision_ema.pth", {"model": state, "model_ema": {"n_averaged": torch.tensor(3), **averaged}, "epoch": 1})
    counters = {"initted": torch.tensor(True), "step": torch.tensor(7)}
    online = {"online_model." + key: value for key, value in state.items()}
    averaged = {"ema_model." + key: average.get(key, value) for key, value in state.items()}
    save("ema_pytorch.pt", {"step": 7, "model": state, "opt": adam, "ema": {**counters, **online, **averaged}})
    buffers = dict(state)
    buffers.update(("ema_" + key.replace(".", "_"), value) for key, value in average.items() if "running" not in key)
    save("mmcv.pth", {"meta": {"epoch": 1}, "state_dict": buffers})
    # Two whole modules, as YOLOv5 saves them.
    averaged_net = model()
    averaged_net.load_state_dict({**state, **average})
    for parameter in [*net.parameters(), *averaged_net.parameters()]:
        parameter.grad = None
    save("modules.pt", {"epoch": 1, "model": net, "ema": averaged_net, "updates": 3, "optimizer": adam})
    fact("trainer", state)
    fact("average", {**state, **average})
    shapes = [collections.OrderedDict((key, value.shape) for key, value in net.named_parameters())]
    empty = {key: torch.empty(0) for key in shapes[0]}
    save("zero3.pt", {"module": empty, "param_shapes": shapes, "ds_version": "0.16.0"})
    save("empty.pth", {"a": torch.zeros(0), "b": torch.zeros(3, 0)})
    save("nothing.pth", {"epoch": 1})
    save("list.pth", [torch.ones(3), torch.zeros(2)])
    fact("list.pth", {"0": torch.ones(3), "1": torch.zeros(2)})
    extra_state()


def extra_state():
    """What get_extra_state() of Transformer Engine and Megatron gives, release by release."""
    file = io.BytesIO()
    torch.save({"scale": torch.ones(3), "amax_history": torch.zeros(4, 3)}, file)
    file.seek(0)
    pickled = torch.frombuffer(bytearray(pickle.dumps({"a": 1}, protocol=4)), dtype=torch.uint8)
    extras = {
        "file": file, "empty": torch.empty(0, dtype=torch.uint8), "none": None, "pickled": pickled,
        "values": {"sizes": [1, 2], "scale": torch.full((2,), 3.0)},
    }
    state = collections.OrderedDict()
    for number, (name, extra) in enumerate(extras.items()):
        state[f"{name}.weight"] = torch.arange(6.0).reshape(2, 3) + number
        state[f"{name}._extra_state"] = extra
    save("extra_state.pth", {"model": state, "iteration": 10})
    tensors = {key: value for key, value in state.items() if isinstance(value, torch.Tensor)}
    fact("extra_state.pth", {**tensors, "values._extra_state.scale": extras["values"]["scale"]})


def weight_sets():
    """Several networks in one file, whole or as state dicts, alone or beside their optimizers."""

    def nets():
        generator = model()
        return generator, torch.nn.Sequential(torch.nn.Conv2d(4, 2, 1), torch.nn.Linear(2, 1)).eval()

    def joined(**modules):
        return {f"{name}.{key}": value for name, net in modules.items() for key, value in net.state_dict().items()}

    torch.manual_seed(9)
    generator, discriminator = nets()
    save("sets_modules.pt", {"generator": generator, "discriminator": discriminator, "epoch": 3})
    fact("sets_modules.pt", joined(generator=generator, discriminator=discriminator))
    save("sets_nested.pt", {"models": {"G": generator, "D": discriminator}, "epoch": 3})
    fact("sets_nested.pt", {f"models.{key}": value for key, value in joined(G=generator, D=discriminator).items()})
    save("sets_list.pt", [generator, discriminator])
    fact("sets_list.pt", joined(**{"0": generator, "1": discriminator}))
    adam = optimizer(generator)
    save("gan.pth", {"G": generator.state_dict(), "D": discriminator.state_dict(), "opt_G": adam, "epoch": 3})
    fact("gan.pth", discriminator.state_dict())
    student = {key: 2 * value for key, value in generator.state_dict().items()}
    save("teacher.pth", {"teacher": generator.state_dict(), "student": student, "optimizer": adam})
    fact("teacher.pth", student)
    center = {"center": torch.zeros(1, 3)}
    save("self_distilled.pth", {"student": student, "teacher": generator.state_dict(), "loss": center, "optimizer": adam})
    values = {key: value.numpy() for key, value in discriminator.state_dict().items()}
    numpy.save(path("item.npy"), values, allow_pickle=True)
    fact("item.npy", discriminator.state_dict())
    save("one_set.pth", {"nets": {"G": generator.state_dict()}, "optimizers": {"G": adam}})
    fact("one_set.pth", generator.state_dict())

    def stepped(net):
        sgd = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        for parameter in net.parameters():
            parameter.grad = torch.ones_like(parameter)
        sgd.step()
        sgd.zero_grad()
        return sgd

    # Optimizers that were saved whole have parameters for keys.
    nets = {"G": generator, "D": discriminator, "opt_G": stepped(generator), "opt_D": stepped(discriminator)}
    save("gan_objects.pth", nets)
    fact("gan_objects.pth", discriminator.state_dict())
    schedule = torch.optim.lr_scheduler.StepLR(nets["opt_D"], 2)
    save("net_objects.pth", {"net": discriminator, "opt": nets["opt_D"], "schedule": schedule})
    fact("net_objects.pth", discriminator.state_dict())


class Scales:
    """Stands for bitsandbytes' QuantState: what the elements of a parameter are to be multiplied by."""


def packed():
    """Whole modules whose weights are not where the state dict is read off."""
    torch.manual_seed(10)
    quantization = torch.ao.quantization
    static = torch.nn.Sequential(quantization.QuantStub(), torch.nn.Linear(3, 2), quantization.DeQuantStub()).eval()
    static.qconfig = quantization.default_qconfig
    quantization.prepare(static, inplace=True)
    static(torch.randn(4, 3))
    save("packed_static.pt", {"net": quantization.convert(static), "epoch": 1})
    save("packed_dynamic.pt", quantization.quantize_dynamic(torch.nn.Sequential(torch.nn.Linear(3, 2)), dtype=torch.qint8))
    narrow = torch.nn.Sequential(torch.nn.Linear(3, 2))
    narrow[0].weight.scales = Scales()
    narrow[0].weight.scales.absmax = torch.ones(2)
    save("packed_parameter.pt", narrow)


def sourced():
    """A legacy stream has the source code of each class, here our own words for PyTorch's, where storages have a device."""
    torch.serialization.get_source_lines_and_file = lambda *_: (["class Linear: ...\n"], 1, "linear.py")
    torch.save(torch.nn.Linear(2, 1), path("sourced.pt"), _use_new_zipfile_serialization=False)


def names():
    class WindowsPath:
        def __reduce__(self):
            return pathlib.PureWindowsPath, ("C:\\", "runs")

    save(
        "names.pth",
        {"state_dict": {"w": torch.ones(2)}, "best": numpy.float64(0.5), "where": {"save_dir": WindowsPath()},
         "random": ["MT", numpy.arange(4, dtype="u4")]})
    fact("names.pth", {"w": torch.ones(2)})
    # Python 2's str: a key and an attribute in Latin-1, values in UTF-8 and in neither.
    numbered = io.BytesIO()
    torch.save({"state": {"w": torch.ones(2)}, "text": "value", "bytes": "zzz"}, numbered)
    rewrite(
        "python2.pth", numbered.getvalue(),
        lambda data: data.replace(text("w"), b"U\x03w\xe9t").replace(text("value"), b"U\x05value")
        .replace(text("zzz"), b"U\x03\xff\xfe\x80"))


def strangers():
    """Numbers in forms that are not read as tensors, members and bytes that writers did not put there."""

    def dump(name, value, protocol):
        with open(path(name), "wb") as file:
            Pickler(file, protocol).dump(value)

    class Split:
        """As JAX pickles an array: what makes NumPy's, its arguments and its state, each by itself."""

        def __reduce__(self):
            make, arguments, state = numpy.arange(6.0).reshape(2, 3).__reduce__()
            return Call("jax._src.array", "_reconstruct_array", make, arguments, state, {"weak_type": False}).__reduce__()

    joblib.dump({"weight": numpy.arange(6, dtype="f4").reshape(2, 3)}, path("joblib.pkl"))
    dump("masked.pkl", {"w": numpy.ma.array([1.0, 2.0], mask=[False, True])}, 2)
    masked = numpy.ma.array([1.0, 2.0], mask=[False, True])
    dump("masked_inside.pkl", {"layers": {"w": numpy.ones(2, "f4"), "scale": masked}}, 2)
    dump("structure.pkl", {"w": numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f4")])}, 2)
    dump("split.pkl", {"w": Split()}, 4)
    dump("typed.pkl", {"w": array.array("f", [1, 2, 3])}, 4)
    dump("typed_list.pkl", {"w": array.array("d", [1, 2, 3])}, 2)
    save("generator.pth", {"w": torch.ones(2), "rng": numpy.random.default_rng(3)})
    values = {"a": numpy.arange(4, dtype="f4"), "b": numpy.arange(3, dtype="i8")}
    with zipfile.ZipFile(path("members.npz"), "w") as archive:
        for name, value in (("a.npy", values["a"]), ("b", values["b"])):
            buffer = io.BytesIO()
            numpy.save(buffer, value)
            archive.writestr(zipfile.ZipInfo(name), buffer.getvalue())
        archive.writestr(zipfile.ZipInfo("README"), b"two arrays")
    fact("members.npz", values)
    one = {"w": torch.arange(3.0)}
    for name, is_zip, rest in (("followed.pth", True, bytes(512)), ("followed_legacy.pth", False, b"more")):
        buffer = io.BytesIO()
        torch.save(one, buffer, _use_new_zipfile_serialization=is_zip)
        data = buffer.getvalue()
        # Legacy streams name a storage by its address.
        address = re.search(rb"X.\0\0\0(\d{10,})", data)
        data = data.replace(address[1], b"1" * len(address[1])) if address else data
        with open(path(name), "wb") as file:
            file.write(data + rest)
        fact(name, one)
    with open(path("damaged_start.pth"), "wb") as file:
        file.write(data[:6] + bytes([data[6] ^ 1]) + data[7:])
    buffer = io.BytesIO()
    torch.save(one, buffer)
    rewrite("version_line.pth", buffer.getvalue(), version=lambda data: b"3\r\n")
    fact("version_line.pth", one)


def text(word):
    return b"X" + struct.pack("<I", len(word)) + word.encode()


def rewrite(name, archive, pickled=None, **records):
    """The archive with another pickle or other records, each with the CRC of its new bytes."""
    source = zipfile.ZipFile(io.BytesIO(archive))
    with zipfile.ZipFile(path(name), "w") as target:
        for item in source.infolist():
            data = source.read(item)
            last = item.filename.rsplit("/", 1)[-1]
            if last == "data.pkl" and pickled:
                data = pickled(data)
            data = records.get(last, lambda data: data)(data)
            target.writestr(zipfile.ZipInfo(item.filename), data)


# MARK: what is damaged


def damaged():
    torch.save({"a.weight": torch.arange(2048.0), "b": torch.ones(7)}, path("whole.pth"))
    with open(path("whole.pth"), "rb") as file:
        whole = file.read()

    def flipped(name, offset):
        data = bytearray(whole)
        data[offset] ^= 4
        with open(path(name), "wb") as file:
            file.write(data)

    flipped("damaged_pickle.pth", whole.index(b"a.weight"))
    flipped("damaged_record.pth", whole.index(torch.arange(2048.0).numpy().tobytes()[:64]) + 4000)
    rewrite("damaged_version.pth", whole, version=lambda data: b"x1\n")
    rewrite("long_record.pth", whole, **{"1": lambda data: data + bytes(8)})
    os.remove(path("whole.pth"))


def invariants():
    def forged(name, value, *changes):
        buffer = io.BytesIO()
        torch.save(value, buffer)

        def change(data):
            for old, new in changes:
                assert old in data, (name, old)
                data = data.replace(old, new, 1)
            return data

        rewrite(name, buffer.getvalue(), change)

    channels = torch.quantize_per_channel(torch.ones(2, 3), torch.tensor([0.1, 0.2]), torch.tensor([0, 0]), 0, torch.qint8)
    # The axis, a BININT1, is the last of the quantizer.
    forged("quantized_axis.pth", {"q": channels}, (b"K\x00t", b"K\x05t"))
    forged("quantized_scheme.pth", {"q": channels}, (b"per_channel_affine", b"per_channel_symmetric"))
    sparse = torch.sparse_coo_tensor(torch.tensor([[0, 2]]), torch.ones(2), (3,))
    forged("sparse_size.pth", {"s": sparse.coalesce()}, (b"K\x03\x85", b"K\x02\x85"))
    buffer = io.BytesIO()
    torch.save({"s": sparse.coalesce()}, buffer)
    rewrite("sparse_index.pth", buffer.getvalue(), **{"0": lambda data: struct.pack("<qq", 0, -1)})
    csr = torch.tensor([[1.0, 0, 2], [0, 3, 0]]).to_sparse_csr()
    buffer = io.BytesIO()
    torch.save({"s": csr}, buffer)
    rewrite("csr_pointers.pth", buffer.getvalue(), **{"0": lambda data: struct.pack("<qqq", 0, 7, 3)})
    one = {"w": torch.ones(2)}
    forged("id_kind.pth", one, (text("storage"), text("storages")))
    forged("id_text.pth", one, (b"Q", b"0P1\n"))
    forged("id_module.pth", one, (text("storage"), text("module")))
    forged("key_list.pth", one, (text("w"), b"]"))
    forged("text.pth", one, (text("w"), b"X\x02\x00\x00\x00\xff\xfe"))


def main():
    global OUT
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "fixtures", "field")
    parser.add_argument("--out", default=default)
    OUT = parser.parse_args().out
    os.makedirs(OUT, exist_ok=True)
    for make in (arrays, devices, wrapped, trainers, weight_sets, packed, sourced, names, strangers, damaged, invariants):
        make()
    with open(path("facts.json"), "w") as file:
        rows = ",\n".join(
            f' "{name}": [\n  ' + ",\n  ".join(json.dumps(row) for row in rows) + "\n ]" for name, rows in FACTS.items())
        file.write("{\n" + rows + "\n}\n")


if __name__ == "__main__":
    main()
