"""Learn the weights of the zone model from annotated messages: `python -m validation.zones.training`.

`python -m validation.zones.training [--data ../shared/data/zones/webis-gmane] [--to src/honeycell/zones/model.json]`

A linear-chain conditional random field, its likelihood less `PENALTY` times the sum of squares maximised by L-BFGS.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from honeycell.zones.features import NAMES, features
from honeycell.zones.lines import Runs, read
from honeycell.zones.model import LABELS, Model, chains, decoded
from validation.zones.annotations import Annotated, annotated, fingerprint, label_between, written

__all__ = ["N_FOLDS", "PENALTY", "held_out", "learnt", "main"]

PENALTY = 2.0
N_FOLDS = 10
_LEAST = 0.02
"""Smaller weights are left out of the file."""
_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]


def main() -> None:
    """Learn from all messages, and write the file."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--data", type=Path, default=Path(__file__).parents[3] / "shared/data/zones/webis-gmane")
    arguments.add_argument("--to", type=Path, default=Path("src/honeycell/zones/model.json"))
    chosen = arguments.parse_args()
    messages, own = annotated(chosen.data), written()
    runs = _read([*messages, *own])
    labels = _labels([*messages, *own], runs)
    found = learnt(features(runs), np.array(runs.message, np.int64), labels)
    made = {
        "command": "python -m validation.zones.training",
        "from": "annotations of the Webis Gmane corpus 2019, the half with even numbers",
        "messages": len(messages),
        "written for it": len(own),
        "runs": len(runs.start),
        "penalty": PENALTY,
        "sha256": fingerprint(messages),
    }
    emission = {
        name: [round(float(weight), 3) for weight in weights]
        for name, weights in zip(NAMES, found.emission, strict=True)
        if np.abs(weights).max() >= _LEAST
    }
    page = {"made": made, "labels": LABELS, "transition": np.round(found.transition.astype(float), 3).tolist(),
            "first": np.round(found.first.astype(float), 3).tolist(),
            "last": np.round(found.last.astype(float), 3).tolist(), "emission": emission}  # fmt: skip
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(weights)}" for name, weights in page.pop("emission").items())
    head = json.dumps(page, indent=1)[:-2]
    chosen.to.write_text(head + ',\n "emission": {\n' + lines + "\n }\n}\n", encoding="utf-8")


def held_out(messages: Sequence[Annotated]) -> list[int]:
    """The label of each run, by a model made without its message."""
    own = written()
    runs = _read([*messages, *own])
    rows, message, labels = features(runs), np.array(runs.message, np.int64), _labels([*messages, *own], runs)
    # What was written for the training is always in it, and never judged.
    fold = np.append(np.random.default_rng(0).permutation(len(messages)) % N_FOLDS, np.full(len(own), -1))
    found = np.zeros(len(labels), np.int64)
    for one in range(N_FOLDS):
        kept, left = np.flatnonzero(fold[message] != one), np.flatnonzero(fold[message] == one)
        found[left] = decoded(learnt(rows[kept], message[kept], labels[kept]), rows[left], message[left])
    return [int(label) for label in found[fold[message] >= 0]]


def _read(messages: Sequence[Annotated]) -> Runs:
    return read([message.text for message in messages], [message.sender_names for message in messages])


def _labels(messages: Sequence[Annotated], runs: Runs) -> _Ints:
    named = [
        label_between(messages[number], start, end) or "own"
        for number, start, end in zip(runs.message, runs.start, runs.end, strict=True)
    ]
    return np.array([LABELS.index(label) for label in named], np.int64)


def learnt(rows: npt.NDArray[np.float32], message: _Ints, labels: _Ints, penalty: float = PENALTY) -> Model:
    """The weights that make these labels most likely."""
    n_features, n_labels = rows.shape[1], len(LABELS)
    rows64 = rows.astype(np.float64)
    starts, sizes = chains(message)
    onehot = np.eye(n_labels)[labels]
    same = np.append(message[1:] == message[:-1], False)
    same[starts[1:] - 1] = False
    pairs = np.zeros((n_labels, n_labels))
    np.add.at(pairs, (labels[:-1][same[:-1]], labels[1:][same[:-1]]), 1)
    first, last = onehot[starts].sum(0), onehot[starts + sizes - 1].sum(0)
    seen = rows64.T @ onehot
    shapes = [(n_features, n_labels), (n_labels, n_labels), (n_labels,), (n_labels,)]
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    by_size = np.argsort(-sizes, kind="stable")
    starts, sizes = starts[by_size], sizes[by_size]
    alive = np.searchsorted(-sizes, -np.arange(sizes[0]), side="left")

    def loss(flat: _Floats) -> tuple[float, _Floats]:
        emission, transition, begin, end = (p.reshape(s) for p, s in zip(np.split(flat, cuts), shapes, strict=True))
        scores = rows64 @ emission
        forward = np.empty_like(scores)
        forward[starts] = begin + scores[starts]
        for place in range(1, sizes[0]):
            at = starts[: alive[place]] + place
            forward[at] = _logsum(forward[at - 1][:, :, None] + transition, 1) + scores[at]
        backward = np.empty_like(scores)
        backward[starts + sizes - 1] = end
        total = _logsum(forward[starts + sizes - 1] + end, 1)
        norm = np.empty(len(scores))
        expected_pairs = np.zeros_like(transition)
        for place in range(sizes[0] - 1, -1, -1):
            n_alive = alive[place]
            at = starts[:n_alive] + place
            norm[at] = total[:n_alive]
            if place == 0:
                break
            after = backward[at] + scores[at]
            joint = forward[at - 1][:, :, None] + transition + after[:, None, :]
            expected_pairs += np.exp(joint - total[:n_alive, None, None]).sum(0)
            backward[at - 1] = _logsum(transition + after[:, None, :], 2)
        chance = np.exp(forward + backward - norm[:, None])
        value = total.sum() - (seen * emission).sum() - (pairs * transition).sum() - first @ begin - last @ end
        gradient = [
            rows64.T @ chance - seen,
            expected_pairs - pairs,
            chance[starts].sum(0) - first,
            chance[starts + sizes - 1].sum(0) - last,
        ]
        flatter = np.concatenate([part.ravel() for part in gradient])
        return value + penalty * (flat @ flat), flatter + 2 * penalty * flat

    found = minimize(
        loss, np.zeros(sum(int(np.prod(s)) for s in shapes)), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    )
    parts = [
        part.reshape(shape).astype(np.float32) for part, shape in zip(np.split(found.x, cuts), shapes, strict=True)
    ]
    return Model(*parts)


def _logsum(values: _Floats, axis: int) -> _Floats:
    top = values.max(axis=axis, keepdims=True)
    return np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)


if __name__ == "__main__":
    main()
