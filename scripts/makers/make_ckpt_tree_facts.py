#!/usr/bin/env python3
"""Records what MMPreTrain's ckpt_tree.py prints for fixtures, for ckpt-tree to equal.

Runs the real script (.dev_scripts/ckpt_tree.py of open-mmlab/mmpretrain, which the wheel does not carry: pass its
path) on checkpoints under fixtures/ with each combination of its six flags below, and writes fixtures/ckpt-tree/
facts.txt: for each run a line "$ FILE FLAGS", then what the script printed, line for line. The width of the terminal
is set so large that rich never wraps a line. Writes statistics.txt beside it, too: for each tensor of the checkpoints
there "FILE KEY min max mean std nan inf", computed by PyTorch in float64 over the finite elements, "-" where it has no
such value. Needs torch, mmengine, mmpretrain and rich; no randomness.

  scripts/makers/make_ckpt_tree_facts.py --upstream path/to/ckpt_tree.py
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

RUNS = {
    'demo/mobilenet_v2_legacy.pt': [
        '', '--depth 0', '--depth 1', '--depth 2 --full-name', '--node features.3', '--node features.3.conv.1 --shape',
        '--depth 3 --full-name --shape --number', '--node features.3 --full-name --number', '--number --depth 4',
    ],
    'checkpoints/state_dict.pth': ['', '--shape', '--number', '--full-name --shape --number'],
    'checkpoints/state_dict_legacy.pth': ['--shape'],
    'checkpoints/parameters.pth': ['--shape --number'],
    'checkpoints/dtypes_legacy.pth': ['', '--shape --full-name'],
    'ckpt-tree/mixed.pth': [
        '', '--number', '--full-name --number', '--state-key ema', '--state-key ema --number --shape', '--node a',
    ],
    'ckpt-tree/thousand.pth': ['--number --node layer9'],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--upstream', type=Path, required=True, help='the real ckpt_tree.py')
    arguments = parser.parse_args()
    make_mixed(ROOT / 'fixtures/ckpt-tree/mixed.pth')
    make_thousand(ROOT / 'fixtures/ckpt-tree/thousand.pth')
    lines = []
    for name, combinations in RUNS.items():
        for flags in combinations:
            run = subprocess.run(
                [sys.executable, arguments.upstream, ROOT / 'fixtures' / name, *flags.split()],
                env={**os.environ, 'COLUMNS': '100000', 'TERM': 'dumb'}, capture_output=True, text=True, check=True)
            lines += [f'$ {name} {flags}'.rstrip(), *run.stdout.splitlines()]
    path = ROOT / 'fixtures/ckpt-tree/facts.txt'
    path.write_text('\n'.join(lines) + '\n')
    print(f'{path}: {len(lines)} lines')
    write_statistics(ROOT / 'fixtures/ckpt-tree/statistics.txt')


def write_statistics(path):
    import torch
    lines = []
    make_numbers(ROOT / 'fixtures/ckpt-tree/numbers.pth')
    for name in ['ckpt-tree/numbers.pth', 'checkpoints/strides.pth']:
        for key, tensor in torch.load(ROOT / 'fixtures' / name, weights_only=True).items():
            if tensor.is_complex():
                continue
            values = tensor.double().flatten()
            finite = values[values.isfinite()]
            figures = [finite.min(), finite.max(), finite.mean()] if len(finite) else [None] * 3
            figures.append(finite.std() if len(finite) > 1 else None)
            figures = ['-' if figure is None else repr(float(figure)) for figure in figures]
            counts = [int(values.isnan().sum()), int(values.isinf().sum())]
            lines.append(' '.join([name, key, *figures, *map(str, counts)]))
    path.write_text('\n'.join(lines) + '\n')
    print(f'{path}: {len(lines)} lines')


def make_numbers(path):
    """Numbers of every real type, some of them not finite."""
    import torch
    ramp = torch.arange(-110, 110).float() / 64
    odd = torch.tensor([1.5, float('nan'), -2.0, float('inf'), float('-inf'), float('nan'), 0.0])
    state = {name: ramp.to(getattr(torch, name)) for name in ('float64', 'float32', 'float16', 'bfloat16')}
    for name in ('float8_e4m3fn', 'float8_e5m2'):
        state[name] = ramp.to(getattr(torch, name))
    for name in ('int64', 'int32', 'int16', 'int8', 'uint8', 'bool'):
        state[name] = torch.arange(0, 120).to(getattr(torch, name))
    for name in ('float64', 'float32', 'float16', 'bfloat16'):
        state[f'odd_{name}'] = odd.to(getattr(torch, name))
    state['one'] = torch.tensor(3.25)
    state['none'] = torch.zeros(0)
    state['nothing_finite'] = odd[[1, 3]]
    torch.save(state, path)


def make_mixed(path):
    """A wrapped state dict with entries that are not tensors, None among them, and a module that is a tensor too."""
    import torch
    path.parent.mkdir(parents=True, exist_ok=True)
    ones = torch.ones(2, 3)
    torch.save({
        'meta': {'epoch': 3, 'name': 'mixed', 'classes': ('cat', 'dog'), 'lr': 0.1},
        'state_dict': {
            'a.weight': ones, 'a.extra_state': 7, 'a.b.weight': ones[0], 'none': None, 'c': ones, 'c.d': ones,
            'layers.0.w': ones, 'layers.1.w': ones, 'layers.2.w': ones, 'a.late': ones,
        },
        'ema': {'a.weight': ones, 'steps': torch.tensor(5)},
    }, path)


def make_thousand(path):
    """A thousand entries, for which the column of numbers is as wide as rounding of logarithms makes it."""
    import torch
    zero = torch.zeros(1)
    torch.save({f'layer{index // 100}.{index % 100:02}.w': zero for index in range(1000)}, path)


if __name__ == '__main__':
    main()
