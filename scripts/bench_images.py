#!/usr/bin/env python3
"""OpenCV's, Pillow's and PyTorch's half of scripts/bench_images, which also says what is measured."""
import os

os.environ["OPENCV_IPP"] = "disabled"
import reference_python  # noqa: F401  isort:skip

import argparse
import io
import pathlib
import statistics
import subprocess
import tempfile
import time

import cv2
import numpy as np
import torch
from PIL import Image

FILTERS = {
    ("cv2", "bilinear"): cv2.INTER_LINEAR,
    ("cv2", "bicubic"): cv2.INTER_CUBIC,
    ("cv2", "lanczos"): cv2.INTER_LANCZOS4,
    ("cv2", "area"): cv2.INTER_AREA,
    ("cv2", "nearest"): cv2.INTER_NEAREST,
    ("pillow", "bilinear"): Image.BILINEAR,
    ("pillow", "bicubic"): Image.BICUBIC,
    ("pillow", "lanczos"): Image.LANCZOS,
}
MEAN = torch.tensor([123.675, 116.28, 103.53]).view(-1, 1, 1)
DEVIATION = torch.tensor([58.395, 57.12, 57.375]).view(-1, 1, 1)


def size(height, width):
    return (int(256 * height / width), 256) if width < height else (256, int(256 * width / height))


def crop(image):
    top, left = (round((side - 224) / 2) for side in image.shape[:2])
    return image[top : top + 224, left : left + 224]


def normalized(image):
    return (torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1).float() - MEAN) / DEVIATION


def with_opencv(data, code):
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    height, width = size(*image.shape[:2])
    return normalized(crop(cv2.resize(image, (width, height), interpolation=code))[:, :, ::-1])


def with_pillow(data, code):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    height, width = size(image.height, image.width)
    return normalized(crop(np.asarray(image.resize((width, height), code))))


def picture():
    y, x = np.mgrid[0:375, 0:500].astype(np.float64)
    planes = [128 + 90 * np.sin(x / 17 + k) * np.cos(y / 23) + 30 * np.sin(x * y / 4000 * (k + 1)) for k in range(3)]
    image = np.stack(planes, axis=2) + np.random.default_rng(1).normal(0, 5, (375, 500, 3))
    return cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", help="the built bench-images")
    parser.add_argument("image", nargs="?", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    status = 0
    print(f"{'filter':<16} {'here':>8} {'there':>8} {'ratio':>6}  tensors")
    with tempfile.TemporaryDirectory() as folder:
        path = options.image or pathlib.Path(folder) / "picture.jpg"
        if not options.image:
            path.write_bytes(picture())
        data = path.read_bytes()
        for (backend, name), code in FILTERS.items():
            output = pathlib.Path(folder) / "tensor"
            here = subprocess.Popen(
                [options.tool, path, backend, name, output], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            run = with_opencv if backend == "cv2" else with_pillow
            ours, theirs = [], []
            end = time.monotonic() + options.seconds
            while time.monotonic() < end or len(ours) < 5:
                here.stdin.write("10\n")
                here.stdin.flush()
                ours.append(int(here.stdout.readline()) * 1e-6)
                start = time.perf_counter()
                for _ in range(10):
                    tensor = run(data, code)
                theirs.append((time.perf_counter() - start) * 100)
            here.communicate()
            equal = output.read_bytes() == tensor.contiguous().numpy().tobytes()
            status |= not equal
            a, b = statistics.median(ours), statistics.median(theirs)
            print(f"{backend + ' ' + name:<16} {a:8.3f} {b:8.3f} {b / a:6.2f}  {'equal' if equal else 'DIFFERENT'}", flush=True)
    return int(status)


if __name__ == "__main__":
    raise SystemExit(main())
