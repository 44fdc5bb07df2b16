#!/usr/bin/env python3
"""Times one model in eager PyTorch and compares its logits with the engine's: the right half of scripts/bench.

Prints the median and the least time in milliseconds, the ratio of the medians, and the largest difference of
two logits in units of the largest logit. Exits with 1 where that is above 1e-4.
"""

import reference_python  # noqa: F401, first: it says what is missing
import argparse
import pathlib
import time

import numpy as np
import torch

import capture_golden
import seeded_weights


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logits", type=pathlib.Path, help="the engine's logits: raw float32")
    parser.add_argument("model", help="MMPreTrain's name")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--against", type=float, required=True, help="the engine's median in milliseconds")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    model = capture_golden.build(f"mmpretrain:{options.model}", {})
    seeded_weights.fill(model)
    model.eval()
    x = torch.from_numpy(seeded_weights.seeded_input((options.batch, 3, options.size, options.size)))
    times = []
    with torch.inference_mode():
        for _ in range(3):
            y = model(x)
        end = time.perf_counter() + options.seconds
        while time.perf_counter() < end or len(times) < 10:
            start = time.perf_counter()
            model(x)
            times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    median = times[len(times) // 2]
    while isinstance(y, (tuple, list)):  # of a model without a head
        y = y[-1]
    theirs = y.numpy().ravel()
    ours = np.fromfile(options.logits, dtype="<f4")
    difference = float(np.abs(ours - theirs).max() / np.abs(theirs).max())
    print(f"   {median:9.3f} {times[0]:9.3f} {median / options.against:6.2f}  {difference:.1e}", flush=True)
    return 0 if difference <= 1e-4 else 1


if __name__ == "__main__":
    raise SystemExit(main())
