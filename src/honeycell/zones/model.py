"""What each run of lines is, by a linear-chain model: weights of features, weights of what follows what.

A conditional random field (Lafferty, McCallum and Pereira 2001). `model.json` holds its weights, and of what and how
they were made; the best sequence of labels is found by Viterbi's algorithm over all messages of a batch at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from honeycell.zones.features import NAMES

__all__ = ["LABELS", "Model", "chains", "decoded", "model"]

LABELS = (
    "salutation", "own", "closing", "signature", "footer", "quotation", "attribution", "header", "patch", "code", "log",
    "table", "rule",
)  # fmt: skip
"""What a run can be."""
LONGEST = 400
"""Runs of one chain; longer messages are cut."""

_STEPS = 1024
"""Parts of one that the weight of a feature is a multiple of."""

_Floats = npt.NDArray[np.float32]
_Ints = npt.NDArray[np.int64]


_CERTAIN = tuple(
    (NAMES.index(name), np.array([0 if label in labels else -100 for label in LABELS], np.float32))
    for name, labels in {
        "quoted": ("quotation", "attribution", "header"),
        "inside a hunk": ("patch",),
        "diffstat": ("patch", "log"),
        "stack": ("log",),
    }.items()
)
"""Marks that leave no doubt, and the labels that they leave."""


@dataclass(frozen=True)
class Model:
    """The weights."""

    emission: _Floats
    """Of a feature for a label: features x labels."""
    transition: _Floats
    """Of a label after a label: labels x labels."""
    first: _Floats
    """Of a label at the beginning."""
    last: _Floats
    """Of a label at the end."""


@lru_cache(maxsize=1)
def model() -> Model:
    """The model that comes with the package, read once in a process."""
    page = json.loads(resources.files("honeycell.zones").joinpath("model.json").read_text("utf-8"))
    emission = np.zeros((len(NAMES), len(LABELS)), np.float32)
    for name, weights in page["emission"].items():
        emission[NAMES.index(name)] = weights
    # Multiples of a power of two add up without rounding, so a message has the same zones in whatever batch it comes.
    emission = np.round(emission * _STEPS) / np.float32(_STEPS)
    return Model(emission, *(np.array(page[name], np.float32) for name in ("transition", "first", "last")))


def chains(message: _Ints) -> tuple[_Ints, _Ints]:
    """Where the chains begin and how many runs they have: messages, cut where they are longer than `LONGEST`.

    Args:
        message: For each run the number of its message, ascending.
    """
    n = len(message)
    order = np.arange(n)
    begins = np.append(True, message[1:] != message[:-1])
    within = order - np.maximum.accumulate(np.where(begins, order, 0))
    starts = np.flatnonzero(within % LONGEST == 0)
    return starts, np.diff(np.append(starts, n))


def decoded(weights: Model, rows: _Floats, message: _Ints) -> _Ints:
    """The best label of each run, as its place in `LABELS`.

    Args:
        weights: The model.
        rows: What `features` gives: runs x features.
        message: For each run the number of its message, ascending.
    """
    n = len(message)
    if n == 0:
        return np.zeros(0, np.int64)
    scores = rows @ weights.emission
    for column, allowed in _CERTAIN:
        scores[rows[:, column] > 0] += allowed
    starts, sizes = chains(message)
    by_size = np.argsort(-sizes, kind="stable")
    starts, sizes = starts[by_size], sizes[by_size]
    # How many chains are longer than each place; chains are in order of length, so these are the first ones.
    alive = np.searchsorted(-sizes, -np.arange(sizes[0]), side="left")
    came = np.zeros((n, len(LABELS)), np.int8)
    best = weights.first + scores[starts]
    final = np.empty_like(best)
    for place in range(1, sizes[0]):
        n_alive = alive[place]
        final[n_alive : len(best)] = best[n_alive:]
        paths = best[:n_alive, :, None] + weights.transition
        at = starts[:n_alive] + place
        came[at] = paths.argmax(axis=1)
        best = paths.max(axis=1) + scores[at]
    final[: len(best)] = best
    labels = np.zeros(n, np.int64)
    now = (final + weights.last).argmax(axis=1)
    for place in range(sizes[0] - 1, -1, -1):
        n_alive = alive[place]
        at = starts[:n_alive] + place
        labels[at] = now[:n_alive]
        now[:n_alive] = came[at, now[:n_alive]] if place else now[:n_alive]
    return labels
