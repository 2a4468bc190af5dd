"""Communities: people who talk with each other rather than with the others.

Louvain (Blondel, Guillaume, Lambiotte and Lefebvre, 2008) over the attention that people of a space give each other, at
a resolution at which most communities are small (Reichardt and Bornholdt, 2006).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from honeycell.groups.talk import Talk

__all__ = ["LARGEST", "RESOLUTION", "SMALLEST", "communities"]

SMALLEST, LARGEST = 3, 7
"""People in a group (`science.md` 4.10)."""
RESOLUTION = 3.0
_ENOUGH = 1e-6
"""The search ends when a round adds less modularity than this."""


def communities(talk: Talk, resolution: float = RESOLUTION) -> list[frozenset[int]]:
    """Everybody who said or heard something, in communities, the largest first.

    The same talk gives the same communities, in whatever order it comes: people are taken in the order of their ids,
    and nothing is drawn by chance.

    Args:
        talk: What was said, weights in messages.
        resolution: From 0 (all in one) up; 1 is plain modularity.

    Returns:
        Ids of persons; each person is in one community.
    """
    from scipy.sparse import csr_matrix
    from sknetwork.clustering import Louvain

    people, places = np.unique(np.concatenate([talk.speaker, talk.hearer]), return_inverse=True)
    if not len(people):
        return []
    speakers, hearers = places[: len(talk.speaker)], places[len(talk.speaker) :]
    attention = csr_matrix((talk.weight, (speakers, hearers)), shape=(len(people), len(people)))
    both = (attention + attention.T).tocsr()
    both.sort_indices()
    louvain = Louvain(
        resolution, "newman", _ENOUGH, _ENOUGH, shuffle_nodes=False, return_probs=False, return_aggregate=False
    )
    labels = louvain.fit_predict(both)
    found = [frozenset(people[labels == label].tolist()) for label in np.unique(labels)]
    return sorted(found, key=lambda one: (-len(one), sorted(one)))
