"""What the pictures are drawn from: figures of real sets, and no name or word of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from docs.reading_pictures.plot import Floats
from validation import hierarchy, ideas, off_deck, persistence, repetition
from validation.changes import weekly
from validation.ideas.world import STRENGTH, world

from honeycell.cell import Cell, create_cell
from honeycell.demo import import_order, write_world
from honeycell.readings import life, vitality
from honeycell.readings.arrays import day_number
from honeycell.readings.changes import online
from honeycell.readings.contacts import Sides
from honeycell.readings.contexts import CONTEXTS, DOCUMENTS
from honeycell.readings.everywhere import all_readings
from honeycell.readings.follow_through import fell_due
from honeycell.readings.held import held
from honeycell.readings.multiplexity import expected, pooled
from honeycell.readings.parameters import fitted
from honeycell.readings.responsiveness import WORKING_DAY_SECONDS
from honeycell.readings.spaces.guests import Said, lift
from honeycell.readings.state import EvidenceRow
from honeycell.readings.traces import NEVER, read
from honeycell.steps import Tables

__all__ = ["Sets"]

SEED, SCALE = 7, 0.25
MANUFACTURING, OPENBMC = "networks/manufacturing", "mail/openbmc"
Shares = tuple[Floats, Floats, Floats]
"""Values, with the 5th and 95th percentile."""


@dataclass(frozen=True)
class Sets:
    """The data sets at hand."""

    folder: Path
    """As `../shared/data` is laid out."""
    cell: Cell
    """Of `mail/openbmc`; it belongs to the organisation that writes most there."""

    def foretold(self) -> tuple[Floats, Floats, int]:
        """Of each pair of the manufacturing mail at each cut-off: the chance said, whether it met, and in how long."""
        return persistence.foretold(self.folder / MANUFACTURING / "communication.csv.xz")

    def attention(self) -> tuple[Floats]:
        """Contact days in four weeks of all relationships that had any."""
        (days,) = self._read("attention")
        return (days[days > 0],)

    def reciprocity(self) -> Shares:
        """The share that side a gave in each relationship."""
        share, low, high = self._read("reciprocity", "reciprocity_low", "reciprocity_high")
        return share, low, high

    def redundancy(self) -> tuple[Floats, Floats]:
        """Pairs and effective pairs of each relationship."""
        with self.cell.engine.scratch():
            days = vitality.WINDOW_DAYS  # those over which it is read
            found = all_readings(Tables(self.cell.engine), _last(self.cell), "organisation", window_days=days)
        pairs, value = (found[name].to_numpy().astype(float) for name in ("n_pairs", "redundancy"))
        return pairs[np.isfinite(value)], value[np.isfinite(value)]

    def answers(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Working days, and the share of direct messages of a year that was answered by then.

        Returns:
            Days; of all messages the share, its 5th and 95th percentile; and the share of those that were answered.
        """
        on = _last(self.cell)
        with self.cell.engine.scratch():
            traces = read(Tables(self.cell.engine), on, days_from=on - timedelta(364), turns_from=on - timedelta(364))
        asked = held(traces, Sides(level="organisation"), 365).turns.asked(on, 365)
        days, one = np.linspace(0, 10, 161), np.zeros(len(asked.group), np.int64)
        ended = np.sort(asked.working_seconds[asked.outcome == life.EVENT]) / WORKING_DAY_SECONDS
        found = [
            life.incidence(one, 1, asked.working_seconds, asked.outcome, float(day) * WORKING_DAY_SECONDS)
            for day in days
        ]
        curves = np.array([[at.value[0], *(float(end[0]) for end in life.band(at))] for at in found])
        return days, curves[:, 0], curves[:, 1], curves[:, 2], np.searchsorted(ended, days, side="right") / len(ended)

    def kept(self) -> tuple[Floats, int]:
        """Days after its day on which each thing was done that fell due in the last year of a simulated world.

        Returns:
            Those days, and how many things are open.
        """
        with _simulated() as cell:
            on = _last(cell)
            rows = read(Tables(cell.engine), on, days_from=on, turns_from=on).due
        end = day_number(on)
        fell = fell_due(rows, end, 365)
        done = fell & (rows.closed <= end) & (rows.closed != NEVER)
        return (rows.closed - rows.due)[done].astype(float), int((fell & ~done).sum())

    def twice(self) -> tuple[list[str], Floats, Floats]:
        """What was planted as said twice in made-up mail, by kind, and what is listed: how many, and how many right."""
        figures = repetition.planted()
        kinds = {"alike": "asked in the same words", "told": "given again as asked", "reworded": "asked in other words"}
        n = [figures[f"n_{kind}"] for kind in kinds] + [figures["n_found"]]
        share = [figures[f"recall_{kind}"] for kind in kinds] + [figures["precision"]]
        return [*kinds.values(), "right, of those listed"], np.round(np.multiply(n, share)), np.array(n, float)

    def flows(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Of a fashion and of influence: the lift planted, without comparison, beside the like, and its interval."""
        figures = ideas.planted(world(SEED, n_people=1200))
        kinds = ("fashion", "influence")
        plain, like, low, high = (
            np.array([figures[f"{kind}_{name}"] for kind in kinds]) for name in ("unmatched", "lift", "low", "high")
        )
        return np.array([1.0, STRENGTH]), plain, like, low, high

    def contexts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Of each pair of persons of a simulated world with a reading: contact days, and kinds of context.

        Returns:
            Those two; days from ten on, and what so many would show if spread as those of the whole cell.
        """
        with _simulated() as cell:
            t, on = Tables(cell.engine), _last(cell)
            table, days = all_readings(t, on, "person", interval=False), fitted(t, on).contexts
        n, value = (table[name].to_numpy().astype(float) for name in ("multiplexity_n", "multiplexity"))
        there, grid = np.isfinite(value), np.arange(10.0, 101.0)
        return (
            n[there],
            value[there],
            grid,
            expected(grid, pooled(days, [one for one in CONTEXTS if one not in DOCUMENTS])),
        )

    def guests(self) -> tuple[list[date], Floats, Floats]:
        """At the end of each month, the share from guest to guest in three months, and that of mixing in proportion."""
        months, found = list[date](), list[tuple[float, float]]()
        on = _last(self.cell) + timedelta(1)
        while rows := self.cell.why_space(None, "peer_share", as_of=on - timedelta(1), window_days=91).evidence:
            months.append(on - timedelta(1))
            found.append(_lift(rows))
            on = (on - timedelta(1)).replace(day=1)
        shares = np.array(found[::-1])
        return months[::-1], shares[:, 0], shares[:, 1]

    def moved(self) -> tuple[Floats, Floats, Floats, Floats, tuple[int, int]]:
        """Shares of talk that were moved; how often a change was said, from and to; of how many windows and groups."""
        figures = off_deck.main(self.folder / MANUFACTURING / "communication.csv.xz")
        names = ["false_alarms", *(f"detected_{share}" for share in (10, 20, 30, 50))]
        found, low, high = (np.array([float(figures[name + end]) for name in names]) for end in ("", "_low", "_high"))
        counts = int(figures["windows"]), int(figures["groups"])
        return np.array([0, 0.1, 0.2, 0.3, 0.5]), found, low, high, counts

    def ordered(self) -> tuple[float, Floats]:
        """Reaching centrality of the manufacturing mail, and by chance."""
        return hierarchy.reaching(self.folder / MANUFACTURING)

    def thinned(self) -> tuple[Floats, Floats, int]:
        """Weekly contact days of the busiest relationship, three of four taken out from a week on; and what is said.

        Returns:
            The days; the chance of a change at the beginning of each week; the week from which they were thinned.
        """
        y, active = weekly(self.cell)
        row, planted = y[np.argmax(y.sum(1))], y.shape[1] // 2
        row = np.append(row[:planted], np.random.default_rng(SEED).binomial(row[planted:].astype(int), 0.25))
        seen = online.filtered(row[None, :], (active / active.mean())[None, :], np.ones((1, len(row)), bool))
        return row.astype(float), online.changed(seen)[0], planted

    def _read(self, *columns: str) -> list[Floats]:
        """Columns of the readings of all relationships, where the first and the last have a value."""
        found = [self._relationships[name].to_numpy().astype(float) for name in columns]
        there = np.isfinite(found[0]) & np.isfinite(found[-1])
        return [column[there] for column in found]

    @cached_property
    def _relationships(self) -> pa.Table:
        with self.cell.engine.scratch():
            return all_readings(Tables(self.cell.engine), _last(self.cell), "organisation")


@contextmanager
def _simulated() -> Iterator[Cell]:
    """A cell of the simulated world."""
    with tempfile.TemporaryDirectory(prefix="honeycell-pictures-") as folder:
        world = write_world(Path(folder) / "world", seed=SEED, scale=SCALE)
        with create_cell(Path(folder) / "cell", us=world.us, domains=world.domains) as cell:
            cell.import_paths(import_order(world))
            cell.refresh()
            yield cell


def _last(cell: Cell) -> date:
    """The last covered day."""
    on = cell.as_of
    assert on is not None
    return on


def _lift(rows: Sequence[EvidenceRow]) -> tuple[float, float]:
    """The share from guest to guest, and that of mixing in proportion, from the evidence of Peer share."""
    sides = [(row.from_person_id, row.detail["from_side"]) for row in rows]
    sides += [(row.to_person_id, row.detail["to_side"]) for row in rows]
    _people, number = np.unique([f"{person} {side}" for person, side in sides], return_inverse=True)
    guest, n = np.array([side == "guest" for _person, side in sides]), len(rows)
    weight = np.array([row.weight for row in rows])
    said = Said(np.zeros(n, np.int64), number[:n], number[n:], guest[:n], guest[n:], weight)
    shares, expected = lift(said, np.ones((1, 1)))
    return float(shares[0]), float(expected[0])
