"""The groups in a space as of a day: who is in them, since when, and how much of their talk stays inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.errors import NotAllowedError
from honeycell.groups.chance import by_chance, found_again, share_inside
from honeycell.groups.communities import LARGEST, SMALLEST, communities
from honeycell.groups.following import Followed, follow
from honeycell.groups.protected import protection
from honeycell.groups.talk import LEAST, WEEKS, Talk, spoken, talk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from honeycell.steps import Tables

__all__ = ["Group", "Groups", "groups", "groups_of", "weeks_of"]

AGAIN, BY_CHANCE = 0.5, 0.05
"""A group is firm from this share of draws on, and up to this share of groups that chance makes."""


@dataclass(frozen=True)
class Group:
    """Three to seven people of a space who talk with each other rather than with the others there."""

    group_id: int
    since_on: date
    """The Monday of the week in which it was found first; the talk it was found by reaches 26 weeks further back."""
    n_weeks: int
    """Weeks since then in which it was found."""
    members: tuple[int, ...]
    """Ids of persons, rising."""
    said: tuple[int, ...]
    """What its members directed at people of the space, in messages, for each of the 26 weeks up to the last."""
    inside: tuple[int, ...]
    """Those of them that were directed at nobody of the space outside the group."""
    share_inside: float
    """The part of what its members said in these weeks that went to each other (`science.md` 2.3)."""
    n_ties_inside: int
    """Pairs of its members with a message between them in these weeks; by them the E-I index."""
    n_ties_outside: int
    """Pairs of a member and somebody else of the space, likewise."""
    share_again: float
    """In which share of draws of the conversations it is found again (`honeycell.groups.chance.found_again`)."""
    share_by_chance: float
    """How many groups keep as much talk inside where who hears what is shuffled (`by_chance`)."""

    @property
    def firm(self) -> bool:
        """Found again in at least half of the draws, and rarely by chance: what is less may be chance."""
        return self.share_again >= AGAIN and self.share_by_chance <= BY_CHANCE

    @property
    def e_i(self) -> float:
        """From -1, all ties inside, to 1, all outside: (E-I)/(E+I) (Krackhardt and Stern, 1988)."""
        ties = self.n_ties_outside + self.n_ties_inside
        return (self.n_ties_outside - self.n_ties_inside) / ties


@dataclass(frozen=True)
class Groups:
    """The groups in a space."""

    space: str
    week_on: date
    """The Monday of the last whole week."""
    n_people: int
    """Who wrote there in at least 4 of the 26 weeks up to it; with fewer than eight no groups are looked for."""
    groups: tuple[Group, ...]
    """The most talk inside first."""


def groups(t: Tables, space: str, as_of: date) -> Groups:
    """The groups in a space as of the end of the last whole week up to a day.

    Args:
        t: The tables of a cell.
        space: The handle of a list, stream or channel.
        as_of: The last day.

    Raises:
        NotAllowedError: Nobody looks for groups there (`protected-space`).
    """
    if why := protection(space):
        raise NotAllowedError(
            "protected-space",
            f"nobody looks for groups in “{space.partition(':')[2]}”: its name says “{why}”",
            space,
            "works councils, unions, personnel, legal, medical and whistle-blower spaces are left alone",
        )
    last = ((as_of + timedelta(1)).toordinal() - _FIRST.toordinal()) // 7 - 1
    return groups_of(space, talk(t, spoken(t, space, as_of)), last)


def groups_of(space: str, said: Talk, last: int) -> Groups:
    """The groups by what was said, as of the end of a week.

    Args:
        space: The handle of the space.
        said: Its talk, from the beginning: the ids of groups are those of the weeks in which they were found first.
        last: The number of the last week.
    """
    people = said.regulars(last)
    now = said.among(people, last)
    followed: list[Followed] = []
    if len(people) >= LEAST:
        for week, some in follow(space, weeks_of(said, last)):
            followed = some if week == last else []
    kept = [one for one in followed if SMALLEST <= len(one.members) <= LARGEST]
    members = [one.members for one in kept]
    sure = zip(kept, found_again(now, members), by_chance(now, members), strict=True)
    found = [_group(one, now, last, again, chance) for one, again, chance in sure]
    found.sort(key=lambda one: (-one.share_inside * sum(one.said), one.group_id))
    return Groups(space, _monday(last), len(people), tuple(found))


def weeks_of(said: Talk, last: int) -> Iterator[tuple[int, list[frozenset[int]]]]:
    """The communities of each week that has any, up to the last."""
    for week in range(int(said.wrote.min()), last + 1):
        people = said.regulars(week)
        if len(people) >= LEAST:
            yield week, communities(said.among(people, week))


def _group(one: Followed, now: Talk, last: int, share_again: float, share_by_chance: float) -> Group:
    members = np.array(sorted(one.members))
    by, to = np.isin(now.speaker, members), np.isin(now.hearer, members)
    messages, first = np.unique(now.message[by], return_index=True)
    beyond = np.isin(messages, now.message[by & ~to])
    weeks = now.said[by][first] - (last - WEEKS + 1)
    pairs = np.stack([np.minimum(now.speaker, now.hearer), np.maximum(now.speaker, now.hearer)])[:, by | to]
    ties = np.unique(pairs, axis=1)
    n_inside = int(np.isin(ties, members).all(axis=0).sum())
    return Group(
        one.group_id,
        _monday(one.since),
        one.n_weeks,
        tuple(members.tolist()),
        tuple(np.bincount(weeks, minlength=WEEKS).tolist()),
        tuple(np.bincount(weeks[~beyond], minlength=WEEKS).tolist()),
        share_inside(now, one.members),
        n_inside,
        ties.shape[1] - n_inside,
        share_again,
        share_by_chance,
    )


def _monday(week: int) -> date:
    return _FIRST + timedelta(weeks=week)


_FIRST = date(1970, 1, 5)
"""The Monday of week 0."""
