"""How a ranker is learnt: Adam on the chance given to what was annotated, weights averaged over the last steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.disentangle.ranker import Ranker

__all__ = ["Batch", "learnt"]

_Floats = NDArray[np.float32]
_SIZE = 128
_WARM = 200
_DECAY = 1e-3
_AVERAGED = 0.999


@dataclass(frozen=True, slots=True)
class Batch:
    """Some messages: features of pairs (b, c, f), of messages (b, m), of candidates (b, c, m), the truth (b, c + 1)."""

    pairs: _Floats
    own: _Floats
    candidates: _Floats
    truth: NDArray[np.bool_]


def learnt(
    give: Callable[[NDArray[np.int64]], Batch], which: NDArray[np.int64], hidden: tuple[int, int], *,
    epochs: int, rate: float, dropped: float, seed: int,
) -> Ranker:  # fmt: skip
    """A ranker.

    Args:
        give: What is known of some examples.
        which: The examples to learn from, each with at least one true answer.
        hidden: Units of the two layers.
        epochs: How often each is seen.
        rate: Of learning at its highest; it falls along a cosine.
        dropped: Share of units of the first layer that an example does without.
        seed: Of all that is random.
    """
    dice = np.random.default_rng(seed)
    probe = give(which[:1])
    f, m = probe.pairs.shape[2], probe.own.shape[1]
    h, g = hidden
    wide, deep = np.sqrt(2 / (f + 1 + 2 * m)), np.sqrt(2 / h)
    shapes = {
        "pair": ((f, h), wide), "message": ((m, h), wide), "candidate": ((m, h), wide), "begins": ((h,), wide),
        "hidden": ((h,), 0), "second": ((h, g), deep), "second_hidden": ((g,), 0), "last": ((g,), 0.1),
    }  # fmt: skip
    weights = {
        name: (dice.standard_normal(shape) * scale).astype(np.float32) for name, (shape, scale) in shapes.items()
    }
    mean, square = ({name: np.zeros_like(one) for name, one in weights.items()} for _ in range(2))
    averaged = {name: one.copy() for name, one in weights.items()}
    steps = epochs * -(-len(which) // _SIZE)
    step = 0
    for _epoch in range(epochs):
        order = dice.permutation(which)
        for low in range(0, len(order), _SIZE):
            some = np.sort(order[low : low + _SIZE])
            slopes = _slopes(weights, give(some), dropped, dice)
            pace = rate * min(1, (step + 1) / _WARM) * 0.5 * (1 + np.cos(np.pi * step / steps))
            step += 1
            kept = min(_AVERAGED, (1 + step) / (10 + step))
            scaled = pace * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            for name, slope in slopes.items():
                mean[name] += 0.1 * (slope - mean[name])
                square[name] += 0.001 * (slope * slope - square[name])
                weights[name] -= (scaled * mean[name] / (np.sqrt(square[name]) + 1e-8)).astype(np.float32)
                if weights[name].ndim == 2:
                    weights[name] *= np.float32(1 - pace * _DECAY)
                averaged[name] += np.float32(1 - kept) * (weights[name] - averaged[name])
    return Ranker.from_integers(**Ranker(**averaged).integers())


def _slopes(weights: dict[str, _Floats], batch: Batch, dropped: float, dice: np.random.Generator) -> dict[str, _Floats]:
    """Of the loss by each weight: half counts what all true answers get together, half each of them."""
    b, c, f = batch.pairs.shape
    h = len(weights["hidden"])
    first = np.empty((b, c + 1, h), np.float32)
    first[:, :c] = (batch.pairs.reshape(b * c, f) @ weights["pair"]).reshape(b, c, h)
    first[:, :c] += (batch.candidates.reshape(b * c, -1) @ weights["candidate"]).reshape(b, c, h)
    first[:, c] = weights["begins"]
    first += (batch.own @ weights["message"] + weights["hidden"])[:, None]
    np.maximum(first, 0, out=first)
    kept = (dice.random((b, 1, h), np.float32) >= dropped).astype(np.float32) / np.float32(1 - dropped)
    first *= kept
    flat = first.reshape(b * (c + 1), h)
    second = flat @ weights["second"] + weights["second_hidden"]
    np.maximum(second, 0, out=second)
    found = (second @ weights["last"]).reshape(b, c + 1)
    found = np.exp(found - found.max(axis=1, keepdims=True))
    chances = found / found.sum(axis=1, keepdims=True)
    right = chances * batch.truth
    wanted = 0.5 * right / np.maximum(right.sum(axis=1, keepdims=True), 1e-12)
    wanted += 0.5 * batch.truth / batch.truth.sum(axis=1, keepdims=True)
    error = ((chances - wanted) / b).astype(np.float32).reshape(-1)
    slopes = {"last": second.T @ error}
    of_second = error[:, None] * weights["last"]
    of_second *= second > 0
    slopes["second"], slopes["second_hidden"] = flat.T @ of_second, of_second.sum(axis=0)
    of_first = of_second @ weights["second"].T
    of_first *= flat > 0
    of_first = of_first.reshape(b, c + 1, h)
    of_first *= kept
    of_pairs = np.ascontiguousarray(of_first[:, :c]).reshape(b * c, h)
    slopes["pair"] = batch.pairs.reshape(b * c, f).T @ of_pairs
    slopes["candidate"] = batch.candidates.reshape(b * c, -1).T @ of_pairs
    slopes["begins"] = of_first[:, c].sum(axis=0)
    of_message = of_first.sum(axis=1)
    slopes["message"], slopes["hidden"] = batch.own.T @ of_message, of_message.sum(axis=0)
    return slopes
