#!/usr/bin/env python3
"""What a model runs: its modules, and its cost as mmengine counts it, found by intercepting calls of PyTorch.

mmengine traces a model with torch.jit and adds up what it knows of the traced operations. The same operations are seen
here as the functions that Python calls, which works without memory (on the `meta` device) and takes no time.

One thing is counted that mmengine cannot see: scaled_dot_product_attention, as the two products that it stands for.
"""
import reference_python  # noqa: F401, first: it says what is missing
import collections
import contextlib
import math

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

# Give back their input in evaluation: left out of the modules that run.
TRANSPARENT = (nn.Dropout, nn.Identity)
# Functions that mmengine counts and `Counter` does not: no model of MMPreTrain calls one.
UNSUPPORTED = {"conv1d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "addmm", "instance_norm",
               "grid_sample", "__rmatmul__", "baddbmm"}


def tensor_of(output):
    """The tensor that a module returns; None for one that returns several values."""
    return output if isinstance(output, torch.Tensor) else None


class Cost:
    """FLOPs and activations; `fused` are those of attention, which mmengine takes for nothing."""

    def __init__(self):
        self.flops = self.activations = self.fused_flops = self.fused_activations = 0

    def add(self, flops=0, activations=0):
        self.flops += flops
        self.activations += activations

    def add_fused(self, flops, activations):
        self.fused_flops += flops
        self.fused_activations += activations


def einsum_flops(equation, operands):
    """As mmengine: the figure that NumPy prints with four digits, halved; exact for the two forms it knows."""
    equation = equation.replace(" ", "")
    letters = {ord(letter): 97 + i for i, letter in enumerate(dict.fromkeys(c for c in equation if c.isalpha()))}
    equation, shapes = equation.translate(letters), [tuple(operand.shape) for operand in operands]
    if equation in ("abc,abd->acd", "abc,adc->adb"):
        return math.prod(shapes[0]) * shapes[1][-1 if equation == "abc,abd->acd" else 1]
    arrays = [np.broadcast_to(np.float64(0), shape) for shape in shapes]
    for line in np.einsum_path(equation, *arrays, optimize="optimal")[1].split("\n"):
        if "optimized flop" in line.lower():
            return float(np.floor(float(line.split(":")[-1]) / 2))
    raise NotImplementedError(equation)


class Counter(TorchFunctionMode):
    """Adds the cost of every call to the innermost module that runs and to those that contain it, by path.

    Not to those that called it, where they differ: that is mmengine's way of attributing ("owner").
    """

    def __init__(self):
        super().__init__()
        self.running = [""]
        self.costs = collections.defaultdict(Cost)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        output = func(*args, **kwargs)
        self.count(getattr(func, "__name__", ""), args, kwargs, output)
        return output

    def owners(self):
        """The cost of the innermost module that runs and of those that contain it."""
        parts = self.running[-1].split(".") if self.running[-1] else []
        return [self.costs[".".join(parts[:count])] for count in range(len(parts) + 1)]

    def add(self, flops=0, activations=0):
        for cost in self.owners():
            cost.add(flops, activations)

    def count(self, name, args, kwargs, output):
        def argument(index, keyword, default=None):
            return args[index] if len(args) > index else kwargs.get(keyword, default)

        first, second = argument(0, "input"), argument(1, "weight")
        if name == "conv2d":
            if not isinstance(argument(4, "padding", 0), str):  # 'same' isn't counted
                self.add(output.shape[0] * second.numel() * math.prod(output.shape[2:]), output.numel())
        elif name == "linear":
            self.add(first.numel() * second.shape[0], output.numel())
        elif name in ("matmul", "__matmul__"):
            self.add(first.numel() * (second.shape[-1] if second.dim() > 1 else 1), output.numel())
        elif name == "mm":
            self.add(first.numel() * second.shape[-1])
        elif name == "bmm":
            self.add(first.numel() * second.shape[-1], output.numel())
        elif name == "einsum":
            operands = second if isinstance(second, (list, tuple)) else args[1:]
            self.add(einsum_flops(args[0], operands), output.numel())
        elif name == "batch_norm":
            assert not argument(5, "training", False)
            self.add(first.numel() * (1 if argument(3, "weight") is None else 2))
        elif name in ("layer_norm", "group_norm"):
            assert 2 <= first.dim() <= 5
            self.add(first.numel() * (4 if argument(2, "weight") is None else 5))
        elif name == "adaptive_avg_pool2d":
            self.add(first.numel())
        elif name == "interpolate":
            mode = argument(3, "mode", "nearest")
            self.add({"nearest": 1, "bilinear": 4, "bicubic": 0, "linear": 0}[mode] * output.numel())
        elif name == "scaled_dot_product_attention":
            query, key, value = args
            rows, keys = math.prod(query.shape[:-1]), key.shape[-2]
            for cost in self.owners():
                cost.add_fused(
                    query.numel() * keys + rows * keys * value.shape[-1], rows * keys + output.numel())
        elif name == "multi_head_attention_forward":
            self.count_packed_attention(args, output)
        else:
            assert name not in UNSUPPORTED, name

    def count_packed_attention(self, args, output):
        """nn.MultiheadAttention on [L, N, C] that also returns its weights: two linear layers and two bmm."""
        query, heads = args[0], args[4]
        assert query.shape == args[1].shape == args[2].shape and output[1] is not None
        length, batch, channels = query.shape
        self.add(query.numel() * 3 * channels, 3 * query.numel())
        self.add(query.numel() * length, batch * heads * length * length)
        self.add(query.numel() * length, query.numel())
        self.add(query.numel() * channels, query.numel())


def analysed(model: nn.Module, image: torch.Tensor):
    """(module path → shape in the order of last calls, outputs of model and parts, path → Cost), of one forward.

    Paths: of every module that returns one tensor, but TRANSPARENT ones.
    """
    from mmcv.cnn.bricks import DropPath

    shapes, outputs, counter, handles = {}, {}, Counter(), []

    def listed(output):
        if isinstance(output, (tuple, list)):
            return [shape for value in output for shape in listed(value)]
        return [] if output is None else [list(output.shape)]

    def enter(path):
        def hook(_module, _inputs):
            counter.running.append(path)
        return hook

    def leave(path, transparent):
        def hook(_module, _inputs, output):
            assert counter.running.pop() == path
            if path in ("", "backbone", "neck", "head"):
                outputs[path] = listed(output)
            tensor = tensor_of(output)
            if tensor is not None and not transparent:
                shapes.pop(path, None)
                shapes[path] = tuple(tensor.shape)
        return hook

    for path, module in model.named_modules():
        handles.append(module.register_forward_pre_hook(enter(path)))
        handles.append(module.register_forward_hook(leave(path, isinstance(module, (*TRANSPARENT, DropPath)))))
    try:
        with torch.no_grad(), counter, torch.device(image.device):
            model(image)
    finally:
        for handle in handles:
            handle.remove()
    return shapes, outputs, counter.costs


def features_cost(costs) -> tuple:
    """(FLOPs, activations, the same with fused attention as two products) of `extract_feat`: all but the head."""
    whole, head = costs[""], costs["head"]
    flops, activations = whole.flops - head.flops, whole.activations - head.activations
    return (flops, activations, flops + whole.fused_flops - head.fused_flops,
            activations + whole.fused_activations - head.fused_activations)


@contextlib.contextmanager
def features_only(model):
    """As tools/analysis_tools/get_flops.py has a model: a call gives its features."""
    forward, model.forward = model.forward, model.extract_feat
    try:
        yield
    finally:
        model.forward = forward
