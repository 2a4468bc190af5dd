"""In how many contexts organisations meet in a simulated world, beside what its chance comes to on average."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from honeycell.cell import create_cell
from honeycell.demo import import_order, write_world
from honeycell.demo.ledger import TRADES
from honeycell.demo.messages import Message
from honeycell.demo.names import ORGANISATIONS
from honeycell.demo.people import People
from honeycell.demo.sites import DAY, day_number
from honeycell.demo.world import happen_again
from honeycell.readings import all_readings
from honeycell.steps import Tables
from validation.recovery.planted import WINDOW
from validation.recovery.talk import houses
from validation.recovery.told import Told

__all__ = ["DRAWS", "ENDS", "LEAST_DAYS", "SCALE", "planted", "read_again"]

SCALE = 0.15
DRAWS = 10
ENDS = (date(2025, 6, 29), date(2026, 6, 28))
LEAST_DAYS = 10
"""Days in contexts that are to be planted: fewer are not read (`honeycell.readings.multiplexity`)."""
_UNANSWERED = ("mass", "away", "broadcast", "invitation")
_Met = set[tuple[int, int, str, int, int, int]]


def read_again(seed: int) -> Iterator[Told]:
    """The effective number of contexts of each two organisations of one world."""
    truth = planted(seed)
    with tempfile.TemporaryDirectory() as place:
        world = write_world(Path(place) / "world", seed=seed, scale=SCALE)
        with create_cell(Path(place) / "cell", ORGANISATIONS[0].name, ORGANISATIONS[0].domains) as cell:
            cell.import_paths(import_order(world))
            cell.refresh()
            with cell.engine.scratch():
                t = Tables(cell.engine)
                numbers = houses(t)
                for on in ENDS:
                    for row in all_readings(t, on, "organisation", window_days=WINDOW).to_pylist():
                        a, b = sorted(numbers.get(row[side], -1) for side in ("a_id", "b_id"))
                        share = truth.get((on, a, b))
                        if share is not None and row["multiplexity"] is not None:
                            low, high = row["multiplexity_low"], row["multiplexity_high"]
                            yield Told("multiplexity", row["multiplexity"], low, high, share)


def planted(seed: int) -> dict[tuple[date, int, int], float]:
    """exp(-sum p ln p) over the contexts' mean shares of contact days, by day and organisations."""
    days: dict[tuple[date, int, int], dict[str, int]] = {}
    for draw in range(1, DRAWS + 1):
        everybody, messages, meetings, deals = happen_again(seed, SCALE, seed + 1000 * draw)
        met: _Met = set()
        for message in messages:
            if message.kind not in _UNANSWERED:
                for other in _heard(message):
                    _meet(met, everybody, _context(message), message.author, other, message.at // DAY)
        for meeting in meetings:
            there = (meeting.organiser, *meeting.attendees)
            for place, one in enumerate(() if meeting.cancelled else there):
                for other in there[:place]:
                    _meet(met, everybody, "meetings", one, other, meeting.at // DAY)
        for deal in deals:
            a, b = sorted((TRADES[deal.trade].buyer, TRADES[deal.trade].seller))
            met.add((a, b, "goods", -1, -1, deal.ordered))
            if deal.invoiced:
                met.add((a, b, "money", -1, -1, deal.invoiced))
        for a, b, context, _, _, day in met:
            for on in ENDS:
                if day_number(on) - WINDOW < day <= day_number(on):
                    held = days.setdefault((on, a, b), {})
                    held[context] = held.get(context, 0) + 1
    return {key: _effective(held) for key, held in days.items() if sum(held.values()) >= LEAST_DAYS * DRAWS}


def _context(message: Message) -> str:
    return {"list": "lists", "chat": "channels"}.get(message.kind, "mail")


def _heard(message: Message) -> set[int]:
    """Whom a message is directed at: in a space also whom it answers."""
    answered = (message.parent.author,) if message.space and message.parent else ()
    return {*message.to, *message.cc, *message.mentions, *answered} - {message.author}


def _meet(met: _Met, everybody: People, context: str, one: int, other: int, day: int) -> None:
    if max(one, other) >= everybody.n_persons and everybody.kinds[max(one, other)] != "role":
        return
    a, b = sorted((everybody.organisation_on(one, day), everybody.organisation_on(other, day)))
    if a != b:
        met.add((a, b, context, min(one, other), max(one, other), day))


def _effective(held: dict[str, int]) -> float:
    share = np.array(list(held.values())) / sum(held.values())
    return float(np.exp(-(share * np.log(share)).sum()))
