#!/usr/bin/env python3
"""Times models beside PyTorch, ONNX Runtime and OpenVINO: what scripts/bench runs where a Python has PyTorch.

usage: bench_peers.py TOOL [--threads N] [--seconds N] [--batch N] [--size N] [--rounds N] [--peers] MODEL…

Every model has the weights of scripts/seeded_weights.py and their seeded input. Rounds in turn: in each, the engine
(TOOL is bench-inference, a process of its own) and every peer run for some seconds; of the medians of the rounds the
least counts. Prints them in milliseconds, the engine's lead over the best peer (above 1 the engine is ahead), and the
largest error of the engine's output against PyTorch's in float64 in units of PyTorch's own in float32, the noise floor.

Without --peers the only one is PyTorch, eager. --peers adds PyTorch with channels last and, where a C++ compiler is
found, compiled, and ONNX Runtime and OpenVINO where they are installed; what one of them cannot run is said and left out.

Ends with exit code 1 if an error is above four noise floors, or for a model that has no float64 if the difference from
PyTorch is above 1e-4 of the largest output.
"""

import reference_python  # noqa: F401, first: it says what is missing
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch

import seeded_weights
import zoo_configs
import zoo_models
import zoo_table

ALLOWED = 4.0


def last(output):
    """Of several values the last."""
    return last(output[-1]) if isinstance(output, (tuple, list)) else output


class Single(torch.nn.Module):
    """A model that gives one value, as exporters want it."""

    def __init__(self, model: torch.nn.Module):
        super().__init__()
        self.model = model

    def forward(self, x):
        return last(self.model(x))


def reference(name: str, configs: pathlib.Path) -> torch.nn.Module:
    """MMPreTrain's model by the first of its names or the stem of its config."""
    for fact in zoo_table.facts():
        if name.lower() in [zoo_table.name(fact).lower(), *(word.lower() for word in fact["names"])]:
            model = zoo_models.built(zoo_configs.loaded(configs / fact["config"]))[0]
            seeded_weights.fill(model)
            return Single(model.eval()).eval()
    sys.exit(f"bench: no config of fixtures/zoo/facts.jsonl is called '{name}'")


def in_double(model: torch.nn.Module, x: torch.Tensor) -> np.ndarray | None:
    """What the model gives in float64; None for one that makes float32 numbers on the way."""
    torch.set_default_dtype(torch.float64)
    try:
        return model.double()(x.double()).numpy().ravel()
    except RuntimeError:
        return None
    finally:
        torch.set_default_dtype(torch.float32)
        model.float()


def eager(model, x, threads, folder):
    return lambda: model(x)


def channels_last(model, x, threads, folder):
    model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    return lambda: model(x)


def compiled(model, x, threads, folder):
    if not any(map(shutil.which, ("g++", "c++", "clang++"))):
        raise RuntimeError("no C++ compiler")
    run = torch.compile(model, dynamic=False)
    return lambda: run(x)


def onnx_file(model, x, folder) -> pathlib.Path:
    path = pathlib.Path(folder) / "model.onnx"
    if not path.exists():
        torch.onnx.export(model, (x,), str(path), dynamo=False, opset_version=17)
    return path


def onnx_runtime(model, x, threads, folder):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(onnx_file(model, x, folder), options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: x.numpy()}
    return lambda: session.run(None, feed)


def openvino(model, x, threads, folder):
    import openvino

    program = openvino.compile_model(
        openvino.Core().read_model(onnx_file(model, x, folder)), "CPU",
        {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"})
    request = program.create_infer_request()
    feed = {0: x.numpy()}
    return lambda: request.infer(feed)


PEERS = {"eager": eager, "channels-last": channels_last, "compiled": compiled, "ORT": onnx_runtime, "OpenVINO": openvino}


def median_time(run, seconds: float) -> float:
    """Milliseconds, of at least ten runs after three."""
    for _ in range(3):
        run()
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 10:
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)[len(times) // 2]


def measured(name: str, tool: str, options: argparse.Namespace, configs: pathlib.Path) -> bool:
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        words = [options.threads, options.seconds, options.batch, options.size, folder, name]

        def engine() -> list[str]:
            run = subprocess.run([tool, *map(str, words)], capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(run.stderr.strip())
            return run.stdout.strip().split("\t")

        fullname = engine()[0]
        ours = np.fromfile(f"{folder}/{fullname}.f32", dtype="<f4").astype(np.float64)
        x = torch.from_numpy(seeded_weights.seeded_input((options.batch, 3, options.size, options.size)))
        model = reference(fullname, configs)
        single = model(x).numpy().astype(np.float64).ravel()
        exact = in_double(model, x)
        if exact is None:
            error = float("nan")
            is_right = np.abs(ours - single).max() <= 1e-4 * np.abs(single).max()
        else:
            error = np.abs(ours - exact).max() / np.abs(single - exact).max()
            is_right = error <= ALLOWED

        runs = {}
        for peer, make in PEERS.items() if options.peers else [("eager", eager)]:
            try:
                runs[peer] = make(model, x, options.threads, folder)
                runs[peer]()
            except Exception as reason:
                runs.pop(peer, None)
                print(f"bench: {fullname}: {peer} is left out: {type(reason).__name__}: {str(reason).splitlines()[0]}",
                      file=sys.stderr)
            if peer == "channels-last":
                model.to(memory_format=torch.contiguous_format)
        least = dict.fromkeys(["engine", *runs], float("inf"))
        for _ in range(options.rounds):
            least["engine"] = min(least["engine"], float(engine()[1]))
            for peer, run in runs.items():
                if peer == "channels-last":
                    model.to(memory_format=torch.channels_last)
                least[peer] = min(least[peer], median_time(run, options.seconds))
                if peer == "channels-last":
                    model.to(memory_format=torch.contiguous_format)
    lead = min(least[peer] for peer in runs) / least["engine"] if runs else float("nan")
    figures = " ".join(f"{least.get(peer, float('nan')):9.2f}" for peer in ["engine", *columns(options)])
    print(f"{fullname:44} {figures} {lead:6.2f} {error:7.2f}", flush=True)
    return is_right


def columns(options: argparse.Namespace) -> list[str]:
    return list(PEERS) if options.peers else ["eager"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", help="bench-inference")
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    zoo_models.quiet()
    torch.set_num_threads(options.threads)
    import mmpretrain

    print(f"{'milliseconds, the least of the medians':44} "
          + " ".join(f"{peer:>9.9}" for peer in ["engine", *columns(options)]) + f" {'lead':>6} {'error':>7}")
    with tempfile.TemporaryDirectory() as folder:
        configs = zoo_configs.patched(pathlib.Path(mmpretrain.__file__).parent / ".mim/configs", folder)
        right = [measured(name, options.tool, options, configs) for name in options.models]
    return 0 if all(right) else 1


if __name__ == "__main__":
    raise SystemExit(main())
