#!/usr/bin/env python3
"""Makes fixtures/scan/: small files as trainers write them, none of which ckpt-scan may say a word about.

usage: scripts/makers/make_scan_fixtures.py [--out DIR] [--only NAME…] [--table]

  --only    the makers to run: functions of this script
  --table   print the table of sizes and digests for fixtures/README.md

Each file is written by the library that it is named after, with a network of a few weights. Seeded; files that hold
times or random ids are the same but for these. Needs a Python with torch, torchvision, timm, mmengine, transformers,
accelerate, peft, pytorch-lightning, omegaconf, ultralytics, joblib and scikit-learn.
"""
import argparse
import hashlib
import io
import logging
import os
import pathlib
import pickle
import shutil
import tempfile
import warnings

import reference_python  # noqa: F401: first, it says so where PyTorch is missing

import numpy
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAKERS = []


def maker(function):
    MAKERS.append(function)
    return function


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(2, 2))


def trained(make=lambda p: torch.optim.AdamW(p, lr=1e-3)):
    model = network()
    optimizer = make(model.parameters())
    model(torch.ones(2, 3, 3, 3)).sum().backward()
    optimizer.step()
    return model, optimizer


@maker
def distributed(out):
    """A folder of torch.distributed.checkpoint, of one process."""
    import torch.distributed.checkpoint as checkpoint

    model, optimizer = trained()
    folder = out / "dcp"
    shutil.rmtree(folder, ignore_errors=True)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": 7, "name": "run"}
    checkpoint.save(state, checkpoint_id=str(folder), no_dist=True)


@maker
def lightning(out):
    """pytorch_lightning: hyper-parameters of OmegaConf, callbacks, loops."""
    import pytorch_lightning
    from omegaconf import OmegaConf

    class Net(pytorch_lightning.LightningModule):
        def __init__(self, cfg, loss=torch.nn.CrossEntropyLoss(label_smoothing=0.1)):
            super().__init__()
            self.save_hyperparameters()
            self.model, self.loss = network(), loss

        def training_step(self, batch, index):
            return self.loss(self.model(batch[0]), batch[1])

        def configure_optimizers(self):
            optimizer = torch.optim.SGD(self.parameters(), lr=1e-3, momentum=0.9)
            return [optimizer], [torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)]

    data = torch.utils.data.TensorDataset(torch.ones(2, 3, 3, 3), torch.tensor([0, 1]))
    config = OmegaConf.create({"lr": 1e-3, "aug": {"flip": True, "mean": [0.485, 0.456]}, "path": "${oc.env:HOME}"})
    with tempfile.TemporaryDirectory() as folder:
        callbacks = [pytorch_lightning.callbacks.ModelCheckpoint(dirpath=folder),
                     pytorch_lightning.callbacks.EarlyStopping("loss")]
        callbacks[1].check_on_train_epoch_end = False
        trainer = pytorch_lightning.Trainer(
            max_steps=1, logger=False, enable_progress_bar=False, enable_model_summary=False, accelerator="cpu",
            callbacks=callbacks[:1], default_root_dir=folder)
        trainer.fit(Net(config), torch.utils.data.DataLoader(data, batch_size=2))
        trainer.save_checkpoint(out / "lightning.ckpt")


@maker
def omega_conf(out):
    """OmegaConf: structured and plain configs, pickled by themselves."""
    from omegaconf import OmegaConf

    config = OmegaConf.create({"a": {"b": [1, 2.0, None, True, "x"], "c": "${a.b}"}, "path": pathlib.Path("a/b")})
    OmegaConf.set_readonly(config, True)
    torch.save({"config": config, "list": OmegaConf.create([1, {"k": "v"}])}, out / "omegaconf.pth")
    (out / "omegaconf.pkl").write_bytes(pickle.dumps(config, 4))


@maker
def hugging_face(out):
    """transformers' Trainer: its arguments and what it saves to go on; accelerate's random states."""
    from transformers import TrainingArguments

    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir="run", eval_strategy="steps", save_strategy="steps", use_cpu=True, report_to=[],
            lr_scheduler_type="cosine", optim="adamw_torch")
        torch.save(arguments, out / "training_args.bin")
    model, optimizer = trained()
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    torch.save(optimizer.state_dict(), out / "optimizer.pt")
    torch.save(scheduler.state_dict(), out / "scheduler.pt")
    import random

    random.seed(0)
    numpy.random.seed(0)
    states = {"python": random.getstate(), "numpy": numpy.random.get_state(), "cpu": torch.random.get_rng_state()}
    torch.save(states, out / "rng_state.pth")
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=True)
    prepared = accelerator.prepare(*trained())
    with tempfile.TemporaryDirectory() as folder:
        accelerator.save_state(folder, safe_serialization=False)
        for name in ("random_states_0.pkl", "optimizer.bin", "pytorch_model.bin"):
            if os.path.exists(f"{folder}/{name}"):
                shutil.copy(f"{folder}/{name}", out / f"accelerate_{name}")
    del prepared


@maker
def peft(out):
    """A LoRA adapter of peft, unsafe serialization."""
    from peft import LoraConfig, get_peft_model

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.q = torch.nn.Linear(2, 2)

        def forward(self, x):
            return self.q(x)

    model = get_peft_model(Net(), LoraConfig(r=1, target_modules=["q"]))
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder, safe_serialization=False)
        shutil.copy(f"{folder}/adapter_model.bin", out / "adapter_model.bin")
    torch.save({"config": model.peft_config, "model": model.state_dict()}, out / "peft_config.pth")


@maker
def mmengine(out):
    """mmengine's runner: message hub with history buffers, meta, schedulers."""
    from mmengine.runner import Runner

    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(
            model=Wrapped(), work_dir=folder, optim_wrapper=dict(optimizer=dict(type="SGD", lr=0.1, momentum=0.9)),
            train_dataloader=dict(dataset=Ones(), batch_size=2, sampler=dict(type="DefaultSampler", shuffle=False)),
            train_cfg=dict(by_epoch=True, max_epochs=1), param_scheduler=dict(type="MultiStepLR", milestones=[1]),
            default_hooks=dict(checkpoint=dict(type="CheckpointHook", interval=1)), log_level="ERROR")
        runner.train()
        shutil.copy(f"{folder}/epoch_1.pth", out / "mmengine.pth")


@maker
def timm(out):
    """timm's CheckpointSaver: arguments, AMP scaler, an average of the weights."""
    import argparse as arguments

    from timm.utils import CheckpointSaver, ModelEmaV2

    model, optimizer = trained()
    with tempfile.TemporaryDirectory() as folder:
        saver = CheckpointSaver(
            model, optimizer, args=arguments.Namespace(lr=0.1, model="resnet18", mean=(0.1, 0.2), amp=True, data=None),
            model_ema=ModelEmaV2(model), checkpoint_dir=folder, recovery_dir=folder)
        model.default_cfg = {}
        saver.args.model = "net"
        saver.save_checkpoint(0, metric=numpy.float64(0.5))
        shutil.copy(f"{folder}/last.pth.tar", out / "timm.pth.tar")


@maker
def torchvision(out):
    """torchvision's references/classification: model, optimizer, scheduler, arguments, scaler, average."""
    model, optimizer = trained(lambda p: torch.optim.RMSprop(p, lr=0.1))
    main = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    warm = torch.optim.lr_scheduler.LinearLR(optimizer, 0.01, total_iters=5)
    scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, [warm, main], [5])
    average = torch.optim.swa_utils.AveragedModel(model)
    torch.save({
        "model": model.state_dict(), "optimizer": optimizer.state_dict(), "lr_scheduler": scheduler.state_dict(),
        "epoch": 3, "args": argparse.Namespace(lr=0.1, output_dir=pathlib.Path("out"), device=torch.device("cpu")),
        "model_ema": average.state_dict(), "scaler": torch.amp.GradScaler("cpu").state_dict()}, out / "torchvision.pth")


@maker
def ultralytics(out):
    """Ultralytics: a whole model in half precision, as its trainer saves it."""
    import copy
    import datetime

    from ultralytics.nn.tasks import ClassificationModel

    layers = {"nc": 2, "backbone": [[-1, 1, "Conv", [4, 3, 2]], [-1, 1, "C2f", [4, True]]],
              "head": [[-1, 1, "Classify", ["nc"]]], "scales": {"n": [0.33, 0.05, 1024]}, "scale": "n"}
    torch.manual_seed(0)
    model = ClassificationModel(layers, ch=3, nc=2, verbose=False)
    model.args = {"imgsz": 64, "data": pathlib.PurePosixPath("data.yaml"), "project": None}
    torch.save({
        "date": datetime.datetime(2026, 1, 2).isoformat(), "version": "8.4", "epoch": -1, "best_fitness": None,
        "model": None, "ema": copy.deepcopy(model).half(), "updates": 12, "optimizer": None, "train_args": {"epochs": 3},
        "train_metrics": {}, "train_results": {}}, out / "ultralytics.pt")


@maker
def whole_transformers(out):
    """Networks of transformers as torch.save writes them whole, with all that they are made of."""
    import transformers

    torch.manual_seed(0)
    sizes = {"vocab_size": 4, "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 4,
             "max_position_embeddings": 4, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
    for name, config, model in (
            ("bert", transformers.BertConfig, transformers.BertModel),
            ("llama", transformers.LlamaConfig, transformers.LlamaForCausalLM)):
        torch.save(model(config(**sizes)), out / f"{name}_whole.pt")


@maker
def transformer_engine(out):
    """State dicts with `_extra_state` as Transformer Engine and Megatron-LM save them."""
    class Layer(torch.nn.Linear):
        kind = ""

        def get_extra_state(self):
            inner = {"scale_fwd": torch.ones(3), "amax_history_fwd": torch.zeros(4, 3), "extra_fp8_variables": {"a": 1}}
            if self.kind == "stream":
                stream = io.BytesIO()
                torch.save(inner, stream)
                stream.seek(0)
                return stream
            if self.kind == "pickled":
                return torch.frombuffer(bytearray(pickle.dumps(inner)), dtype=torch.uint8)
            return torch.empty(0, dtype=torch.uint8) if self.kind == "empty" else None

    torch.manual_seed(0)
    model = torch.nn.ModuleDict({kind: Layer(2, 2) for kind in ("stream", "pickled", "empty", "none")})
    for kind, layer in model.items():
        layer.kind = kind
    torch.save({"model": model.state_dict(), "iteration": 10}, out / "transformer_engine.pt")


@maker
def look_alikes(out):
    """Tensors whose bytes read as pickles: elements, which nothing unpickles."""
    call = b"cos\nsystem\n(S'echo hi'\ntR."
    marked = b"\x80\x02" + call
    state = {"a": torch.frombuffer(bytearray(call), dtype=torch.uint8),
             "b": torch.frombuffer(bytearray(marked), dtype=torch.int8),
             "c": torch.frombuffer(bytearray(marked + bytes(-len(marked) % 4)), dtype=torch.float32)}
    torch.save(state, out / "look_alikes.pth")
    torch.save(state, out / "look_alikes_legacy.pth", _use_new_zipfile_serialization=False)


@maker
def joblib(out):
    """joblib.dump of arrays of every kind: with alignment and without, at an old protocol, compressed."""
    import joblib as library

    objects = numpy.empty(2, object)
    objects[:] = [numpy.arange(3.0), {"a": ["text", "text"]}]
    pair = numpy.dtype([("a", "<i4"), ("b", "<f8", (2,)), ("c", "S3")])
    values = {
        "float": numpy.arange(6.0).reshape(2, 3), "columns": numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)),
        "swapped": numpy.arange(3, dtype=">i4"), "bool": numpy.ones(3, bool), "scalar": numpy.array(1.5), "none": numpy.empty(0),
        "text": numpy.array(["a", "bcd"]), "bytes": numpy.array([b"a", b"bcd"]), "days": numpy.array(["2026-11-30"], "M8[D]"),
        "pairs": numpy.zeros(2, pair), "objects": objects, "part": numpy.zeros(1, [("a", object), ("b", "<i4")]),
        "strings": numpy.array(["a", "b" * 20], numpy.dtypes.StringDType()), "matrix": numpy.matrix([[1.0, 2.0]]), "last": 7}
    library.dump(values, out / "arrays.joblib")
    library.dump(values, out / "arrays_protocol_1.joblib", protocol=1)
    library.dump(values, out / "arrays_zlib.joblib", compress=3)


class Wrapped:
    pass


@maker
def values(out):
    """What torch.save keeps of functions, types and packed weights."""
    import functools
    import operator

    model, optimizer = trained(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9))
    schedulers = torch.optim.lr_scheduler
    quantized = torch.ao.nn.quantized
    torch.save({
        "types": [int | None, list[int] | dict[str, float] | None], "item": operator.itemgetter("loss", 0),
        "functions": [torch.relu, torch.tanh, operator.add, len, numpy.log1p, torch.nn.functional.mse_loss],
        "bound": [functools.partial(torch.nn.functional.gelu, approximate="tanh"), functools.partial(torch.relu),
                  functools.partial(min, 1.0), functools.partial(torch.nn.init.normal_, std=0.02)],
        "scaler": torch.amp.GradScaler("cpu"), "pair": (model, optimizer),
        "schedulers": [schedulers.CyclicLR(optimizer, 0.1, 0.2), torch.optim.swa_utils.SWALR(optimizer, 0.05)],
        "packed": [quantized.Conv2d(1, 2, 1), quantized.Linear(2, 2), quantized.FloatFunctional(),
                   torch.ao.quantization.quantize_dynamic(torch.nn.Sequential(torch.nn.LSTM(2, 2)), {torch.nn.LSTM})],
    }, out / "values.pth")


@maker
def scikit_learn(out):
    """A pipeline, a vectorizer, and a linear model with its loss."""
    from sklearn import calibration, linear_model, pipeline, preprocessing

    from sklearn.feature_extraction import text

    inputs = numpy.arange(24.0).reshape(12, 2) % 7
    classes = numpy.arange(12) % 2
    steps = [preprocessing.FunctionTransformer(numpy.log1p), preprocessing.StandardScaler(), linear_model.LogisticRegression()]
    texts = text.TfidfVectorizer().fit(["a tensor", "two tensors"])
    fitted = [one.fit(inputs, classes) for one in (
        pipeline.make_pipeline(*steps), linear_model.SGDClassifier(random_state=0),
        calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2))]
    (out / "scikit_learn.pkl").write_bytes(pickle.dumps([texts, *fitted, preprocessing.LabelEncoder().fit(["a", "b"])]))


def make_wrapped():
    global Wrapped, Ones
    from mmengine.model import BaseModel

    class Model(BaseModel):
        def __init__(self):
            super().__init__()
            self.layers = network()

        def forward(self, inputs, mode="loss"):
            return {"loss": self.layers(torch.stack(inputs)).sum()}

    class Data(torch.utils.data.Dataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return {"inputs": torch.ones(3, 3, 3)}

    Wrapped, Ones = Model, Data


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "fixtures/scan")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    if not options.only or "mmengine" in options.only:
        make_wrapped()
    for make in MAKERS:
        if not options.only or make.__name__ in options.only:
            make(options.out)
    if options.table:
        print("| file | bytes | sha256 |\n|---|---|---|")
        for path in sorted(one for one in options.out.rglob("*") if one.is_file()):
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            print(f"| `{path.relative_to(options.out)}` | {len(data):,} | `{digest}` |")


if __name__ == "__main__":
    main()
