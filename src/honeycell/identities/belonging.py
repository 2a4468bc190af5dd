"""What belongs to what, and since when, by files and decisions: a small graph of domains and names.

Of two that contradict each other the later counts (a file's word counts as earlier than all decisions). So every
domain and name belongs to at most one other at a time, chains are followed to their end, and a circle is cut at the
earliest decision in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

__all__ = ["Era", "Link", "above", "end", "eras", "standing"]


class Link(NamedTuple):
    """One domain or name belongs to another."""

    number: int
    """The decision, or 0 for a file; the larger wins."""
    a: str
    b: str
    since: date = date.min
    until: date = date.max


class Era(NamedTuple):
    """Whose a domain or name was, from a day to a day."""

    node: str
    since: date
    until: date
    end: str


def standing(links: Iterable[Link], apart: Sequence[tuple[int, str, str]] = ()) -> dict[str, Link]:
    """The one link of each domain and name that counts, of links that hold on one day.

    Args:
        links: What belongs to what.
        apart: Decisions that two are not one, with their numbers: links of smaller number never join them.

    Example:
        >>> circle = standing([Link(1, "a", "b"), Link(2, "b", "c"), Link(3, "c", "a")])
        >>> [end(circle, node) for node in "abc"]
        ['a', 'a', 'a']
        >>> standing([Link(1, "a", "b")], [(2, "a", "b")])
        {}
    """
    chosen: dict[str, Link] = {}
    for link in sorted(links, key=lambda one: (-one.number, one)):
        joined = {link.a, end(chosen, link.b)}
        if link.a in chosen or len(joined) == 1:
            continue
        if not any(number > link.number and {end(chosen, x), end(chosen, y)} == joined for number, x, y in apart):
            chosen[link.a] = link
    return chosen


def end(chosen: Mapping[str, Link], node: str) -> str:
    """What a domain or name belongs to in the end: itself where it belongs to nothing."""
    while node in chosen:
        node = chosen[node].b
    return node


def eras(links: Sequence[Link], apart: Sequence[tuple[int, str, str]] = ()) -> list[Era]:
    """The same with dates: the whole of time of every domain and name, in eras of one end each.

    Example:
        >>> [(era.node, era.since.year, era.end) for era in eras([Link(1, "a", "b", date(2020, 1, 1))])]
        [('a', 1, 'a'), ('a', 2020, 'b'), ('b', 1, 'b')]
    """
    nodes = sorted({node for link in links for node in (link.a, link.b)})
    found: list[Era] = []
    last: dict[str, Era] = {}
    starts = {date.min, *(link.since for link in links)}
    starts |= {link.until + timedelta(1) for link in links if link.until < date.max}
    days = sorted(starts)
    for since, following in zip(days, [*days[1:], None], strict=True):
        until = following - timedelta(1) if following else date.max
        chosen = standing([link for link in links if link.since <= since <= link.until], apart)
        for node in nodes:
            now, before = end(chosen, node), last.get(node)
            if before and before.end != now:
                found.append(before)
            last[node] = Era(node, before.since if before and before.end == now else since, until, now)
    return sorted([*found, *last.values()])


def above(links: Sequence[Link]) -> list[Link]:
    """For each subsidiary all that it belongs to, over several steps too, while every step holds."""
    by_node: dict[str, list[Link]] = {}
    for link in links:
        by_node.setdefault(link.a, []).append(link)
    found = []
    for first in links:
        walks = [(first, {first.a})]
        while walks:
            walk, passed = walks.pop()
            if walk.b in passed or walk.since > walk.until:
                continue
            found.append(walk)
            walks += [
                (walk._replace(b=up.b, since=max(walk.since, up.since), until=min(walk.until, up.until)),
                 passed | {walk.b})
                for up in by_node.get(walk.b, ())
            ]  # fmt: skip
    return sorted(set(found))
