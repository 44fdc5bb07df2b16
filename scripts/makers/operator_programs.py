"""Small programs of operators that few networks call, for make_call_programs.py: name → function, shape, layers.

A function takes the module with its layers and the image.
"""
import torch
from torch import nn
from torch.nn import functional


def functions(m, x):
    """Functions of each element, over the part of the axis where they are numbers."""
    unit, positive = x.tanh() * 0.9, x.abs() + 0.1
    return torch.cat([
        x.tan(), unit.asin(), unit.acos(), x.atan(), x.sinh(), x.cosh(), x.asinh(), (positive + 1).acosh(), unit.atanh(),
        x.exp2(), x.erfc(), positive.log10(), positive.log2(), positive.log1p(), x.expm1(), positive.lgamma(),
        (x * 3).frac(), x.deg2rad(), x.rad2deg(), torch.sinc(x), torch.logit(positive / 4), torch.logit(x, 0.2),
        torch.special.ndtr(x), torch.special.entr(positive), (x * 9).round(decimals=1),
        functional.hardshrink(x), functional.threshold(x, 0.1, 20.0), functional.rrelu(x), functional.tanhshrink(x),
        (x / (x > 0)).nan_to_num(1.5, 2.5, -3.5), torch.isfinite(x / (x > 0)).float(), x.signbit().float(),
        torch.isposinf(x / (x > 0)).float(), torch.special.expit(x), x.sgn(), x.fix(), x.absolute(), x.negative()], 1)


def pairs(m, x):
    """Functions of the elements of two tensors."""
    y = x.flip(1)
    positive = y.abs() + 0.1
    return torch.cat([
        torch.atan2(x, y), torch.hypot(x, y), torch.copysign(x, y), torch.xlogy(x, positive), torch.logaddexp(x, y),
        torch.logaddexp2(x, y), torch.fmax(x, y), torch.fmin(x, y), torch.pow(positive, x),
        torch.pow(x, torch.tensor([2.0, 3.0, 1.0, 0.0, 4.0])), torch.heaviside(x, y), x.clamp(y - 0.2, y + 0.2),
        x.clamp_min(y), x.clamp(max=y), torch.special.xlog1py(x, positive), torch.copysign(x, -1.0),
        torch.isin((x * 3).to(torch.int64), torch.tensor([1, -1, 2])).float(), x.true_divide(positive)], 1)


def scans(m, x):
    rows = x.flatten(1)
    largest, place = (x * 4).round().cummax(2)
    least, _ = x.cummin(-1)
    return torch.cat([
        x.cumprod(1), x.logcumsumexp(2), largest, place.float(), least, x.prod(2, keepdim=True).expand_as(x),
        rows.prod(1).reshape(-1, 1, 1, 1).expand_as(x), rows.repeat(1, 20).cumsum(1)[:, -60:].reshape(x.shape)], 1)


def medians(m, x):
    middle, place = x.median(1)
    return torch.cat([part.flatten(1) for part in (
        middle, place.float(), x.kthvalue(4, -1)[0], x.median().expand(x.shape[0], 1), x.flatten(1).msort(),
        *torch.aminmax(x, dim=2), x.median(2, keepdim=True)[0])], 1)


def scattered_along(m, x):
    """Elements put along an axis: at the places of the largest, as mixtures of experts choose theirs, and at known ones."""
    high, place = x.topk(2, 1)
    part, fixed = x[:, :2], torch.tensor([0, 2, 0]).reshape(1, 3, 1, 1).expand_as(x)
    line = torch.tensor([2, 0])
    return torch.cat([
        torch.zeros_like(x).scatter(1, place, high.softmax(1)), x.scatter(1, fixed[:, :2], part * 3),
        x.scatter(2, fixed, 2.5), x.scatter_add(1, place, part), x.scatter_add(1, fixed, x),
        *(x.scatter_reduce(1, place, part, kind, include_self=own)
          for kind in ("sum", "prod", "mean", "amax", "amin") for own in (True, False)),
        x.scatter(1, place, part, reduce="multiply"), x.scatter(1, place, 2.0, reduce="add"),
        x.index_add(1, line, part, alpha=2), x.index_copy(1, line, part), x.index_fill(1, line, 1.5),
        x.index_reduce(1, line, part, "amax", include_self=False)], 1)


def distances(m, x):
    rows = x.flatten(2)
    many = x.flatten(2).transpose(1, 2)
    return torch.cat([part.flatten(1) for part in (
        torch.cdist(rows, rows.flip(1) * 0.5), torch.cdist(rows, rows.flip(2), p=1.0),
        torch.cdist(rows, rows.flip(2), p=3.0), torch.cdist(rows, rows.flip(2), p=float("inf")),
        torch.cdist(many, many * 0.5 + 1.0), functional.pairwise_distance(rows, rows.flip(1)),
        torch.linalg.vector_norm(x, 3, 1), torch.linalg.vector_norm(x, -float("inf"), 1),
        torch.linalg.vector_norm(x, 0.5, (1, 2)), m.bilinear(rows, rows.flip(2)),
        functional.one_hot(x.argmax(1), 3).float(), torch.vdot(rows[0, 0], rows[1, 0]).expand(x.shape[0], 1),
        torch.dist(x, x.flip(1)).expand(x.shape[0], 1))], 1)


def cells(m, x):
    rows = x.flatten(2)
    hidden, memory = m.lstm(rows[:, 0])
    hidden, memory = m.lstm(rows[:, 1], (hidden, memory))
    gru = m.gru(rows[:, 1], m.gru(rows[:, 0]))
    return torch.cat([hidden, memory, gru, m.tanh(rows[:, 0], gru), m.relu(rows[:, 1], m.relu(rows[:, 2]))], 1)


def projected(m, x):
    output, (hidden, memory) = m.lstm(x.flatten(2))
    return torch.cat([output.flatten(1), hidden.transpose(0, 1).flatten(1), memory.transpose(0, 1).flatten(1)], 1)


def deep_pools(m, x):
    y = x.unsqueeze(1)
    return torch.cat([part.flatten(1) for part in (
        functional.avg_pool3d(y, 2, 1, 1, count_include_pad=False), functional.avg_pool3d(y, (3, 2, 2), 2, 1),
        functional.avg_pool3d(y, 2, 2, ceil_mode=True), functional.avg_pool3d(y, 2, divisor_override=3),
        functional.adaptive_avg_pool3d(y, (2, 3, 4)), functional.adaptive_avg_pool3d(x, (None, 2, 1)),
        functional.max_pool3d(y, 3, 2, 1), functional.max_pool3d(x, 2), functional.adaptive_max_pool3d(y, (2, 3, 4)))], 1)


def grouped_queries(m, x):
    """Six heads of queries, of which each three have one of keys and values."""
    heads = x.transpose(1, 2)
    queries = heads.repeat(1, 3, 1, 1) * torch.linspace(0.5, 2, heads.shape[1] * 3).reshape(-1, 1, 1)
    return functional.scaled_dot_product_attention(queries, heads, heads.flip(2), enable_gqa=True)


def deformable(m, x):
    import torchvision

    plain = torchvision.ops.deform_conv2d(x, m.offsets(x) * 4, m.plain, m.bias, padding=1)
    groups = torchvision.ops.deform_conv2d(
        x, m.wide(x) * 9, m.groups, stride=(2, 1), padding=(1, 2), dilation=(1, 2), mask=m.mask(x).sigmoid())
    return torch.cat([plain.flatten(1), groups.flatten(1)], 1)


MODELS = {
    "functions": (functions, (2, 3, 4, 5), {}),
    "pairs": (pairs, (2, 3, 4, 5), {}),
    "scans": (scans, (2, 3, 4, 5), {}),
    "medians": (medians, (2, 5, 4, 6), {}),
    "scattered_along": (scattered_along, (2, 3, 4, 5), {}),
    "distances": (distances, (2, 3, 5, 6), {"bilinear": nn.Bilinear(30, 30, 4)}),
    "cells": (cells, (2, 3, 2, 6), {"lstm": nn.LSTMCell(12, 5), "gru": nn.GRUCell(12, 4), "tanh": nn.RNNCell(12, 4),
                                    "relu": nn.RNNCell(12, 4, nonlinearity="relu")}),
    "lstm_projected": (projected, (2, 5, 3, 4), {
        "lstm": nn.LSTM(12, 6, num_layers=2, proj_size=4, bidirectional=True, batch_first=True)}),
    "weight_norm": (lambda m, x: m.new(m.old(x)), (2, 3, 5, 6), {
        "old": nn.utils.weight_norm(nn.Conv2d(3, 4, 3)),
        "new": nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 5, 2), dim=1)}),
    "deep_pools": (deep_pools, (2, 5, 7, 6), {}),
    "grouped_queries": (grouped_queries, (2, 4, 2, 6), {}),
    "deformable": (deformable, (2, 4, 5, 6), {
        "offsets": nn.Conv2d(4, 18, 3, padding=1), "plain": nn.Parameter(torch.zeros(6, 4, 3, 3)),
        "bias": nn.Parameter(torch.zeros(6)), "groups": nn.Parameter(torch.zeros(4, 2, 3, 3)),
        "wide": nn.Conv2d(4, 36, 3, (2, 1), 1), "mask": nn.Conv2d(4, 18, 3, (2, 1), 1)}),
}


def transforms(m, x):
    """Fourier transforms of every kind, what is computed of spectra, and back."""
    fft = torch.fft
    whole, half = fft.fft2(x), fft.rfft2(x, norm="ortho")
    rows, product = fft.fft(x, dim=1), whole * fft.fft2(x.flip(1)).conj()
    mixed = torch.stack([half.real.relu(), half.imag], -1) * 0.5
    edge = fft.fftshift(fft.fftn(x, dim=(1, 2)), dim=(1, 2))
    parts = [
        torch.view_as_real(whole), torch.view_as_real(fft.ifft2(whole * 2 + x)), product.real, half.abs(), half.angle(),
        fft.irfft2(torch.view_as_complex(mixed), s=x.shape[-2:], norm="ortho"), fft.irfft(half, n=9), rows.real + rows.imag,
        fft.fft(fft.fft(x, dim=-1), dim=-2).real, fft.ifftn(fft.ifftshift(edge * (x > 0), dim=(1, 2)), dim=(1, 2)).real,
        fft.rfft(x, n=8).imag, fft.irfftn(fft.rfftn(x, dim=(1, 3)), s=(3, 5), dim=(1, 3)),
        torch.view_as_real(rows.transpose(2, 3).matmul(rows)), torch.view_as_real(torch.einsum(
            "bchw,wd->bchd", half, torch.view_as_complex(m.mix))),
        torch.view_as_real(torch.polar(x.abs(), x) / torch.complex(x.abs() + 1, x)), (whole / 3 - 1).abs(),
        torch.stft(x.flatten(1), 16, 6, 12, window=torch.hann_window(12), return_complex=True).abs()]
    return torch.cat([part.flatten(1) for part in parts], 1)[:, ::3]


def branches(m, x):
    """A branch that is known when the program is exported, and one that is not."""
    known = torch.cond(torch.tensor(True), lambda y: (y * 2).sin(), lambda y: y.cos(), (x,))
    one, other = torch.cond(x.sum() > 1000, lambda y: (y.relu(), y * 3), lambda y: (y.tanh(), y + 1), (known,))
    return torch.cat([known, one, other], 1)


def diagonals(m, x):
    plane = x[:, 0]
    return torch.cat([part.flatten(1) for part in (
        x.diagonal(0, 2, 3), x.diagonal(-1, 1, 3), plane.tril(), x.triu(1), torch.diag_embed(plane[:, 0], 1),
        torch.diag_embed(x[:, :, 0], 0, 1, 3), x.diagonal_scatter(x[:, :, 0, :3] * 2, 0, 2, 3),
        torch.stack([torch.diag(sample) for sample in plane]), torch.stack([sample.trace() for sample in plane]).unsqueeze(1),
        torch.diag(plane[0, 0], -1).unsqueeze(0).expand(2, -1, -1),
        plane[:, torch.tril_indices(3, 4)[0], torch.tril_indices(3, 4)[1]])], 1)


def arrangements(m, x):
    index = x.argmax(1)
    return torch.cat([part.flatten(1) for part in (
        x.rot90(1, (2, 3)), x.rot90(-1, (1, 2)), x.fliplr(), torch.cat(x.tensor_split([1, 3], 3)[::-1], 3),
        torch.cat(x.hsplit(3)[::-1], 1), torch.column_stack([x, x * 2]), torch.dstack([x, x * 3]),
        x.flatten(1).take(torch.tensor([1, 7])).expand(2, 2), x.repeat_interleave(torch.tensor([1, 0, 2]), 1),
        x[:, :, :, torch.nonzero(torch.arange(5) > 1).squeeze(1)],
        x.masked_scatter(torch.arange(5) > 2, x.flip(1)), torch.bucketize(x, torch.linspace(-1, 1, 5)).float(),
        torch.searchsorted(torch.linspace(-1, 1, 4), x, right=True).float(), torch.count_nonzero(x > 0, 2).float(),
        x.diff(dim=3), x.diff(2, 2), torch.as_strided(x, (2, 3, 3, 2), (60, 20, 5, 2), 1),
        x.put(torch.tensor([1, 4]), x.flatten()[:2] * 9), x.multiply(2).subtract(x).divide(3), x.greater(0).float(),
        torch.zeros(3, 3, 4, 5).index_put((index[0, 0, :2], index[1, 0, :2]), x[0, 0, 0].expand(2, 4, 5), accumulate=True)[:2],
        torch.atleast_3d(x[0, 0]).reshape(1, -1).expand(2, -1), functional.pixel_shuffle(x[:, :, :, :4].reshape(2, 1, 4, 3, 4), 2))], 1)[:, ::3]


def volumes(m, x):
    """Transposed and padded convolutions over three axes, resized volumes, and what is put back to where it was largest."""
    y = x.unsqueeze(1)
    pooled, place = functional.max_pool2d(x, 3, 2, 1, return_indices=True)
    deep, places = functional.max_pool2d(x, 2, return_indices=True)
    return torch.cat([part.flatten(1) for part in (
        m.up(y), m.same(y), functional.interpolate(y, scale_factor=(2, 1.5, 2), mode="trilinear"),
        functional.interpolate(y, (3, 7, 4), mode="trilinear", align_corners=True), functional.interpolate(y, (7, 3, 9)),
        functional.interpolate(y, (7, 3, 9), mode="nearest-exact"), pooled, place.float(),
        functional.max_unpool2d(deep, places, 2, output_size=x.shape[2:]), m.conv(x[0]).unsqueeze(0).expand(2, -1, -1, -1),
        functional.max_pool2d(x[1], 2).unsqueeze(0).expand(2, -1, -1, -1),
        functional.grid_sample(x, functional.affine_grid(
            m.place(x.flatten(1)).view(2, 2, 3), x.shape, align_corners=False), align_corners=False))], 1)[:, ::7]


MODELS |= {
    "transforms": (transforms, (2, 3, 4, 5), {"mix": nn.Parameter(torch.zeros(3, 4, 2))}),
    "branches": (branches, (2, 3, 4, 5), {}),
    "diagonals": (diagonals, (2, 3, 3, 4), {}),
    "arrangements": (arrangements, (2, 3, 4, 5), {}),
    "volumes": (volumes, (2, 4, 5, 6), {
        "up": nn.ConvTranspose3d(1, 2, 3, (2, 1, 2), 1, (1, 0, 1)), "same": nn.Conv3d(1, 2, (2, 3, 4), padding="same"),
        "conv": nn.Conv2d(4, 3, 3), "place": nn.Linear(120, 6)}),
}
