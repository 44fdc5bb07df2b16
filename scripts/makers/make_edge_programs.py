#!/usr/bin/env python3
"""Makes fixtures/programs/edges: calls at the edges of what they are defined for, and what PyTorch computes of them.

usage: make_edge_programs.py

A program NAME.pt2, and NAME.dec.pt2 after run_decompositions(), gives several tensors; NAME.golden.pth has its `input`, with
infinite numbers and NaN, and each `output.N`. No weights, no randomness.
"""
import reference_python  # noqa: F401, first: it says what is missing
import pathlib

import torch
import transformers.integrations.moe  # noqa: F401, it registers grouped_mm_fallback
from torch import nn
from torch.nn import functional

import export_program
import make_program_fixtures

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "programs" / "edges"
INF, NAN = float("inf"), float("nan")


class NotNumbers(nn.Module):
    """Of NaN and infinite numbers."""

    input = torch.tensor([NAN, -INF, INF, -3.0, -0.5, 0.0, 0.25, 0.5, 7.0])

    def forward(self, x):
        y = x.flip(0)
        return (
            functional.hardshrink(x), functional.threshold(x, 0.5, -1.0), torch.maximum(x, y), torch.minimum(x, y),
            x.clamp(-1.0, 1.0), x.clamp(min=y), x.clamp(max=y), x.clamp_min(0.0), functional.relu(x), x.amax(), x.amin(),
            functional.softshrink(x), torch.sign(x), functional.leaky_relu(x, 0.1), functional.hardtanh(x),
            torch.where(x > 0, x, 0.0), torch.nan_to_num(x), functional.relu6(x))


class Sums(nn.Module):
    """Of rows that are −∞, and of numbers far apart."""

    input = torch.tensor([[-INF, -INF, -INF], [-INF, 1.0, 2.0], [INF, 1.0, -INF], [0.0, 200.0, -200.0], [1.0, 2.0, 3.0]])

    def forward(self, x):
        return (
            torch.logsumexp(x, 1), torch.logsumexp(x, (0, 1), keepdim=True), torch.logsumexp(x[3:], 0),
            functional.log_softmax(x[3:], 1), functional.logsigmoid(x), torch.logaddexp(x, x.flip(1)))


class Remainders(nn.Module):
    input = torch.tensor([
        [-3.5, 3.5, -1.0, 1.0, 0.3, -0.3, 7.0, -7.0, 1e6, 5.0],
        [2.0, -2.0, INF, -INF, 0.1, 0.1, 7.0, 2.0, 0.7, INF]])

    def forward(self, x):
        a, b = x[0], x[1]
        return (
            torch.remainder(a, b), torch.fmod(a, b), torch.floor_divide(a, b), torch.div(a, b, rounding_mode="trunc"),
            torch.remainder(a, 3.0), torch.remainder(a, -INF), torch.remainder(5.0, b), torch.fmod(a, 0.7))


class Types(nn.Module):
    """Of tensors of several types."""

    input = torch.tensor([[0.5, -1.5, 2.0], [3.0, -4.0, 0.0]])

    def __init__(self):
        super().__init__()
        self.register_buffer("truths", torch.tensor([True, False, True]))
        self.register_buffer("whole", torch.tensor([1, 2, 3]))

    def forward(self, x):
        joined = torch.cat([self.whole, x.new_tensor([0.25]), self.truths])
        either = torch.where(self.truths, self.truths, False)
        return (
            x * joined[:3] + joined[3:6], x + torch.cat([self.truths, self.whole])[:3],
            torch.where(x > 0, x > 1, True) * x,
            x * (either + either), x / torch.stack([self.whole, self.truths * 2 + 1]), torch.where(self.truths, x, INF),
            torch.where(self.truths, x / 0, x), torch.where(self.truths, self.whole, x))


class Positions(nn.Module):
    """That depend on the input, and count from the end."""

    input = torch.tensor([[0.5, -1.5, 2.0, 1.0], [3.0, -4.0, 0.0, 2.0], [1.0, 5.0, -1.0, 0.5]])

    def forward(self, x):
        place = x.argmax(1) - 3
        rows = torch.arange(3)
        put = x.clone()
        put[rows, place] = 9.0
        last = x.round().long()[:, 3] - 3
        return x[:, place], x[rows, place], x[place.clamp(max=-1)], put, x[place[:1], rows], x[:, last]


class Powers(nn.Module):
    input = torch.tensor([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, INF, -INF])

    def forward(self, x):
        return 0.0**x, (-2.0) ** x, 1.0**x, 2.0**x, 10.0**x, 0.5**x, x**0.0, x**-1.0, x**3.0, x**0.5


class Masks(nn.Module):
    """Attention of which some queries see no key, by masks of truths and of floats, known and by the input."""

    input = torch.tensor([[[0.5, -1.5, 2.0, 1.0], [3.0, -4.0, 0.0, 2.0], [1.0, 5.0, -1.0, 0.5]]])

    def __init__(self):
        super().__init__()
        self.register_buffer("known", torch.tensor([[True, False, True], [False, False, False], [True, True, True]]))

    def forward(self, x):
        attend = functional.scaled_dot_product_attention
        seen = (x[:, :, 0] > 0.75)[:, None, :] & self.known
        hidden = torch.zeros(3, 3).masked_fill(~self.known, -INF)
        floats = torch.zeros(1, 3, 3).masked_fill(~seen, -INF)
        integers = self.known.long() | torch.eye(3, dtype=torch.int64)
        return (
            attend(x, x, x, self.known), attend(x, x, x, seen), attend(x, x, x, hidden), attend(x, x, x, floats),
            (x @ x.transpose(1, 2) + (1.0 - integers) * -1e9).softmax(2), attend(x, x, x, (integers * 2 - 1).float()))


class Changes(nn.Module):
    """Of tensors in place: what shares their memory changes with them, and nothing else does."""

    input = torch.tensor([[0.5, -1.5, 2.0, 1.0], [3.0, -4.0, 0.0, 2.0], [1.0, 5.0, -1.0, 0.5]])

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[1.0, 2.0, -1.0, 0.5], [0.25, -2.0, 1.0, 3.0], [1.5, 0.0, 2.0, 1.0]]))

    def forward(self, x):
        def changed(y):
            return y.add_(1) * x

        turned = x.t().reshape(-1)
        turned += 1
        before = x + 0
        rows = before.t().reshape(-1)
        before.mul_(2)
        heads = torch.stack([x, x]).view(2, 3, 2, 2).transpose(1, 2).reshape(4, 3, 2)
        heads *= 0.5
        spread = x.view(1, 3, 2, 2).permute(0, 2, 1, 3).reshape(6, 2)
        spread.mul_(2)
        own = self.weight.clone()
        own[0] = x[0]
        twice = torch.arange(4.0).repeat(2, 1)
        twice[0] = 5.0
        total = x.sum()
        other = total.sum()
        other.add_(1)
        return (
            turned.view(4, 3), rows.view(4, 3) + before.sum(), torch.bmm(heads, heads.transpose(1, 2)),
            functional.linear(spread, self.weight[:, :2]), own * self.weight,
            torch.slice_scatter(self.weight, x[:1], 0, 0, 1) * self.weight, changed(x.double()),
            changed(x.to(torch.float32, copy=True)), changed(torch.cat([x])), changed(functional.pad(x, (0, 0))),
            changed(x.repeat(1, 1)), changed(x.flip(())), x[:2] * twice, total * other)


class Kinds(nn.Module):
    """Of numbers that a call turns into another type, of whole numbers that wrap around, and of bounds, sums and places that
    are seldom written."""

    input = torch.tensor([[0.5, -1.5, 2.75, 41.0], [3.25, -4.0, 0.0, 255.0], [1.0, 5.5, -129.0, 300.0]])

    def forward(self, x):
        whole, known = x.long(), torch.tensor([-300, -129, 128, 255])
        small = x[:, :3].long().to(torch.uint8)
        boxes = x.repeat(2, 2).view(2, 3, 2, 4) * 1.0
        boxes[:, torch.tensor([0, 1]), :, torch.tensor([2, 3])] = torch.arange(8.0).view(2, 2, 2)
        return (
            x.sum(1, dtype=torch.int64), x.cumsum(1, dtype=torch.int64), x[:, :3].prod(1, dtype=torch.int64),
            x.cumprod(0, dtype=torch.int64), (x > 0).float().mean(1, dtype=torch.float64),
            whole.softmax(1, dtype=torch.float32), whole.to(torch.uint8), whole.to(torch.int8), small + small, small - 1,
            x + known.to(torch.int8), x + known.to(torch.uint8),
            (whole / 41).long(),
            torch.linalg.vector_norm(x.min()), x.clamp(5.0, 2.0), boxes)


class Views(nn.Module):
    """Of tensors in place under another shape, which is a view where their steps over memory allow it, else a copy; of parts
    of constants, and of labels and places that are seldom written."""

    input = torch.tensor([[[0.5, -1.5, 2.0, 1.0], [3.0, -4.0, 0.0, 2.0], [1.0, 5.0, -1.0, 0.5]],
                          [[2.5, -0.5, 1.0, 4.0], [0.25, 1.0, 7.0, -2.0], [-3.0, 0.75, 6.0, 1.5]]])

    def forward(self, x):
        runs = x.clone()
        runs[:, 1:].reshape(2, 8).add_(1)
        apart = x.clone()
        columns = apart[:, :, 1:3].reshape(2, 6)
        columns += 1
        turned = x.clone()
        rows = turned.permute(0, 2, 1).reshape(2, 12)
        rows *= 2
        blocks = x.clone().view(2, 3, 2, 2)
        blocks.transpose(2, 3).reshape(6, 2, 2)[:, 0] *= 2
        first = x.clone()
        first[:, :, 0].reshape(6).zero_()
        windows = x.unfold(2, 2, 1).reshape(2, 3, 6)
        windows += 1
        square = torch.ones(3, 3)
        square.diagonal().fill_(0)
        square.diagonal(1).mul_(5)
        lines = torch.diag(square)
        lines += 2
        return (
            runs, apart, columns, turned, rows, blocks, first, windows, x[:, :, :3] @ square, x[:, :, :3] * lines,
            torch.einsum("bii->b", x[:, :, :3]), torch.einsum("bii,bj->bij", x[:, :, :3], x[:, 0]))


class Writes(nn.Module):
    """In place where booleans of the input choose, to integers and truths of the input, and by calls whose names in place are
    others."""

    input = Views.input

    def forward(self, x):
        chosen = x.clone()
        chosen[x > 1] = -1.0
        chosen[:, x[0, :, 0] > 2] = 3.0
        rows = x.clone()
        rows[x.sum(2) > 2] = x[0, 0]
        grown = x.clone().index_put_((x > 0,), torch.tensor(2.0), accumulate=True)
        mask = x > 0
        mask[:, 0] = True
        mask &= x < 4
        mask |= x == -0.5
        whole = x.long()
        whole[:, 1] = 7
        whole += 1
        whole[:, [0, 2]] = whole[:, [2, 0]]
        powers = x.abs()
        powers **= 2
        powers.pow_(0.5)
        turned = x.clone()
        turned.transpose_(1, 2).unsqueeze_(0)
        turned.squeeze_(0).add_(1)
        return (
            chosen, rows, grown, mask, torch.where(mask, x, 0.0), whole, (x.abs() * 3).to(torch.uint8), powers, turned,
            torch.take_along_dim(x, torch.ones(1, 1, 1, dtype=torch.int64), 2), torch.arange(3)[(x > 0) * 2])


class Quotients(nn.Module):
    """By numbers, which are seldom what a product with the inverse gives."""

    input = torch.tensor([41.0, 49.0, 82.0, 98.0, 7.0, -41.0, 0.5, 3.0])

    def forward(self, x):
        return (
            (x / 41).floor(), (x / 49).floor(), (x * 1).div_(41).ceil(), (x / torch.tensor(49.0)).floor(),
            torch.true_divide(x, 0.3), 7 / x, torch.tensor(7.0) / x, functional.relu6(x + 3) / 6, x / -4,
            (x.long() / 49).floor())


class Scalars(nn.Module):
    """Along the one axis that a tensor without axes is taken to have."""

    input = torch.tensor([0.5, -1.5, 2.0])

    def forward(self, x):
        y = x.sum()
        zero = torch.tensor(0)
        return (
            y.softmax(0), y.log_softmax(-1), *y.sort(0), y.argsort(-1), y.cumsum(0), *y.topk(1), *y.max(0), *y.min(-1),
            y.argmin(-1, keepdim=True), y.logsumexp(0), y.gather(0, zero), y.index_select(0, zero.view(1)), *y.median(0),
            *y.kthvalue(1), *torch.aminmax(y, dim=0), y.argmax(0), y.movedim(0, -1), y.scatter(0, zero, 3.0),
            y.index_fill(0, zero, 2.0), y.index_add(0, zero, x[1]), y.scatter_add(0, zero, x[1]))


class Bits(nn.Module):
    """Of whole numbers of the input, and of truths with them."""

    input = torch.tensor([[5.0, 3.0, 250.0, 7.0], [12.0, -1.0, 0.0, 9.0], [2.0, 6.0, -300.0, 100.0]])

    def forward(self, x):
        whole = x.long()
        small = whole.to(torch.uint8)
        changed = whole + 0
        changed &= 6
        changed |= 16
        return (
            whole & 6, whole | 8, whole ^ 255, ~whole, whole & whole.flip(0), (whole & 1).bool() * x, small ^ 129, ~small,
            (x > 4) & whole, changed, x[torch.arange(3), whole.roll(1, 0)[:, 0] & 3], whole.roll(1) // 2,
            whole << 2, whole >> 1, small << 3, small >> 1)


class Memory(nn.Module):
    """Steps over the memory of slices, and copies of views, which changes in place do not reach."""

    input = Views.input

    def forward(self, x):
        whole = x.clone()
        part = whole[1]
        steps = (
            part.as_strided((2, 2), (4, 1)), part.as_strided((2, 2), (4, 1), 0), part[:, 1:].as_strided((3, 2), (4, 1)),
            whole.transpose(0, 2).as_strided((6,), (1,), 3))
        own = x.clone()
        copies = (
            torch.narrow_copy(own, 1, 0, 2), torch.ops.aten.slice_copy(own, 0, 0, 1),
            torch.ops.aten.permute_copy(own, (2, 1, 0)), torch.ops.aten.view_copy(own, (4, 6)),
            functional.pixel_shuffle(own, 1), functional.pixel_unshuffle(own, 1), *torch.ops.aten.unbind_copy(own))
        for copy in copies:
            copy.add_(1)
        return *steps, *copies, own


class Rotations(nn.Module):
    """By complex numbers that are not in the state dict."""

    input = Views.input

    def __init__(self):
        super().__init__()
        angles = torch.outer(torch.arange(3.0), torch.tensor([1.0, 0.25]))
        self.register_buffer("turns", torch.polar(torch.ones_like(angles), angles), persistent=False)

    def forward(self, x):
        pairs = torch.view_as_complex(x.reshape(2, 3, 2, 2))
        turned = torch.view_as_real(pairs * self.turns).flatten(2)
        back = torch.view_as_real(pairs * self.turns[:, None].conj().transpose(0, 1)).flatten(2)
        return turned, back, (pairs * self.turns).abs(), self.turns.real * x[:, :, :2]


class Extremes(nn.Module):
    """The least number and infinite ones, written and padded with."""

    input = torch.tensor([[0.5, -1.5, 2.0], [3.0, -4.0, 0.0], [1.0, 5.0, -1.0]])

    def __init__(self):
        super().__init__()
        self.register_buffer("later", torch.ones(3, 3).triu(1).bool())

    def forward(self, x):
        least = torch.finfo(torch.float32).min
        edged = functional.pad(x, (1, 0, 0, 1), value=-INF)
        return (
            x.masked_fill(self.later, least), x.masked_fill(self.later, least).softmax(1), edged,
            functional.max_pool2d(edged[None], 2), functional.pad(x, (1, 1), value=INF), functional.pad(x, (0, 1), value=least))


class Hidden(nn.Module):
    """-inf written where a known mask says: it is that number, and rows of it have no softmax."""

    input = torch.tensor([[0.5, -1.5, 2.0], [3.0, -4.0, 0.0], [1.0, 5.0, -1.0]])

    def __init__(self):
        super().__init__()
        self.register_buffer("later", torch.ones(3, 3).triu(1).bool())
        self.register_buffer("whole", torch.tensor([[False, True, False], [True, True, True], [False, False, True]]))

    def forward(self, x):
        scores = x @ x.t() / 2
        masked = torch.where(self.later, -INF, x)
        rows = [part[None, None] for part in (x, x.flip(0), x.flip(1))]
        return (
            masked, masked.isinf(), masked.exp(), masked.amin(1), masked.softmax(1), torch.where(self.later, -INF, x / 0),
            torch.where(self.later, -1e30, x * 1e37), x.masked_fill(self.whole, -INF).softmax(1),
            scores.masked_fill(self.later, -INF).softmax(1) @ x, torch.where(self.later, scores, -INF).softmax(1) @ x,
            scores.masked_fill(self.whole, -INF).softmax(1) @ x,
            functional.scaled_dot_product_attention(*rows, scores.masked_fill(self.later, -INF)),
            functional.scaled_dot_product_attention(*rows, scores.masked_fill(self.whole, -INF)))


class Experts(nn.Module):
    """Rows that go to the expert with the largest score, as mixtures in transformers have it, and histograms."""

    input = torch.tensor([[0.5, -1.5, 2.0], [3.0, -4.0, 0.0], [1.0, 5.0, -1.0], [-2.0, 2.0, 1.5], [0.25, 1.0, -3.0]])

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter((torch.arange(4 * 3 * 2) * 7 % 11 - 5.0).reshape(4, 3, 2))
        self.gate = nn.Parameter(torch.tensor([[1.0, 0.0, -1.0, 0.5], [0.0, 0.5, 0.25, -1.0], [0.5, -1.0, 1.0, 0.0]]))

    def forward(self, x):
        experts, order = (x @ self.gate).argmax(1).sort()
        ends = torch.histc(experts.float(), 4, 0, 3).cumsum(0, dtype=torch.int32)
        multiply = torch.ops.transformers.grouped_mm_fallback
        hidden = multiply(x[order], self.weight, ends)
        return (
            hidden, multiply(hidden, self.weight.transpose(1, 2), ends), multiply(x, self.weight, torch.tensor([1, 1, 4, 4])),
            torch.histc(x, 5, -2, 2), torch.histc(x, 3, min=-4, max=5), torch.histc(x[0], 2, 0.5, 2))


class Quantiles(nn.Module):
    """Quantiles in every way of interpolation, and rows scaled down to a norm."""

    input = torch.tensor([[0.5, -1.5, 2.0, 7.0], [3.0, -4.0, 0.0, 2.0], [1.0, 5.0, -1.0, NAN]])

    def forward(self, x):
        numbers = x.nan_to_num(0.25)
        ways = ["linear", "lower", "higher", "nearest", "midpoint"]
        return (
            x.quantile(0.4, dim=1), x.quantile(0.4, dim=0), x.quantile(0.5), numbers.quantile(0.7),
            numbers.quantile(torch.tensor([0.0, 0.3, 1.0]), dim=1, keepdim=True), numbers.quantile(0.5, keepdim=True),
            *(numbers.quantile(0.45, dim=1, interpolation=way) for way in ways),
            numbers.renorm(2, 0, 4.0), numbers.renorm(1, 1, 6.0))


class Losses(nn.Module):
    """Losses, as networks with codebooks have them in forward."""

    input = torch.tensor([[0.5, -1.5, 2.0], [3.0, -4.0, 0.0]])

    def forward(self, x):
        return tuple(
            loss(x, target, reduction=reduction) for loss in (functional.mse_loss, functional.l1_loss)
            for target, reduction in ((x.flip(1), "mean"), (x.round(), "sum"), (x * 2, "none")))


class Vectors(nn.Module):
    """Layers whose weight is a vector."""

    input = torch.tensor([[[0.5, -1.5, 2.0], [3.0, -4.0, 0.0]]])

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([1.0, 0.5, -2.0]))

    def forward(self, x):
        linear = functional.linear
        return linear(x, self.weight), linear(x[0], self.weight), linear(x, torch.tensor([0.0, 1.0, 2.0]))


class Bags(nn.Module):
    """Rows of an embedding in bags, of one length and of several, one of them empty."""

    input = torch.tensor([[5.0, 3.0, 0.0, 2.0], [1.0, 2.0, 0.0, 5.0]])

    def __init__(self):
        super().__init__()
        self.table = nn.Parameter((torch.arange(6 * 3) * 5 % 7 - 3.0).reshape(6, 3))

    def forward(self, x):
        index = x.long()
        starts = torch.tensor([0, 3, 3, 4])
        bag = functional.embedding_bag
        factors = torch.tensor([[1.0, 2.0, -1.0, 0.5], [0.0, 1.0, 3.0, 1.0]])
        return (
            bag(index, self.table), bag(index, self.table, mode="sum"), bag(index, self.table, mode="max"),
            bag(index.flatten(), self.table, starts), bag(index.flatten(), self.table, starts, mode="max"),
            bag(index, self.table, padding_idx=2), bag(index, self.table, mode="sum", padding_idx=0),
            bag(index, self.table, mode="sum", per_sample_weights=factors),
            bag(index.flatten(), self.table, torch.tensor([0, 2, 8]), include_last_offset=True))


class Nothing(nn.Module):
    """Parts without elements, joined with others, and written to."""

    input = torch.tensor([[0.5, -1.5, 2.0, 1.0], [3.0, -4.0, 0.0, 2.0]])

    def forward(self, x):
        y = x + 1
        y[:, 4:] = 5
        first, rest = x.split([4, 0], 1)
        return (
            torch.cat([x * 2, x[:, 4:]], -1), torch.cat([first, rest, x[:, :1]], 1), torch.cat([torch.empty(0), x[None]], -2),
            torch.cat([x.long(), torch.zeros(2, 0)], 1) / 2, y)


class Places(nn.Module):
    """Elements that go one after the other to where the input says, as the tokens of images do, and an assertion."""

    input = torch.tensor([[0.5, -1.5, 2.0, 1.0], [3.0, -4.0, 0.0, 2.0], [1.0, 5.0, -1.0, -2.0]])

    def forward(self, x):
        torch._check_tensor_all((x > 0).sum() == 7, lambda: "there are other numbers")
        chosen = (x[:, :1] > 0.75)
        source = torch.arange(16.0).reshape(4, 4) / 4
        shuffled = x + 0
        functional.channel_shuffle(shuffled[None], 1).add_(1)
        return (
            x.masked_scatter(chosen, source), x.masked_scatter(chosen.expand(3, 4), source), x.masked_scatter(x > 0, source),
            x.masked_scatter(x[0] > 0, source), torch.pow(torch.tensor(0.5), torch.arange(1, 5)) * x,
            torch.pow(torch.arange(4), torch.tensor([2, 3, 1, 2])) * x, shuffled)


MODELS = {"changes": Changes, "kinds": Kinds, "not_numbers": NotNumbers, "sums": Sums, "remainders": Remainders,
          "types": Types, "positions": Positions, "powers": Powers, "masks": Masks, "views": Views,
          "writes": Writes, "quotients": Quotients, "scalars": Scalars, "bits": Bits, "memory": Memory,
          "rotations": Rotations, "extremes": Extremes, "hidden": Hidden, "experts": Experts, "quantiles": Quantiles,
          "losses": Losses, "vectors": Vectors, "bags": Bags, "nothing": Nothing, "places": Places}


def main() -> None:
    make_program_fixtures.begin(__doc__, FOLDER)
    for name, factory in MODELS.items():
        module = factory().eval()
        for ending in ["pt2", "dec.pt2"]:
            program = export_program.exported(module, module.input, decompose=ending == "dec.pt2")
            make_program_fixtures.write(FOLDER / f"{name}.{ending}", program)
        with torch.no_grad():
            outputs = module(module.input)
        golden = {"input": module.input, "output": outputs[0].float()}
        golden |= {f"output.{number}": output.float() for number, output in enumerate(outputs)}
        torch.save(golden | {"source": f"make_edge_programs:{factory.__name__}"}, FOLDER / f"{name}.golden.pth")


if __name__ == "__main__":
    main()
