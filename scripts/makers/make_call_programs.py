#!/usr/bin/env python3
"""Makes fixtures/programs/calls: small programs, each of a few kinds of calls that the models of program_models.py lack.

usage: make_call_programs.py [NAME …]

    NAME.pt2        the program as torch.export.save writes it, without seeded weights
    NAME.dec.pt2    of some the same after run_decompositions()
    facts.jsonl     a line a program, as make_program_fixtures.py writes them

With names only these programs are made again; the lines of the others stay.

Needs torch 2.15. Takes a minute.
"""
import reference_python  # noqa: F401, first: it says what is missing
import json
import sys
import warnings

import torch
from torch import nn
from torch.nn import functional

import capture_golden
import export_program
import make_program_fixtures
import operator_programs
import seeded_weights

FOLDER = make_program_fixtures.FOLDER / "calls"


class Call(nn.Module):
    """A function of the image and of layers."""

    def __init__(self, function, **layers):
        super().__init__()
        self.function = function
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x):
        return self.function(self, x)


def steps(x):
    """Rows of a map as steps: (N, H, C · W)."""
    return x.transpose(1, 2).flatten(2)


def recurrent(layer):
    return Call(lambda m, x: torch.cat([m.layer(steps(x))[0].flatten(1), *(
        state.transpose(0, 1).flatten(1) for state in states(m.layer(steps(x))[1]))], 1), layer=layer)


def states(hidden):
    return hidden if isinstance(hidden, tuple) else (hidden,)


def nearest(m, x):
    """Of each place the mean of the three places that are most like it, as graph networks gather neighbours."""
    rows = functional.normalize(x.flatten(2).transpose(1, 2), dim=-1)
    n, count, channels = rows.shape
    near = (rows @ rows.transpose(1, 2)).topk(3, dim=-1).indices
    flat = (near + torch.arange(n).reshape(n, 1, 1) * count).reshape(-1)
    return rows.reshape(n * count, channels)[flat, :].reshape(n, count, 3, channels).mean(2)


def chosen_rows(m, x):
    """The four rows with the largest sums, in order, and where the smallest element of each channel is."""
    rows = x.flatten(2).transpose(1, 2)
    order = rows.sum(-1).argsort(1, descending=True)[:, :4]
    kept = rows.gather(1, order.unsqueeze(-1).expand(-1, -1, rows.shape[-1]))
    low, place = rows.min(1)
    along = rows.gather(1, place.unsqueeze(1))
    high = rows[torch.arange(rows.shape[0]), rows.sum(-1).argmax(1)]
    return torch.cat([kept.flatten(1), low, along.flatten(1), high, rows.sort(1, descending=True)[0][:, :2].flatten(1)], 1)


def truths(m, x):
    """Choices by what the input says."""
    low, high = x < -0.25, x.gt(0.5)
    rest = ~(low | high)
    counts = high.sum((2, 3), keepdim=True).to(x.dtype)
    best = x >= x.amax(1, keepdim=True)
    return torch.cat([
        torch.where(low, x.exp(), torch.where(high, 2.0, x)), x.masked_fill(rest, -1.0), torch.maximum(x, x.flip(1)),
        torch.minimum(x, counts.expand_as(x) / 8), (best & rest).float() - low.all(1, keepdim=True).float(),
        torch.where(x.any(1, keepdim=True), x, 0.0).logical_not().to(x.dtype)], 1)


def steps_of(m, x):
    """Rounded numbers, and positions worked out from the input."""
    y = x * 5 + 0.125
    place = ((x.mean((2, 3)) + 1) * 2).floor().clamp(0, x.shape[2] - 1).to(torch.int64)
    rows = x[:, 0][:, :, :3].flatten(0, 1)[place.flatten()].unflatten(0, place.shape)
    return torch.cat([part.flatten(1) for part in (
        y.floor(), y.ceil(), y.trunc(), y.round(), y.sign(), y % 0.75, y // 0.75, torch.fmod(y, 0.75), rows)], 1)


def activations(m, x):
    return torch.cat([m.elu(x), m.selu(x), m.softplus(x * 12), m.mish(x), m.prelu(x), m.leaky(x), m.log_sigmoid(x),
                      m.hard_swish(x * 4), m.hard_sigmoid(x * 4), m.softshrink(x), m.celu(x)], 1)


def samples(m, x):
    """Maps at places that lie inside, outside and on the edge, in every way of PyTorch's."""
    grid = (x[:, :2].permute(0, 2, 3, 1) * 1.75 + 0.01).contiguous()
    return torch.cat([
        functional.grid_sample(x, grid, mode, padding, align_corners=corners)
        for mode, paddings in (("bilinear", ("zeros", "border", "reflection")), ("nearest", ("zeros", "border")),
                               ("bicubic", ("zeros", "border", "reflection")))
        for padding in paddings for corners in (False, True)], 1)


def spectra(m, x):
    """The filters of HorNet, which has maps last, and of GFNet, which has channels last."""
    size = x.shape[2:]
    maps = torch.fft.rfft2(x, dim=(2, 3), norm="ortho") * torch.view_as_complex(m.maps)
    maps = torch.fft.irfft2(maps, s=size, dim=(2, 3), norm="ortho")
    rows = torch.view_as_complex(m.rows) * torch.fft.rfft2(maps.permute(0, 2, 3, 1), dim=(1, 2))
    return maps + torch.fft.irfft2(rows, s=size, dim=(1, 2)).permute(0, 3, 1, 2)


def scattered(m, x):
    """Elements that are put at places, and added up where several meet."""
    rows, columns = torch.tensor([[0], [2], [2]]), torch.tensor([1, 3, 1, 0])
    put = torch.ops.aten.index_put
    y = x.clone()
    y[:, :, 1, 2:4] = x[:, :, 0, :2]
    y[:, :, [0, 3]] = x[:, :, :2] * 3
    return torch.cat([
        put(x, [None, None, rows, columns], x[:, :, :3, :4], True),
        put(torch.zeros_like(x), [None, None, rows, columns], x[:, :, 1:4, :4], True),
        put(x, [None, None, torch.tensor([0, 3, 3])], x[:, :, :3] * 2), y], 1)


MODELS = {
    "lstm": (recurrent(nn.LSTM(36, 10, num_layers=2, bidirectional=True, batch_first=True)), (2, 3, 7, 12)),
    "lstm_plain": (recurrent(nn.LSTM(36, 6, bias=False, batch_first=True)), (2, 3, 5, 12)),
    "gru": (recurrent(nn.GRU(36, 10, num_layers=2, bidirectional=True, batch_first=True)), (2, 3, 7, 12)),
    "rnn": (Call(lambda m, x: m.a(steps(x))[0] + m.b(steps(x).transpose(0, 1))[0].transpose(0, 1),
                 a=nn.RNN(36, 8, batch_first=True), b=nn.RNN(36, 8, nonlinearity="relu")), (2, 3, 5, 12)),
    "conv_transpose": (nn.Sequential(
        nn.ConvTranspose2d(3, 6, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(6, 8, (2, 4), (2, 1), (0, 2), groups=2),
        nn.ConvTranspose2d(8, 4, 3, 1, 2, dilation=2, bias=False), nn.ConvTranspose2d(4, 2, 2, 2)), (2, 3, 3, 2)),
    "conv_transpose1d": (nn.Sequential(nn.Flatten(2), nn.ConvTranspose1d(3, 4, 4, 2, 1), nn.ConvTranspose1d(4, 2, 3, 3)),
                         (2, 3, 3, 4)),
    "conv3d": (Call(lambda m, x: m.b(functional.relu(m.a(x.unsqueeze(1)))), a=nn.Conv3d(1, 4, (2, 3, 3), (1, 2, 1), 1),
                    b=nn.Conv3d(4, 6, 2, dilation=(2, 1, 1), groups=2)), (2, 5, 9, 8)),
    "fold": (Call(lambda m, x: functional.fold(
        functional.unfold(x, 3, padding=1, stride=2) * 0.5, x.shape[2:], 3, padding=1, stride=2)), (2, 4, 9, 8)),
    "nearest": (Call(nearest), (2, 6, 4, 5)),
    "chosen_rows": (Call(chosen_rows), (2, 6, 4, 5)),
    "indexed": (Call(lambda m, x: x[:, [[2], [0]], :, [0, 3, 5]]), (2, 3, 4, 6)),
    "sums": (Call(lambda m, x: torch.cat([x.cumsum(2), x.cumsum(-1), torch.hstack([x, x])[:, :3]], 1)), (2, 3, 5, 7)),
    "antialias": (Call(lambda m, x: torch.cat([
        functional.interpolate(x, (7, 5), mode=mode, antialias=True, align_corners=False)
        for mode in ("bilinear", "bicubic")] + [
        functional.interpolate(x[:, :, :6, :4], (7, 5), mode="bicubic", antialias=True, align_corners=False)], 1)),
        (1, 3, 16, 13)),
    "bilinear": (Call(lambda m, x: functional.interpolate(x, (31, 37), mode="bilinear").flatten(1).cumsum(1)[:, :40] + (
        functional.interpolate(x, (90, 60), mode="bilinear")[:, :, ::3, 7].flatten(1)[:, :40])), (1, 2, 57, 60)),
    "nearest_exact": (Call(lambda m, x: torch.cat([
        functional.interpolate(x, (7, 9), mode="nearest-exact").flatten(1),
        functional.interpolate(x.flatten(2), 17, mode="linear").flatten(1),
        functional.interpolate(x.flatten(2), 13, mode="nearest").flatten(1)], 1)), (1, 2, 5, 6)),
    "pools": (Call(lambda m, x: torch.cat([
        functional.adaptive_max_pool2d(x, (3, 4)).flatten(1), functional.avg_pool1d(x.flatten(2), 3, 2, 1).flatten(1),
        functional.max_pool1d(x.flatten(2), 4, 2, 1).flatten(1),
        functional.adaptive_max_pool1d(x.flatten(2), 4).flatten(1)], 1)), (2, 3, 7, 6)),
    "elements": (Call(lambda m, x: torch.cat([
        functional.celu(x, 0.75), functional.softshrink(x, 0.25), x.abs().clamp(min=1e-6).pow(m.power),
        functional.cosine_similarity(x, x.flip(1), dim=1).unsqueeze(1),
        x.norm(p=1, dim=1, keepdim=True), torch.linalg.vector_norm(x, float("inf"), dim=1, keepdim=True)], 1),
        power=nn.Parameter(torch.tensor([3.0]))), (2, 3, 4, 5)),
    "truths": (Call(truths), (2, 3, 4, 5)),
    "steps": (Call(steps_of), (2, 3, 4, 5)),
    "activations": (Call(
        activations, elu=nn.ELU(), selu=nn.SELU(), softplus=nn.Softplus(), mish=nn.Mish(), prelu=nn.PReLU(3),
        leaky=nn.LeakyReLU(0.2), log_sigmoid=nn.LogSigmoid(), hard_swish=nn.Hardswish(), hard_sigmoid=nn.Hardsigmoid(),
        softshrink=nn.Softshrink(), celu=nn.CELU(0.75)), (1, 3, 6, 5)),
    "samples": (Call(samples), (2, 3, 5, 7)),
    "spectra": (Call(spectra, maps=nn.Parameter(torch.zeros(4, 6, 5, 2)), rows=nn.Parameter(torch.zeros(6, 5, 4, 2))),
                (2, 4, 6, 8)),
    "scattered": (Call(scattered), (2, 3, 4, 5)),
    "dilated_pools": (nn.Sequential(nn.MaxPool2d(3, 2, 1, dilation=2), nn.MaxPool2d((2, 3), 1, (1, 0), dilation=(1, 2))),
                      (2, 3, 11, 14)),
}
MODELS |= {name: (Call(function, **layers), shape) for name, (function, shape, layers) in operator_programs.MODELS.items()}
DECOMPOSED = set(operator_programs.MODELS) | {
    "lstm", "gru", "conv_transpose", "antialias", "chosen_rows", "pools", "truths", "steps", "activations", "samples",
    "spectra", "scattered", "fold", "dilated_pools",
}


def facts(name: str, module: nn.Module, shape: tuple) -> dict:
    module = module.eval()
    seeded_weights.fill(module)
    image = export_program.example(shape)
    for ending in ["pt2"] + ["dec.pt2"] * (name in DECOMPOSED):
        program = export_program.exported(module, image, decompose=ending == "dec.pt2")
        (FOLDER / f"{name}.{ending}").write_bytes(make_program_fixtures.stripped(export_program.saved(program)))
    golden = capture_golden.capture(module, image, seeded_input=True, weights="seeded", name=name)
    return {
        "name": f"calls/{name}", "shape": list(shape), "tensors": len(module.state_dict()),
        "state_dict": make_program_fixtures.state_dict_digest(module.state_dict()),
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
        "output_shape": list(golden["output"].shape), "output": [float(f"{x:.9g}") for x in golden["output"].reshape(-1).tolist()],
        "output_float64": None, "source": golden["source"],
    }


def main() -> None:
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "facts.jsonl"
    known = {json.loads(line)["name"]: line for line in path.read_text().splitlines(True)} if path.exists() else {}
    lines = []
    for name, (module, shape) in MODELS.items():
        if sys.argv[1:] and name not in sys.argv[1:] and f"calls/{name}" in known:
            lines.append(known[f"calls/{name}"])
            continue
        lines.append(json.dumps(facts(name, module, shape)) + "\n")
        print(name, (FOLDER / f"{name}.pt2").stat().st_size, flush=True)
    path.write_text("".join(lines))


if __name__ == "__main__":
    main()
