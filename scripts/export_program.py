#!/usr/bin/env python3
"""Exports a PyTorch model as a program, FILE.pt2: its graph, its weights under their own names, its input.

`--program FILE.pt2` gives this model to verify, shape-diff, convert, get-flops and ckpt-tree, and with --golden what it
computes on its input stands beside it.
"""

import reference_python  # noqa: F401, first: it says what is missing
import argparse
import contextlib
import io
import json
import pathlib
import sys
import warnings

import torch

import capture_golden
import model_inputs
import seeded_weights

EXAMPLES = """
MODEL is one of
  timm:NAME                 a model of timm, e.g. timm:convnext_tiny
  torchvision:NAME          a model of torchvision, e.g. torchvision:swin_t
  mmpretrain:NAME           a model of MMPreTrain, e.g. mmpretrain:resnet50_8xb32_in1k
  transformers:NAME         a model of transformers by its class, e.g.
                            transformers:ViTForImageClassification
  PACKAGE.MODULE:CALLABLE   a callable of your own that returns a torch.nn.Module

examples:
  # the program of your checkpoint, and what it computes on a seeded 224 x 224 input
  scripts/export_program.py timm:convnext_tiny --weights convnext.pth -o convnext.pt2 --golden convnext.golden.pth

  # a model of token sequences, which it is given by keyword
  scripts/export_program.py transformers:BertForSequenceClassification --kwargs '{"num_hidden_layers": 2}' \\
      --weights seeded --input 'input_ids=int64:1,16<30522' -o bert.pt2 --golden bert.golden.pth

  # a model of your own, for any batch
  scripts/export_program.py mypackage.models:build --kwargs '{"depth": 12}' --weights seeded --dynamic-batch -o mine.pt2
"""


def giving_logits(model: torch.nn.Module, takes_words: bool) -> torch.nn.Module:
    """A model of transformers, which gives an object, as one that gives that object's first tensor; its keys stay."""
    forward = model.forward
    if takes_words:
        model.forward = lambda **words: forward(**words, return_dict=False)[0]
    else:
        model.forward = lambda pixel_values: forward(pixel_values, return_dict=False)[0]
    return model


def build(name: str, kwargs: dict, takes_words: bool = False) -> torch.nn.Module:
    """The model in evaluation mode; one of transformers takes one tensor, or with `takes_words` any by keyword."""
    library, _, model = name.partition(":")
    if library == "transformers":
        import transformers

        factory = getattr(transformers, model, None)
        if factory is None:
            sys.exit(f"transformers has no class '{model}'")
        return giving_logits(factory(factory.config_class(**kwargs)), takes_words).eval()
    return capture_golden.build(name, kwargs).eval()


def example(shape) -> torch.Tensor:
    """The seeded input of this shape."""
    return torch.from_numpy(seeded_weights.seeded_input(shape))


def exported(module, inputs, *, decompose=False, dynamic_batch=False, strict=False) -> torch.export.ExportedProgram:
    """The program of one call, with a tensor or `model_inputs.Inputs`."""
    module.eval()  # again, as what a model keeps of its weights in evaluation may be of those before
    inputs = model_inputs.Inputs.of(inputs)
    shapes = None
    if dynamic_batch:
        if inputs.named:
            sys.exit("--dynamic-batch needs inputs by position")
        batch = torch.export.Dim("batch", min=1, max=1 << 16)
        shapes = tuple({0: batch} for _ in inputs.positional)
        # Export would take a batch of 1 for a constant.
        inputs = inputs.map(lambda part: part.expand(2, *part.shape[1:]) if part.shape[0] == 1 else part)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.export.export(
            module, inputs.positional, inputs.named or None, dynamic_shapes=shapes, strict=strict)
        return program.run_decompositions() if decompose else program


def saved(program) -> bytes:
    """The file, without the name that it would have on disk."""
    buffer = io.BytesIO()
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.export.save(program, buffer)
    return buffer.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", metavar="MODEL", help="see below")
    parser.add_argument("-o", "--output", required=True, metavar="FILE.pt2", help="the program to write")
    parser.add_argument("--kwargs", type=json.loads, default={}, metavar="JSON", help="arguments that build the model")
    parser.add_argument("--weights", metavar="FILE", help="a state dict, or 'seeded'; without it the model's own")
    parser.add_argument("--state-key", metavar="KEY", help="where the state dict lies in FILE (dotted path)")
    parser.add_argument("--input", action="append", metavar="[NAME=]FILE|SPEC", help=model_inputs.HELP)
    parser.add_argument("--shape", type=int, nargs="+", default=(1, 3, 224, 224), metavar="EXTENT",
                        help="of the seeded input (default 1 3 224 224)")
    parser.add_argument("--dynamic-batch", action="store_true", help="a program for any N")
    parser.add_argument("--decompose", action="store_true", help="run_decompositions(): only core ATen calls")
    parser.add_argument("--strict", action="store_true", help="trace with TorchDynamo")
    parser.add_argument("--golden", metavar="OUT", help="also write what it computes, as capture_golden.py does")
    parser.add_argument("--layers", action="append", default=[], metavar="GLOB",
                        help="keep the outputs of these modules in the golden (repeatable)")
    parser.add_argument("--sample", type=int, metavar="K", help="keep K elements of each layer instead of all")
    options = parser.parse_args()

    torch.manual_seed(0)
    inputs = model_inputs.Inputs.read(options.input, options.shape)
    module = build(options.model, options.kwargs, takes_words=bool(inputs.named))
    if options.weights == "seeded":
        seeded_weights.fill(module)
    elif options.weights:
        capture_golden.load(module, options.weights, options.state_key, [])
    program = exported(module, inputs, decompose=options.decompose, dynamic_batch=options.dynamic_batch,
                       strict=options.strict)
    pathlib.Path(options.output).write_bytes(saved(program))
    print(f"{options.output}: {sum(node.op == 'call_function' for node in program.graph.nodes)} calls, "
          f"{len(program.state_dict)} tensors")
    if options.golden:
        weights = pathlib.Path(options.weights).name if options.weights else pathlib.Path(options.output).name
        def capture(float64: bool) -> dict:
            return capture_golden.capture(
                module, inputs, stage="", weights=weights, globs=options.layers,
                sample=options.sample, float64=float64, all_outputs=True, name=options.model)
        try:
            golden = capture(True)
        except RuntimeError as error:  # a tensor of float32 that forward makes, for one
            print(f"export_program: the golden has no float64 output, the model does not compute it: {error}", file=sys.stderr)
            golden = capture(False)
        torch.save(golden, options.golden)
        several = sum(key.startswith("output.") for key in golden)
        print(f"{options.golden}: output {tuple(golden['output'].shape)}" + (f", the last of {several}" if several else ""))


if __name__ == "__main__":
    main()
