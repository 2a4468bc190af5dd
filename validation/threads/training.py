"""Learn what speaks for a parent from mail with headers: `python -m validation.threads.training`.

`python -m validation.threads.training [--data FOLDER] [--until DAY] [--to FILE]`

The mail before DAY is imported without the headers that name other mails; what these named is the truth. Mails that
seem to answer and name nothing are left out, since nobody knows what they answer. Nothing is random but by a fixed
seed, and linear algebra runs on one thread: on one machine the same mail gives the same file, bit by bit.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.disentangle.ranker import Ranker
from honeycell.conversations.repair import Evidence, candidates, evidence, mails_near, orphans
from honeycell.ids import id_of
from honeycell.steps import Tables
from validation.__main__ import FOLDER
from validation.disentanglement.network import Batch, learnt
from validation.threads import DATA, hidden_cell, named_parents
from validation.threads.hidden import mails

__all__ = ["main", "trained"]

_ANSWERS = 0
"""Place of that feature in `OF_MAIL`."""


def main() -> None:
    """Learn, and write the file."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--data", type=Path, default=FOLDER / DATA, help="a folder of mail with headers")
    arguments.add_argument("--until", default="2020-09-01", help="the first day not to learn from")
    arguments.add_argument("--to", type=Path, default=Path("src/honeycell/conversations/repair/model.npz"))
    chosen = arguments.parse_args()
    end = datetime.fromisoformat(chosen.until).replace(tzinfo=UTC).timestamp()
    heads = list({head.message_id: head for head in mails(chosen.data)}.values())
    before = {id_of(head.message_id) for head in heads if head.at < end}
    named = {id_of(one): id_of(parent) for one, parent in named_parents(heads).items()}
    silent = {id_of(head.message_id) for head in heads if not head.named}
    with hidden_cell(chosen.data) as cell, cell.engine.scratch():
        t = Tables(cell.engine)
        near = mails_near(t, t["interactions"])
        asking = orphans(t, near)
        found = [] if asking is None else list(evidence(t, candidates(t, asking, near)))
    ranker = trained(found, before, named, silent)
    with chosen.to.open("wb") as file:
        kept = np.array(sorted({one >> 31 for one in before}), np.uint32)
        np.savez(file, learnt=kept, **ranker.integers())  # type: ignore[arg-type]
    print(f"{chosen.to}: {chosen.to.stat().st_size} bytes")


def trained(found: list[Evidence], before: set[int], named: dict[int, int], silent: set[int]) -> Ranker:
    """The ranker that mails of `before` teach, by what each named; `silent` named nothing."""
    c = max(one.parents.shape[1] for one in found)
    ids, own = np.concatenate([one.orphans for one in found]), np.concatenate([one.own for one in found])
    pairs = np.concatenate([_wide(one.pairs, c) for one in found])
    parents, known = (
        np.concatenate([_wide(part, c) for part in parts])
        for parts in ([one.parents for one in found], [one.known for one in found])
    )
    wanted = np.array([named.get(one, -1) for one in ids.tolist()])
    truth = (parents == wanted[:, None]) & known
    truth = np.concatenate([truth, ~truth.any(axis=1, keepdims=True)], axis=1)
    doubtful = np.array([one in silent for one in ids.tolist()]) & (own[:, _ANSWERS] > 0)
    which = np.flatnonzero(np.array([one in before for one in ids.tolist()]) & ~doubtful)

    def give(some: NDArray[np.int64]) -> Batch:
        mail = own[some].astype(np.float32)
        return Batch(pairs[some].astype(np.float32), mail, np.repeat(mail[:, None], c, axis=1), truth[some])

    return learnt(give, which, (32, 16), epochs=12, rate=3e-3, dropped=0.1, seed=0)


def _wide(part: NDArray[np.generic], c: int) -> NDArray[np.generic]:
    more = [(0, 0), (0, c - part.shape[1]), *[(0, 0)] * (part.ndim - 2)]
    return np.pad(part, more)


if __name__ == "__main__":
    main()
