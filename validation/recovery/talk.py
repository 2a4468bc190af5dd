"""What is read of the talk of a simulated world, each time beside what was planted there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import betaincinv

from honeycell.cell import create_cell
from honeycell.demo.dice import Ints
from honeycell.demo.names import ORGANISATIONS
from honeycell.demo.people import People
from honeycell.demo.relations import Ties
from honeycell.demo.sites import day_number
from honeycell.demo.talk import talk
from honeycell.demo.world import write_talk
from honeycell.readings import all_readings, find_party
from honeycell.readings.contacts import Sides
from honeycell.readings.held import held
from honeycell.readings.reciprocity import Said as Messages
from honeycell.readings.reciprocity import beginnings
from honeycell.readings.traces import read
from honeycell.steps import Tables
from honeycell.tracks import beside
from validation.recovery.planted import WINDOW, YEAR, Planted, Said, dialogues, drawn, planted, said
from validation.recovery.told import Told

__all__ = ["ENDS", "LEAST_BEGINNINGS", "LEAST_DAYS", "SCALE", "houses", "read_again"]

SCALE = 0.3
ENDS = (date(2025, 6, 29), date(2025, 10, 26), date(2026, 6, 28))
"""The days read as of: the 180 days before none of them are months that a mailbox lacks."""
LEAST_BEGINNINGS = 5
"""Beginnings under which none are said of (`honeycell.readings.ways.reciprocity`)."""
LEAST_DAYS = 5.0
"""Days of contact that are to be planted: of seldom ones those alone are read that had more than was planted."""


def read_again(seed: int, scale: float = SCALE, ends: Iterable[date] = ENDS) -> Iterator[Told]:
    """Every reading of talk, of every relationship of one world that has enough for it."""
    with tempfile.TemporaryDirectory() as place:
        everybody, tied, quiet, paths = write_talk(Path(place) / "world", seed=seed, scale=scale)
        others = drawn(seed, everybody, tied, quiet)
        happened = said(everybody, quiet, talk(seed, everybody, tied))
        with create_cell(Path(place) / "cell", ORGANISATIONS[0].name, ORGANISATIONS[0].domains) as cell:
            cell.import_paths(paths)
            cell.refresh()
            with cell.engine.scratch():
                t = Tables(cell.engine)
                who, numbers = _persons(t, everybody), houses(t)
                for on in ends:
                    house = _house(everybody, on)
                    persons, organisations = planted(others, on), planted(others, on, house)
                    yield from _told(t, on, "person", who, persons)
                    yield from _told(t, on, "organisation", numbers, organisations)
                    yield from _vitality(t, on, numbers, house, persons, happened)
                    yield from _initiative(t, on, who, tied)
                    yield from _dialogue(t, on, dialogues(others, on, house))


def _told(t: Tables, on: date, level: str, numbers: dict[int, int], truth: Planted) -> Iterator[Told]:
    table = all_readings(t, on, level, window_days=WINDOW)
    place = {pair: at for at, pair in enumerate(zip(truth.one.tolist(), truth.other.tolist(), strict=True))}
    for row in table.to_pylist():
        a, b = numbers.get(row["a_id"], -1), numbers.get(row["b_id"], -1)
        at = place.get((min(a, b), max(a, b)), -1)
        if at < 0:
            continue
        expected = {
            "attention": 28 * truth.days[at] / WINDOW, "responsiveness": truth.answers[at, int(a > b)],
            "reciprocity": truth.given[at] if a < b else 1 - truth.given[at], "redundancy": truth.pairs[at],
        }  # fmt: skip
        if level == "person":
            expected["vitality"] = truth.lasts[at]
        for name, share in expected.items():
            # A chance is foretold of whoever spoke, however seldom.
            enough = name == "vitality" or truth.days[at] >= LEAST_DAYS
            if row.get(name) is not None and not np.isnan(share) and enough:
                yield Told(_called(name, row, level), row[name], row[f"{name}_low"], row[f"{name}_high"], float(share))


def _called(name: str, row: dict[str, Any], level: str) -> str:
    """What is not calibrated promises nothing about its interval, and is counted by itself."""
    known = "" if row[f"{name}_status"] == "ok" else f"_{row[f'{name}_status']}"
    return name + known + ("" if level == "organisation" else "_of_pairs")


def _vitality(
    t: Tables, on: date, numbers: dict[int, int], house: Ints, truth: Planted, happened: Said
) -> Iterator[Told]:
    """Expected retained attention: what pairs had, weighed with the planted chance that they go on."""
    end = day_number(on)
    now = (happened.day > end - WINDOW) & (happened.day <= end)
    one, other, weight = happened.one[now], happened.other[now], happened.weight[now]
    lasts = dict(zip((truth.one << 32 | truth.other).tolist(), truth.lasts.tolist(), strict=True))
    chance = np.array(
        [lasts.get(pair, 0.0) for pair in (np.minimum(one, other) << 32 | np.maximum(one, other)).tolist()]
    )
    for row in all_readings(t, on, "organisation", window_days=WINDOW).to_pylist():
        a, b = numbers.get(row["a_id"], -1), numbers.get(row["b_id"], -1)
        between = ((house[one] == a) & (house[other] == b)) | ((house[one] == b) & (house[other] == a))
        if row["vitality"] is not None and between.any():
            expected = float((weight * chance)[between].sum() / weight[between].sum())
            yield Told(
                _called("vitality", row, "organisation"), row["vitality"], row["vitality_low"], row["vitality_high"],
                expected,
            )  # fmt: skip


def _initiative(t: Tables, on: date, who: dict[int, int], tied: Ties) -> Iterator[Told]:
    """Who writes first after a week of silence, with Jeffreys' interval, beside who is made to open."""
    state = held(read(t, on, days_from=on - timedelta(YEAR - 1), turns_from=on), Sides(level="person"), WINDOW)
    rows = state.said.within(day_number(on), YEAR)
    opened = {
        (int(a), int(b)): float(share) for a, b, share in zip(tied.a, tied.b, tied.share_opened_by_a, strict=True)
    }
    edges = np.flatnonzero(np.diff(rows.key, prepend=-1, append=-1))
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        a, b = (who.get(one, -1) for one in state.contacts.keys[rows.key[first]])
        ours, theirs = beginnings(Messages(*(column[first:last] for column in vars(rows).values())))
        share = opened.get((a, b), 1 - opened[b, a] if (b, a) in opened else None)
        if share is not None and ours + theirs >= LEAST_BEGINNINGS:
            low, high = betaincinv(ours + 0.5, theirs + 0.5, [0.05, 0.95])
            yield Told("initiative_of_pairs", ours / (ours + theirs), float(low), float(high), share)


def _dialogue(t: Tables, on: date, truth: dict[tuple[int, int], float]) -> Iterator[Told]:
    """The share of dialogues among the conversations of two organisations."""
    for (a, b), share in truth.items():
        parties = [find_party(t, ORGANISATIONS[one].name) for one in (a, b)]
        one = beside(t, *parties, on)[0]
        if one.value is not None:
            yield Told(one.reading, one.value, one.low or 0.0, one.high or 0.0, share)


def _persons(t: Tables, everybody: People) -> dict[int, int]:
    """The number in the world of each person of the cell, where one is the other and nobody else."""
    number = {f"mailto:{one.address}": p for p, held in enumerate(everybody.addresses) for one in held}
    found: dict[int, set[int]] = {}
    held_by: dict[int, set[int]] = {}
    for row in t.arrow(t["handles"].select("handle", "person_id")).to_pylist():
        if row["person_id"] is not None and row["handle"] in number:
            found.setdefault(row["person_id"], set()).add(number[row["handle"]])
            held_by.setdefault(number[row["handle"]], set()).add(row["person_id"])
    return {person: min(of) for person, of in found.items() if len(of) == 1 and len(held_by[min(of)]) == 1}


def houses(t: Tables) -> dict[int, int]:
    """The number in the world of each organisation of the cell."""
    named = {one.name: n for n, one in enumerate(ORGANISATIONS)}
    rows: pa.Table = t.arrow(t["organisations"].select("organisation_id", "name"))
    return {row["organisation_id"]: named[row["name"]] for row in rows.to_pylist() if row["name"] in named}


def _house(everybody: People, on: date) -> Ints:
    """Whom each person works for on a day."""
    return np.array([everybody.organisation_on(p, day_number(on)) for p in range(everybody.n_persons)], np.int64)
