"""Are the groups in a space there, and do they stay?

Takes a folder laid out like `../shared/data`. Planted: eight groups of 3 to 7 people among 60, at three shares of talk
inside; how well they are found. Real spaces (`mail/openbmc`, `chat/zulip-machine-learning.jsonl.xz`): nobody says which
groups are there, so only how steady they are, beside the same talk with its hearers shuffled: `kept` is the share of
groups of one week that have their id in the next, `kept_quarter` 13 weeks later, `again` the share of draws of the
conversations in which a group is found again, `firm` the share of groups that the command shows by themselves,
`firm_kept_quarter` as before of these. On stderr, for several resolutions, what half of the conversations says of the
other half (`validation.subgroups.resolutions`). `orders_differ` counts the groups of openbmc that change when its
months are imported in another order.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np

from honeycell.cell import create_cell
from honeycell.groups import (
    LARGEST,
    SMALLEST,
    Talk,
    communities,
    follow,
    groups,
    groups_of,
    shuffled,
    spoken,
    talk,
    weeks_of,
)
from honeycell.groups.chance import by_chance, found_again
from honeycell.groups.following import Followed
from honeycell.groups.found import AGAIN, BY_CHANCE
from honeycell.log import find_space
from honeycell.steps import Tables
from validation.subgroups.planted import planted
from validation.subgroups.resolutions import held_out
from validation.subgroups.scores import adjusted_rand, normalised_information

__all__ = ["DATA", "PASS", "main"]

DATA = "."
PASS = {
    "planted_nmi": (">=", 0.9), "planted_ari": (">=", 0.8), "orders_differ": ("==", 0),
}  # fmt: skip
_SEEDS = range(10)
_QUARTER = 13


def main(path: Path) -> dict[str, float]:
    """Figures from 0 to 1, and counts.

    Args:
        path: A folder laid out like `../shared/data`.
    """
    figures: dict[str, float] = {}
    for share in (0.8, 0.6, 0.4):
        found = of_planted(share)
        print(f"planted, {share:.0%} inside:", found, file=sys.stderr)
        if share == 0.6:
            figures |= {f"planted_{name}": value for name, value in found.items()}
    for name, place in (("openbmc", "mail/openbmc"), ("zulip", "chat/zulip-machine-learning.jsonl.xz")):
        if not (path / place).exists():
            print(f"{name}: not run: data absent ({path / place})", file=sys.stderr)
            continue
        with _cell([path / place]) as (t, end):
            space = find_space(t, None)
            said, last = talk(t, spoken(t, space, end)), (end - date(1970, 1, 4)).days // 7 - 1
            figures |= {f"{name}_{key}": value for key, value in steadiness(said, last).items()}
            null = steadiness(shuffled(said, 0), last)
            del null["weeks"]
            figures |= {f"{name}_{key}_shuffled": value for key, value in null.items()}
            print(name, {key: figures[key] for key in figures if key.startswith(name)}, file=sys.stderr)
            for resolution in (1, 2, 3, 4, 6):
                weeks = [week for week, _found in weeks_of(said, last)][::_QUARTER]
                print(name, resolution, [round(one, 3) for one in held_out(said, weeks, resolution)], file=sys.stderr)
            if name == "openbmc":
                here = groups(t, space, end)
                with _cell(sorted((path / place).iterdir(), reverse=True)) as (other, _end):
                    figures["orders_differ"] = len(set(here.groups) ^ set(groups(other, space, end).groups))
    return figures


def of_planted(share_inside: float) -> dict[str, float]:
    """How well planted groups are found, on average over worlds.

    Returns:
        `nmi ari` of the people in planted groups; `recall`, the share of planted groups of which a group found holds at
        least half (Jaccard); `precision`, of groups found that hold a planted one so; `firm_recall firm_precision`, the
        same of those groups that the command shows by themselves; `kept`, week to week.
    """
    rows = []
    for seed in _SEEDS:
        world = planted(seed, share_inside=share_inside)
        last = int(world.talk.wrote.max())
        label = np.full(len(world.group), -1)
        for n, members in enumerate(communities(world.talk.among(world.talk.regulars(last), last))):
            label[list(members)] = n
        inside = (world.group > 0) & (label >= 0)
        truth = [set(np.flatnonzero(world.group == n).tolist()) for n in range(1, world.group.max() + 1)]
        found = groups_of("planted", world.talk, last).groups
        row = {
            "nmi": normalised_information(world.group[inside], label[inside]),
            "ari": adjusted_rand(world.group[inside], label[inside]),
        }
        for name, some in (("", found), ("firm_", [one for one in found if one.firm])):
            row[f"{name}recall"] = float(np.mean([any(_same(one, set(it.members)) for it in some) for one in truth]))
            right = [any(_same(set(it.members), one) for one in truth) for it in some]
            row[f"{name}precision"] = float(np.mean(right)) if right else 1.0
        rows.append(row | {"kept": _kept(list(follow("planted", weeks_of(world.talk, last))), 1)})
    return {name: round(float(np.mean([row[name] for row in rows])), 3) for name in rows[0]}


def steadiness(said: Talk, last: int) -> dict[str, float]:
    """How steady the groups of a space are: every week, and how sure each is every quarter of a year."""
    weekly = list(follow("space", weeks_of(said, last)))
    n, again, firm = 0, 0.0, set()
    for week, found in weekly[::_QUARTER]:
        now, some = said.among(said.regulars(week), week), [one for one in found if _small(one)]
        members = [one.members for one in some]
        for one, share, chance in zip(some, found_again(now, members), by_chance(now, members), strict=True):
            n, again = n + 1, again + share
            firm |= {(week, one.group_id)} if share >= AGAIN and chance <= BY_CHANCE else set()
    figures = {
        "weeks": len(weekly),
        "groups": float(np.mean([sum(map(_small, found)) for _week, found in weekly])),
        "kept": _kept(weekly, 1),
        "kept_quarter": _kept(weekly, _QUARTER),
        "again": again / n,
        "firm": len(firm) / n,
        "firm_kept_quarter": _kept(weekly, _QUARTER, firm),
    }
    return {name: round(value, 3) for name, value in figures.items()}


def _kept(weekly: list[tuple[int, list[Followed]]], later: int, only: Set[tuple[int, int]] = frozenset()) -> float:
    """The share of groups of a week, or of those named, that are there so many weeks later, whatever their size."""
    there = {week: {one.group_id for one in found} for week, found in weekly}
    stays = [
        one.group_id in there[week + later]
        for week, found in weekly
        if week + later in there
        for one in found
        if _small(one) and (not only or (week, one.group_id) in only)
    ]
    return float(np.mean(stays)) if stays else 0.0


def _small(one: Followed) -> bool:
    return SMALLEST <= len(one.members) <= LARGEST


def _same(one: Set[int], other: Set[int]) -> bool:
    return len(one & other) >= 0.5 * len(one | other)


@contextmanager
def _cell(paths: list[Path]) -> Iterator[tuple[Tables, date]]:
    """The tables of a new cell of these files, imported one after the other, and the last covered day."""
    with tempfile.TemporaryDirectory() as scratch, create_cell(Path(scratch) / "cell") as cell:
        for path in paths:
            cell.import_paths([path])
        cell.refresh()
        assert cell.as_of is not None
        with cell.engine.scratch():
            yield Tables(cell.engine), cell.as_of
