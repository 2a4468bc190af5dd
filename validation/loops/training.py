"""Learn the weights of the loop model: `python -m validation.loops.training [--data ../shared/data] [--to FILE]`.

For each type a logistic regression with penalised weights, from the half of the labelled sentences whose conversations
are not held out. Its chances are calibrated on the same half: each tenth is judged by weights that were learnt without
it, and a slope and an offset (Platt 1999) are fitted to those, every sentence weighing as many as it stands for.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from honeycell.conversations.loops.marks import FEATURES, OPENING
from honeycell.conversations.loops.model import GRID
from honeycell.ids import id_of
from validation.loops.labels import Labelled, labelled, split
from validation.loops.sampling import cell_of, messages

__all__ = ["PENALTY", "learnt", "main"]

PENALTY = 1.0
N_FOLDS = 10
_Floats = npt.NDArray[np.float64]


def main() -> None:
    """Learn, and write the file."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--data", type=Path, default=Path(__file__).parents[3] / "shared/data")
    arguments.add_argument("--cell", type=Path)
    arguments.add_argument("--to", type=Path, default=Path("src/honeycell/conversations/loops/model.json"))
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, cell_of(chosen.data, chosen.cell or Path(folder) / "cell") as cell:
        known, _ = split(labelled(messages(cell)))
    found = {name: learnt(known, name) for name in OPENING}
    made = {
        "command": "python -m validation.loops.training",
        "from": "validation/loops/labels.csv, the conversations that are not held out",
        "sentences": len(known),
        "penalty": PENALTY,
        "grid": GRID,
    }
    kept = {
        name: {feature: n for feature, n in zip(FEATURES, whole, strict=True) if n} for name, whole in found.items()
    }
    chosen.to.write_text(json.dumps({"made": made, "weights": kept}, indent=1) + "\n")


def learnt(known: Sequence[Labelled], name: str) -> list[int]:
    """The calibrated weights of a type, times `GRID`."""
    mine = [one for one in known if one.candidate is not None and name in one.candidate.types]
    rows = np.zeros((len(mine), len(FEATURES)))
    for at, one in enumerate(mine):
        assert one.candidate is not None
        rows[at, list(one.candidate.seen)] = 1
    right = np.array([name in one.labels for one in mine], np.float64)
    fold = np.array([id_of(one.message.conversation) % N_FOLDS for one in mine])
    apart = np.zeros(len(mine))
    for n in range(N_FOLDS):
        apart[fold == n] = rows[fold == n] @ _fitted(rows[fold != n], right[fold != n], PENALTY)
    slope, offset = _fitted(np.column_stack([apart, np.ones(len(mine))]), right, 0.01)
    whole = _fitted(rows, right, PENALTY) * slope
    whole[FEATURES.index("always")] += offset
    return [int(n) for n in np.rint(whole * GRID)]


def _fitted(rows: _Floats, right: _Floats, penalty: float) -> _Floats:
    """Weights that make what is right most likely, less the penalty times half the sum of their squares."""

    def loss(held: _Floats) -> tuple[float, _Floats]:
        score = rows @ held
        shares = 1 / (1 + np.exp(-score))
        value = np.logaddexp(0, score).sum() - right @ score + penalty / 2 * (held @ held)
        return float(value), rows.T @ (shares - right) + penalty * held

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    return np.asarray(found.x)


if __name__ == "__main__":
    main()
