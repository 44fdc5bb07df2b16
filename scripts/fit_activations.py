#!/usr/bin/env python3
"""Prints the minimax polynomials of Sources/CKernels/f32/functions.inc, highest power first.

Each is fitted in extended precision by Lawson's iteration on Chebyshev nodes, its coefficients then rounded to float32.
Needs numpy and mpmath.

usage: scripts/fit_activations.py
"""

import sys

if len(sys.argv) > 1:
    print(__doc__)
    sys.exit(0 if sys.argv[1] in ("-h", "--help") else 2)

import mpmath as mp
import numpy as np

mp.mp.dps = 40


def fit(function, start, end, degree, weight=lambda x: 1, variable=lambda x: x, nodes=300, rounds=60):
    """Coefficients of powers of `variable`, lowest first, and the largest weighted error."""
    centre, radius = (start + end) / 2, (end - start) / 2
    xs = [centre + radius * float(mp.cos(mp.pi * (2 * i + 1) / (2 * nodes))) for i in range(nodes)]
    powers = np.array([[float(variable(x)) ** k for k in range(degree + 1)] for x in xs])
    size = np.abs(powers).max(axis=0)
    powers /= size
    values = np.array([float(function(mp.mpf(x))) for x in xs])
    weights = np.array([float(weight(mp.mpf(x))) for x in xs])
    lawson = np.ones(nodes) / nodes
    for _ in range(rounds):
        root = weights * np.sqrt(lawson)
        coefficients = np.linalg.lstsq(powers * root[:, None], values * root, rcond=None)[0]
        errors = np.abs((powers @ coefficients - values) * weights)
        lawson *= errors
        lawson /= lawson.sum()
    return coefficients / size, errors.max()


def show(name, result):
    coefficients, error = result
    print(f"{name}: largest error {error * 2**24:.2f} · 2^-24")
    print("  " + " ".join(float(np.float32(c)).hex() for c in coefficients[::-1]))


half_log = float(mp.log(2)) / 2
show(
    "(e^x − 1 − x) / x², |x| <= ln 2 / 2; the error is that of e^x",
    fit(lambda x: (mp.exp(x) - 1 - x) / x**2, -half_log, half_log, 4, weight=lambda x: x**2 + 1e-4),
)
show(
    "ln Φ(−x), 0 ... 6.5; the error is relative to Φ and may grow with x",
    fit(lambda x: mp.log(mp.erfc(x / mp.sqrt(2)) / 2), 0, 6.5, 11, weight=lambda x: 1 / mp.sqrt(1 + x**2 / 4)),
)
show(
    "(tanh x − x) / x³ of x², 0 ... 0.625; the error is relative to tanh x",
    fit(
        lambda x: (mp.tanh(x) / x - 1) / x**2, 1e-2, 0.625, 4, weight=lambda x: x**3 / mp.tanh(x),
        variable=lambda x: x * x,
    ),
)
