"""Are questions, requests and promises found, and are their chances right? Held-out sentences that a person labelled.

`main(path)` takes the folder with `mail/openbmc` and `chat/zulip-machine-learning.jsonl.xz`. Figures for each
type, over the labelled sentences of the conversations that the model was not learnt from: `precision_*` of what is
found and `recall_*` of what is there, with Wilson intervals (95 %); `recall_random_*` of sentences drawn at random
alone; `accuracy_request` of saying whether a sentence is a request; `calibration_*`, how far the mean chance is from
the share that is right, over five equal parts of what the model judges.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from honeycell.conversations.loops.audit import wilson
from honeycell.conversations.loops.marks import OPENING
from honeycell.conversations.loops.model import LEAST, chance
from validation.loops.labels import Labelled, labelled, split
from validation.loops.sampling import cell_of, messages

__all__ = ["DATA", "PASS", "figures", "main"]

DATA = "."
PASS = {
    "precision_question": (">=", 0.80),
    "precision_request": (">=", 0.80),
    "precision_promise": (">=", 0.80),
    "accuracy_request": (">=", 0.838),
}


def main(path: Path) -> dict[str, float | int]:
    """Figures over the held-out half of the labels."""
    with tempfile.TemporaryDirectory() as folder, cell_of(path, Path(folder) / "cell") as cell:
        _, held_out = split(labelled(messages(cell)))
    return figures(held_out)


def figures(held_out: Sequence[Labelled]) -> dict[str, float | int]:
    """Every figure, for labelled sentences."""
    found: dict[str, float | int] = {"n_sentences": len(held_out)}
    judged = [(one, _judged(one)) for one in held_out]
    for name in OPENING:
        hits = [name in one.labels for one, types in judged if name in types]
        low, high = wilson(sum(hits), len(hits))
        there = [(one, types) for one, types in judged if name in one.labels]
        caught = [bool(one.labels & types.keys()) for one, types in there]
        at_random = [one for one, (labelled_, _) in zip(caught, there, strict=True) if labelled_.stratum == "random"]
        found |= {
            f"n_{name}_found": len(hits),
            f"precision_{name}": _share(hits),
            f"precision_{name}_low": low,
            f"precision_{name}_high": high,
            f"n_{name}_there": len(there),
            f"recall_{name}": _share(caught),
            f"recall_{name}_low": wilson(sum(caught), len(caught))[0],
            f"recall_{name}_high": wilson(sum(caught), len(caught))[1],
            f"n_random_{name}": len(at_random),
            f"recall_random_{name}": _share(at_random),
            f"calibration_{name}": _calibration(held_out, name),
        }
    right = [("request" in types) == ("request" in one.labels and not one.labels & types.keys() - {"request"})
             for one, types in judged]  # fmt: skip
    found["accuracy_request"] = _share(right)
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in found.items()}


def _judged(one: Labelled) -> dict[str, float]:
    """What a sentence is taken for, and how likely; a question and a request are never both."""
    if one.candidate is None:
        return {}
    types = [name for name in one.candidate.types if name in OPENING]
    likely = {name: p for name in types if (p := chance(name, one.candidate.seen)) >= LEAST}
    if "question" in likely and "request" in likely:
        del likely["question" if likely["request"] >= likely["question"] else "request"]
    return likely


def _calibration(held_out: Sequence[Labelled], name: str, n_parts: int = 5) -> float:
    """Expected calibration error over what the model judges."""
    seen = [one for one in held_out if one.candidate is not None and name in one.candidate.types]
    said = np.array([chance(name, one.candidate.seen) for one in seen if one.candidate is not None])
    right = np.array([name in one.labels for one in seen], np.float64)
    parts = np.array_split(np.argsort(said, kind="stable"), n_parts)
    return float(sum(len(p) * abs(said[p].mean() - right[p].mean()) for p in parts if len(p)) / max(len(seen), 1))


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
