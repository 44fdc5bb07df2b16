#!/usr/bin/env python3
"""The measuring half of scripts/bench_evaluate, which also says what is measured."""
import reference_python  # noqa: F401, first: it says what is missing
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import cv2
import mmpretrain
import numpy as np
import torch
from mmengine.config import Config
from mmengine.runner import Runner

import seeded_weights


def picture(generator):
    """A JPEG of 500 × 375 with the detail of a photograph: smooth colour, edges, and a little noise."""
    coarse = generator.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    image = cv2.resize(coarse, (500, 375), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    for _ in range(12):
        x, y, radius = (int(v) for v in generator.integers(0, [500, 375, 90]))
        layer = np.zeros_like(image)
        cv2.circle(layer, (x, y), radius, [int(v) for v in generator.integers(-80, 80, 3)], -1)
        image += layer
    image += generator.normal(0, 6, image.shape).astype(np.int16)
    return cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def prepare(folder, name, count, batch):
    """The pictures, their list, a config and a checkpoint; the config's path and the checkpoint's."""
    generator = np.random.default_rng(7)
    (folder / "val").mkdir()
    (folder / "meta").mkdir()
    lines = []
    for index in range(count):
        (folder / "val" / f"{index:05}.jpg").write_bytes(picture(generator))
        lines.append(f"{index:05}.jpg {index % 1000}")
    (folder / "meta" / "val.txt").write_text("\n".join(lines) + "\n")
    model = mmpretrain.get_model(name)
    config = Config({key: value for key, value in model._config.items() if key in (
        "model", "data_preprocessor", "test_dataloader", "test_evaluator", "test_cfg", "default_scope")})
    config.test_dataloader.update(batch_size=batch, num_workers=2, persistent_workers=True)
    config.test_dataloader.dataset.update(data_root=str(folder), ann_file="meta/val.txt", data_prefix="val", split="")
    config.dump(folder / "config.py")
    seeded_weights.fill(model)
    torch.save({"state_dict": model.state_dict()}, folder / "model.pth")
    return folder / "config.py", folder / "model.pth"


def engine(tools, name, threads, folder):
    run = subprocess.run(
        [tools / "bench-inference", str(threads), "10", "8", "224", folder, name], check=True, capture_output=True,
        text=True)
    return 8 / (float(run.stdout.split("\t")[1]) / 1000)


# A process's peak memory counts that of the one that starts it: this one has PyTorch in it, so another does.
STARTER = """import resource, subprocess, sys, time
start = time.perf_counter()
run = subprocess.run(sys.argv[1:], capture_output=True, text=True)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000)
sys.exit(run.stderr + run.stdout if run.returncode else 0)"""


def evaluate(tools, config, checkpoint, folder, count):
    """Images per second, and the most memory in megabytes."""
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", STARTER, tools / "evaluate", config, checkpoint, "--data", folder,
         "--out", folder / "out.json", "--json"], stdout=subprocess.PIPE, text=True, check=True)
    seconds, megabytes = map(float, run.stdout.split())
    return count / seconds, megabytes


def upstream(config, checkpoint, folder, count):
    config = Config.fromfile(config)
    config.update(work_dir=str(folder / "work"), load_from=str(checkpoint), launcher="none", log_level="ERROR")
    dump = {"type": "DumpResults", "out_file_path": str(folder / "out.pkl")}
    evaluators = config.test_evaluator if isinstance(config.test_evaluator, list) else [config.test_evaluator]
    config.test_evaluator = [*evaluators, dump]
    runner = Runner.from_cfg(config)
    # As Runner.test() does, but for the clock.
    loop = runner._test_loop = runner.build_test_loop(runner._test_loop)
    runner.call_hook("before_run")
    runner.load_or_resume()
    start = time.perf_counter()
    loop.run()
    return count / (time.perf_counter() - start)


def largest_difference(folder):
    import mmengine
    ours = json.loads((folder / "out.json").read_text())
    theirs = mmengine.load(folder / "out.pkl")
    if [item["img_path"] for item in ours] != [item["img_path"] for item in theirs]:
        sys.exit("bench_evaluate: the images are not the same, or not in the same order")
    return max(
        float(np.abs(np.array(our["pred_score"]) - their["pred_score"].numpy()).max())
        for our, their in zip(ours, theirs))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", type=pathlib.Path)
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--upstream-batch", type=int, default=32)
    parser.add_argument("--model", default="resnet50_8xb32_in1k")
    options = parser.parse_args()
    count, threads = options.pictures, len(os.sched_getaffinity(0))
    torch.set_num_threads(threads)
    speeds = {"engine": [], "evaluate": [], "upstream": []}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        config, checkpoint = prepare(folder, options.model, count, options.upstream_batch)
        memory = 0
        for _ in range(options.rounds):
            speeds["engine"].append(engine(options.tools, options.model, threads, folder))
            speed, megabytes = evaluate(options.tools, config, checkpoint, folder, count)
            speeds["evaluate"].append(speed)
            memory = max(memory, megabytes)
            # Before and after what is judged: another load of the machine weighs on both alike.
            speeds["engine"].append(engine(options.tools, options.model, threads, folder))
            speeds["upstream"].append(upstream(config, checkpoint, folder, count))
            print({name: round(values[-1], 2) for name, values in speeds.items()}, file=sys.stderr, flush=True)
        difference = largest_difference(folder)
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    print(f"{options.model}, {count} pictures, {threads} processors, {options.rounds} rounds")
    for name, speed in medians.items():
        print(f"{name:9} {speed:8.2f} images/s")
    print(f"evaluate / engine   {medians['evaluate'] / medians['engine']:.3f}")
    print(f"evaluate / upstream {medians['evaluate'] / medians['upstream']:.3f}")
    print(f"evaluate's peak memory {memory:.0f} MB; largest difference of a score {difference:.2g}")
    sys.exit(0 if difference <= 1e-4 else 1)


if __name__ == "__main__":
    main()
