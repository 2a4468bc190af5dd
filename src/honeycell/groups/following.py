"""Which group of this week is which of the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from honeycell.groups.communities import SMALLEST
from honeycell.ids import id_of

__all__ = ["MEMORY", "SAME", "Followed", "follow"]

SAME = 0.5
"""Two groups are one from this share on of people in both among people in either (Jaccard, 1901)."""
MEMORY = 4
"""Weeks after which a group that was not found again is forgotten."""


@dataclass(frozen=True)
class Followed:
    """A community in one week, with the id that it keeps from week to week."""

    group_id: int
    since: int
    """The week in which it was found first."""
    n_weeks: int
    """Weeks in which it was found, this one included."""
    members: frozenset[int]


def follow(space: str, weeks: Iterable[tuple[int, Iterable[frozenset[int]]]]) -> Iterator[tuple[int, list[Followed]]]:
    """Give the communities of one week after another their ids; who are fewer than three are left out.

    Where one might be two of before, or two one, the pair with the largest share in common comes first, then the group
    that is older. A group keeps its id however large it is meanwhile, and however its members change, as long as half
    of them are the same from one time to the next.

    Args:
        space: The handle of the space, which the ids are made of, with the first week and members.
        weeks: Numbers of weeks, rising, with the communities of each.
    """
    known: dict[int, tuple[int, Followed]] = {}
    for week, found in weeks:
        known = {key: held for key, held in known.items() if week - held[0] <= MEMORY}
        new = [one for one in found if len(one) >= SMALLEST]
        pairs = sorted(
            (-_shared(held.members, one), held.since, key, n)
            for key, (_week, held) in known.items()
            for n, one in enumerate(new)
            if _shared(held.members, one) >= SAME
        )
        chosen: dict[int, int] = {}
        for _share, _since, key, n in pairs:
            if n not in chosen and key not in chosen.values():
                chosen[n] = key
        followed = []
        for n, members in enumerate(new):
            before = known[chosen[n]][1] if n in chosen else None
            followed.append(
                Followed(before.group_id, before.since, before.n_weeks + 1, members)
                if before
                else Followed(id_of(f"{space} {week} {sorted(members)}"), week, 1, members)
            )
        known |= {one.group_id: (week, one) for one in followed}
        yield week, followed


def _shared(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)
