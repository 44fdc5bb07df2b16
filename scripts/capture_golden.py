#!/usr/bin/env python3
"""Makes a golden from any PyTorch module: what it computes on one input, in float32 on the CPU.

A golden is a file of torch.save that holds

    output            the result: logits or features; the last tensor of a model that gives several
    output.N          with --all-outputs, of such a model each tensor of floats, by its place among all that forward gives
                      (tuples and dictionaries laid out one after the other); `verify --program` takes these, the first
                      without --output N
    input             (N, C, H, W) float32; of programs a tensor of any shape, integers too, or a list of several; or the
                      string "seeded" with
    input_shape       a tuple of integers: scripts/seeded_weights.py makes the input from it
    module            path of the module whose output it is in the model that `verify` runs: "" for the
                      logits, "neck" for pooled features, "backbone" for the feature map (optional)
    weights           "seeded" where the weights were seeded too, else the name of their file
    layers            {module path: output of that module} (optional)
    samples           {module path: K elements of its output}, with --sample (optional)
    sample_shapes     {module path: the shape that the sample is of}
    output_float64    the same computed in double precision, with --float64 (optional); so are output_float64.N, and
                      layers_float64 and samples_float64, where layers are kept
    image, steps      with --image: the names of the images, and for each image a list of {step, shape, dtype, sha256},
                      what each transform made of it and, last, the tensor
    source            what computed it
"""

import reference_python  # noqa: F401, first: it says what is missing
import argparse
import contextlib
import fnmatch
import hashlib
import importlib
import json
import os
import pathlib
import sys

# OpenCV's own bicubic filter: Intel's differs from it, and from CPU to CPU.
os.environ.setdefault("OPENCV_IPP", "disabled")

import numpy as np
import torch

import model_inputs
import seeded_weights

EXAMPLES = """
MODEL is one of
  mmpretrain:NAME           a model of MMPreTrain, e.g. mmpretrain:resnet50_8xb32_in1k
  torchvision:NAME          a model of torchvision, e.g. torchvision:mobilenet_v2
  timm:NAME                 a model of timm, e.g. timm:resnet18
  PACKAGE.MODULE:CALLABLE   a callable of your own that returns a torch.nn.Module

examples:
  # the logits of your checkpoint on a seeded 224 x 224 input
  scripts/capture_golden.py torchvision:resnet50 --weights resnet50.pth -o golden.pth

  # pooled features of a checkpoint without classifier, with 64 elements of every layer
  scripts/capture_golden.py torchvision:mobilenet_v2 --weights backbone.pth \\
      --allow-missing 'classifier.*' --output-of features --pool --stage neck --layers '*' --sample 64 -o golden.pth

  # your own model on your own input (.npy, or a tensor saved with torch.save), every layer whole
  scripts/capture_golden.py mypackage.models:build --kwargs '{"depth": 12}' --weights model.pth \\
      --input image.npy --layers '*' -o golden.pth

  # a model of token sequences with their mask
  scripts/capture_golden.py mypackage.models:tagger --weights tagger.pth --input 'int64:1,16<30522' \\
      --input attention_mask=bool:1,16 -o golden.pth

  # the logits for an image, through the test pipeline of the config, with what each step of it made
  scripts/capture_golden.py mmpretrain:resnet50_8xb32_in1k --weights resnet50.pth --image dog.jpg -o golden.pth

  # the same for another code base, through its own transform of a PIL image
  scripts/capture_golden.py torchvision:resnet50 --weights resnet50.pth --image dog.jpg \\
      --transform torchvision.transforms._presets:ImageClassification --transform-kwargs '{"crop_size": 224}' -o golden.pth
"""


def refuse(reason: str):
    """Ends the script: an argument leads nowhere."""
    print(f"{sys.argv[0]}: error: {reason}", file=sys.stderr)
    sys.exit(2)


@contextlib.contextmanager
def using(argument: str):
    """What is raised within is said of this argument, in one line."""
    try:
        yield
    except Exception as error:
        text = " ".join(str(error).split()) or "nothing more is known"
        refuse(f"{argument}: {type(error).__name__}: {text[:400]}")


def build(name: str, kwargs: dict) -> torch.nn.Module:
    library, _, model = name.partition(":")
    if not model:
        refuse(f"'{name}' is not a MODEL: write mmpretrain:NAME, torchvision:NAME, timm:NAME or package.module:callable")
    if library == "torchvision":
        import torchvision

        return torchvision.models.get_model(model, weights=None, **kwargs)
    if library == "timm":
        import timm

        return timm.create_model(model, pretrained=False, **kwargs)
    if library == "mmpretrain":
        from mmpretrain import get_model

        with skipped_initialisation():
            return get_model(model, pretrained=False, **kwargs)
    sys.path.insert(0, ".")
    made = getattr(importlib.import_module(library), model)
    return made if isinstance(made, torch.nn.Module) else made(**kwargs)


class skipped_initialisation:
    """Random initialisation takes seconds and is overwritten anyway: within this scope it does nothing."""

    names = [name for name in dir(torch.nn.init) if name.endswith("_") and not name.startswith("_")]

    def __enter__(self):
        self.saved = {name: getattr(torch.nn.init, name) for name in self.names}
        self.methods = {name: getattr(torch.Tensor, name) for name in ("normal_", "uniform_")}
        for name in self.names:
            setattr(torch.nn.init, name, lambda tensor, *_, **__: tensor)
        for name in self.methods:
            setattr(torch.Tensor, name, lambda tensor, *_, **__: tensor)

    def __exit__(self, *_):
        for name, function in self.saved.items():
            setattr(torch.nn.init, name, function)
        for name, method in self.methods.items():
            setattr(torch.Tensor, name, method)


def load(module: torch.nn.Module, path: str, state_key: str | None, allow_missing: list[str]) -> None:
    if path.endswith(".safetensors"):
        from safetensors.torch import load_file

        weights = load_file(path)
    else:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    if state_key:
        for part in state_key.split("."):
            weights = weights[part]
    elif isinstance(weights.get("state_dict"), dict):
        weights = weights["state_dict"]
    missing, unexpected = module.load_state_dict(weights, strict=False)
    missing = [key for key in missing if not any(fnmatch.fnmatchcase(key, glob) for glob in allow_missing)]
    if missing or unexpected:
        refuse(f"{path}: {len(missing)} keys are missing {missing[:4]}, "
               f"{len(unexpected)} are unexpected {unexpected[:4]}")


def loaded(name: str):
    """What PACKAGE.MODULE:NAME is."""
    package, _, attribute = name.partition(":")
    sys.path.insert(0, ".")
    return getattr(importlib.import_module(package), attribute)


def fact(step: str, array) -> dict:
    array = np.ascontiguousarray(array)
    return {"step": step, "shape": tuple(array.shape), "dtype": array.dtype.name,
            "sha256": hashlib.sha256(array.tobytes()).hexdigest()}


def pipeline_input(module, path: str) -> tuple[torch.Tensor, list[dict]]:
    """What MMPreTrain's test pipeline and preprocessor make of an image, and what each step made."""
    from mmpretrain.registry import TRANSFORMS

    config = module._config.test_dataloader.dataset.pipeline
    steps = [dict(step) for step in config]
    names = [f"{index}:{step['type'].split('.')[-1]}" for index, step in enumerate(steps)]
    data = {"img_path": path}
    if steps[0]["type"] != "LoadImageFromFile":
        data = TRANSFORMS.build(dict(type="LoadImageFromFile"))(data)
    facts = []
    for name, step in zip(names, steps):
        data = TRANSFORMS.build(step)(data)
        facts.append(fact(name, data["inputs"].numpy() if "inputs" in data else data["img"]))
    tensor = module.data_preprocessor({"inputs": data["inputs"][None]}, False)["inputs"]
    facts.append(fact("tensor", tensor.numpy()))
    return tensor, facts


def transform_input(transform, path: str) -> torch.Tensor:
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        return torch.as_tensor(transform(ImageOps.exif_transpose(image).convert("RGB"))).float()[None]


def image_inputs(module, options) -> dict:
    """The entries `input`, `image` and, from MMPreTrain, `steps`."""
    inputs, steps = [], []
    if options.transform:
        transform = loaded(options.transform)
        transform = transform(**options.transform_kwargs) if options.transform_kwargs is not None else transform
        inputs = [transform_input(transform, path) for path in options.image]
    else:
        if not hasattr(module, "_config"):
            refuse("--image needs a model of MMPreTrain, whose config has a test pipeline, or --transform")
        for path in options.image:
            tensor, facts = pipeline_input(module, path)
            inputs.append(tensor)
            steps.append(facts)
    names = [pathlib.Path(path).name for path in options.image]
    entries = {"input": torch.cat(inputs), "image": names[0] if len(names) == 1 else names}
    return {**entries, "steps": steps} if steps else entries


def tensors(output) -> list:
    """The tensors that a module gives, those inside tuples, lists and dictionaries included."""
    if isinstance(output, torch.Tensor):
        return [output]
    if isinstance(output, dict):  # the objects of transformers, too
        output = list(output.values())
    return [tensor for part in output for tensor in tensors(part)] if isinstance(output, (tuple, list)) else []


def single(output) -> torch.Tensor:
    """The tensor of a model's output; the last one of a tuple, as MMPreTrain's backbones give it, and the first one of an
    object of transformers."""
    while isinstance(output, (tuple, list, dict)):
        output = next(iter(output.values())) if isinstance(output, dict) else output[-1]
    return output


class Uses(torch.overrides.TorchFunctionMode):
    """Of modules that give several tensors, which of them something outside reads: an attention's output, but not the
    weights that it gives beside it. Where several are read, the last counts, as of MMPreTrain's backbones."""

    def __init__(self):
        super().__init__()
        self.results = {}  # module path: its tensors, each with what it was when the module ended
        self.used = {}  # module path: positions that are read
        self.owners = {}  # id of a tensor: [(module path, position)]
        self.is_paused = False

    def add(self, path, output):
        found = tensors(output)
        self.is_paused = True
        self.results[path] = [(tensor, tensor.detach().clone()) for tensor in found]
        self.is_paused = False
        self.used[path] = set()
        for position, tensor in enumerate(found):
            self.owners.setdefault(id(tensor), []).append((path, position))

    def read(self, output):
        for tensor in tensors(output):
            for path, position in self.owners.get(id(tensor), ()):
                # The tensor is alive, so that its id is its own, unless the module ran again.
                if position < len(self.results[path]) and self.results[path][position][0] is tensor:
                    self.used[path].add(position)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        # A property such as shape reads no elements.
        if not self.is_paused and getattr(function, "__name__", "") != "__get__":
            self.read(list(args))
            self.read(kwargs)
        return function(*args, **kwargs)

    def outputs(self):
        """The one tensor of each module, in execution order."""
        chosen = {}
        for path, results in self.results.items():
            positions = sorted(self.used[path]) or range(len(results))
            if results:
                chosen[path] = results[positions[-1]][1]
        return chosen


def every_output(output) -> dict:
    """The tensors of floats among several outputs by their place, as torch.export counts them; {} of a single output."""
    leaves = torch.utils._pytree.tree_leaves(output)
    return {} if len(leaves) < 2 else {
        position: leaf.detach().clone() for position, leaf in enumerate(leaves)
        if isinstance(leaf, torch.Tensor) and leaf.is_floating_point()}


def run(module, inputs, globs, output_of=None, pool=False):
    """The output, those of the modules that match `globs`, in execution order, and each of several outputs.

    Outputs are cloned in the hook: an in-place ReLU or addition that follows would overwrite them.
    """
    uses = Uses()

    def hook(path):
        def record(_module, _inputs, output):
            uses.results.pop(path, None)
            uses.add(path, output)
        return record

    hooks = [
        part.register_forward_hook(hook(path)) for path, part in module.named_modules()
        if path and (path == output_of or any(fnmatch.fnmatchcase(path, glob) for glob in globs))]
    try:
        with torch.no_grad(), uses:
            output = inputs.call(module)
        uses.read(output)
        outputs = every_output(output)
        output = single(output)
    finally:
        for handle in hooks:
            handle.remove()
    captured = uses.outputs()
    if output_of:
        if output_of not in captured:
            refuse(f"the model ran no module '{output_of}'")
        output = captured[output_of]
    if pool:
        output = output.mean(dim=(2, 3))
    layers = {
        path: value for path, value in captured.items() if any(fnmatch.fnmatchcase(path, glob) for glob in globs)}
    return output.detach().clone(), layers, outputs


def sampled(layers: dict, count: int | None) -> dict:
    """So many elements of each layer; all of them without a number."""
    if not count:
        return layers
    return {
        path: value.reshape(-1)[
            torch.from_numpy(seeded_weights.sample_positions(path, min(count, value.numel()), value.numel()))
        ].clone() for path, value in layers.items()}


def capture(module, inputs, *, seeded_input=False, stage=None, weights=None, globs=(), sample=None, output_of=None,
            pool=False, float64=False, layer_facts=False, all_outputs=False, name="") -> dict:
    """The golden of `module` for its inputs, a tensor or `model_inputs.Inputs`, as the dictionary to save.

    With `all_outputs` it has each of several outputs. With `layer_facts` it says what shape samples are of, and with
    `float64` it has the layers in double precision.
    """
    module = module.eval().float()
    inputs = model_inputs.Inputs.of(inputs, seeded_input).of_floats(torch.float32)
    output, layers, outputs = run(module, inputs, globs, output_of, pool)
    golden = {**inputs.entries(), "output": output}
    if all_outputs:
        golden |= {f"output.{position}": value for position, value in outputs.items()}
    if stage is not None:
        golden["module"] = stage
    if weights:
        golden["weights"] = weights
    if layers:
        golden["samples" if sample else "layers"] = sampled(layers, sample)
    if layers and sample and layer_facts:
        golden["sample_shapes"] = {path: tuple(value.shape) for path, value in layers.items()}
    if float64:
        double_globs = globs if layer_facts else ()
        golden["output_float64"], layers, outputs = run(
            module.double(), inputs.of_floats(torch.float64), double_globs, output_of, pool)
        if all_outputs:
            golden |= {f"output_float64.{position}": value for position, value in outputs.items()}
        if layers:
            golden["samples_float64" if sample else "layers_float64"] = sampled(layers, sample)
        module.float()
    golden["source"] = f"{name}, torch {torch.__version__.partition('+')[0]}, float32, cpu".removeprefix(", ")
    return golden


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", metavar="MODEL", help="see below")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="the golden to write")
    parser.add_argument("--kwargs", type=json.loads, default={}, metavar="JSON", help="arguments that build the model")
    parser.add_argument("--weights", default="seeded", metavar="FILE", help="a state dict, or 'seeded' (default)")
    parser.add_argument("--state-key", metavar="KEY", help="where the state dict lies in FILE (dotted path)")
    parser.add_argument("--allow-missing", action="append", default=[], metavar="GLOB",
                        help="keys that FILE may lack (repeatable)")
    parser.add_argument("--input", action="append", metavar="[NAME=]FILE|SPEC", help=model_inputs.HELP)
    parser.add_argument("--image", nargs="+", metavar="FILE",
                        help="make the input of these images, by the config's test pipeline or by --transform")
    parser.add_argument("--transform", metavar="PACKAGE.MODULE:CALLABLE",
                        help="makes (C, H, W) of a PIL image; with --transform-kwargs it makes what does")
    parser.add_argument("--transform-kwargs", type=json.loads, metavar="JSON", help="its arguments")
    parser.add_argument("--shape", type=int, nargs="+", default=(1, 3, 224, 224), metavar="EXTENT",
                        help="of the seeded input (default 1 3 224 224)")
    parser.add_argument("--output-of", metavar="PATH", help="take the output of this module, not the model's")
    parser.add_argument("--all-outputs", action="store_true", help="keep each of several outputs as output.N")
    parser.add_argument("--pool", action="store_true", help="average the output over height and width")
    parser.add_argument("--stage", metavar="PATH", help="the golden's `module` entry")
    parser.add_argument("--layers", action="append", default=[], metavar="GLOB",
                        help="keep the outputs of these modules; 'all' for every one (repeatable)")
    parser.add_argument("--sample", type=int, metavar="K", help="keep K elements of each layer instead of all")
    parser.add_argument("--float64", action="store_true", help="also keep the output and the layers in double precision")
    options = parser.parse_args()

    torch.manual_seed(0)
    folder = pathlib.Path(options.output).parent
    if not folder.is_dir():
        refuse(f"--output {options.output}: there is no folder {folder}")
    with using(options.model):
        module = build(options.model, options.kwargs)
        if not isinstance(module, torch.nn.Module):
            refuse(f"{options.model} gives a {type(module).__name__}, not a torch.nn.Module")
    if options.weights == "seeded":
        seeded_weights.fill(module)
    else:
        with using(f"--weights {options.weights}"):
            load(module, options.weights, options.state_key, options.allow_missing)
    with using(f"--image {' '.join(options.image)}" if options.image else "--input"):
        images = image_inputs(module, options) if options.image else {}
        inputs = images["input"] if images else model_inputs.Inputs.read(options.input, options.shape)
    shapes = [tuple(part.shape) for part in model_inputs.Inputs.of(inputs).tensors]
    with using(f"{options.model} on {', '.join(map(str, shapes))}"):
        golden = capture(
            module, inputs, stage=options.stage, weights=pathlib.Path(options.weights).name,
            globs=["*" if glob == "all" else glob for glob in options.layers], sample=options.sample,
            output_of=options.output_of, pool=options.pool, float64=options.float64, layer_facts=True,
            all_outputs=options.all_outputs, name=options.model)
    golden |= images
    torch.save(golden, options.output)
    layers = golden.get("layers") or golden.get("samples") or {}
    print(f"{options.output}: output {tuple(golden['output'].shape)}, {len(layers)} layers")


if __name__ == "__main__":
    main()
