from __future__ import annotations

from dataclasses import fields

import numpy as np
from validation.disentanglement.network import Batch, learnt

from honeycell.conversations.disentangle.ranker import Ranker, on_grid, scores

N, C = 400, 6


def learn(seed: int) -> Ranker:
    return learnt(give, np.arange(300), (16, 8), epochs=200, rate=1e-2, dropped=0.1, seed=seed)


dice = np.random.default_rng(2)
PAIRS, OWN = on_grid(dice.random((N, C, 4))), on_grid(dice.random((N, 3)))
# The candidate of the largest first feature is right, unless the message says that it begins something.
BEST = np.where(OWN[:, 0] > 0.8, C, PAIRS[..., 0].argmax(axis=1))
TRUTH = np.arange(C + 1) == BEST[:, None]


def give(some: np.ndarray) -> Batch:
    pairs, own = PAIRS[some].astype(np.float32), OWN[some].astype(np.float32)
    return Batch(pairs, own, np.zeros((len(some), C, 3), np.float32), TRUTH[some])


def test_what_is_right_is_learnt_and_holds_for_what_was_not_seen() -> None:
    unseen = np.arange(300, N)
    own = np.concatenate([np.zeros((1, 3)), OWN])
    found = scores(learn(1), PAIRS[unseen], own, unseen + 1, np.zeros((len(unseen), C), int))
    assert (found.argmax(axis=1) == BEST[unseen]).mean() > 0.7


def test_learning_again_gives_the_same_weights() -> None:
    one, again, other = learn(1), learn(1), learn(2)
    names = [one.name for one in fields(Ranker)]
    assert all(np.array_equal(getattr(one, name), getattr(again, name)) for name in names)
    assert not np.array_equal(one.pair, other.pair)


def test_weights_are_kept_exactly() -> None:
    ranker = learn(1)
    kept = Ranker.from_integers(**ranker.integers())
    assert all(np.array_equal(getattr(ranker, one.name), getattr(kept, one.name)) for one in fields(Ranker))
